"""Every periodic job, in one list. Each may run twice at once, late, or not at all: the database tells it its work."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Periodic:
    """`job`: a dotted path without arguments. Either `every` so many seconds or by a `cron` line (UTC)."""

    job: str
    queue: str
    every: int | None = None
    cron: str | None = None
    name: str = ""
    """Of which one job may wait at a time; the name under which others queue the same job, if they do."""


SCHEDULE = (
    Periodic("webhooks.jobs.drain", "webhooks", every=5, name="inbox"),
    Periodic("webhooks.jobs.drop_old_bodies", "webhooks", every=900),
    Periodic("app.codes.jobs.sweep", "codes", every=15),
    Periodic("app.assignments.jobs.sweep", "codes", every=15),
    Periodic("app.assignments.importing.sweep", "codes", every=15),
    Periodic("app.assignments.life_jobs.sweep", "codes", every=15),
    Periodic("app.assignments.drift_jobs.compare_all", "default", cron="50 2 * * *"),
    Periodic("app.campaigns.jobs.sweep", "default", every=5),
    Periodic("app.offers.jobs.sweep", "default", every=60),
    Periodic("app.roster.jobs.relay", "roster", every=2),
    Periodic("app.roster.jobs.pull_all", "roster", every=600),
    Periodic("app.roster.jobs.drop_old_pushes", "roster", cron="25 3 * * *"),
    Periodic("app.influencers.import_jobs.sweep", "default", every=15),
    Periodic("app.influencers.import_jobs.drop_stale", "default", every=3600),
    Periodic("app.people.jobs.sweep", "default", every=60),
    Periodic("app.influencers.changes.sweep", "default", every=60),
    Periodic("app.redemptions.jobs.reconcile_all", "default", every=900),
    Periodic("app.redemptions.jobs.check_all", "default", cron="30 2 * * *"),
    Periodic("app.messages.jobs.sweep", "default", every=2),
    Periodic("app.messages.jobs.look_again", "default", every=30),
    Periodic("app.messages.jobs.announce", "default", every=20),
    Periodic("app.stores.jobs.sweep_facts", "default", every=60),
    Periodic("app.stores.jobs.sweep_privacy_requests", "default", every=300),
    Periodic("app.stores.woo_jobs.look_after_all", "default", every=900),
    Periodic("app.stores.woo_jobs.sweep_grants", "default", every=60),
    Periodic("app.stores.woo_jobs.rotate_old_secrets", "default", every=3600),
    Periodic("app.stores.jobs.drop_old_states", "default", cron="10 3 * * *"),
    Periodic("app.stores.jobs.drop_old_idempotency_keys", "default", every=3600),
)

"""Codes made and stored, before any store is asked: 100,000 of them from a pattern with names in it.

The people share 500 first names, so most codes meet one that is there already and get their -2, -3 … The time counts
from the call of the service to the end of the commit, in one process, with the database's own promises kept (fsync).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.boot import boot
from app.clock import now
from app.codes import service
from app.codes.models import Code
from app.config import Settings
from app.db import db, reading, transaction
from app.offers.models import Offer
from app.stores.models import Store, Workspace
from bench.harness import Figure, Run, bench
from bench.people import add_people

MOST_SECONDS = 5.0


@bench("codes_made")
def codes_made(run: Run) -> Iterator[Figure]:
    codes = run.pick(100_000, 20_000)
    most = MOST_SECONDS * codes / 100_000
    with run.system() as system:
        system.start_queue()
        system.migrate()
        boot(Settings.from_env(system.env))
        try:
            seconds = make(codes)
        finally:
            db.dispose()
    yield run.figure("codes_made", value=seconds, unit="s", bar=f"<= {most:g} s for {codes:,} codes",
                     ok=seconds <= most, codes=codes, codes_per_second=codes / seconds)


def make(codes: int) -> float:
    """Seconds; checks that every code is there and different."""
    with transaction() as session:
        offer = add_offer(session)
        people = add_people(session, offer.workspace_id, codes)
    started = time.perf_counter()
    with transaction() as session:
        service.prepare(session, session.get_one(Offer, offer.id), people, actor="bench")
    seconds = time.perf_counter() - started
    with reading() as session:
        stored, different = session.execute(select(func.count(), func.count(Code.key.distinct()))).one()
    if (stored, different) != (codes, codes):
        raise AssertionError(f"{stored} codes were stored, {different} of them different, instead of {codes}")
    return seconds


def add_offer(session: Session) -> Offer:
    at = now()
    workspace = Workspace(name="Bench", created_at=at)
    session.add(workspace)
    session.flush()
    store = Store(workspace_id=workspace.id, platform="shopify", domain="bench.myshopify.com", currency="EUR",
                  state="active", installed_at=at)
    session.add(store)
    session.flush()
    offer = Offer(workspace_id=workspace.id, store_id=store.id, name="Bench", name_key="bench", title="Bench",
                  type="percentage", value=Decimal(15), currency="EUR", pattern="{first_name}{value}", starts_at=at,
                  created_at=at, updated_at=at)
    session.add(offer)
    session.flush()
    return offer

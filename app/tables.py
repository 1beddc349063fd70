"""Every table in one place, for migrations and tests: load() fills Base.metadata."""

from __future__ import annotations

from importlib import import_module

MODELS = (
    "app.events",
    "app.audit.models",
    "app.stores.models",
    "app.influencers.models",
    "app.offers.models",
    "app.codes.models",
    "app.assignments.models",
    "app.redemptions.models",
    "app.campaigns.models",
    "app.messages.models",
    "app.roster.models",
    "app.views.models",
    "webhooks.models",
)


def load() -> None:
    for name in MODELS:
        import_module(name)

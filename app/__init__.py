"""Shoutcode: a discount code for every influencer, and what each of them sold. create_app() is the only wiring."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apiflask import APIFlask

    from app.config import Settings


def create_app(settings: Settings | None = None) -> APIFlask:
    """The web application; settings come from the environment where none are given (ConfigError lists every fault)."""
    # Imported here: `app` is the package of every slice, and most of them do without the web.
    from app.boot import boot
    from app.config import Settings
    from app.web import build

    settings = settings or Settings.from_env()
    boot(settings)
    return build(settings)

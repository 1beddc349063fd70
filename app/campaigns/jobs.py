"""The job behind campaigns: found by a sweep, so a queue that is away delays it and loses nothing."""

from __future__ import annotations

import time
from collections.abc import Callable

from sqlalchemy.orm import Session

from app.campaigns import tending
from app.campaigns.models import Campaign
from app.campaigns.service import get
from app.db import db, reading, transaction
from app.queue import enqueue, enqueue_after_commit

TEND = "app.campaigns.jobs.tend"
# SQLite has one writer: the intake of orders waits while a transaction runs, so they are short and leave gaps.
CHUNK = {"sqlite": 100, "postgresql": 1_000}


def tend(campaign_id: int) -> None:
    """Brings codes in, hands them out to those who wait, watches the pools. Twice at once is safe: one waits."""
    if not _step(campaign_id, tending.prepare):
        return
    for do in (tending.hand_over, tending.hand_out):
        _in_chunks(campaign_id, do)
    _step(campaign_id, tending.watch)


def _in_chunks(campaign_id: int, do: Callable[[Session, Campaign, int], int]) -> None:
    dialect = db.engine.dialect.name
    more = True
    while more:
        began = time.monotonic()
        more = _step(campaign_id, lambda session, one: do(session, one, CHUNK[dialect]))
        if more and dialect == "sqlite":
            time.sleep(time.monotonic() - began)


def _step(campaign_id: int, do: Callable[[Session, Campaign], object]) -> bool:
    """One transaction on the locked campaign. False where it is gone or has ended, or where there was nothing to do."""
    with transaction() as session:
        campaign = _locked(session, campaign_id)
        return campaign is not None and do(session, campaign) != 0


def _locked(session: Session, campaign_id: int) -> Campaign | None:
    campaign = session.get(Campaign, campaign_id)
    if campaign is None or campaign.state == "ended":
        return None
    campaign = get(session, campaign.workspace_id, campaign_id, lock=True)
    return None if campaign.state == "ended" else campaign


def tend_after_commit(session: Session, campaign_id: int) -> None:
    enqueue_after_commit(session, TEND, campaign_id, unique=f"campaign-{campaign_id}")


def sweep() -> None:
    """Campaigns whose codes arrived, whose job was lost, or whose pools want watching."""
    with reading() as session:
        ids = tending.in_need(session)
    for id in ids:
        enqueue(TEND, id, unique=f"campaign-{id}")

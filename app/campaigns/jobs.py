"""The job behind campaigns: found by a sweep, so a queue that is away delays it and loses nothing."""

from __future__ import annotations

import time

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
    if not _prepare(campaign_id):
        return
    dialect = db.engine.dialect.name
    while True:
        began = time.monotonic()
        with transaction() as session:
            campaign = _locked(session, campaign_id)
            moved = tending.hand_out(session, campaign, CHUNK[dialect]) if campaign else 0
        if not moved:
            break
        if dialect == "sqlite":
            time.sleep(time.monotonic() - began)
    _prepare(campaign_id)


def _prepare(campaign_id: int) -> bool:
    with transaction() as session:
        campaign = _locked(session, campaign_id)
        if campaign is not None:
            tending.prepare(session, campaign)
        return campaign is not None


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

"""Members into an incentive stage: 10,000 of them get their codes, assignments, history and events in one move.

The time counts from the call of the service to the last commit, in one process, with the database's own promises kept
(fsync). On SQLite the job that goes on with a big move is part of it, and no transaction may hold up everybody else's
writes for long. Afterwards every member is asked for: each has a code, and no code has two.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from app.boot import boot
from app.campaigns import jobs, moves, release, service
from app.campaigns.fields import MemberFilter, Members, MoveIn
from app.campaigns.models import Campaign, Incentive, IncentiveCode
from app.clock import now
from app.codes.models import Code
from app.config import Settings
from app.db import Base, db, reading, transaction
from app.db.bulk import insert_rows
from app.events import Event
from bench.codes_made import add_offer
from bench.harness import Figure, Run, bench
from bench.people import add_people

MOST_SECONDS = 5.0
LONGEST = {"sqlite": 2.0, "postgresql": MOST_SECONDS}
"""Seconds that one transaction may take."""


@bench("promote")
def promote(run: Run) -> Iterator[Figure]:
    members = run.pick(10_000, 2_000)
    most = MOST_SECONDS * members / 10_000
    if run.database == "sqlite":
        most *= 4  # it leaves gaps for other writers as long as its own transactions
    with run.system() as system:
        system.start_queue()
        system.migrate()
        boot(Settings.from_env(system.env))
        try:
            longest = LONGEST[db.engine.dialect.name]
            seconds, held_up = move(members)
        finally:
            db.dispose()
    yield run.figure(
        "promote", value=seconds, unit="s",
        bar=f"<= {most:g} s for {members:,} members, no transaction over {longest:g} s",
        ok=seconds <= most and held_up <= longest, members=members, members_per_second=members / seconds,
        longest_transaction_seconds=held_up,
    )  # fmt: skip


def move(members: int) -> tuple[float, float]:
    """Seconds in all, and of the longest transaction; checks who got what."""
    with transaction() as session:
        campaign_id = add_campaign(session, members)
    wanted = MoveIn(members=Members(filter=MemberFilter()), to="pre_payment", at_least=members)
    started = time.perf_counter()
    with _timed() as spans:
        with transaction() as session:
            workspace_id = session.get_one(Campaign, campaign_id).workspace_id
            campaign = service.get(session, workspace_id, campaign_id, lock=True)
            done = moves.move(session, campaign, wanted, actor="bench")
        if done.given > release.most_at_once():
            jobs.tend(campaign_id)
    seconds = time.perf_counter() - started
    with reading() as session:
        holders, codes = session.execute(
            select(func.count(IncentiveCode.member_id.distinct()), func.count())
            .where(IncentiveCode.fulfilled_at.is_not(None))
        ).one()
        told = session.scalar(select(func.count()).select_from(Event).where(Event.type == "incentive.fulfilled"))
    if not done.moved == holders == codes == told == members:
        raise AssertionError(f"{done.moved} moved, {holders} hold {codes} codes, {told} told, instead of {members}")
    return seconds, max(spans)


@contextmanager
def _timed() -> Iterator[list[float]]:
    """How long each transaction has its connection."""
    spans: list[float] = []
    began = [0.0]

    def taken(*_given: object) -> None:
        began[0] = time.perf_counter()

    def returned(*_given: object) -> None:
        spans.append(time.perf_counter() - began[0])

    event.listen(db.engine, "checkout", taken)
    event.listen(db.engine, "checkin", returned)
    try:
        yield spans
    finally:
        event.remove(db.engine, "checkout", taken)
        event.remove(db.engine, "checkin", returned)


def add_campaign(session: Session, members: int) -> int:
    at = now()
    offer = add_offer(session)
    people = add_people(session, offer.workspace_id, members)
    base = {"workspace_id": offer.workspace_id, "created_at": at}
    campaign = Campaign(name="Bench", name_key="bench", state="active", activated_at=at, updated_at=at, **base)
    session.add(campaign)
    session.flush()
    incentive = Incentive(campaign_id=campaign.id, store_id=offer.store_id, name="Kit", timing="pre_payment",
                          updated_at=at, **base)
    session.add(incentive)
    session.flush()
    tables = Base.metadata.tables
    codes = [
        {**base, "store_id": offer.store_id, "offer_id": offer.id, "code": f"KIT-{n}", "key": f"KIT-{n}", "base": "KIT",
         "state": "live", "in_pool": True, "purpose": "own_use", "reason": "", "message": "", "can_retry": False,
         "attempt": 1}
        for n in range(members)
    ]
    made = insert_rows(session, tables[Code.__tablename__], codes, returning=(tables["code"].c.id,))
    if not made:
        raise AssertionError("no codes were stored")
    rows = [{"incentive_id": incentive.id, "code_id": row.id, "added_at": at} for row in made]
    insert_rows(session, tables["incentive_code"], rows)
    joined = [
        {"workspace_id": offer.workspace_id, "campaign_id": campaign.id, "influencer_id": person.id,
         "stage": "confirmed", "stage_at": at, "waits_for": "", "added_by": "bench", "added_at": at}
        for person in people
    ]
    insert_rows(session, tables["campaign_member"], joined)
    return campaign.id

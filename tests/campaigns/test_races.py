"""Two workers promote the same members at once: no code twice, nobody without theirs, the cap exact. And the twin."""

from __future__ import annotations

import random
import threading
from collections import Counter

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.campaigns import moves, service
from app.campaigns.fields import Members, MoveIn
from app.campaigns.models import Campaign, CampaignMember, IncentiveCode
from app.codes.models import Code
from app.config import Settings
from app.db import db, reading, transaction
from app.errors import Conflict
from tests.support import campaigns as make
from tests.support.rows import add_store

PEOPLE, CODES = 12, 9
ROUNDS = 25


class Race:
    """One campaign, raced again and again: every round starts from the same rows."""

    def __init__(self) -> None:
        with transaction() as session:
            self.store = add_store(session)
            offer = make.add_offer(session, self.store)
            self.campaign = make.add_campaign(session, self.store, state="draft").id
            incentive = make.add_incentive(session, session.get_one(Campaign, self.campaign), offer)
            self.incentive = incentive.id
            make.add_codes(session, incentive, offer, CODES)
            people = make.add_people(session, self.store, PEOPLE)
            self.members = make.add_members(session, session.get_one(Campaign, self.campaign), people)

    def reset(self) -> None:
        with transaction() as session:
            session.execute(update(IncentiveCode).values(member_id=None, assigned_at=None))
            session.execute(update(CampaignMember).values(stage="confirmed", waits_for="", waits_since=None))

    def promote(self, ids: list[int], short: str) -> moves.Moved | Conflict:
        wanted = MoveIn(members=Members(ids=ids), to="pre_payment", short=short)
        try:
            with transaction() as session:
                campaign = service.get(session, self.store.workspace_id, self.campaign, lock=True)
                return moves.move(session, campaign, wanted, actor="racer")
        except Conflict as short_of_codes:
            return short_of_codes

    def together(self, *jobs: tuple[list[int], str]) -> list[moves.Moved | Conflict | DBAPIError]:
        answers: list[moves.Moved | Conflict | DBAPIError] = []
        barrier = threading.Barrier(len(jobs))

        def run(ids: list[int], short: str) -> None:
            barrier.wait()
            try:
                answers.append(self.promote(ids, short))
            except DBAPIError as error:
                answers.append(error)

        threads = [threading.Thread(target=run, args=job) for job in jobs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return answers

    def check(self, told: str) -> None:
        """Both sides are read: codes by member, members by stage."""
        with reading() as session:
            held = make.holdings(session, self.incentive)
            stages = {row.id: row for row in session.scalars(select(CampaignMember))}
        codes = Counter(code for mine in held.values() for code in mine)
        assert max(codes.values(), default=0) <= 1, f"a code twice: {told}"
        assert all(len(mine) == 1 for mine in held.values()), f"two codes for one: {told}"
        promoted = {id for id, row in stages.items() if row.stage == "pre_payment"}
        assert promoted == set(held), f"a stage without its code, or a code without its stage: {told}"
        assert len(held) <= CODES, f"more than there are: {told}"


def race(rounds: int, seed: int) -> None:
    lot, seeds = Race(), random.Random(seed)
    for number in range(rounds):
        lot.reset()
        both = [sorted(seeds.sample(lot.members, seeds.randint(1, PEOPLE))) for _ in range(2)]
        how = [seeds.choice(("none", "fit")) for _ in range(2)]
        answers = lot.together((both[0], how[0]), (both[1], how[1]))
        told = f"seed {seed}, round {number}: {both} {how} -> {answers}"
        assert not [answer for answer in answers if isinstance(answer, DBAPIError)], told
        lot.check(told)
        # The cap is exact: as many as could be promoted one after the other.
        wanted = len(set(both[0]) | set(both[1]))
        with reading() as session:
            given = len(make.holdings(session, lot.incentive))
        if "none" not in how:
            assert given == min(CODES, wanted), told
        elif how == ["none", "none"] and wanted <= CODES:
            assert given == wanted, told


def test_two_workers_promote_the_same_members_at_once(database: Settings) -> None:
    race(ROUNDS, seed=11)


@pytest.mark.long
def test_two_workers_a_thousand_times(database: Settings) -> None:
    race(1_000, seed=2026)


def test_twin_without_the_lock_the_index_refuses_the_second(
    database: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the campaign unlocked both see the same members without a code: the unique index then refuses, loudly."""
    if db.engine.dialect.name == "sqlite":
        pytest.skip("a writer on SQLite holds the whole file: there is no lock to leave out")
    lot = Race()
    both_have_read = threading.Barrier(2)
    get, take = service.get, moves.pool.take

    def without_lock(session: Session, workspace_id: int, campaign_id: int, *, lock: bool = False) -> Campaign:
        return get(session, workspace_id, campaign_id)

    def together(session: Session, wanted: dict[int, int]) -> dict[int, list[int]]:
        both_have_read.wait(timeout=20)
        return take(session, wanted)

    monkeypatch.setattr(service, "get", without_lock)
    monkeypatch.setattr(moves.pool, "take", together)
    ids = lot.members[:4]
    answers = lot.together((ids, "none"), (ids, "none"))
    assert sorted(type(answer).__name__ for answer in answers) == ["IntegrityError", "Moved"]
    lot.check("twin")


def test_a_code_that_is_just_disabled_is_not_given(database: Settings) -> None:
    """Somebody disables a pooled code in the same moment: it is passed over, and nobody waits for ever."""
    if db.engine.dialect.name == "sqlite":
        pytest.skip("a writer on SQLite holds the whole file: nobody can come between")
    lot = Race()
    with transaction() as session:
        session.execute(update(Code).where(Code.key == "KIT-00000").values(state="disabled"))
        session.flush()
        answer = lot.promote(lot.members[:CODES], "fit")
    assert isinstance(answer, moves.Moved)
    assert (answer.moved, answer.waiting) == (CODES - 1, 1)
    lot.check("disabled meanwhile")

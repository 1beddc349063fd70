"""Moving members: the cap, the waiting list, what is given, kept and taken back."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import func, select

from app.assignments.models import Assignment
from app.campaigns import moves, service, tending
from app.campaigns.fields import Members, MoveIn
from app.campaigns.jobs import tend
from app.campaigns.models import CampaignMember, IncentiveCode, StageChange
from app.campaigns.released import released_to
from app.codes.models import Code
from app.config import Settings
from app.db import reading, transaction
from app.errors import Conflict
from app.events import Event
from tests.support import campaigns as make
from tests.support.fake_platform import Killed
from tests.support.rows import add_store

pytestmark = pytest.mark.usefixtures("database")
ALL = Members(filter={})


class World:
    """55 confirmed creators and an incentive with 50 codes, in a campaign of the state asked for."""

    def __init__(self, state: str = "active", codes: int = 50, people: int = 55, timing: str = "pre_payment") -> None:
        with transaction() as session:
            self.store = add_store(session)
            self.offer = make.add_offer(session, self.store)
            self.campaign = make.add_campaign(session, self.store, state=state)
            self.incentive = make.add_incentive(session, self.campaign, self.offer, timing=timing)
            self.codes = make.add_codes(session, self.incentive, self.offer, codes)
            self.people = make.add_people(session, self.store, people)
            self.members = make.add_members(session, self.campaign, self.people)

    def move(self, to: str, members: list[int] | None = None, **how: object) -> moves.Moved:
        wanted = MoveIn(members=ALL if members is None else Members(ids=members), to=to, **how)
        with transaction() as session:
            campaign = service.get(session, self.store.workspace_id, self.campaign.id, lock=True)
            return moves.move(session, campaign, wanted, actor="tester")

    def preview(self, to: str, members: list[int] | None = None) -> moves.Preview:
        with reading() as session:
            campaign = service.get(session, self.store.workspace_id, self.campaign.id)
            return moves.preview(session, campaign, ALL if members is None else Members(ids=members), to)

    def stages(self) -> dict[str, int]:
        with reading() as session:
            query = select(CampaignMember.stage, func.count()).group_by(CampaignMember.stage)
            return {row[0]: row[1] for row in session.execute(query)}

    def held(self) -> dict[int, list[int]]:
        with reading() as session:
            return make.holdings(session, self.incentive.id)

    def free(self) -> int:
        with reading() as session:
            return session.scalar(
                select(func.count()).select_from(IncentiveCode).where(IncentiveCode.member_id.is_(None))
            )


def test_the_number_of_codes_caps_a_bulk_move(database: Settings) -> None:
    world = World()
    seen = world.preview("pre_payment")
    assert (seen.total, seen.can_move, seen.missing, seen.words) == (55, 50, 5, "50 of 55 can move: 5 codes short")

    with pytest.raises(Conflict, match="50 of 55 can move: 5 codes short. Nobody was moved.") as refused:
        world.move("pre_payment")
    assert refused.value.code == "short"
    assert world.stages() == {"confirmed": 55}
    assert world.held() == {}

    with pytest.raises(Conflict):  # somebody else took codes since the preview said 55
        world.move("pre_payment", short="fit", at_least=55)
    done = world.move("pre_payment", short="fit", at_least=50)
    assert (done.moved, done.waiting, done.given) == (50, 5, 50)
    assert world.stages() == {"confirmed": 5, "pre_payment": 50}
    assert sorted(world.held()) == world.members[:50]  # who was confirmed first
    assert sorted(code for codes in world.held().values() for code in codes) == world.codes

    with transaction() as session:
        more = make.add_codes(session, session.merge(world.incentive), world.offer, 3, prefix="NEW")
    tend(world.campaign.id)
    assert world.stages() == {"confirmed": 2, "pre_payment": 53}
    assert sorted(world.held()) == world.members[:53]
    assert [world.held()[id][0] for id in world.members[50:53]] == more


def test_a_release_hands_the_code_over(database: Settings) -> None:
    world = World(people=2)
    world.move("pre_payment")
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(Assignment)) == 2
        code = session.get_one(Code, world.codes[0])
        assert (code.in_pool, code.purpose) == (False, "own_use")
        types = session.execute(select(Event.type, func.count()).group_by(Event.type)).all()
        assert sorted(types) == [("assignment.created", 2), ("incentive.fulfilled", 2)]
        event = session.scalars(select(Event).where(Event.type == "incentive.fulfilled").order_by(Event.id)).first()
        assert event is not None
        assert event.data["code"] == code.code
        assert event.data["purpose"] == "own_use"
        assert event.data["campaign_name"] == "Glow season"
        [released] = released_to(session, world.store.workspace_id, world.people[0])
        assert (released.code, released.incentive_id) == (code.code, world.incentive.id)
        history = session.scalars(select(StageChange).order_by(StageChange.id)).all()
        assert [(row.from_stage, row.to_stage, row.by) for row in history] == [
            ("confirmed", "pre_payment", "tester")
        ] * 2


def test_a_draft_holds_codes_and_activation_releases_them(database: Settings) -> None:
    world = World(state="draft", people=3)
    world.move("pre_payment")
    assert len(world.held()) == 3
    with reading() as session:
        assert not released_to(session, world.store.workspace_id, world.people[0])
        assert session.scalar(select(func.count()).select_from(Assignment)) == 0
        assert session.get_one(Code, world.codes[0]).in_pool

    done = world.move("confirmed", [world.members[0]])
    assert done.returned == 1
    done = world.move("dropped", [world.members[1]])
    assert done.returned == 1
    assert (len(world.held()), world.free()) == (1, 49)

    with transaction() as session:
        campaign = service.get(session, world.store.workspace_id, world.campaign.id, lock=True)
        assert service.activate(session, campaign, actor="tester") == 1
    with reading() as session:
        assert len(released_to(session, world.store.workspace_id, world.people[2])) == 1


def test_a_released_code_never_returns(database: Settings) -> None:
    world = World(people=2)
    world.move("pre_payment")
    before = world.held()
    seen = world.preview("dropped")
    assert (seen.returned, seen.in_hand) == (0, 2)
    assert world.move("dropped").returned == 0
    assert world.held() == before
    assert world.free() == 48
    # The merchant may disable what dropped people have in hand; it stays theirs all the same.
    world.move("content")
    assert world.move("dropped", released="disable").disabled == 2
    with reading() as session:
        assert {session.get_one(Code, codes[0]).state for codes in before.values()} == {"disabled"}
    assert (world.held(), world.free()) == (before, 48)
    # Back again: they have theirs, and get no second one.
    done = world.move("done")
    assert (done.moved, done.given) == (2, 0)
    assert world.held() == before


def test_a_post_payment_code_comes_after_the_content(database: Settings) -> None:
    world = World(people=2, timing="post_payment")
    world.move("content")
    assert world.held() == {}
    world.move("post_payment", [world.members[0]])
    assert list(world.held()) == [world.members[0]]
    # Skipping a stage gives what it promises.
    world.move("done", [world.members[1]])
    assert sorted(world.held()) == world.members


def test_who_is_past_the_stage_gets_the_code_of_a_new_incentive(database: Settings) -> None:
    from app.campaigns import incentives
    from app.campaigns.fields import NewIncentive

    world = World(people=3)
    world.move("pre_payment")
    with transaction() as session:
        campaign = service.get(session, world.store.workspace_id, world.campaign.id, lock=True)
        with pytest.raises(Conflict) as asks:
            incentives.create(session, campaign, NewIncentive(name="Thanks"), store_id=world.store.id)
        assert asks.value.code == "confirm"
        given = NewIncentive(name="Thanks", offer_id=world.offer.id, confirm=True)
        second = incentives.create(session, campaign, given, store_id=world.store.id)
        make.add_codes(session, None, world.offer, 2, prefix="THX")
        assert incentives.ask(session, second, 2, actor="tester").taken == 2
    tend(world.campaign.id)
    with reading() as session:
        assert sorted(make.holdings(session, second.id)) == world.members[:2]
        waiting = session.scalars(select(CampaignMember).where(CampaignMember.waits_for != "")).all()
        assert [(row.id, row.stage, row.waits_for) for row in waiting] == [
            (world.members[2], "pre_payment", "pre_payment")
        ]


def test_a_big_move_is_capped_at_once_and_handed_over_in_parts(
    database: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Short transactions for everybody else; the job may die between any two of them."""
    monkeypatch.setattr("app.campaigns.release.most_at_once", lambda: 2)
    monkeypatch.setattr("app.campaigns.jobs.CHUNK", {"sqlite": 1, "postgresql": 1})
    world = World(codes=5, people=6)
    done = world.move("pre_payment", short="fit")
    assert (done.moved, done.waiting, done.given) == (5, 1, 5)
    assert (released(), world.stages(), world.free()) == (2, {"confirmed": 1, "pre_payment": 5}, 0)

    parts = dying(monkeypatch, after=1)
    with pytest.raises(Killed):
        tend(world.campaign.id)
    assert released() == 3
    with reading() as session:
        assert tending.in_need(session) == [world.campaign.id]
    parts.after = 99
    tend(world.campaign.id)
    assert released() == 5
    with reading() as session:
        told = session.scalar(select(func.count()).select_from(Event).where(Event.type == "incentive.fulfilled"))
    assert told == 5


def released() -> int:
    with reading() as session:
        query = select(func.count()).select_from(IncentiveCode).where(IncentiveCode.fulfilled_at.is_not(None))
        return session.scalar(query) or 0


def dying(monkeypatch: pytest.MonkeyPatch, after: int) -> SimpleNamespace:
    """The process dies at the begin of the part after so many."""
    hand_over, parts = tending.hand_over, SimpleNamespace(after=after)

    def dies(*given: Any) -> int:
        parts.after -= 1
        if parts.after < 0:
            raise Killed("between two parts")
        return hand_over(*given)

    monkeypatch.setattr(tending, "hand_over", dies)
    return parts

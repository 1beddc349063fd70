"""Codes after they are made: off, on again, off for good, replaced."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from sqlalchemy import func, select, update

from app.assignments import life, life_jobs
from app.assignments.models import Assignment
from app.assignments.service import assign
from app.clock import now
from app.codes import jobs, runs
from app.codes.models import Code, CodeChange, CodeRun
from app.codes.service import Made
from app.db import reading, transaction
from app.errors import Conflict, InvalidInput
from app.events import Event
from app.offers.models import Offer
from app.stores.models import Store
from tests.codes.conftest import Desk
from tests.support.fake_platform import AWAY, Killed


@pytest.fixture(autouse=True)
def _platform(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(life_jobs, "platform_for", lambda store_id: desk.platform)


def live(desk: Desk, *names: str) -> list[int]:
    """Ids of codes that are live in the store and held by people of these names."""
    run_id = desk.prepare(list(names))
    with transaction() as session:
        rows = session.execute(
            select(Code.id, Code.code, Code.made_for_id).where(Code.run_id == run_id).order_by(Code.id)
        )
        assign(session, session.get_one(Offer, desk.offer_id), [Made(*row) for row in rows], "test")
    desk.push(run_id)
    with reading() as session:
        return list(session.scalars(select(Code.id).where(Code.run_id == run_id).order_by(Code.id)))


def change(action: Callable[..., CodeChange], ids: Sequence[int]) -> int:
    with transaction() as session:
        return action(session, [session.get_one(Code, id) for id in ids], actor="test").id


def code(id: int) -> Code:
    with reading() as session:
        return session.get_one(Code, id)


def told(type: str) -> list[str]:
    with reading() as session:
        return [
            event.data["code"] for event in session.scalars(select(Event).where(Event.type == type).order_by(Event.id))
        ]


def open_assignments() -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(Assignment).where(Assignment.ends_at.is_(None))) or 0


def enable(desk: Desk, *ids: int) -> None:
    with transaction() as session:
        started = life.enable(session, [session.get_one(Code, id) for id in ids], actor="test")
    for run in started:
        jobs.push(run.id)


def test_a_disabled_code_leaves_the_store_and_comes_back(desk: Desk) -> None:
    anna, ben = live(desk, "Anna", "Ben")
    in_store = desk.platform.codes["ANNA15"]
    change_id = change(life.disable, [anna])
    assert (code(anna).state, code(anna).due, desk.in_store()) == ("disabled", "off", {"ANNA15", "BEN15"})
    with transaction() as session, pytest.raises(Conflict, match="still taking"):
        life.enable(session, [session.get_one(Code, anna)], actor="test")

    life_jobs.settle(desk.store_id)

    assert (code(anna).due, desk.in_store(), open_assignments()) == ("", {"BEN15"}, 2)
    with reading() as session:
        assert session.get_one(CodeChange, change_id).state == "finished"
    assert told("code.disabled") == ["ANNA15"]

    with transaction() as session:
        session.get_one(Offer, desk.offer_id).issuing_ended_at = now()
    enable(desk, anna)  # codes of an older version go on working, so this one may come back
    assert (code(anna).state, code(anna).code, desk.in_store()) == ("live", "ANNA15", {"ANNA15", "BEN15"})
    assert desk.platform.codes["ANNA15"] == in_store, "made anew, it would forget how often it was used"
    with reading() as session:
        shown = [runs.show(session, desk.workspace_id, run.id) for run in session.scalars(select(CodeRun))]
    assert [(run["total"], run["counts"]["live"]) for run in shown] == [(1, 1), (1, 1)]
    assert code(ben).state == "live"


def test_a_string_somebody_else_took_meanwhile_is_not_replaced_silently(desk: Desk) -> None:
    (anna,) = live(desk, "Anna")
    change(life.disable, [anna])
    life_jobs.settle(desk.store_id)
    desk.platform.plant("ANNA15")

    enable(desk, anna)

    assert (code(anna).state, code(anna).code, code(anna).reason, code(anna).can_retry) == (
        "failed", "ANNA15", "taken", True,
    )  # fmt: skip


def test_a_retired_code_is_off_for_good_and_its_history_stays(desk: Desk) -> None:
    anna, ben = live(desk, "Anna", "Ben")
    change(life.retire, [anna])
    life_jobs.settle(desk.store_id)

    assert (code(anna).state, desk.in_store(), open_assignments()) == ("retired", {"BEN15"}, 1)
    with reading() as session:
        ended = session.scalars(select(Assignment).where(Assignment.code_id == anna)).one()
        assert ended.ends_at is not None
    assert (told("code.retired"), told("assignment.ended")) == (["ANNA15"], ["ANNA15"])
    with transaction() as session, pytest.raises(Conflict):
        life.enable(session, [session.get_one(Code, anna)], actor="test")
    again = desk.prepare(["Anna"])
    desk.push(again)
    assert "ANNA15-2" in desk.in_store()


def test_a_code_not_sent_yet_is_simply_not_made(desk: Desk) -> None:
    run_id = desk.prepare(["Anna", "Ben"])
    with reading() as session:
        anna = session.scalars(select(Code.id).where(Code.code == "ANNA15")).one()
    change(life.disable, [anna])
    desk.push(run_id)
    assert (desk.in_store(), code(anna).due) == ({"BEN15"}, "")
    enable(desk, anna)
    assert desk.in_store() == {"ANNA15", "BEN15"}


def test_a_replaced_code_goes_when_the_new_one_is_live(desk: Desk) -> None:
    (anna,) = live(desk, "Anna")
    with transaction() as session:
        new = life.rotate(session, session.get_one(Code, anna), actor="test").id
        with pytest.raises(Conflict, match="being made"):
            life.rotate(session, session.get_one(Code, anna), actor="test")
    assert (code(new).code, code(new).replaces_id, code(new).state) == ("ANNA15-2", anna, "queued")
    life_jobs.settle(desk.store_id)
    assert (code(anna).state, desk.in_store()) == ("live", {"ANNA15"})

    desk.push(code(new).run_id or 0)
    life_jobs.settle(desk.store_id)

    assert (code(anna).state, code(new).state, desk.in_store()) == ("retired", "live", {"ANNA15-2"})
    with reading() as session:
        held = session.scalars(select(Assignment).order_by(Assignment.id)).all()
        rotated = session.scalars(select(Event).where(Event.type == "code.rotated")).one()
    assert [(row.code_id, row.ends_at is None) for row in held] == [(anna, False), (new, True)]
    assert (rotated.data["code"], rotated.data["replaces_code"]) == ("ANNA15-2", "ANNA15")


def test_a_typed_replacement_is_checked_and_may_be_given_up(desk: Desk) -> None:
    anna, _ = live(desk, "Anna", "Ben")
    with transaction() as session:
        for wrong in ("ben15", "Änna", "x" * 65):
            with pytest.raises(InvalidInput) as refused:
                life.rotate(session, session.get_one(Code, anna), actor="test", wanted=wrong)
            assert refused.value.errors[0].field == "code"
        new = life.rotate(session, session.get_one(Code, anna), actor="test", wanted="annas-own").id
    assert code(new).code == "ANNAS-OWN"
    change(life.retire, [new])
    life_jobs.settle(desk.store_id)
    assert (code(anna).state, code(anna).due, desk.in_store()) == ("live", "", {"ANNA15", "BEN15"})


def test_a_failed_code_is_edited_and_tried_again(desk: Desk) -> None:
    from app.platforms.port import Failure

    desk.platform.refused["BEN15"] = (Failure.INVALID, "Code is too long.")
    _, ben = live(desk, "Anna", "Ben")
    assert code(ben).state == "failed"
    with transaction() as session:
        with pytest.raises(InvalidInput):
            life.rename(session, session.get_one(Code, ben), "ANNA15")
        life.rename(session, session.get_one(Code, ben), "benny")
    jobs.push(code(ben).run_id or 0)
    assert (code(ben).state, code(ben).code, desk.in_store()) == ("live", "BENNY", {"ANNA15", "BENNY"})


@pytest.mark.parametrize("kill_at", [1, 2])
def test_a_killed_worker_leaves_the_rest_to_the_next(desk: Desk, kill_at: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(life_jobs, "BATCH", 100)
    monkeypatch.setattr(life, "AT_ONCE", 10)
    ids = live(desk, *(f"P{n}" for n in range(250)))
    change_id = change(life.disable, ids)
    life_jobs.change(change_id)
    assert desk.states() == {"disabled": 250}
    desk.platform.kill_at = len(desk.platform.calls) + kill_at
    with pytest.raises(Killed):
        life_jobs.settle(desk.store_id)
    desk.platform.kill_at = 0
    with transaction() as session:
        session.execute(update(Store).values(taking_off_until=None))
    life_jobs.settle(desk.store_id)

    assert desk.in_store() == set()
    with reading() as session:
        done = session.get_one(CodeChange, change_id)
        assert (done.state, done.total) == ("finished", 250)
        assert session.scalar(select(func.count()).select_from(Event).where(Event.type == "code.disabled")) == 250


def test_a_store_that_is_away_is_told_later(desk: Desk) -> None:
    (anna,) = live(desk, "Anna")
    change_id = change(life.disable, [anna])
    desk.platform.faults["take_off"] = [("before", AWAY)]
    life_jobs.settle(desk.store_id)
    with reading() as session:
        waiting = session.get_one(CodeChange, change_id)
    assert (waiting.state, bool(waiting.trouble), code(anna).due) == ("running", True, "off")
    life_jobs.settle(desk.store_id)
    assert desk.in_store() == set()

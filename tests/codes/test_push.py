"""A run's way to the store, against a store in memory that can fail."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.codes import blocks, jobs
from app.codes.models import Code, CodeRun
from app.db import reading, transaction
from app.events import Event
from app.platforms.port import Failure, PlatformError
from tests.codes.conftest import Desk
from tests.support.fake_platform import AWAY, LOST, Killed


def names(count: int) -> list[str]:
    return [f"Anna{n}" for n in range(count)]


def assert_all_live(desk: Desk, count: int) -> None:
    """All codes live, none twice, none in the store that we do not know."""
    assert desk.states() == {"live": count}
    assert desk.in_store() == set(desk.codes())
    assert len(set(desk.codes())) == count


def test_every_code_of_a_run_goes_live(desk: Desk) -> None:
    run_id = desk.prepare(names(1100))
    desk.push(run_id)
    assert_all_live(desk, 1100)
    assert desk.run(run_id).state == "finished"
    assert desk.run(run_id).worker == ""


def test_blocks_are_kept_in_flight_two_at_a_time(desk: Desk) -> None:
    desk.platform.polls_until_done = 3
    desk.push(desk.prepare(names(1600)))
    assert desk.platform.most_in_flight == 2


@pytest.mark.parametrize("making", [True, False])
def test_few_codes_wait_beside_a_block_while_more_are_made(desk: Desk, making: bool) -> None:
    desk.platform.block_size, desk.platform.polls_until_done = 100, 3
    run_id = desk.prepare(names(111))  # the discount is made with the first one
    with transaction() as session:
        session.get_one(CodeRun, run_id).request = {"ids": [], "edits": {}, "pool": 1} if making else None
    desk.push(run_id)
    assert_all_live(desk, 111)
    assert desk.platform.most_in_flight == (1 if making else 2)


def test_an_offer_makes_one_discount_with_its_first_code(desk: Desk) -> None:
    desk.push(desk.prepare(names(3)))
    desk.push(desk.prepare(["Berta"]))
    assert desk.platform.calls.count("create_discount") == 1
    assert desk.platform.codes_of(desk.discount_id() or "") == {"ANNA015", "ANNA115", "ANNA215", "BERTA15"}


def test_a_run_without_codes_makes_no_discount(desk: Desk) -> None:
    run_id = desk.prepare([])
    desk.push(run_id)
    assert desk.platform.discounts == {}
    assert desk.run(run_id).state == "finished"


def test_clashes_with_codes_of_others_get_the_next_number(desk: Desk) -> None:
    desk.platform.plant("anna15", "ANNA15-2", "Berta15")
    desk.push(desk.prepare(["Anna", "Berta", "Carla", "Anna"]))
    assert desk.codes("live") == ["ANNA15-3", "BERTA15-2", "CARLA15", "ANNA15-4"]


def test_a_long_row_of_taken_numbers_is_passed_in_few_questions(desk: Desk) -> None:
    desk.platform.plant("CARLA15", *(f"ANNA15-{n}" for n in range(2, 300)), "ANNA15")
    desk.push(desk.prepare(["Berta", "Anna"]))
    assert desk.codes("live") == ["BERTA15", "ANNA15-300"]
    assert desk.platform.calls.count("find_codes") < 20


def test_the_first_codes_clash_is_settled_before_the_discount_is_made(desk: Desk) -> None:
    desk.platform.plant("ANNA15")
    desk.push(desk.prepare(["Anna"]))
    assert desk.codes("live") == ["ANNA15-2"]
    assert desk.platform.calls.count("create_discount") == 1


def test_many_clashes_are_settled_by_listing_the_discount(desk: Desk) -> None:
    desk.platform.block_size = 10
    desk.platform.plant(*(f"ANNA{n}15" for n in range(5, 1000, 7)))
    desk.push(desk.prepare(names(1000)))
    assert_all_live(desk, 1000)
    assert desk.platform.calls.count("discount_codes") > 0
    assert desk.platform.calls.count("block_results") == 0


def test_one_refused_code_fails_alone_with_its_reason(desk: Desk) -> None:
    desk.platform.refused["BERTA15"] = (Failure.INVALID, "Code is reserved.")
    run_id = desk.prepare(["Anna", "Berta", "Carla"])
    desk.push(run_id)
    assert desk.states() == {"live": 2, "failed": 1}
    with reading() as session:
        failed = session.scalars(select(Code).where(Code.state == "failed")).one()
    assert (failed.reason, failed.message, failed.can_retry) == ("invalid", "Code is reserved.", False)
    assert desk.run(run_id).state == "finished"


def test_refused_terms_fail_every_code_with_the_stores_words(desk: Desk) -> None:
    with transaction() as session:
        offer = session.get_one(blocks.Offer, desk.offer_id)
        offer.title = "refused"
    run_id = desk.prepare(names(250))
    desk.push(run_id)
    assert desk.states() == {"failed": 250}
    with reading() as session:
        assert set(session.scalars(select(Code.message))) == {"Title is not allowed."}
    assert desk.run(run_id).state == "finished"


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_lost_answer_to_the_discounts_creation_makes_no_second_one(desk: Desk, when: str) -> None:
    desk.platform.faults["create_discount"] = [(when, LOST)]
    run_id = desk.prepare(names(3))
    desk.push(run_id)
    desk.let_lease_pass()
    desk.push(run_id)
    assert_all_live(desk, 3)
    assert len(desk.platform.discounts) == 1


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_lost_answer_to_a_block_is_sent_again_and_settled(desk: Desk, when: str) -> None:
    desk.platform.faults["add_codes"] = [(when, AWAY)]
    run_id = desk.prepare(names(600))
    desk.push(run_id)
    assert "does not answer" in desk.run(run_id).trouble
    assert desk.run(run_id).state == "running"
    desk.let_lease_pass()
    desk.push(run_id)
    assert_all_live(desk, 600)
    assert desk.run(run_id).trouble == ""


def test_polls_that_fail_for_a_while_are_asked_again(desk: Desk) -> None:
    error = PlatformError(Failure.THROTTLED, "Busy.", can_retry=True, retry_after=0.01)
    desk.platform.faults["block_status"] = [("before", error)] * 3
    desk.push(desk.prepare(names(10)))
    assert_all_live(desk, 10)


def test_a_block_that_the_store_forgot_is_looked_up(desk: Desk) -> None:
    gone = PlatformError(Failure.NOT_FOUND, "No such job.")
    desk.platform.polls_until_done = 1
    desk.platform.faults["block_status"] = [("after", gone)]
    desk.push(desk.prepare(names(10)))
    assert_all_live(desk, 10)


@pytest.mark.parametrize("reason", [Failure.UNAUTHORIZED, Failure.STORE_CLOSED, Failure.ACCESS_DENIED])
def test_a_store_that_lets_nobody_in_makes_the_run_wait_and_say_so(desk: Desk, reason: Failure) -> None:
    desk.push(desk.prepare(["First"]))
    desk.platform.faults["add_codes"] = [("before", PlatformError(reason, "No."))]
    run_id = desk.prepare(names(5))
    desk.push(run_id)
    assert desk.run(run_id).trouble
    assert desk.run(run_id).state == "running"
    desk.push(run_id)  # still within its pause: nothing is sent
    assert desk.platform.calls.count("add_codes") == 1
    desk.let_lease_pass()
    desk.push(run_id)
    assert_all_live(desk, 6)


def test_a_job_that_runs_twice_or_late_changes_nothing(desk: Desk) -> None:
    run_id = desk.prepare(names(30))
    desk.push(run_id)
    calls = len(desk.platform.calls)
    desk.push(run_id)
    assert len(desk.platform.calls) == calls


def test_a_held_run_is_left_to_its_worker(desk: Desk) -> None:
    run_id = desk.prepare(names(3))
    with transaction() as session:
        assert blocks.take_lease(session, run_id, "other")
    desk.push(run_id)
    assert desk.platform.calls == []


def test_two_runs_of_a_store_are_pushed_one_after_the_other(desk: Desk) -> None:
    first, second = desk.prepare(names(3)), desk.prepare(["Berta"])
    with transaction() as session:
        assert blocks.take_lease(session, first, "other")
    desk.push(second)
    assert desk.platform.calls == []


def test_stop_ends_after_the_blocks_in_flight_and_resume_goes_on(desk: Desk) -> None:
    desk.platform.block_size = 10

    def stop_at_third(name: str) -> None:
        if name == "add_codes" and desk.platform.calls.count("add_codes") == 2:
            with transaction() as session:
                session.get_one(blocks.CodeRun, run_id).stop_asked = True

    run_id = desk.prepare(names(200))
    desk.platform.on_call = stop_at_third
    desk.push(run_id)
    assert desk.run(run_id).state == "stopped"
    states = desk.states()
    assert set(states) == {"live", "queued"}
    assert states["queued"] > 100
    assert desk.in_store() == set(desk.codes("live"))
    desk.push(run_id)
    assert desk.states() == states
    with transaction() as session:
        session.get_one(blocks.CodeRun, run_id).state = "running"
    desk.platform.on_call = lambda name: None
    desk.push(run_id)
    assert_all_live(desk, 200)


@pytest.mark.parametrize("call", range(1, 26))
def test_a_worker_killed_at_any_call_leaves_work_another_finishes(desk: Desk, call: int) -> None:
    """The call has acted when the worker dies: the worst moment."""
    desk.platform.block_size = 5
    desk.platform.plant("ANNA315", "ANNA1115", "ANNA1115-2")
    desk.platform.kill_at = call
    run_id = desk.prepare(names(40))
    try:
        desk.push(run_id)
    except Killed:
        desk.let_lease_pass()
    desk.platform.kill_at = 0
    desk.push(run_id)
    assert_all_live(desk, 40)
    assert desk.run(run_id).state == "finished"


STEPS = [
    "save_discount",
    "go_live",
    "claim",
    "mark_sent",
    "mark_counted",
    "rename",
    "mark_done",
    "unfinished",
    "give_back",
]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", STEPS)
def test_a_worker_killed_around_any_step_leaves_work_another_finishes(
    desk: Desk, step: str, when: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The transaction of the step rolls back, as it does when the process is gone."""
    desk.platform.block_size = 5
    desk.platform.plant("ANNA315", "ANNA1115")
    real = getattr(blocks, step)
    calls = 0

    def dying(*args: object, **options: object) -> object:
        nonlocal calls
        calls += 1
        if calls == 2 or step in ("save_discount", "unfinished", "give_back", "rename"):
            if when == "after":
                real(*args, **options)
            raise Killed
        return real(*args, **options)

    run_id = desk.prepare(names(30))
    with monkeypatch.context() as patch:
        patch.setattr(blocks, step, dying)
        with pytest.raises(Killed):
            desk.push(run_id)
    desk.let_lease_pass()
    desk.push(run_id)
    assert_all_live(desk, 30)


def test_a_discount_begun_by_a_killed_run_is_found_by_the_next_one(desk: Desk) -> None:
    desk.platform.kill_at = 2  # the creation acted, nobody wrote it down
    first = desk.prepare(["Anna"])
    with pytest.raises(Killed):
        desk.push(first)
    desk.platform.kill_at = 0
    desk.let_lease_pass()
    desk.push(desk.prepare(["Berta"]))
    assert len(desk.platform.discounts) == 1
    desk.push(first)
    assert_all_live(desk, 2)


def test_live_and_failed_codes_are_told_with_the_person(desk: Desk) -> None:
    desk.platform.refused["BERTA15"] = (Failure.INVALID, "Code is reserved.")
    desk.push(desk.prepare(["Anna", "Berta"], pool=0))
    with reading() as session:
        told = session.scalars(select(Event).order_by(Event.id)).all()
    assert [(event.type, event.data["code"]) for event in told] == [("code.live", "ANNA15"), ("code.failed", "BERTA15")]
    assert told[0].data["share_url"] == "https://some-shop.myshopify.com/discount/ANNA15"
    assert told[0].data["status"] == "live"
    assert told[0].influencer_id is not None
    assert told[1].data["status_reason"] == "Code is reserved."


def test_pooled_codes_are_told_to_nobody(desk: Desk) -> None:
    desk.push(desk.prepare([], pool=20))
    assert desk.states() == {"live": 20}
    with reading() as session:
        assert session.scalars(select(Event)).all() == []


def test_the_sweep_wakes_runs_whose_worker_is_gone(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    woken: list[int] = []
    monkeypatch.setattr(jobs, "push_now", woken.append)
    waiting, held, done = desk.prepare(["A"]), desk.prepare(["B"]), desk.prepare([])
    desk.push(done)
    woken.clear()
    with transaction() as session:
        assert blocks.take_lease(session, held, "other")
    jobs.sweep()
    assert woken == [waiting]

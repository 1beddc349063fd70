"""Every event reaches the roster at least once, each person's in order, whatever fails on the way."""

from __future__ import annotations

import random
import threading
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import func, select

from app import events
from app.clock import now
from app.db import reading, transaction
from app.events import Event, EventPending
from app.roster import jobs, pushing, service
from app.roster.models import RosterConnection, RosterPush
from app.roster.port import Outgoing, RosterError, Trouble
from app.stores.models import Store
from tests.roster.conftest import Tell, add_connection, pushes, relay_and_push, state_of
from tests.support.fake_platform import Killed
from tests.support.fake_roster import AWAY, REFUSED, FakeRoster
from tests.support.rows import add_store

SEEDS = (1, 7, 42)


def test_an_event_arrives_with_its_key_and_time(connection: RosterConnection, roster: FakeRoster, tell: Tell) -> None:
    tell(person=1)
    relay_and_push()
    with reading() as session:
        event = session.scalars(select(Event)).one()
    assert roster.taken == [Outgoing(event.key, "code.live", event.created_at, {"person": 1, "number": 1})]
    assert pushes("sent") == 1
    relay_and_push()
    assert len(roster.calls) == 1


def run_history(seed: int, roster: FakeRoster, tell: Tell, clock: Any) -> None:
    """Events of 12 people while a quarter of the calls fail, half of those after the roster has acted."""
    dice = random.Random(seed)
    lock = threading.Lock()

    def fail(_event: Outgoing) -> None:
        with lock:
            chance = dice.random()
        if chance < 0.12:
            raise RosterError(dice.choice([Trouble.UNREACHABLE, Trouble.BUSY, Trouble.REFUSED]), "No.")

    roster.before_push = roster.after_push = fail
    for _ in range(15):
        for _ in range(8):
            tell(dice.randint(1, 12), dice.randint(1, 3))
        relay_and_push()
        clock.shift(timedelta(seconds=dice.randint(1, 30)))
    roster.before_push = roster.after_push = lambda event: None
    for _ in range(100):
        with transaction() as session:
            service.retry(session, session.scalars(select(RosterConnection.workspace_id)).one())
        clock.shift(timedelta(minutes=10))
        relay_and_push()
        if not pushes("waiting"):
            return


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_lost_and_each_person_is_told_in_order(
    seed: int, connection: RosterConnection, roster: FakeRoster, tell: Tell, clock: Any
) -> None:
    run_history(seed, roster, tell, clock)
    with reading() as session:
        keys = set(session.scalars(select(Event.key)))
    assert set(roster.keys) == keys, f"seed {seed}"
    assert (pushes("waiting"), pushes("stuck")) == (0, 0)
    for person, numbers in roster.by_person().items():
        assert numbers == sorted(numbers), f"seed {seed}, person {person}"
    assert len(roster.calls) > len(keys)


def test_without_the_hold_the_order_breaks(
    connection: RosterConnection, roster: FakeRoster, tell: Tell, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: the history above does need the chains."""
    monkeypatch.setattr(pushing, "_chains", lambda events: [[one] for one in events])
    run_history(SEEDS[0], roster, tell, clock)
    assert any(numbers != sorted(numbers) for numbers in roster.by_person().values())


def test_a_refused_event_is_stuck_and_only_its_person_waits(
    connection: RosterConnection, roster: FakeRoster, tell: Tell, clock: Any
) -> None:
    def refuse(event: Outgoing) -> None:
        if event.data == {"person": 1, "number": 2}:
            raise REFUSED

    roster.before_push = refuse
    tell(person=1, count=3)
    tell(person=2, count=3)
    for _ in range(10):
        relay_and_push()
        clock.shift(timedelta(minutes=6))
    assert roster.by_person() == {1: [1], 2: [1, 2, 3]}
    with reading() as session:
        shown = service.status(session, connection.workspace_id)["push"]
    assert (shown["stuck"], shown["waiting"], shown["sent"]) == (1, 1, 4)
    (item,) = shown["stuck_items"]
    assert item["error"] == REFUSED.message
    assert item["attempts"] == 5
    roster.before_push = lambda event: None
    with transaction() as session:
        service.retry(session, connection.workspace_id)
    relay_and_push()
    assert roster.by_person() == {1: [1, 2, 3], 2: [1, 2, 3]}
    assert pushes("stuck") == 0


def test_a_roster_that_is_down_for_a_week_is_asked_rarely_and_misses_nothing(
    connection: RosterConnection, roster: FakeRoster, tell: Tell, clock: Any
) -> None:
    roster.down = True
    hours = range(0, 7 * 24, 4)
    for hour in hours:
        tell(person=hour % 5, count=4)
        relay_and_push()
        clock.shift(timedelta(hours=4))
    waiting = pushes("waiting")
    assert waiting == 4 * len(hours)
    assert len(roster.calls) <= pushing.THREADS * len(hours)
    assert state_of(connection).push_error == AWAY.message
    roster.down = False
    relay_and_push()
    assert len(roster.taken) == waiting
    assert all(numbers == sorted(numbers) for numbers in roster.by_person().values())
    assert state_of(connection).push_error == ""


def test_the_wait_grows_and_is_kept(
    connection: RosterConnection, roster: FakeRoster, tell: Tell, clock: time_machine.Coordinates
) -> None:
    roster.down = True
    tell(person=1)
    waits = []
    for _ in range(12):
        relay_and_push()
        rests_until = state_of(connection).push_next_at
        assert rests_until is not None
        calls = len(roster.calls)
        relay_and_push()
        assert len(roster.calls) == calls, "asked again before its time"
        waits.append((rests_until - now()).total_seconds())
        clock.move_to(rests_until)
    assert waits[0] <= 2
    assert 150 <= waits[-1] <= 300


def test_a_busy_roster_is_left_alone_as_long_as_it_asks(
    connection: RosterConnection, roster: FakeRoster, tell: Tell, clock: Any
) -> None:
    def busy(_event: Outgoing) -> None:
        raise RosterError(Trouble.BUSY, "Too many.", retry_after=77)

    roster.before_push = busy
    tell(person=1)
    relay_and_push()
    assert state_of(connection).push_next_at == now() + timedelta(seconds=77)
    assert pushes("waiting") == 1


def test_an_event_that_always_fails_the_roster_does_not_stop_the_others(
    connection: RosterConnection, roster: FakeRoster, tell: Tell, clock: Any
) -> None:
    def poison(event: Outgoing) -> None:
        if event.data["person"] == 1:
            raise AWAY

    roster.before_push = poison
    for person in range(1, 30):
        tell(person, count=2)
    for _ in range(5):
        relay_and_push()
        clock.shift(timedelta(minutes=6))
    assert set(roster.by_person()) == set(range(2, 30))
    assert pushes("stuck") == 0
    roster.before_push = lambda event: None
    clock.shift(timedelta(hours=1))
    relay_and_push()
    assert roster.by_person()[1] == [1, 2]


def test_a_worker_that_dies_after_the_roster_acted_loses_and_doubles_nothing(
    connection: RosterConnection, roster: FakeRoster, tell: Tell, clock: Any
) -> None:
    def die(event: Outgoing) -> None:
        if event.data["number"] == 2:
            raise Killed

    tell(person=1, count=4)
    roster.after_push = die
    jobs.relay()
    with transaction() as session:
        taken = pushing.begin(session, connection.id)
    assert taken is not None
    with reading() as session:
        due = pushing.due(session, connection.id)
    with pytest.raises(Killed):
        pushing.send_round(roster, due)
    # The dead worker's lease still holds: nobody else starts before it has passed.
    roster.after_push = lambda event: None
    relay_and_push()
    assert roster.by_person() == {1: [1, 2]}
    clock.shift(pushing.LEASE + timedelta(seconds=1))
    relay_and_push()
    assert roster.by_person() == {1: [1, 2, 3, 4]}
    assert len(roster.calls) == 2 + 4
    assert pushes("sent") == 4


def push_with_threads(roster: FakeRoster, connection: RosterConnection, tell: Tell) -> None:
    """Four relays at once, with events coming in; all start together."""
    start = threading.Barrier(5)

    def work() -> None:
        start.wait()
        for _ in range(5):
            jobs.relay()
            jobs.push(connection.id)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    start.wait()
    for person in range(1, 11):
        tell(person, count=3)
    for thread in threads:
        thread.join()
    relay_and_push()


def test_several_relays_at_once_tell_everything_once(
    connection: RosterConnection, roster: FakeRoster, tell: Tell
) -> None:
    push_with_threads(roster, connection, tell)
    assert roster.by_person() == {person: [1, 2, 3] for person in range(1, 11)}
    assert len(roster.calls) == 30


def test_without_the_lease_they_tell_things_twice(
    connection: RosterConnection, roster: FakeRoster, tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin. Two workers get between each other: the second looks for work while the first is sending."""
    monkeypatch.setattr(pushing, "_free", lambda at: [])
    tell(person=1)
    jobs.relay()
    inside = threading.Event()

    def second_worker(_event: Outgoing) -> None:
        if not inside.is_set():
            inside.set()
            jobs.push(connection.id)

    roster.before_push = second_worker
    jobs.push(connection.id)
    assert len(roster.calls) == 2


def test_each_workspace_tells_its_own_roster_alone(
    connection: RosterConnection, tell: Tell, roster: FakeRoster
) -> None:
    with transaction() as session:
        other = add_store(session, "other.myshopify.com")
        without = add_store(session, "third.myshopify.com")
    theirs = add_connection(other.workspace_id)
    tell(person=1)
    with transaction() as session:
        events.append(session, other.workspace_id, "code.live", {"person": 9, "number": 1}, 9)
        events.append(session, without.workspace_id, "code.live", {"person": 8, "number": 1}, 8)
    jobs.relay()
    with reading() as session:
        held = session.execute(select(RosterPush.connection_id, RosterPush.influencer_id)).all()
        pending = session.scalar(select(func.count()).select_from(EventPending))
    assert sorted(tuple(row) for row in held) == [(connection.id, 1), (theirs.id, 9)]
    assert pending == 0
    jobs.push(connection.id)
    assert roster.by_person() == {1: [1]}


def test_a_disconnected_roster_is_told_nothing(
    connection: RosterConnection, roster: FakeRoster, tell: Tell, shop: Store
) -> None:
    tell(person=1)
    jobs.relay()
    with transaction() as session:
        service.disconnect(session, shop.workspace_id)
    jobs.push(connection.id)
    assert roster.calls == []


def test_what_was_told_long_ago_is_forgotten(
    connection: RosterConnection, roster: FakeRoster, tell: Tell, clock: Any
) -> None:
    tell(person=1, count=250)
    relay_and_push()
    clock.shift(pushing.KEPT + timedelta(days=1))
    roster.down = True
    tell(person=1)
    relay_and_push()
    jobs.drop_old_pushes()
    assert (pushes("sent"), pushes("waiting")) == (0, 1)

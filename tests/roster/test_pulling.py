"""Pulling: page by page, taken up where it stopped, one at a time, and nobody lost to a bad row."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from app.db import reading, transaction
from app.influencers import service as influencers
from app.influencers.models import Influencer
from app.roster import jobs, pulling, service
from app.roster.models import RosterConnection
from app.roster.port import RosterError, Trouble
from app.stores.models import Store
from tests.roster.conftest import state_of
from tests.support.fake_platform import Killed
from tests.support.fake_roster import AWAY, FakeRoster


def people(count: int, day: int = 1) -> list[dict[str, Any]]:
    return [{"external_id": str(n), "display_name": f"Person {n}", "updated_at": f"2026-11-{day:02}T00:00:{n:02}Z"}
            for n in range(1, count + 1)]


def names() -> list[str]:
    with reading() as session:
        return list(session.scalars(select(Influencer.display_name).order_by(Influencer.external_id)))


def progress(connection: RosterConnection) -> dict[str, Any]:
    with reading() as session:
        return service.status(session, connection.workspace_id)["pull"]


def test_everybody_comes_in_page_by_page(connection: RosterConnection, roster: FakeRoster) -> None:
    roster.people = people(5)
    jobs.pull(connection.id)
    assert names() == [f"Person {n}" for n in range(1, 6)]
    shown = progress(connection)
    assert (shown["state"], shown["seen"], shown["created"]) == ("done", 5, 5)
    assert state_of(connection).name == "Fake roster"
    assert [cursor for cursor, _ in roster.asked] == ["", "2", "4"]


def test_the_next_pull_asks_for_what_changed(connection: RosterConnection, roster: FakeRoster) -> None:
    roster.people = people(5)
    jobs.pull(connection.id)
    roster.asked.clear()
    roster.people[1] |= {"display_name": "Renamed", "updated_at": "2026-11-02T00:00:00Z"}
    roster.people[2] |= {"active": False, "updated_at": "2026-11-02T00:00:00Z"}
    jobs.pull(connection.id)
    assert {since for _, since in roster.asked} == {"2026-11-01T00:00:05Z"}
    shown = progress(connection)
    assert (shown["updated"], shown["archived"], shown["unchanged"]) == (1, 1, 1)
    with reading() as session:
        assert len(influencers.select(session, connection.workspace_id, influencers.Selection(filter={}))) == 4


def test_a_killed_pull_goes_on_at_its_page(connection: RosterConnection, roster: FakeRoster, clock: Any) -> None:
    def die_at_third(cursor: str) -> None:
        if cursor == "4":
            raise Killed

    roster.people = people(7)
    roster.before_page = die_at_third
    with pytest.raises(Killed):
        jobs.pull(connection.id)
    assert len(names()) == 4
    roster.before_page = lambda cursor: None
    roster.asked.clear()
    jobs.pull(connection.id)
    assert roster.asked == [], "the dead worker's lease still holds"
    clock.shift(pulling.LEASE + timedelta(seconds=1))
    assert progress(connection)["state"] == "failed"
    jobs.pull(connection.id)
    assert [cursor for cursor, _ in roster.asked] == ["4", "6"]
    shown = progress(connection)
    assert (shown["state"], shown["seen"], shown["created"]) == ("done", 7, 7)


def test_a_bad_row_is_told_and_the_rest_comes_in(connection: RosterConnection, roster: FakeRoster) -> None:
    roster.people = [*people(2), {"external_id": "x", "email": "nobody"}, {"display_name": "No id"}, *people(3)[2:]]
    roster.page_size = 10
    jobs.pull(connection.id)
    shown = progress(connection)
    assert (shown["created"], shown["refused"]) == (3, 2)
    assert shown["refused_rows"][0] == {
        "external_id": "x", "reason": "email: Enter an e-mail address such as ana@example.com.",
    }  # fmt: skip


def test_a_busy_roster_is_asked_again(connection: RosterConnection, roster: FakeRoster) -> None:
    troubles = [RosterError(Trouble.BUSY, "Too many.", retry_after=2), AWAY]

    def busy(_cursor: str) -> None:
        if troubles:
            raise troubles.pop()

    roster.people = people(3)
    roster.before_page = busy
    jobs.pull(connection.id)
    assert len(names()) == 3
    assert not troubles


def test_a_roster_that_stays_away_fails_the_pull_and_keeps_its_place(
    connection: RosterConnection, roster: FakeRoster
) -> None:
    def away_at_second(cursor: str) -> None:
        if cursor == "2":
            raise AWAY

    roster.people = people(5)
    roster.before_page = away_at_second
    jobs.pull(connection.id)
    shown = progress(connection)
    assert (shown["state"], shown["error"]) == ("failed", AWAY.message)
    assert state_of(connection).cursor == "2"
    assert state_of(connection).pulling_until is None
    roster.before_page = lambda cursor: None
    jobs.pull(connection.id)
    assert progress(connection)["state"] == "done"
    assert len(names()) == 5


def test_a_cursor_that_expired_is_forgotten(connection: RosterConnection, roster: FakeRoster) -> None:
    def expired(cursor: str) -> None:
        if cursor:
            raise RosterError(Trouble.REFUSED, "The roster answers 400. Bad cursor.")

    roster.people = people(5)
    roster.before_page = expired
    jobs.pull(connection.id)
    assert state_of(connection).cursor == ""
    roster.before_page = lambda cursor: None
    jobs.pull(connection.id)
    assert len(names()) == 5


def test_two_pulls_at_once_are_one(connection: RosterConnection, roster: FakeRoster) -> None:
    def pull_too(_cursor: str) -> None:
        asked = len(roster.asked)
        jobs.pull(connection.id)
        assert len(roster.asked) == asked, "a second worker pulls the same roster"

    roster.people = people(3)
    roster.before_page = pull_too
    jobs.pull(connection.id)
    assert progress(connection)["seen"] == 3


def test_a_worker_whose_lease_was_taken_saves_nothing_more(
    connection: RosterConnection, roster: FakeRoster, clock: Any
) -> None:
    """It slept for longer than its lease; another one has begun anew."""
    roster.people = people(4)

    def oversleep(cursor: str) -> None:
        if cursor == "2":
            clock.shift(pulling.LEASE + timedelta(seconds=1))
            with transaction() as session:
                assert pulling.begin(session, connection.id) is not None

    roster.before_page = oversleep
    jobs.pull(connection.id)
    assert len(names()) == 2
    assert progress(connection)["state"] == "running"


def test_a_pull_of_a_roster_that_was_disconnected_does_nothing(
    connection: RosterConnection, roster: FakeRoster
) -> None:
    with transaction() as session:
        service.disconnect(session, connection.workspace_id)
    jobs.pull(connection.id)
    assert roster.asked == []


def test_rosters_of_workspaces_without_a_store_are_left_alone(
    connection: RosterConnection, shop: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    queued: list[int] = []
    monkeypatch.setattr(jobs, "enqueue", lambda _job, id, **_options: queued.append(id))
    jobs.pull_all()
    with transaction() as session:
        session.execute(update(Store).where(Store.id == shop.id).values(state="uninstalled"))
    jobs.pull_all()
    assert queued == [connection.id]

"""Many people archived and brought back: at once, by the job, and undone."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select, update

from app.clock import now
from app.db import reading, transaction
from app.events import Event
from app.influencers import changes
from app.influencers.models import Influencer, PeopleChange
from app.influencers.service import upsert_many
from app.stores.models import Store
from tests.support.actors import Merchant
from tests.support.statements import statements

PEOPLE = 30


@pytest.fixture
def people(store: Store) -> list[int]:
    records = [{"external_id": f"p{n}", "first_name": f"Person {n}", "tags": ["even" if n % 2 == 0 else "odd"]}
               for n in range(PEOPLE)]  # fmt: skip
    with transaction() as session:
        return [row.influencer_id or 0 for row in upsert_many(session, store.workspace_id, "r", records)]


@pytest.fixture
def by_job(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few people are many."""
    monkeypatch.setattr(changes, "AT_ONCE", 3)
    monkeypatch.setattr(changes, "STEP", {"sqlite": 4, "postgresql": 4})


def act(merchant: Merchant, kind: str, selection: dict[str, Any], status: int = 202) -> Any:
    answer = merchant.post(f"/api/influencers/{kind}", json={"selection": selection})
    assert answer.status_code == status, answer.text
    return answer.json


def archived(people: list[int]) -> set[int]:
    with reading() as session:
        found = session.scalars(select(Influencer.id).where(Influencer.archived_at.is_not(None)))
        return {people.index(id) for id in found}


def test_the_filter_is_what_is_archived(merchant: Merchant, people: list[int]) -> None:
    done = act(merchant, "archive", {"filter": {"tag": "even"}, "except_ids": [people[0], people[2]]})
    expected = set(range(4, PEOPLE, 2))
    assert (done["total"], done["done"], done["finished_at"] is not None) == (len(expected), len(expected), True)
    assert archived(people) == expected
    with reading() as session:
        told = session.execute(select(Event.influencer_id, Event.type, Event.data).order_by(Event.id)).all()
    assert {(people.index(id or 0), type) for id, type, _ in told} == {(n, "influencer.archived") for n in expected}
    assert all(data["active"] is False and data["external_id"].startswith("p") for _, _, data in told)


def test_undo_brings_back_exactly_those(merchant: Merchant, people: list[int]) -> None:
    act(merchant, "archive", {"ids": people[:3]})
    change = act(merchant, "archive", {"ids": people[:5]})
    assert change["total"] == 2, "who was archived already does not count"
    undone = merchant.post(f"/api/influencer-changes/{change['id']}/undo").json
    assert (undone["kind"], undone["total"]) == ("restore", 2)
    assert archived(people) == {0, 1, 2}
    again = merchant.post(f"/api/influencer-changes/{change['id']}/undo").json
    assert again["total"] == 0
    restored = act(merchant, "restore", {"filter": {"archived": True}})
    assert restored["total"] == 3
    assert archived(people) == set()


def test_the_merged_and_the_erased_stay_archived(merchant: Merchant, people: list[int]) -> None:
    act(merchant, "archive", {"ids": people[:3]})
    with transaction() as session:
        session.execute(update(Influencer).where(Influencer.id == people[0]).values(merged_into_id=people[9]))
        session.execute(update(Influencer).where(Influencer.id == people[1]).values(erased_at=now()))
    assert act(merchant, "restore", {"ids": people[:3]})["total"] == 1
    assert archived(people) == {0, 1}
    rows = merchant.get("/api/influencers", query_string={"archived": "true"}).json["items"]
    assert [people.index(row["id"]) for row in rows] == [1]


def test_many_go_step_by_step_and_a_killed_job_is_taken_up_again(
    merchant: Merchant, people: list[int], by_job: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = act(merchant, "archive", {"filter": {}})
    assert (change["total"], change["done"], change["finished_at"]) == (PEOPLE, 0, None)
    assert merchant.post(f"/api/influencer-changes/{change['id']}/undo").status_code == 409
    real, steps = changes._change, 0

    def killed_in_the_third(*args: Any) -> None:
        nonlocal steps
        steps += 1
        if steps == 3:
            raise SystemExit
        real(*args)

    monkeypatch.setattr(changes, "_change", killed_in_the_third)
    with pytest.raises(SystemExit):
        changes.work(change["id"])
    assert merchant.get(f"/api/influencer-changes/{change['id']}").json["done"] == 8
    assert len(archived(people)) == 8
    changes.work(change["id"])
    changes.work(change["id"])
    shown = merchant.get(f"/api/influencer-changes/{change['id']}").json
    assert (shown["done"], shown["finished_at"] is not None) == (PEOPLE, True)
    assert len(archived(people)) == PEOPLE
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(Event)) == PEOPLE, "each is told once"


def test_as_many_statements_for_two_as_for_all(merchant: Merchant, people: list[int]) -> None:
    merchant.get("/api/influencers")
    counts = []
    for ids in (people[:2], people[2:]):
        with statements() as sent:
            act(merchant, "archive", {"ids": ids})
        counts.append(len(sent))
    assert counts[0] == counts[1]


def test_old_changes_go(merchant: Merchant, people: list[int]) -> None:
    first, second = (act(merchant, "archive", {"ids": [people[n]]})["id"] for n in range(2))
    with transaction() as session:
        old = now() - changes.KEPT * 2
        session.execute(update(PeopleChange).where(PeopleChange.id == first).values(finished_at=old))
    changes.sweep()
    assert merchant.get(f"/api/influencer-changes/{first}").status_code == 404
    assert merchant.get(f"/api/influencer-changes/{second}").status_code == 200

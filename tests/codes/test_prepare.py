"""Making codes: unique in the store, one a person, also when two make them at once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select, update

from app.codes import service
from app.codes.models import Code
from app.db import db, reading, transaction
from app.influencers.models import Influencer
from app.offers.models import Offer
from tests.codes.conftest import Desk
from tests.support.offers import add_offer, add_people, people_of


def test_people_of_one_name_are_numbered(desk: Desk) -> None:
    desk.prepare(["Anna", "Anna", "ANNA"])
    assert desk.codes() == ["ANNA15", "ANNA15-2", "ANNA15-3"]


def test_codes_are_unique_in_the_store_whatever_offer_or_state(desk: Desk) -> None:
    desk.prepare(["Anna"])
    with transaction() as session:
        session.execute(update(Code).values(state="retired"))
        first = session.get_one(Offer, desk.offer_id)
        other = add_offer(session, session.get_one(service.Store, first.store_id), "Other")
        ids = add_people(session, desk.workspace_id, ["anna"])
        service.prepare(session, other, people_of(session, ids), actor="test")
    with reading() as session:
        assert session.scalars(select(Code.code).order_by(Code.id)).all() == ["ANNA15", "ANNA15-2"]


def test_whoever_holds_a_code_of_the_offer_gets_no_second_one(desk: Desk) -> None:
    with transaction() as session:
        ids = add_people(session, desk.workspace_id, ["Anna", "Berta"])
    desk.prepare_for(ids[:1])
    desk.prepare_for(ids)
    assert desk.codes() == ["ANNA15", "BERTA15"]


def test_a_preferred_code_is_tried_first_and_a_clash_falls_back_to_the_pattern(desk: Desk) -> None:
    with transaction() as session:
        ids = add_people(session, desk.workspace_id, ["Anna", "Berta", "Carla"])
        session.execute(update(Influencer).where(Influencer.id.in_(ids[:2])).values(preferred_code="queen"))
        session.execute(update(Influencer).where(Influencer.id == ids[2]).values(preferred_code="not a code"))
    desk.prepare_for(ids)
    assert desk.codes() == ["QUEEN", "BERTA15", "CARLA15"]


def test_an_edit_stands_in_the_patterns_place(desk: Desk) -> None:
    with transaction() as session:
        ids = add_people(session, desk.workspace_id, ["Anna", "Berta"])
    desk.prepare_for(ids, edits={ids[0]: "vip-anna"})
    assert desk.codes() == ["VIP-ANNA", "BERTA15"]


def test_the_sequence_goes_on_from_run_to_run(desk: Desk) -> None:
    with transaction() as session:
        session.execute(update(Offer).values(pattern="X{seq}"))
    desk.prepare(["A", "B"])
    desk.prepare(["C"])
    assert desk.codes() == ["X1", "X2", "X3"]


def test_pooled_codes_are_random(desk: Desk) -> None:
    desk.prepare([], pool=50)
    assert len(set(desk.codes())) == 50
    assert all(len(code) == 10 and code.endswith("15") for code in desk.codes())


def _race(desk: Desk, ids: list[int], workers: int = 4) -> tuple[int, int, int]:
    """Several connections make codes for the same people at once: (codes, people, most codes a person has)."""
    start = threading.Barrier(workers)

    def make() -> None:
        start.wait()
        desk.prepare_for(ids)

    with ThreadPoolExecutor(workers) as pool:
        for future in [pool.submit(make) for _ in range(workers)]:
            future.result()
    with reading() as session:
        per_person = session.scalars(select(func.count()).select_from(Code).group_by(Code.made_for_id)).all()
        different = session.scalar(select(func.count(Code.key.distinct())))
    assert sum(per_person) == different
    return sum(per_person), len(per_person), max(per_person)


def test_two_who_make_codes_for_the_same_people_give_each_one(desk: Desk) -> None:
    with transaction() as session:
        ids = add_people(session, desk.workspace_id, ["Anna"] * 300)
    assert _race(desk, ids) == (300, 300, 1)


def test_twin_without_the_stores_lock_somebody_gets_two(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    if db.engine.dialect.name == "sqlite":
        _twin_on_sqlite(desk, monkeypatch)
        return
    real = service.holders
    met = threading.Barrier(4, timeout=20)

    def late(*args: object) -> dict[int, str]:
        found = real(*args)  # type: ignore[arg-type]
        met.wait()
        return found

    monkeypatch.setattr(service, "lock_store", lambda session, store_id: None)
    monkeypatch.setattr(service, "holders", late)
    with transaction() as session:
        ids = add_people(session, desk.workspace_id, ["Anna"])
    assert _race(desk, ids)[2] > 1


def _twin_on_sqlite(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """There the one writer is the guard: seen from before the other's commit, the look finds nobody."""
    with transaction() as session:
        ids = add_people(session, desk.workspace_id, ["Anna"])
    monkeypatch.setattr(service, "holders", lambda *args: {})
    assert _race(desk, ids)[2] > 1

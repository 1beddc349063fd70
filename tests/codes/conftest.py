from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy import func, select, update

from app.codes import jobs, pace, service
from app.codes.models import Code, CodeRun
from app.config import Settings
from app.db import reading, transaction
from app.offers.models import Offer
from tests.support.fake_platform import FakePlatform
from tests.support.offers import add_offer, add_people, people_of
from tests.support.rows import add_store


@dataclass
class Desk:
    """A store, an offer, and the fake that stands behind them."""

    store_id: int
    workspace_id: int
    offer_id: int
    platform: FakePlatform

    def prepare(self, names: list[str], *, pool: int = 0, edits: dict[int, str] | None = None) -> int:
        """Run id of codes made for people of these first names."""
        with transaction() as session:
            ids = add_people(session, self.workspace_id, names)
        return self.prepare_for(ids, pool=pool, edits=edits)

    def prepare_for(self, ids: list[int], *, pool: int = 0, edits: dict[int, str] | None = None) -> int:
        with transaction() as session:
            offer = session.get_one(Offer, self.offer_id)
            return service.prepare(session, offer, people_of(session, ids), pool=pool, edits=edits, actor="test").id

    def push(self, run_id: int) -> None:
        jobs.push(run_id)

    def let_lease_pass(self) -> None:
        with transaction() as session:
            session.execute(update(CodeRun).values(worker_until=None))

    def codes(self, state: str | None = None) -> list[str]:
        with reading() as session:
            query = select(Code.code).where(Code.offer_id == self.offer_id).order_by(Code.id)
            return list(session.scalars(query.where(Code.state == state) if state else query))

    def states(self) -> dict[str, int]:
        with reading() as session:
            rows = session.execute(select(Code.state, func.count()).group_by(Code.state))
            return {row[0]: row[1] for row in rows}

    def run(self, run_id: int) -> CodeRun:
        with reading() as session:
            return session.get_one(CodeRun, run_id)

    def discount_id(self) -> str | None:
        with reading() as session:
            return session.get_one(Offer, self.offer_id).remote_id

    def in_store(self) -> set[str]:
        """Codes of all our discounts in the store."""
        ours = {d.id for d in self.platform.discounts.values() if d.terms is not None}
        return {code for code, _, owner in self.platform.codes.values() if owner in ours}


@pytest.fixture
def platform() -> FakePlatform:
    return FakePlatform()


@pytest.fixture
def desk(database: Settings, platform: FakePlatform, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(jobs, "platform_for", lambda store_id: platform)
    monkeypatch.setattr(pace, "FIRST_SECONDS", 0.0)
    with transaction() as session:
        store = add_store(session)
        offer = add_offer(session, store)
        return Desk(store.id, store.workspace_id, offer.id, platform)

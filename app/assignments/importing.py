"""Linking imported codes: each is looked up in the store, put into the offer of its discount, given to its person.

Small steps, each one transaction that starts from lines still waiting: a worker that dies leaves the rest to the next.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

import structlog
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.assignments import service
from app.assignments.people import People
from app.clock import now
from app.codes import imports
from app.codes import service as codes
from app.codes.import_rules import Given
from app.codes.models import Code, CodeImport, CodeImportLine
from app.codes.patterns import key
from app.codes.rules import waiting_in_words
from app.codes.service import Made
from app.db import Base, reading, transaction
from app.db.bulk import among, insert_rows
from app.offers import existing
from app.offers.models import Offer
from app.platforms.port import Failure, PlatformError, StoreDiscount, StorePlatform
from app.stores.models import Store
from app.stores.service import platform_for

log = structlog.get_logger()

STEP = 100
"""Codes a transaction: on SQLite others wait for it."""
NOT_THERE = "The store does not have this code."


def run(import_id: int) -> None:
    """Works an import to its end, or until the store is away; the sweep takes it up again. Twice at once is safe."""
    with reading() as session:
        found = session.get(CodeImport, import_id)
        if found is None or found.state == "finished":
            return
        people = People(found.workspace_id)
    try:
        platform = platform_for(found.store_id)
        if found.state == "reading":
            _list(found, platform)
        linker = _Linker(found, platform, people)
        while linker.step():
            time.sleep(0)
    except PlatformError as error:
        if error.code is Failure.NOT_FOUND:
            _finish(import_id, "This discount is not in the store any more.")
            return
        log.info("import_waits", import_id=import_id, reason=error.code.value, request_id=error.request_id)
        with transaction() as session:
            session.get_one(CodeImport, import_id).trouble = waiting_in_words(error.code, error.message)[:500]
        return
    _finish(import_id)


def _finish(import_id: int, trouble: str = "") -> None:
    with transaction() as session:
        found = session.get_one(CodeImport, import_id, with_for_update=True)
        if found.state != "finished":
            found.state, found.finished_at, found.trouble = "finished", now(), trouble


def sweep() -> None:
    """Imports whose job was lost, whose worker died, or whose store was away."""
    with reading() as session:
        ids = session.scalars(select(CodeImport.id).where(CodeImport.state != "finished").order_by(CodeImport.id)).all()
    for id in ids:
        imports.again(id)


def _list(found: CodeImport, platform: StorePlatform) -> None:
    """The discount's codes as lines. All in one transaction after the list is complete, so that none is there twice."""
    listed = [Given(row.code) for row in platform.discount_codes(found.remote_id or "")]
    with transaction() as session:
        mine = session.get_one(CodeImport, found.id, with_for_update=True)
        if mine.state == "reading":
            session.execute(delete(CodeImportLine).where(CodeImportLine.import_id == mine.id))
            mine.total = 0
            imports.add_lines(session, mine, listed)
            mine.state = "running"


class _Linker:
    """Keeps what it learnt of discounts and people for as long as the import is worked."""

    def __init__(self, found: CodeImport, platform: StorePlatform, people: People) -> None:
        self._import = found
        self._platform = platform
        self._people = people
        self._discounts: dict[str, StoreDiscount] = {}

    def step(self) -> bool:
        """The next lines: the store is asked first, then they are written. False where none waits."""
        with reading() as session:
            waiting = session.execute(
                select(CodeImportLine.id, CodeImportLine.code, CodeImportLine.person)
                .where(CodeImportLine.import_id == self._import.id, CodeImportLine.state == "waiting")
                .order_by(CodeImportLine.number)
                .limit(STEP)
            ).all()
            if not waiting:
                return False
            self._people.learn(session, [row.person for row in waiting])
        found = {key(code): id for code, id in self._platform.find_codes([row.code for row in waiting]).items()}
        unknown = sorted({id for id in found.values() if id not in self._discounts})
        self._discounts |= self._platform.read_discounts(unknown)
        with transaction() as session:
            self._link(session, [row.id for row in waiting], found)
        return True

    def _link(self, session: Session, ids: Sequence[int], found: Mapping[str, str]) -> None:
        codes.lock_store(session, self._import.store_id)
        store = session.get_one(Store, self._import.store_id)
        lines = session.scalars(
            select(CodeImportLine)
            .where(among(session, CodeImportLine.id, ids), CodeImportLine.state == "waiting")
            .order_by(CodeImportLine.number)
        ).all()
        self._refuse_ours(session, lines)
        by_offer: dict[int, list[CodeImportLine]] = {}
        for line in lines:
            if line.state == "waiting" and self._know_person(line):
                offer = self._offer_for(session, store, line, found.get(key(line.code)))
                if offer is not None:
                    by_offer.setdefault(offer.id, []).append(line)
        for offer_id, chosen in by_offer.items():
            self._keep(session, session.get_one(Offer, offer_id), chosen, found)

    def _refuse_ours(self, session: Session, lines: Sequence[CodeImportLine]) -> None:
        """Codes that Shoutcode has already, in whatever state: a string is never given out twice."""
        query = select(Code.key, Code.id, Offer.name).join(Offer, Offer.id == Code.offer_id)
        ours = {
            row.key: row
            for row in session.execute(
                query.where(
                    Code.store_id == self._import.store_id, among(session, Code.key, [key(line.code) for line in lines])
                )
            )
        }
        for line in lines:
            if (held := ours.get(key(line.code))) is not None:
                line.code_id = held.id
                _refuse(line, f"Shoutcode has this code already, in {held.name}.")

    def _know_person(self, line: CodeImportLine) -> bool:
        if not line.person:
            return True
        line.influencer_id, fault = self._people.find(line.person)
        if fault:
            _refuse(line, fault)
        return not fault

    def _offer_for(self, session: Session, store: Store, line: CodeImportLine, discount_id: str | None) -> Offer | None:
        """None where the line is refused."""
        asked = self._import.offer_id
        if discount_id is None and not self._import.keep_missing:
            _refuse(line, NOT_THERE)
            return None
        if discount_id is None and asked is None:
            return existing.keeper(session, store, self._import.purpose, actor=self._import.started_by)
        given = session.get_one(Offer, asked) if asked is not None else None
        if discount_id is None:
            return given
        offer = existing.of_discount(session, store, discount_id)
        if given is not None and (offer is None or offer.id != given.id) and given.remote_id is not None:
            title = self._discounts[discount_id].title if discount_id in self._discounts else "another discount"
            _refuse(line, f"In the store it belongs to {title}, not to {given.name}.")
            return None
        if offer is not None:
            return offer
        discount = self._discounts.get(discount_id)
        if discount is None:
            _refuse(line, NOT_THERE)
            return None
        return existing.adopt(session, store, discount, purpose=self._import.purpose, actor=self._import.started_by)

    def _keep(self, session: Session, offer: Offer, lines: Sequence[CodeImportLine], found: Mapping[str, str]) -> None:
        at = now()
        rows = [
            {
                "workspace_id": offer.workspace_id, "store_id": offer.store_id, "offer_id": offer.id, "code": line.code,
                "key": key(line.code), "base": line.code, "state": "live", "reason": "", "message": "",
                "can_retry": False, "attempt": 1, "source": "imported", "tracked": key(line.code) in found,
                "remote_id": found.get(key(line.code)), "in_pool": self._import.in_pool and not line.influencer_id,
                "made_for_id": line.influencer_id, "created_at": at, "live_at": at, "due": "",
            }
            for line in lines
        ]  # fmt: skip
        table = Base.metadata.tables["code"]
        ids = {row.key: row.id for row in insert_rows(session, table, rows, returning=(table.c.id, table.c.key))}
        for line in lines:
            line.code_id = ids[key(line.code)]
            line.state = "linked" if key(line.code) in found else "kept"
        held = [
            Made(line.code_id, line.code, line.influencer_id) for line in lines if line.code_id and line.influencer_id
        ]
        service.assign(session, offer, held, self._import.started_by, state="live")


def _refuse(line: CodeImportLine, reason: str) -> None:
    line.state, line.reason = "refused", reason[:300]

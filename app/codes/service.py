"""Making codes: rows in our tables, unique in their store, before anything is sent. What sends them is in push.py."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import (
    BigInteger,
    Connection,
    Insert,
    Integer,
    Text,
    bindparam,
    cast,
    func,
    literal,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.clock import now
from app.codes.models import Code, CodeRun
from app.codes.naming import Namer, Wish, Wisher
from app.codes.patterns import Facts, Person, key, parse
from app.db.bulk import among
from app.errors import NotFound
from app.offers.models import Offer
from app.queue import enqueue, enqueue_after_commit
from app.stores.models import Store

PUSH = "app.codes.jobs.push"
MAKE = "app.assignments.jobs.fill"
SETTLE = "app.assignments.life_jobs.settle"
QUEUE = "codes"
INSERT = 10_000
"""Rows in one statement."""
LOOKUP = 5_000
"""Values in one list; SQLite takes 32,766 variables a statement."""


class PersonLike(Protocol):
    """Anyone a code can be made for (influencers.service.Selected)."""

    @property
    def id(self) -> int: ...
    @property
    def first_name(self) -> str: ...
    @property
    def last_name(self) -> str: ...
    @property
    def display_name(self) -> str: ...
    @property
    def handle(self) -> str: ...
    @property
    def preferred_code(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Made:
    """A row just made. `person_id` 0: for the pool."""

    id: int
    code: str
    person_id: int


def prepare(
    session: Session,
    offer: Offer,
    people: Iterable[PersonLike],
    *,
    pool: int = 0,
    edits: Mapping[int, str] | None = None,
    actor: str,
) -> CodeRun:
    """Makes a queued code for each person who has none in this offer, and `pool` more; a job sends them.

    All in the caller's transaction: for runs of some thousands. Bigger ones: prepare_later.
    """
    lock_store(session, offer.store_id)
    run = add_run(session, offer, actor)
    made = Maker(session, offer, run.id).make(session, people, pool=pool, edits=edits or {})
    run.total = len(made)
    push_after_commit(session, run)
    return run


def prepare_later(
    session: Session,
    offer: Offer,
    ids: Sequence[int],
    *,
    pool: int = 0,
    edits: Mapping[int, str] | None = None,
    actor: str,
) -> CodeRun:
    """Keeps what is to be made with the run; a job makes it in small transactions, so that nobody waits behind it."""
    run = add_run(session, offer, actor)
    run.total = len(ids) + pool
    run.request = {"ids": list(ids), "edits": {str(id): code for id, code in (edits or {}).items()}, "pool": pool}
    session.flush()
    make_after_commit(session, run)
    return run


def add_run(session: Session, offer: Offer, actor: str) -> CodeRun:
    run = CodeRun(
        workspace_id=offer.workspace_id,
        offer_id=offer.id,
        state="running",
        total=0,
        made=0,
        started_by=actor,
        created_at=now(),
    )
    session.add(run)
    session.flush()
    return run


def push_after_commit(session: Session, run: CodeRun) -> None:
    enqueue_after_commit(session, PUSH, run.id, queue=QUEUE, unique=f"push-{run.id}")


def push_now(run_id: int) -> None:
    enqueue(PUSH, run_id, queue=QUEUE, unique=f"push-{run_id}")


def make_after_commit(session: Session, run: CodeRun) -> None:
    enqueue_after_commit(session, MAKE, run.id, unique=f"make-{run.id}")


def make_now(run_id: int) -> None:
    enqueue(MAKE, run_id, unique=f"make-{run_id}")


def settle_after_commit(session: Session, store_id: int) -> None:
    """The store is told of codes that are off (Code.due)."""
    enqueue_after_commit(session, SETTLE, store_id, queue=QUEUE, unique=f"settle-{store_id}")


def settle_now(store_id: int) -> None:
    enqueue(SETTLE, store_id, queue=QUEUE, unique=f"settle-{store_id}")


def lock_store(session: Session, store_id: int) -> None:
    """Codes of one store are made by one transaction at a time: nobody gets two, and two makers cannot deadlock.

    SQLite has one writer anyway. NO KEY UPDATE, so that rows which only point to the store are not held up.
    """
    session.execute(select(Store.id).where(Store.id == store_id).with_for_update(key_share=True))


def holders(session: Session, offer_id: int, ids: Sequence[int]) -> dict[int, str]:
    """{influencer id: code} of those who have a code in this offer, whatever its state but retired."""
    found: dict[int, str] = {}
    for start in range(0, len(ids), LOOKUP):
        rows = session.execute(
            select(Code.made_for_id, Code.code).where(
                Code.offer_id == offer_id,
                among(session, Code.made_for_id, ids[start : start + LOOKUP]),
                Code.state != "retired",
            )
        )
        found.update({id: code for id, code in rows if id is not None})
    return found


def taken(session: Session, store_id: int, codes: Sequence[str]) -> set[str]:
    """Keys of those that are ours already in this store, retired ones too."""
    keys = list({key(code) for code in codes})
    found: set[str] = set()
    for start in range(0, len(keys), LOOKUP):
        some = among(session, Code.key, keys[start : start + LOOKUP])
        found.update(session.scalars(select(Code.key).where(Code.store_id == store_id, some)))
    return found


class Maker:
    """Makes the rows of one run; keep it for the whole run, since it remembers each name's last number."""

    def __init__(self, session: Session, offer: Offer, run_id: int) -> None:
        self._offer_id = offer.id
        self._same: dict[str, Any] = {
            "workspace_id": offer.workspace_id, "store_id": offer.store_id, "offer_id": offer.id, "run_id": run_id,
            "state": "queued", "reason": "", "message": "", "can_retry": False,
        }  # fmt: skip
        self._facts = facts_of(session, offer)
        self._pattern = parse(offer.pattern)
        self._namer = Namer()

    def make(
        self, session: Session, people: Iterable[PersonLike], *, pool: int = 0, edits: Mapping[int, str] | None = None
    ) -> list[Made]:
        """Rows for those who have no code in this offer yet. The store must be locked (lock_store)."""
        offer = session.get_one(Offer, self._offer_id)
        wisher = Wisher(self._pattern, self._facts, offer.next_sequence)
        listed = [person_of(person) for person in people]
        held = holders(session, offer.id, [person.id for person in listed])
        wishes = [
            wisher.for_person(person, (edits or {}).get(person.id, "")) for person in listed if person.id not in held
        ]
        wishes += [wisher.for_pool() for _ in range(pool)]
        offer.next_sequence = wisher.sequence
        return self._store(session, wishes)

    def replace(self, session: Session, person: PersonLike, old: Code, wanted: str = "") -> Made:
        """One more code for somebody who has one: as the pattern says, or `wanted`. The store must be locked."""
        offer = session.get_one(Offer, self._offer_id)
        wisher = Wisher(self._pattern, self._facts, offer.next_sequence)
        made = self._store(session, [wisher.for_person(person_of(person), wanted)])[0]
        offer.next_sequence = wisher.sequence
        session.execute(update(Code).where(Code.id == made.id).values(replaces_id=old.id))
        return made

    def _store(self, session: Session, wishes: list[Wish]) -> list[Made]:
        """Inserts, and tries the next candidate for whatever was taken."""
        made: list[Made] = []
        at = now()
        while wishes:
            self._namer.propose(wishes)
            ids = _insert(session.connection(), {**self._same, "created_at": at}, wishes)
            made += [Made(ids[key(wish.code)], wish.code, wish.owner) for wish in wishes if key(wish.code) in ids]
            wishes = [wish for wish in wishes if key(wish.code) not in ids]
            if wishes:
                ahead = self._namer.ahead(wishes)
                self._namer.learn(taken(session, self._same["store_id"], ahead))
        return made


def _insert(connection: Connection, same: Mapping[str, Any], wishes: Sequence[Wish]) -> dict[str, int]:
    """{key: id} of the codes that went in; the others' keys were taken.

    The rows go as one JSON text and are taken apart in the database: three times as fast as a list of parameters.
    """
    kept: dict[str, int] = {}
    statement = _insert_statement(connection.dialect.name, same)
    for start in range(0, len(wishes), INSERT):
        rows = [
            (wish.code, key(wish.code), wish.base, wish.attempt, wish.owner) for wish in wishes[start : start + INSERT]
        ]
        kept.update({folded: id for id, folded in connection.execute(statement, {"rows": orjson.dumps(rows).decode()})})
    return kept


def _insert_statement(dialect: str, same: Mapping[str, Any]) -> Insert:
    rows = bindparam("rows", type_=Text)
    if dialect == "postgresql":
        table: Any = func.jsonb_array_elements(cast(rows, postgresql.JSONB)).table_valued("value", name="made")
        field = [table.c.value.op("->>")(n) for n in range(5)]
    else:
        table = func.json_each(rows).table_valued("value", name="made")
        field = [func.json_extract(table.c.value, f"$[{n}]") for n in range(5)]
    owner = cast(field[4], BigInteger)
    columns = {
        **{name: literal(value, Code.__table__.c[name].type) for name, value in same.items()},
        "code": field[0], "key": field[1], "base": field[2], "attempt": cast(field[3], Integer),
        "in_pool": owner == 0, "made_for_id": func.nullif(owner, 0),
    }  # fmt: skip
    # SQLite reads ON CONFLICT as part of the join unless the SELECT has a WHERE.
    source = select(*columns.values()).select_from(table).where(text("1 = 1"))
    dialects: Any = postgresql if dialect == "postgresql" else sqlite
    statement: Any = dialects.insert(Code.__table__).from_select(list(columns), source)
    inserted: Insert = statement.on_conflict_do_nothing().returning(Code.id, Code.key)
    return inserted


def facts_of(session: Session, offer: Offer) -> Facts:
    """The year is that of the offer's start, in the store's time zone."""
    zone = ZoneInfo(session.get_one(Store, offer.store_id).time_zone)
    return Facts(offer.name, value_text(offer), offer.starts_at.astimezone(zone).year)


def person_of(person: PersonLike) -> Person:
    return Person(
        person.id, person.first_name, person.last_name, person.display_name, person.handle, person.preferred_code
    )


def value_text(offer: Offer) -> str:
    """ "15", "12.5" or "" where the type has no value."""
    return "" if offer.value is None else f"{offer.value.normalize():f}"


def get_run(session: Session, workspace_id: int, run_id: int, *, lock: bool = False) -> CodeRun:
    """Raises NotFound, for another workspace's runs too."""
    query = select(CodeRun).where(CodeRun.workspace_id == workspace_id, CodeRun.id == run_id)
    run = session.scalar(query.with_for_update() if lock else query)
    if run is None:
        raise NotFound("This run is not in your workspace.")
    return run

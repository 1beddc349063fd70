"""Codes that somebody else has in the store: each gets its next candidate that is free with us and in the store."""

from __future__ import annotations

from collections.abc import Sequence

from app.codes import blocks, service
from app.codes.blocks import Sent
from app.codes.naming import Namer, Wish
from app.codes.patterns import key
from app.db import reading, transaction
from app.platforms.port import Failure, StorePlatform

RENAME_CHUNK = 100
"""Rows a transaction: on SQLite others wait for it."""
SOMEBODY_ELSES = "another discount of the store got this code while it was off."


class Clashes:
    """Remembers what it learnt for as long as the run is pushed."""

    def __init__(self, store_id: int, platform: StorePlatform) -> None:
        self._store_id = store_id
        self._platform = platform
        self._namer = Namer()

    def resolve(self, clashed: Sequence[Sent]) -> None:
        """Queues each under its next candidate. The store is asked before, so that they rarely clash a second time."""
        self._namer.learn(row.code for row in clashed)
        self._fail([row.id for row in clashed if row.was_live])
        wishes = [Wish(row.id, row.base, attempt=row.attempt) for row in clashed if not row.was_live]
        while wishes:
            asked = self._ask(self._namer.ahead(wishes))
            self._namer.propose(wishes)
            busy = self._ask([wish.code for wish in wishes if key(wish.code) not in asked]) & self._namer.taken
            free = [wish for wish in wishes if key(wish.code) not in busy]
            wishes = [wish for wish in wishes if key(wish.code) in busy] + self._rename(free)

    def _fail(self, ids: Sequence[int]) -> None:
        """Codes that were live before: people have them, so another name is no answer."""
        for start in range(0, len(ids), RENAME_CHUNK):
            with transaction() as session:
                some = ids[start : start + RENAME_CHUNK]
                blocks.fail(session, some, Failure.TAKEN, SOMEBODY_ELSES, can_retry=True)

    def _ask(self, codes: Sequence[str]) -> set[str]:
        """Learns which of these are taken, with us or in the store; returns all their keys."""
        with reading() as session:
            ours = service.taken(session, self._store_id, codes)
        self._namer.learn(ours)
        left = [code for code in codes if key(code) not in ours]
        self._namer.learn(self._platform.find_codes(left) if left else ())
        return set(map(key, codes))

    def _rename(self, free: list[Wish]) -> list[Wish]:
        """Those whose candidate one of our own rows took meanwhile."""
        lost: list[Wish] = []
        for start in range(0, len(free), RENAME_CHUNK):
            with transaction() as session:
                lost += blocks.rename(session, self._store_id, free[start : start + RENAME_CHUNK])
        self._namer.learn(wish.code for wish in lost)
        return lost

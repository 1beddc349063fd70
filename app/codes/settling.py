"""What became of a block's codes: live, clashed (they get another candidate), or failed with a reason."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence

from app.codes import blocks
from app.codes.blocks import RunFacts, Sent
from app.codes.clashes import Clashes
from app.codes.models import CodeBlock
from app.codes.patterns import key
from app.db import db, reading, transaction
from app.platforms.port import CodeResult, Failure, PlatformError, StorePlatform

CHUNK = {"sqlite": 100, "postgresql": 1_000}
"""Rows written in one transaction: on SQLite the intake of orders waits for it."""


class Settler:
    def __init__(self, facts: RunFacts, platform: StorePlatform) -> None:
        self.discount_id = facts.discount_id or ""
        self._run_id = facts.run_id
        self._platform = platform
        self._clashes = Clashes(facts.store_id, platform)
        self._one_at_a_time = threading.Lock()

    def all_live(self, block_id: int) -> None:
        self._live([row.id for row in self._sent([block_id])])
        self._close([block_id])

    def all_failed(self, block_id: int, error: PlatformError) -> None:
        self._fail([row.id for row in self._sent([block_id])], error.code, error.message, can_retry=error.can_retry)
        self._close([block_id])

    def settle(self, block_ids: Sequence[int], *, by_list: bool) -> None:
        """Blocks that the store has done with, some of their codes refused. Who holds those codes is asked by one list
        of the discount where they are many (outside Shopify's limits), else code by code (a point each)."""
        rows = {key(row.code): row for row in self._sent(block_ids)}
        clashed = self._settle_known(block_ids, rows) if self._platform.keeps_results else []
        if by_list and rows:
            ours = [
                row
                for result in self._platform.discount_codes(self.discount_id)
                if (row := rows.pop(key(result.code), None))
            ]
            self._live([row.id for row in ours])
        found = {key(code): id for code, id in self._platform.find_codes([row.code for row in rows.values()]).items()}
        self._live([row.id for folded, row in rows.items() if found.get(folded) == self.discount_id])
        clashed += [row for folded, row in rows.items() if folded in found and found[folded] != self.discount_id]
        if clashed:
            # One at a time: two at once could choose the same candidate.
            with self._one_at_a_time:
                self._clashes.resolve(clashed)
        self._fail_nobodys([row for folded, row in rows.items() if folded not in found])
        self._close(block_ids)

    def _settle_known(self, block_ids: Sequence[int], rows: dict[str, Sent]) -> list[Sent]:
        """Takes out of `rows` what the platform still knows the end of; returns the clashed ones of these."""
        ends = [
            (row, result)
            for block_id in block_ids
            for result in self._results(block_id)
            if (row := rows.pop(key(result.code), None))
        ]
        self._live([row.id for row, result in ends if result.failure is None])
        for row, result in ends:
            if result.failure not in (None, Failure.TAKEN):
                assert result.failure is not None
                self._fail([row.id], result.failure, result.message, can_retry=result.failure is Failure.THROTTLED)
        return [row for row, result in ends if result.failure is Failure.TAKEN]

    def _fail_nobodys(self, rows: list[Sent]) -> None:
        """Codes that the store refused for their own sake: only their block's results tell why."""
        refused: dict[str, CodeResult] = {}
        for block_id in {row.block_id for row in rows if row.block_id is not None}:
            refused.update(
                (key(result.code), result) for result in self._results(block_id) if result.failure is not None
            )
        for row in rows:
            result = refused.get(key(row.code))
            if result is None or result.failure in (None, Failure.TAKEN):
                # Refused as taken and yet nobody's: it was freed in between, so another try may do.
                self._fail(
                    [row.id], Failure.UNEXPECTED, "The store did not make this code and gave no reason.", can_retry=True
                )
            else:
                assert result.failure is not None
                self._fail([row.id], result.failure, result.message, can_retry=result.failure is Failure.THROTTLED)

    def _results(self, block_id: int) -> Iterator[CodeResult]:
        with reading() as session:
            job_id = session.get_one(CodeBlock, block_id).job_id
        if job_id is None:
            return
        try:
            yield from self._platform.block_results(job_id)
        except PlatformError as error:
            if error.code is not Failure.NOT_FOUND:
                raise

    def _sent(self, block_ids: Sequence[int]) -> list[Sent]:
        with reading() as session:
            return blocks.sent(session, block_ids)

    def _live(self, ids: Sequence[int]) -> None:
        for part in _chunks(ids):
            with transaction() as session:
                blocks.go_live(session, self._run_id, part)

    def _fail(self, ids: Sequence[int], reason: Failure, message: str, *, can_retry: bool) -> None:
        for part in _chunks(ids):
            with transaction() as session:
                blocks.fail(session, part, reason, message, can_retry=can_retry)

    def _close(self, block_ids: Sequence[int]) -> None:
        with transaction() as session:
            for block_id in block_ids:
                blocks.mark_done(session, block_id)


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    size = CHUNK[db.engine.dialect.name]
    return (ids[start : start + size] for start in range(0, len(ids), size))

"""Sending a run's codes to its store: blocks kept in flight without a gap, clashes resolved beside them.

One main loop (feeding, lease, deciding), a thread for each block in flight, and two threads that work out what became
of finished blocks. A transaction is never open while the store is asked. Everything is written down before it is done,
so a worker that dies at any line leaves rows another one can go on from:

    queued -> creating (block committed) -> call -> job id committed -> watched -> live, next candidate, or failed
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any

from app.codes import blocks, discount, settling
from app.codes.blocks import Block, RunFacts
from app.codes.pace import Pace
from app.db import reading, transaction
from app.platforms.port import BlockStatus, Failure, PlatformError, StorePlatform

RENEW_SECONDS = 5.0
SLICE_SECONDS = 20.0
"""How long a run is pushed while others wait for a worker."""
TAIL_BLOCKS = 2
"""So near to the end, a block's refused codes are looked up at once; before, they are collected for one list."""
LIST_BLOCKS = (8, 40)
"""A list of the discount's codes pays from the first number of blocks on; the second keeps codes from waiting long."""
DEAD_SECONDS = 60.0
"""Of failing polls, before the run is laid aside."""
WAITS = (Failure.UNREACHABLE, Failure.THROTTLED, Failure.UNAUTHORIZED, Failure.STORE_CLOSED, Failure.ACCESS_DENIED)


class LeaseLost(Exception):
    """Another worker has the run; this one must not write for it any more."""


class Push:
    """One worker's turn at one run. `run()` returns when the run is finished, stopped, waiting, or its turn is over."""

    def __init__(self, facts: RunFacts, platform: StorePlatform, worker: str, others_wait: Callable[[], bool]) -> None:
        self._facts = facts
        self._platform = platform
        self._worker = worker
        self._others_wait = others_wait
        self._discount_id = facts.discount_id or ""
        self._settler = settling.Settler(facts, platform)
        self._pace = Pace()
        self._changed = threading.Condition()
        self._ready: deque[Block] = deque()
        self._flying = 0
        self._settling = 0
        self._counted: list[int] = []
        self._sent_blocks = 0
        self._no_more = False
        self._near_end = True
        self._closing = False
        self._trouble: PlatformError | None = None
        self._broken: BaseException | None = None
        self.turn_over = False

    def run(self) -> None:
        """Raises what broke a thread; PlatformError only where the run has to wait for the store."""
        self._discount_id = discount.ensure(self._facts, self._platform)
        if not self._discount_id:
            return
        self._settler.discount_id = self._discount_id
        with transaction() as session:
            left, self._counted = blocks.unfinished(session, self._facts.run_id)
        self._ready.extend(left)
        slots = self._platform.blocks_in_flight
        with ThreadPoolExecutor(slots * 2 + 2, thread_name_prefix=f"run-{self._facts.run_id}") as pool:
            for _ in range(slots):
                self._start(pool, self._slot, pool)
            try:
                self._loop(pool)
            finally:
                with self._changed:
                    self._closing = True
                    self._changed.notify_all()
        self._put_back()
        for failure in (self._broken, self._trouble):
            if failure is not None:
                raise failure

    # --- the main loop -----------------------------------------------------------------------------------------------

    def _loop(self, pool: ThreadPoolExecutor) -> None:
        started = renewed = time.monotonic()
        while True:
            if time.monotonic() - renewed > RENEW_SECONDS:
                renewed = time.monotonic()
                self._renew()
                self.turn_over = self.turn_over or (renewed - started > SLICE_SECONDS and self._others_wait())
            self._feed()
            self._settle_counted(pool)
            with self._changed:
                if self._is_over():
                    return
                self._changed.wait(0.25)

    def _is_over(self) -> bool:
        if self._broken is not None:
            return True
        if self._flying or self._settling:
            return False
        if self._trouble is not None:
            return True
        if self._halting:
            return not self._counted
        return self._no_more and not self._ready and not self._counted

    @property
    def _halting(self) -> bool:
        return self.turn_over or self._trouble is not None or self._broken is not None

    def _renew(self) -> None:
        with transaction() as session:
            if not blocks.renew_lease(session, self._facts.run_id, self._worker):
                self._broken = LeaseLost()
            elif blocks.wants_stop(session, self._facts.run_id):
                self.turn_over = True

    def _feed(self) -> None:
        """Claims the next blocks while others are in flight. One that is not full is claimed for a free slot only, and
        beside another only a quarter full or more as long as its codes are still being made: a call costs the store
        as much for few codes as for many."""
        slots, size = self._platform.blocks_in_flight, self._platform.block_size
        while not self._halting:
            with self._changed:
                busy = self._flying + len(self._ready)
                free = slots - busy
                if free <= 0 and (len(self._ready) >= slots or self._no_more):
                    return
            with reading() as session:
                waiting, making = blocks.queued(session, self._facts.run_id, size * TAIL_BLOCKS)
            self._near_end = waiting < size * TAIL_BLOCKS
            too_few = making and busy and waiting < size // 4
            if waiting == 0 or too_few or (free <= 0 and waiting < size):
                self._no_more = waiting == 0
                return
            with transaction() as session:
                block = blocks.claim(session, self._facts.run_id, self._worker, size)
            if block is None:
                self.turn_over = True
                return
            with self._changed:
                self._no_more = False
                self._ready.append(block)
                self._changed.notify_all()

    def _settle_counted(self, pool: ThreadPoolExecutor) -> None:
        """Starts working out blocks with refused codes: few by looking their codes up, many by listing the discount."""
        with self._changed:
            waiting = len(self._counted)
            if not waiting or self._settling >= 2 or self._trouble is not None:
                return
            fewest, most = LIST_BLOCKS
            many = waiting >= max(fewest, min(most, self._sent_blocks // 3))
            ending = self._near_end or self._halting
            if not many and not ending:
                return
            taken, self._counted = self._counted, []
            self._settling += 1
        by_list = len(taken) > TAIL_BLOCKS
        self._start(pool, self._settle, taken, by_list)

    def _settle(self, block_ids: list[int], by_list: bool) -> None:
        try:
            self._settler.settle(block_ids, by_list=by_list)
        except PlatformError as error:
            self._wait_for_store(error)
        finally:
            with self._changed:
                self._settling -= 1
                self._no_more = False
                self._changed.notify_all()

    def _put_back(self) -> None:
        """Blocks claimed and never sent. Those of an earlier worker may have been sent: they stay as they are."""
        while self._ready:
            block = self._ready.popleft()
            if block.job_id is None and block.fresh:
                with transaction() as session:
                    blocks.release(session, block.id)

    # --- a slot: one block in flight ---------------------------------------------------------------------------------

    def _slot(self, pool: ThreadPoolExecutor) -> None:
        """Writing down what became of a block is left to another thread, so that the next block leaves at once."""
        while (block := self._next_block()) is not None:
            try:
                status = self._fly(block)
            except PlatformError as error:
                self._landed()
                self._start(pool, self._refused, block, error)
                continue
            self._landed()
            self._start(pool, self._count, block, status)

    def _next_block(self) -> Block | None:
        with self._changed:
            while not self._closing:
                if self._ready and not self._halting:
                    self._flying += 1
                    self._sent_blocks += 1
                    block = self._ready.popleft()
                    # The feeder fills the gap while this block flies.
                    self._changed.notify_all()
                    return block
                self._changed.wait(0.5)
        return None

    def _landed(self) -> None:
        with self._changed:
            self._flying -= 1
            self._settling += 1  # until its codes are written down
            self._changed.notify_all()

    def _fly(self, block: Block) -> BlockStatus:
        job_id = block.job_id
        if job_id is None:
            job_id = self._platform.add_codes(self._discount_id, block.codes, put_back=block.put_back)
            started = time.monotonic()
            with transaction() as session:
                blocks.mark_sent(session, block.id, job_id)
        else:
            started = time.monotonic()
        poll = partial(self._platform.block_status, job_id)
        if self._platform.keeps_results and block.job_id is None:
            return poll()  # its codes were made within the call
        try:
            return self._pace.watch(poll, started, len(block.codes), DEAD_SECONDS)
        except PlatformError as error:
            if error.code is not Failure.NOT_FOUND:
                raise
            # The store has forgotten the job, not the codes: they are looked up like those of a refused block.
            return BlockStatus(done=True, imported=0, failed=len(block.codes))

    def _count(self, block: Block, status: BlockStatus) -> None:
        """A block without refusals is live at once; another is worked out later, together with its neighbours."""
        try:
            if status.failed == 0 and status.imported == len(block.codes):
                self._settler.all_live(block.id)
                return
            with transaction() as session:
                blocks.mark_counted(session, block.id)
            with self._changed:
                self._counted.append(block.id)
        finally:
            with self._changed:
                self._settling -= 1
                self._changed.notify_all()

    def _refused(self, block: Block, error: PlatformError) -> None:
        """The whole call was refused: for good, and its codes failed; or for now, and the run waits."""
        try:
            if error.code in WAITS or error.can_retry:
                self._wait_for_store(error)
            else:
                self._settler.all_failed(block.id, error)
        finally:
            with self._changed:
                self._settling -= 1
                self._changed.notify_all()

    # --- trouble -----------------------------------------------------------------------------------------------------

    def _wait_for_store(self, error: PlatformError) -> None:
        with self._changed:
            self._trouble = self._trouble or error
            self._changed.notify_all()

    def _start(self, pool: ThreadPoolExecutor, work: Callable[..., None], *args: Any) -> None:
        pool.submit(work, *args).add_done_callback(self._ended)

    def _ended(self, future: Future[None]) -> None:
        """What breaks a thread ends the turn; run() raises it."""
        error = future.exception()
        if error is not None:
            with self._changed:
                self._broken = self._broken or error
                self._changed.notify_all()

"""A store platform in memory: it remembers, is unique ignoring case as stores are, and fails where a test says so."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from app.clock import now
from app.platforms.port import (
    BlockStatus,
    Capabilities,
    CodeResult,
    Failure,
    OrderSnapshot,
    PlatformError,
    Product,
    RemoteDiscount,
    StoreDiscount,
    StoreFacts,
    Terms,
)  # fmt: skip


class Killed(BaseException):
    """The worker dies here: nothing behind this line runs."""


LOST = PlatformError(Failure.UNREACHABLE, "No answer.", can_retry=False)
AWAY = PlatformError(Failure.UNREACHABLE, "The store is away.", can_retry=True)


@dataclass
class Discount:
    id: str
    terms: Terms
    status: str = "active"
    ends_at: datetime | None = None


@dataclass
class Job:
    discount_id: str
    codes: list[str]
    put_back: bool = True
    polls: int = 0
    results: list[CodeResult] | None = None


@dataclass
class FakePlatform:
    """`faults`: {method: [(when, error), …]} with when "before" or "after" acting; one is used up a call.

    `kill_at`: the number of the call (of any method, from 1) after which the worker dies; its effect stays.
    """

    block_size: int = 250
    blocks_in_flight: int = 2
    keeps_results: bool = False
    polls_until_done: int = 1
    discounts: dict[str, Discount] = field(default_factory=dict)
    codes: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    """{CODE: (code, its id, discount id)}"""
    aside: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    """Taken off; they come back with their ids, and so with their count of uses, where they are looked for."""
    jobs: dict[str, Job] = field(default_factory=dict)
    refused: dict[str, tuple[Failure, str]] = field(default_factory=dict)
    """Codes that this store never takes, in capitals."""
    products: dict[str, list[Product]] = field(default_factory=dict)
    """{kind: what search_products knows}"""
    keeps_otherwise: tuple[str, ...] = ()
    """Said after every create and update, as of a store that keeps terms otherwise than asked."""
    faults: dict[str, list[tuple[str, BaseException]]] = field(default_factory=dict)
    kill_at: int = 0
    calls: list[str] = field(default_factory=list)
    most_in_flight: int = 0
    on_call: Callable[[str], None] = lambda name: None

    def __post_init__(self) -> None:
        self._ids = itertools.count(1)
        self._lock = threading.RLock()

    # what a test does to the store

    def plant(self, *codes: str) -> None:
        """Codes that somebody else made."""
        other = Discount(f"other-{next(self._ids)}", terms=None)  # type: ignore[arg-type]
        self.discounts[other.id] = other
        for code in codes:
            self.codes[code.upper()] = (code, f"code-{next(self._ids)}", other.id)

    def codes_of(self, discount_id: str) -> set[str]:
        return {code for code, _, owner in self.codes.values() if owner == discount_id}

    # the port

    def facts(self) -> StoreFacts:
        return StoreFacts("shop-1", "Some Shop", "some-shop.myshopify.com", "EUR", "Europe/Berlin", "Basic", ())

    def capabilities(self) -> Capabilities:
        return Capabilities()

    def create_discount(self, terms: Terms, first_code: str) -> RemoteDiscount:
        with self._call("create_discount"):
            if terms.title == "refused":
                raise PlatformError(Failure.INVALID, "Title is not allowed.")
            if first_code.upper() in self.codes:
                raise PlatformError(Failure.TAKEN, "Code must be unique.")
            found = Discount(f"discount-{next(self._ids)}", terms, ends_at=terms.ends_at)
            self.discounts[found.id] = found
            self.codes[first_code.upper()] = (first_code, f"code-{next(self._ids)}", found.id)
            return replace(self._remote(found), differences=self.keeps_otherwise)

    def find_code(self, code: str) -> str | None:
        return self.find_codes([code]).get(code)

    def find_discount(self, code: str) -> RemoteDiscount | None:
        with self._call("find_discount"):
            held = self.codes.get(code.upper())
            return None if held is None else self._remote(self.discounts[held[2]])

    def find_codes(self, codes: Sequence[str]) -> dict[str, str]:
        with self._call("find_codes"):
            return {code: self.codes[code.upper()][2] for code in codes if code.upper() in self.codes}

    def update_discount(self, remote_id: str, terms: Terms) -> RemoteDiscount:
        with self._call("update_discount"):
            found = self._known(remote_id)
            if terms.title == "refused":
                raise PlatformError(Failure.INVALID, "Title is not allowed.")
            found.terms, found.ends_at = terms, terms.ends_at
            return replace(self._remote(found), differences=self.keeps_otherwise)

    def end_discount(self, remote_id: str) -> RemoteDiscount:
        with self._call("end_discount"):
            found = self._known(remote_id)
            found.status, found.ends_at = "ended", now()
            return self._remote(found)

    def reopen_discount(self, remote_id: str, ends_at: datetime | None) -> RemoteDiscount:
        with self._call("reopen_discount"):
            found = self._known(remote_id)
            found.status, found.ends_at = "active", ends_at
            return self._remote(found)

    def add_codes(self, remote_id: str, codes: Sequence[str], *, put_back: bool = True) -> str:
        with self._call("add_codes"):
            self._known(remote_id)
            job_id = f"job-{next(self._ids)}"
            self.jobs[job_id] = Job(remote_id, list(codes), put_back)
            running = sum(job.results is None for job in self.jobs.values())
            self.most_in_flight = max(self.most_in_flight, running)
            return job_id

    def block_status(self, job_id: str) -> BlockStatus:
        with self._call("block_status"):
            job = self._job(job_id)
            job.polls += 1
            if job.results is None and job.polls >= self.polls_until_done:
                job.results = [self._make(job, code) for code in job.codes]
            failed = sum(result.failure is not None for result in job.results or ())
            return BlockStatus(job.results is not None, len(job.results or ()) - failed, failed)

    def block_results(self, job_id: str) -> Iterator[CodeResult]:
        with self._call("block_results"):
            results = list(self._job(job_id).results or ())
        yield from results

    def discount_codes(self, remote_id: str) -> Iterator[CodeResult]:
        with self._call("discount_codes"):
            self._known(remote_id)
            rows = [CodeResult(code, id) for code, id, owner in self.codes.values() if owner == remote_id]
        yield from rows

    def delete_codes(self, remote_id: str, code_ids: Sequence[str]) -> None:
        with self._call("delete_codes"):
            self._known(remote_id)
            gone = [folded for folded, (_, id, owner) in self.codes.items() if owner == remote_id and id in code_ids]
            for folded in gone:
                del self.codes[folded]

    def take_off(self, remote_id: str, codes: Sequence[str]) -> None:
        with self._call("take_off"):
            self._known(remote_id)
            for code in codes:
                if self.codes.get(code.upper(), ("", "", ""))[2] == remote_id:
                    self.aside[code.upper()] = self.codes.pop(code.upper())

    def search_discounts(self, q: str) -> list[StoreDiscount]:
        with self._call("search_discounts"):
            wanted = q.strip().casefold()
            by_code = {owner for code, _, owner in self.codes.values() if code.casefold() == wanted}
            rows = [self._store_discount(found) for found in reversed(self.discounts.values())]
            return [row for row in rows if wanted in row.title.casefold() or row.remote_id in by_code][:50]

    def read_discounts(self, remote_ids: Sequence[str]) -> dict[str, StoreDiscount]:
        with self._call("read_discounts"):
            return {id: self._store_discount(self.discounts[id]) for id in remote_ids if id in self.discounts}

    def search_products(self, kind: str, q: str) -> list[Product]:
        with self._call("search_products"):
            return [one for one in self.products.get(kind, ()) if q.casefold() in one.title.casefold()]

    def orders_updated(self, since: datetime, until: datetime) -> Iterator[OrderSnapshot]:
        return iter(())

    def order(self, remote_id: str) -> OrderSnapshot | None:
        return None

    def untold_changes(self, known: Mapping[str, bool]) -> Iterator[OrderSnapshot]:
        return iter(())

    # inside

    def _make(self, job: Job, code: str) -> CodeResult:
        folded = code.upper()
        if folded in self.refused:
            failure, message = self.refused[folded]
            return CodeResult(code, None, failure, message)
        if folded in self.codes:
            return CodeResult(code, None, Failure.TAKEN, "Code must be unique.")
        anew = (code, f"code-{next(self._ids)}", job.discount_id)
        aside = self.aside.get(folded, anew) if job.put_back else anew
        self.codes[folded] = aside if aside[2] == job.discount_id else anew
        return CodeResult(code, self.codes[folded][1])

    def _store_discount(self, found: Discount) -> StoreDiscount:
        codes = [code for code, _, owner in self.codes.values() if owner == found.id]
        terms = replace(found.terms, ends_at=found.ends_at) if found.terms else None
        title = found.terms.title if found.terms else "Somebody else's"
        return StoreDiscount(
            found.id, title, found.status, len(codes), codes[0] if codes else "", terms,
            unreadable="" if terms else "Another app works out this discount.",
        )  # fmt: skip

    def _known(self, remote_id: str) -> Discount:
        if remote_id not in self.discounts:
            raise PlatformError(Failure.NOT_FOUND, "The discount was deleted in the store.")
        return self.discounts[remote_id]

    def _job(self, job_id: str) -> Job:
        if job_id not in self.jobs:
            raise PlatformError(Failure.NOT_FOUND, "No such job.")
        return self.jobs[job_id]

    def _remote(self, found: Discount) -> RemoteDiscount:
        marks = (found.terms.reference,) if found.terms else ()
        starts_at = found.terms.starts_at if found.terms else None
        return RemoteDiscount(found.id, found.status, starts_at, found.ends_at, marks)

    def _call(self, name: str) -> _Call:
        return _Call(self, name)


class _Call:
    """One call: the fault planned for it, before or after it has acted."""

    def __init__(self, platform: FakePlatform, name: str) -> None:
        self._platform = platform
        self._name = name
        self._after: BaseException | None = None

    def __enter__(self) -> None:
        self._platform.on_call(self._name)
        self._platform._lock.acquire()
        self._platform.calls.append(self._name)
        self._number = len(self._platform.calls)
        planned = self._platform.faults.get(self._name)
        if planned:
            when, error = planned.pop(0)
            if when == "before":
                self._platform._lock.release()
                raise error
            self._after = error

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self._platform._lock.release()
        if kind is None and self._platform.kill_at == self._number:
            raise Killed
        if kind is None and self._after is not None:
            raise self._after

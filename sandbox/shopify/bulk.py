"""Slow work of the store on codes: creations of up to 250 codes, and deletions. The waiting is in `sandbox.timers`.

At most `bulk_parallel` creations of a store run at a time; the rest wait in the order they came.
"""

from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from sandbox.shopify.codes import MAX_LENGTH, RedeemCode
from sandbox.shopify.webhooks import emit, redeem_code_payload

if TYPE_CHECKING:
    from sandbox.shopify.shops import Shop
    from sandbox.world import World

MAX_CODES = 250

MESSAGES = {
    "BLANK": "Code can't be blank",
    "TOO_LONG": f"Code is too long (maximum is {MAX_LENGTH} characters)",
    "DUPLICATE": "Code appears more than once in this request",
    "TAKEN": "Code must be unique. Please try a different code.",
}


@dataclass
class Row:
    """What became of one code: its id, or the error that kept it out."""

    code: str
    code_id: int | None = None
    error: str | None = None


@dataclass
class Creation:
    id: int
    shop: str
    discount_id: int
    codes: list[str]
    created_at: datetime
    running: bool = False
    done: bool = False
    imported: int = 0
    failed: int = 0
    rows: list[Row] = field(default_factory=list)


@dataclass
class Job:
    """An asynchronous job that only tells whether it is done."""

    id: str
    shop: str
    done: bool = False
    discount_id: int = 0
    code_ids: list[int] = field(default_factory=list)


def submit_creation(world: "World", shop: "Shop", creation: Creation) -> None:
    shop.creations[creation.id] = shop.open_creations[creation.id] = creation
    world.save_creation(creation)
    start_waiting(world, shop)


def start_waiting(world: "World", shop: "Shop") -> None:
    free = world.switches.bulk_parallel - sum(creation.running for creation in shop.open_creations.values())
    for creation in list(shop.open_creations.values()):
        if free <= 0:
            return
        if not creation.running:
            creation.running = True
            free -= 1
            seconds = world.switches.bulk_seconds * len(creation.codes) / MAX_CODES
            world.timers.after(seconds, partial(_finish, world, shop, creation))


def _finish(world: "World", shop: "Shop", creation: Creation) -> None:
    seen: set[str] = set()
    creation.rows = [_create_one(world, shop, creation.discount_id, code, seen) for code in creation.codes]
    creation.failed = sum(row.error is not None for row in creation.rows)
    creation.imported = len(creation.rows) - creation.failed
    creation.done, creation.running = True, False
    del shop.open_creations[creation.id]
    world.save_creation(creation)
    start_waiting(world, shop)


def _create_one(world: "World", shop: "Shop", discount_id: int, text: str, seen: set[str]) -> Row:
    error = code_error(shop, text)
    if error is None and text.strip().lower() in seen:
        error = "DUPLICATE"
    if error is None and discount_id not in shop.discounts:
        error = "INVALID"
    if error is not None:
        return Row(text, error="DUPLICATE" if text.strip().lower() in seen else error)
    seen.add(text.strip().lower())
    return Row(text, code_id=add_code(world, shop, discount_id, text.strip()).id)


def code_error(shop: "Shop", text: str) -> str | None:
    """Why this text cannot become a code of the store, as Shopify's error code."""
    if not text.strip():
        return "BLANK"
    if len(text.strip()) > MAX_LENGTH:
        return "TOO_LONG"
    return "TAKEN" if shop.codes.find(text) else None


def add_code(world: "World", shop: "Shop", discount_id: int, text: str) -> RedeemCode:
    code = RedeemCode(world.next_id("DiscountRedeemCode"), text, discount_id)
    shop.codes.add(code)
    world.save_code(shop, code)
    emit(world, shop, "discounts/redeemcode_added", lambda: redeem_code_payload(code))
    return code


def remove_code(world: "World", shop: "Shop", code: RedeemCode) -> None:
    shop.codes.remove(code)
    world.journal.delete("code", code.id)
    emit(world, shop, "discounts/redeemcode_removed", lambda: redeem_code_payload(code))


def submit_deletion(world: "World", shop: "Shop", job: Job) -> None:
    shop.jobs[job.id] = job
    world.save_job(job)
    seconds = world.switches.bulk_seconds * len(job.code_ids) / MAX_CODES
    world.timers.after(seconds, lambda: _delete(world, shop, job))


def _delete(world: "World", shop: "Shop", job: Job) -> None:
    for code_id in job.code_ids:
        code = shop.codes.get(code_id)
        if code is not None and code.discount_id == job.discount_id:
            remove_code(world, shop, code)
    job.done = True
    world.save_job(job)


def resume(world: "World", shop: "Shop") -> None:
    """Take up what a restart interrupted."""
    for creation in shop.creations.values():
        creation.running = False
        if not creation.done:
            shop.open_creations[creation.id] = creation
    start_waiting(world, shop)
    for job in shop.jobs.values():
        if not job.done:
            submit_deletion(world, shop, job)

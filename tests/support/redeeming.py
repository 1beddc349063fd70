"""Codes with holders, orders that use them, and the sums that come of it, read from the tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from app.assignments.models import Assignment
from app.codes.models import Code
from app.db import reading, transaction
from app.influencers.models import Influencer
from app.offers.models import Offer
from app.platforms.port import AppliedCode, OrderSnapshot
from app.redemptions.models import LedgerEntry, Redemption, Total
from app.redemptions.service import AppliedCounts, apply
from app.stores.models import Store
from tests.support.rows import add_store

START = datetime(2026, 11, 1, 9, tzinfo=UTC)
"""When codes were made and given."""
PLACED = datetime(2026, 11, 20, 10, tzinfo=UTC)
ZERO = Decimal(0)


def add_codes(*codes: str, store: Store | None = None, offer: str = "Spring") -> Store:
    """An offer of the store with these codes, each held by a person named after it since START."""
    with transaction() as session:
        store = store or add_store(session)
        row = Offer(
            workspace_id=store.workspace_id,
            store_id=store.id,
            name=offer,
            name_key=offer.casefold(),
            title=offer,
            type="percentage",
            value=Decimal(15),
            currency="EUR",
            pattern="{name}",
            starts_at=START,
            created_at=START,
            updated_at=START,
        )
        session.add(row)
        session.flush()
        for code in codes:
            person = Influencer(
                workspace_id=store.workspace_id,
                external_id=f"{offer}-{code}",
                display_name=code,
                created_at=START,
                updated_at=START,
            )
            made = Code(
                workspace_id=store.workspace_id,
                store_id=store.id,
                offer_id=row.id,
                code=code,
                key=code.upper(),
                base=code,
                state="live",
                created_at=START,
            )
            session.add_all([person, made])
            session.flush()
            session.add(
                Assignment(
                    workspace_id=store.workspace_id,
                    offer_id=row.id,
                    code_id=made.id,
                    influencer_id=person.id,
                    starts_at=START,
                )
            )
        return store


def hand_over(code: str, to: str, at: datetime) -> None:
    """From `at` on another person, named `to`, holds the code."""
    with transaction() as session:
        held = session.scalars(
            select(Assignment)
            .join(Code, Code.id == Assignment.code_id)
            .where(Code.key == code.upper(), Assignment.ends_at.is_(None))
        ).one()
        held.ends_at = at
        person = Influencer(
            workspace_id=held.workspace_id, external_id=f"new-{to}", display_name=to, created_at=START, updated_at=START
        )
        session.add(person)
        session.flush()
        session.add(
            Assignment(
                workspace_id=held.workspace_id,
                offer_id=held.offer_id,
                code_id=held.code_id,
                influencer_id=person.id,
                starts_at=at,
            )
        )


def order(
    remote_id: str = "1", gross: str = "100.00", *, codes: Sequence[str | tuple[str, str]] = ("LUCY",),
    minutes: int = 0, refunded: str = "0", currency: str = "EUR", gross_tax: str = "0", refunded_tax: str = "0",
    **facts: Any,
) -> OrderSnapshot:  # fmt: skip
    """The order as it stood `minutes` after it was placed; a code may come with the money it took off."""
    used = tuple(AppliedCode(*(pair if isinstance(pair, tuple) else (pair, "10"))) for pair in codes)
    used = tuple(AppliedCode(row.code, Decimal(row.discount)) for row in used)
    return OrderSnapshot(
        remote_id=remote_id, name=f"#{remote_id}", placed_at=facts.pop("placed_at", PLACED),
        updated_at=PLACED + timedelta(minutes=minutes), currency=currency, gross=Decimal(gross),
        gross_tax=Decimal(gross_tax), discount=sum((row.discount for row in used), ZERO), refunded=Decimal(refunded),
        refunded_tax=Decimal(refunded_tax), codes=used, **facts,
    )  # fmt: skip


def deleted(remote_id: str = "1", minutes: int = 60) -> OrderSnapshot:
    return order(remote_id, "0", codes=(), minutes=minutes, deleted=True)


def take(store: Store, *snapshots: OrderSnapshot, authoritative: bool = False) -> AppliedCounts:
    """All in one batch."""
    with transaction() as session:
        return apply(session, store.id, snapshots, authoritative=authoritative)


def take_each(store: Store, snapshots: Sequence[OrderSnapshot]) -> None:
    for snapshot in snapshots:
        take(store, snapshot)


Sums = dict[tuple[str, str], tuple[int, Decimal, Decimal]]


def sums() -> Sums:
    """By (holder, currency): (redemptions, gross, refunded), without those that are all zero.

    Worked out three ways, which must agree: from the totals, the redemptions and the ledger entries.
    """
    with reading() as session:
        people = {person.id: person.display_name for person in session.scalars(select(Influencer))}
        redemptions = session.scalars(select(Redemption)).all()
        by_id = {row.id: row for row in redemptions}
        by_total: Sums = {}
        for total in session.scalars(select(Total)):
            key = people.get(total.influencer_id, ""), total.currency
            _add(by_total, key, total.redemptions, total.gross, total.refunded)
        by_redemption: Sums = {}
        for row in redemptions:
            key = people.get(row.influencer_id or 0, ""), row.currency
            _add(by_redemption, key, int(row.counted), row.gross, row.refunded)
        by_entry: Sums = {}
        for entry in session.scalars(select(LedgerEntry)):
            holder = by_id[entry.redemption_id].influencer_id or 0
            _add(by_entry, (people.get(holder, ""), entry.currency), entry.counted, entry.gross, entry.refunded)
    found = [{key: value for key, value in part.items() if any(value)} for part in (by_total, by_redemption, by_entry)]
    assert found[0] == found[1] == found[2]
    return found[0]


def _add(into: Sums, key: tuple[str, str], count: int, gross: Decimal, refunded: Decimal) -> None:
    held = into.get(key, (0, ZERO, ZERO))
    into[key] = held[0] + count, held[1] + gross, held[2] + refunded


def kinds() -> list[str]:
    """Of all ledger entries, oldest first."""
    with reading() as session:
        return list(session.scalars(select(LedgerEntry.kind).order_by(LedgerEntry.id)))

"""From the facts of a Shopify order to an OrderSnapshot: the formulas of docs/money.md, in one place for both sources.

`order_payloads` (webhooks) and `order_nodes` (Admin API) fill OrderFacts; the sums are made here alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel.numbers import get_currency_precision

from app.platforms.port import AppliedCode, OrderSnapshot

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Part:
    """An amount and the tax that Shopify names beside it."""

    amount: Decimal
    tax: Decimal


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """An order as Shopify tells it. Amounts are in the shop's currency, with tax in them where `taxes_included`."""

    remote_id: str
    name: str
    placed_at: datetime
    updated_at: datetime
    cancelled_at: datetime | None
    currency: str
    presentment_currency: str | None
    presentment_total: Decimal | None
    test: bool
    source: str
    customer_id: str | None
    taxes_included: bool
    subtotal: Decimal
    """Goods after discounts, before refunds and removals."""
    current_subtotal: Decimal | None
    """The same after refunds of lines, returns and edits; an amount refunded without lines does not lower it."""
    tax: Decimal
    """Of goods and shipping, as placed."""
    current_tax: Decimal | None
    shipping_tax: Decimal
    shipping_tax_refunded: Decimal
    codes: tuple[str, ...]
    """As the buyer entered them, in that order."""
    goods_discounts: dict[str, Decimal]
    """What each code took off goods; a code for shipping alone is not in it."""
    refund_lines: tuple[Part, ...] = ()
    adjustments: tuple[Part, ...] = field(default=())
    """Refund discrepancies as Shopify signs them: negative is money given back beyond the lines."""


def snapshot(facts: OrderFacts) -> OrderSnapshot:
    gross_tax = facts.tax - facts.shipping_tax
    gross = facts.subtotal - (gross_tax if facts.taxes_included else ZERO)
    refunded, refunded_tax = _refunded(facts, gross, gross_tax)
    codes = tuple(AppliedCode(code, _discount(facts, code, gross)) for code in facts.codes)
    return OrderSnapshot(
        remote_id=facts.remote_id,
        name=facts.name,
        placed_at=facts.placed_at,
        updated_at=facts.updated_at,
        currency=facts.currency,
        gross=gross,
        gross_tax=gross_tax,
        discount=sum((code.discount for code in codes), ZERO),
        refunded=refunded,
        refunded_tax=refunded_tax,
        codes=codes,
        cancelled_at=facts.cancelled_at,
        test=facts.test,
        source=facts.source,
        customer_id=facts.customer_id,
        presentment_currency=facts.presentment_currency,
        presentment_total=facts.presentment_total,
    )


def _refunded(facts: OrderFacts, gross: Decimal, gross_tax: Decimal) -> tuple[Decimal, Decimal]:
    """(goods, their tax) that left the order: refunded lines, lines taken off by edits, refunds without lines."""
    lines = _sum(part.amount for part in facts.refund_lines)
    gone, gone_tax = lines, _sum(part.tax for part in facts.refund_lines)
    if facts.current_subtotal is not None and facts.subtotal - facts.current_subtotal > lines:
        # More is gone than was refunded by line: an edit removed it, which leaves no refund line.
        gone = facts.subtotal - facts.current_subtotal
        gone_tax = _tax_gone(facts, gone, gross_tax)
    goods = gone - (gone_tax if facts.taxes_included else ZERO) - _sum(part.amount for part in facts.adjustments)
    tax = gone_tax - _sum(part.tax for part in facts.adjustments)
    # An amount refunded beyond the goods gave back shipping or good will: it is no negative sale.
    return min(goods, gross), min(tax, gross_tax)


def _tax_gone(facts: OrderFacts, gone: Decimal, gross_tax: Decimal) -> Decimal:
    if facts.current_tax is not None:
        return facts.tax - facts.current_tax - facts.shipping_tax_refunded
    return rounded(gone * gross_tax / facts.subtotal, facts.currency) if facts.subtotal else ZERO


def _discount(facts: OrderFacts, code: str, gross: Decimal) -> Decimal:
    """Without tax: a discount on prices that include tax took off tax too, in the order's own proportion."""
    discount = facts.goods_discounts.get(code, ZERO)
    if not facts.taxes_included or not facts.subtotal or gross == facts.subtotal:
        return discount
    return rounded(discount * gross / facts.subtotal, facts.currency)


def rounded(amount: Decimal, currency: str) -> Decimal:
    """Half up, to the currency's own decimals."""
    return amount.quantize(_unit(currency), rounding=ROUND_HALF_UP)


@lru_cache(maxsize=256)
def _unit(currency: str) -> Decimal:
    return Decimal(1).scaleb(-get_currency_precision(currency))


def time(value: str) -> datetime:
    """Shopify's ISO 8601 with any offset, in UTC. Raises ValueError where there is no offset."""
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError(f"a time without a zone: {value}")
    return moment.astimezone(UTC)


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, ZERO)

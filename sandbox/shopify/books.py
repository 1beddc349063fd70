"""The store's own books: what each order and each code came to, for comparison with anyone else's sums.

Worked out from the orders' facts and nothing else, in plain cents, apart from the code that renders webhooks and API
answers. Gross is goods after discounts without tax and shipping; removed is what edits took off; net is gross -
refunded - removed. Cancelled, deleted and test orders do not count. An order with several codes is shared by the
discount that each took off goods, largest remainder.
"""

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sandbox.shopify.orders import Line, Order
from sandbox.shopify.shops import Shop

Json = dict[str, Any]
PARTS = ("gross", "refunded", "removed")
DECIMALS = {"JPY": 0, "KRW": 0, "CLP": 0, "ISK": 0, "VND": 0, "BHD": 3, "KWD": 3, "TND": 3}


def books(shop: Shop) -> Json:
    orders = [_order_row(order) for order in shop.orders.values()]
    places = DECIMALS.get(shop.facts.currency, 2)
    codes: dict[str, dict[str, int]] = defaultdict(lambda: {"redemptions": 0, **dict.fromkeys(PARTS, 0)})
    for order in shop.orders.values():
        if order.cancelled_at is None and not order.test:
            _add_shares(codes, order, places)
    return {
        "currency": shop.facts.currency,
        "orders": orders,
        "codes": {code: _code_row(row, places) for code, row in sorted(codes.items())},
    }


def _order_row(order: Order) -> Json:
    places = DECIMALS.get(order.currency, 2)
    cents = _order_cents(order, places)
    return {
        "id": order.id,
        "name": order.name,
        "codes": order.codes,
        "currency": order.currency,
        "cancelled": order.cancelled_at is not None,
        "test": order.test,
        **{part: _money(cents[part], places) for part in PARTS},
        "net": _money(cents["gross"] - cents["refunded"] - cents["removed"], places),
    }


def _code_row(row: dict[str, int], places: int) -> Json:
    return {
        "redemptions": row["redemptions"],
        **{part: _money(row[part], places) for part in PARTS},
        "net": _money(row["gross"] - row["refunded"] - row["removed"], places),
    }


def _order_cents(order: Order, places: int) -> dict[str, int]:
    gross = sum(_untaxed(order, _worth(line, line.quantity, places), places) for line in order.lines)
    refunded = 0
    for refund in order.refunds:
        for part in refund.lines:
            refunded += _cents(part.subtotal, places) - (_cents(part.tax, places) if order.taxes_included else 0)
        refunded -= sum(_cents(part.amount, places) for part in refund.adjustments if part.kind == "refund_discrepancy")
    by_lines = sum(
        _cents(part.subtotal, places) - (_cents(part.tax, places) if order.taxes_included else 0)
        for refund in order.refunds
        for part in refund.lines
    )
    still_there = sum(_untaxed(order, _worth(line, _units_left(order, line), places), places) for line in order.lines)
    return {"gross": gross, "refunded": refunded, "removed": gross - by_lines - still_there}


def _units_left(order: Order, line: Line) -> int:
    gone = sum(part.quantity for refund in order.refunds for part in refund.lines if part.line_id == line.id)
    return line.quantity - line.removed - gone


def _worth(line: Line, quantity: int, places: int) -> int:
    whole = line.price * line.quantity - sum((part.amount for part in line.allocations), Decimal(0))
    return _cents(whole * quantity / line.quantity, places)


def _untaxed(order: Order, cents: int, places: int) -> int:
    if not order.taxes_included:
        return cents
    return _cents(Decimal(cents).scaleb(-places) / (1 + order.tax_rate), places)


def _cents(amount: Decimal, places: int) -> int:
    return int(amount.scaleb(places).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _money(cents: int, places: int) -> str:
    return str(Decimal(cents).scaleb(-places).quantize(Decimal(1).scaleb(-places)))


def _add_shares(codes: dict[str, dict[str, int]], order: Order, places: int) -> None:
    weights: dict[str, int] = dict.fromkeys(order.codes, 0)
    for piece in (part for line in order.lines for part in line.allocations):
        weights[order.applications[piece.application].code] += _cents(piece.amount, places)
    cents = _order_cents(order, places)
    for code in weights:
        codes[code]["redemptions"] += 1
    for part in PARTS:
        for code, share in _shared(cents[part], weights).items():
            codes[code][part] += share


def _shared(cents: int, weights: dict[str, int]) -> dict[str, int]:
    """Parts in proportion to the weights (evenly when all are zero) that add up to `cents` exactly."""
    if not weights:
        return {}
    if not sum(weights.values()):
        weights = dict.fromkeys(weights, 1)
    whole = sum(weights.values())
    shares = {code: cents * weight // whole for code, weight in weights.items()}
    remainders = sorted(weights, key=lambda code: (-(cents * weights[code] % whole), list(weights).index(code)))
    for code in remainders[: cents - sum(shares.values())]:
        shares[code] += 1
    return shares

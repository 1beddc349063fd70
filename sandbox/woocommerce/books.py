"""The store's own books: what each order and each code came to, for comparison with anyone else's sums.

Worked out in plain cents from the orders' facts, apart from the code that renders REST answers, webhooks and pushes.
Gross is the lines after codes, without tax; refunded is the goods part of what was given back: what lines name, and of
an amount that no line explains the goods' share of goods and their tax. Orders in the trash, cancelled, unpaid or never
placed do not count. Several codes share an order by the discount that each took off, largest remainder.
"""

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sandbox.woocommerce.orders import Order, Refund
from sandbox.woocommerce.stores import WooStore

Json = dict[str, Any]
NO_SALE = frozenset({"pending", "failed", "checkout-draft", "cancelled", "trash"})
PARTS = ("gross", "refunded")


def books(store: WooStore) -> Json:
    places = store.places
    codes: defaultdict[str, dict[str, int]] = defaultdict(lambda: {"redemptions": 0, **dict.fromkeys(PARTS, 0)})
    rows = []
    for order in store.orders.values():
        cents = {"gross": _gross(order, places), "refunded": _refunded(order, places)}
        counts = order.status not in NO_SALE
        rows.append({
            "id": order.id, "status": order.status, "counts": counts, "codes": [line.code for line in order.coupons],
            **{part: _money(cents[part], places) for part in PARTS},
            "net": _money(cents["gross"] - cents["refunded"], places),
        })  # fmt: skip
        if counts:
            _share(codes, order, cents, places)
    return {
        "currency": store.facts.currency,
        "orders": rows,
        "codes": {code.upper(): _row(codes[code], places) for code in sorted(codes)},
    }


def _row(sums: dict[str, int], places: int) -> Json:
    net = _money(sums["gross"] - sums["refunded"], places)
    return {"redemptions": sums["redemptions"], **{part: _money(sums[part], places) for part in PARTS}, "net": net}


def _gross(order: Order, places: int) -> int:
    return sum(_cents(line.total, places) for line in order.lines)


def _refunded(order: Order, places: int) -> int:
    gross, tax = _gross(order, places), sum(_cents(line.total_tax, places) for line in order.lines)
    back = sum(_goods_of(refund, gross, tax, places) for refund in order.refunds)
    return min(back, gross)


def _goods_of(refund: Refund, gross: int, tax: int, places: int) -> int:
    named = sum(_cents(part.total, places) for part in refund.lines)
    taxes = sum(_cents(part.total_tax, places) for part in refund.lines)
    shipping = _cents(refund.shipping, places) + _cents(refund.shipping_tax, places)
    loose = _cents(refund.amount, places) - named - taxes - shipping
    share = Decimal(loose * gross) / (gross + tax) if gross + tax else Decimal(loose)
    return named + int(share.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _share(codes: defaultdict[str, dict[str, int]], order: Order, cents: dict[str, int], places: int) -> None:
    weights = {line.code: _cents(line.discount, places) for line in order.coupons}
    if weights and not sum(weights.values()):
        weights = dict.fromkeys(weights, 1)
    for code in weights:
        codes[code]["redemptions"] += 1
    for part in PARTS:
        for code, share in _parts(cents[part], weights).items():
            codes[code][part] += share


def _parts(cents: int, weights: dict[str, int]) -> dict[str, int]:
    if not weights:
        return {}
    whole = sum(weights.values())
    shares = {code: cents * weight // whole for code, weight in weights.items()}
    order = list(weights)
    by_remainder = sorted(weights, key=lambda code: (-(cents * weights[code] % whole), order.index(code)))
    for code in by_remainder[: cents - sum(shares.values())]:
        shares[code] += 1
    return shares


def _cents(amount: Decimal, places: int) -> int:
    return int(amount.scaleb(places).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _money(cents: int, places: int) -> str:
    return str(Decimal(cents).scaleb(-places).quantize(Decimal(1).scaleb(-places)))

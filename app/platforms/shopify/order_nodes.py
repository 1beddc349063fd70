"""Orders of the Admin API as OrderSnapshots: the same order gives the same snapshot as its webhook.

A node is what FULL_ORDER asks for; `LIGHT_ORDER` is enough to see whether an order carries any code at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from app.platforms.port import OrderSnapshot
from app.platforms.shopify.order_facts import ZERO, OrderFacts, Part, snapshot, time

Node = Mapping[str, Any]

LIGHT_ORDER = "id name createdAt processedAt updatedAt test currencyCode discountCodes"

# Page sizes keep one order under Shopify's 1,000 points a request; only what comes is charged. Lines beyond the first
# page are asked for by order(); refund lines beyond theirs still count, through currentSubtotalPriceSet.
FULL_ORDER = """
  id name createdAt processedAt updatedAt cancelledAt test sourceName taxesIncluded
  currencyCode presentmentCurrencyCode discountCodes
  customer { id }
  totalPriceSet { presentmentMoney { amount } }
  subtotalPriceSet { shopMoney { amount } }
  currentSubtotalPriceSet { shopMoney { amount } }
  totalTaxSet { shopMoney { amount } }
  currentTotalTaxSet { shopMoney { amount } }
  discountApplications(first: 20) { nodes { index ... on DiscountCodeApplication { code } } }
  shippingLines(first: 5) { nodes { taxLines { priceSet { shopMoney { amount } } } } }
  refunds(first: 50) {
    refundLineItems(first: 20) { nodes { subtotalSet { shopMoney { amount } } totalTaxSet { shopMoney { amount } } } }
    refundShippingLines(first: 5) { nodes { taxAmountSet { shopMoney { amount } } } }
    orderAdjustments(first: 10) { nodes { amountSet { shopMoney { amount } } taxAmountSet { shopMoney { amount } } } }
  }
  lineItems(first: 50, after: $after) {
    nodes { discountAllocations { allocatedAmountSet { shopMoney { amount } } discountApplication { index } } }
    pageInfo { hasNextPage endCursor }
  }
"""


def order_snapshot(node: Node) -> OrderSnapshot:
    return snapshot(_facts(node))


def without_codes(node: Node) -> OrderSnapshot:
    """A light node that carries no code: nobody is credited, so its money is not asked for."""
    return OrderSnapshot(
        remote_id=number(node["id"]), name=node["name"], placed_at=time(node["processedAt"] or node["createdAt"]),
        updated_at=time(node["updatedAt"]), currency=node["currencyCode"], gross=ZERO, gross_tax=ZERO, discount=ZERO,
        refunded=ZERO, refunded_tax=ZERO, codes=(), test=bool(node["test"]),
    )  # fmt: skip


def number(gid: str) -> str:
    """The id that webhooks use: the last part of `gid://shopify/Order/123`."""
    return gid.rpartition("/")[2]


def _facts(order: Node) -> OrderFacts:
    refunds = order["refunds"]
    cancelled, customer = order["cancelledAt"], order["customer"]
    return OrderFacts(
        remote_id=number(order["id"]),
        name=order["name"],
        placed_at=time(order["processedAt"] or order["createdAt"]),
        updated_at=time(order["updatedAt"]),
        cancelled_at=time(cancelled) if cancelled else None,
        currency=order["currencyCode"],
        presentment_currency=order["presentmentCurrencyCode"],
        presentment_total=Decimal(order["totalPriceSet"]["presentmentMoney"]["amount"]),
        test=bool(order["test"]),
        source=order["sourceName"] or "",
        customer_id=number(customer["id"]) if customer else None,
        taxes_included=bool(order["taxesIncluded"]),
        subtotal=_shop(order["subtotalPriceSet"]),
        current_subtotal=_shop(order["currentSubtotalPriceSet"]),
        tax=_shop(order["totalTaxSet"]),
        current_tax=_shop(order["currentTotalTaxSet"]),
        shipping_tax=_shipping_tax(order),
        shipping_tax_refunded=sum(
            (_shop(row["taxAmountSet"]) for refund in refunds for row in refund["refundShippingLines"]["nodes"]), ZERO
        ),
        codes=tuple(order["discountCodes"]),
        goods_discounts=_goods_discounts(order),
        refund_lines=tuple(_parts(refunds, "refundLineItems", "subtotalSet", "totalTaxSet")),
        adjustments=tuple(_parts(refunds, "orderAdjustments", "amountSet", "taxAmountSet")),
    )


def _shop(bag: Node | None) -> Decimal:
    """Null only where Shopify has nothing to tell: an order without tax."""
    return Decimal(bag["shopMoney"]["amount"]) if bag else ZERO


def _parts(refunds: list[Node], rows: str, amount: str, tax: str) -> Iterator[Part]:
    for refund in refunds:
        for row in refund[rows]["nodes"]:
            yield Part(_shop(row[amount]), _shop(row[tax]))


def _shipping_tax(order: Node) -> Decimal:
    lines = order["shippingLines"]["nodes"]
    return sum((_shop(tax["priceSet"]) for line in lines for tax in line["taxLines"]), ZERO)


def _goods_discounts(order: Node) -> dict[str, Decimal]:
    code_of = {row["index"]: row.get("code") for row in order["discountApplications"]["nodes"]}
    found: dict[str, Decimal] = {}
    for part in (part for line in order["lineItems"]["nodes"] for part in line["discountAllocations"]):
        code = code_of.get(part["discountApplication"]["index"])
        if code is not None:
            found[code] = found.get(code, ZERO) + _shop(part["allocatedAmountSet"])
    return found

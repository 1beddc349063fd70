"""Orders and refunds in the shape of Shopify's REST resources, which is the shape of their webhooks."""

from decimal import Decimal
from typing import Any

from sandbox.clock import stamp
from sandbox.money import ZERO, text
from sandbox.shopify import order_money as sums
from sandbox.shopify.gids import gid
from sandbox.shopify.orders import Allocation, Application, Line, Order, Refund

Json = dict[str, Any]


def order_json(order: Order) -> Json:
    totals = {
        "total_price": sums.total(order),
        "subtotal_price": sums.subtotal(order),
        "total_discounts": sums.total_discounts(order),
        "total_tax": sums.total_tax(order),
        "current_total_price": sums.current_total(order),
        "current_subtotal_price": sums.current_subtotal(order),
        "current_total_discounts": sums.current_total_discounts(order),
        "current_total_tax": sums.current_total_tax(order),
    }
    shown: Json = {
        "id": order.id,
        "admin_graphql_api_id": gid("Order", order.id),
        "name": order.name,
        "number": order.number - 1000,
        "order_number": order.number,
        "test": order.test,
        "created_at": stamp(order.created_at),
        "processed_at": stamp(order.processed_at),
        "updated_at": stamp(order.updated_at),
        "cancelled_at": stamp(order.cancelled_at) if order.cancelled_at else None,
        "cancel_reason": order.cancel_reason,
        "closed_at": None,
        "financial_status": sums.financial_status(order),
        "fulfillment_status": None,
        "currency": order.currency,
        "presentment_currency": order.presentment_currency or order.currency,
        "taxes_included": order.taxes_included,
        "source_name": order.source_name,
        "customer": _customer(order),
        "email": f"buyer{order.customer_id}@example.com" if order.customer_id else None,
        "discount_codes": [_discount_code(order, index, row) for index, row in enumerate(order.applications)],
        "discount_applications": [_application(row) for row in order.applications],
        "line_items": [line_json(order, line) for line in order.lines],
        "shipping_lines": _shipping_lines(order),
        "total_shipping_price_set": money_set(order, sums.shipping_price(order)),
        "refunds": [refund_json(order, refund) for refund in order.refunds],
    }
    for name, amount in totals.items():
        shown[name] = text(amount, order.currency)
        shown[name + "_set"] = money_set(order, amount)
    return shown


def money_set(order: Order, amount: Decimal) -> Json:
    theirs = order.presentment_currency or order.currency
    return {
        "shop_money": {"amount": text(amount, order.currency), "currency_code": order.currency},
        "presentment_money": {"amount": text(amount * order.presentment_rate, theirs), "currency_code": theirs},
    }


def _customer(order: Order) -> Json | None:
    if order.customer_id is None:
        return None
    number = order.customer_id
    return {"id": number, "email": f"buyer{number}@example.com", "first_name": "Buyer", "last_name": str(number)}


def _discount_code(order: Order, index: int, application: Application) -> Json:
    kind = "shipping" if application.target == "shipping_line" else application.value_type
    return {"code": application.code, "amount": text(sums.discount_of(order, index), order.currency), "type": kind}


def _application(application: Application) -> Json:
    return {
        "type": "discount_code",
        "code": application.code,
        "title": application.title,
        "value": str(
            application.value.normalize() if application.value % 1 else application.value.quantize(Decimal("1.0"))
        ),
        "value_type": application.value_type,
        "allocation_method": application.method,
        "target_selection": application.selection,
        "target_type": application.target,
    }


def _allocations(order: Order, allocations: list[Allocation]) -> list[Json]:
    return [
        {
            "amount": text(part.amount, order.currency),
            "amount_set": money_set(order, part.amount),
            "discount_application_index": part.application,
        }
        for part in allocations
    ]


def _tax_lines(order: Order, amount: Decimal) -> list[Json]:
    if not order.tax_rate:
        return []
    return [
        {
            "title": "Tax",
            "rate": float(order.tax_rate),
            "price": text(amount, order.currency),
            "price_set": money_set(order, amount),
            "channel_liable": False,
        }
    ]


def line_json(order: Order, line: Line) -> Json:
    return {
        "id": line.id,
        "admin_graphql_api_id": gid("LineItem", line.id),
        "name": line.title,
        "title": line.title,
        "product_id": line.product_id,
        "variant_id": line.variant_id,
        "quantity": line.quantity,
        "current_quantity": order.current_quantity(line),
        "price": text(line.price, order.currency),
        "price_set": money_set(order, line.price),
        "total_discount": text(ZERO, order.currency),
        "total_discount_set": money_set(order, ZERO),
        "discount_allocations": _allocations(order, line.allocations),
        "tax_lines": _tax_lines(order, sums.line_tax(order, line, line.quantity)),
        "taxable": bool(order.tax_rate),
        "gift_card": False,
    }


def _shipping_lines(order: Order) -> list[Json]:
    shipping = order.shipping
    if shipping is None:
        return []
    after = sums.shipping_price(order)
    return [
        {
            "id": shipping.id,
            "title": "Standard",
            "code": "Standard",
            "price": text(shipping.price, order.currency),
            "price_set": money_set(order, shipping.price),
            "discounted_price": text(after, order.currency),
            "discounted_price_set": money_set(order, after),
            "discount_allocations": _allocations(order, shipping.allocations),
            "tax_lines": _tax_lines(order, sums.tax_in(order, after)),
        }
    ]


def refund_json(order: Order, refund: Refund) -> Json:
    return {
        "id": refund.id,
        "admin_graphql_api_id": gid("Refund", refund.id),
        "order_id": order.id,
        "created_at": stamp(refund.created_at),
        "processed_at": stamp(refund.created_at),
        "note": refund.note,
        "refund_line_items": [
            {
                "id": part.id,
                "line_item_id": part.line_id,
                "quantity": part.quantity,
                "restock_type": "no_restock",
                "subtotal": text(part.subtotal, order.currency),
                "subtotal_set": money_set(order, part.subtotal),
                "total_tax": text(part.tax, order.currency),
                "total_tax_set": money_set(order, part.tax),
            }
            for part in refund.lines
        ],
        "order_adjustments": [
            {
                "id": part.id,
                "order_id": order.id,
                "refund_id": refund.id,
                "kind": part.kind,
                "reason": part.kind.replace("_", " ").capitalize(),
                "amount": text(part.amount, order.currency),
                "amount_set": money_set(order, part.amount),
                "tax_amount": text(part.tax_amount, order.currency),
                "tax_amount_set": money_set(order, part.tax_amount),
            }
            for part in refund.adjustments
        ],
        "refund_shipping_lines": _refund_shipping(order, refund),
        "transactions": _transactions(order, refund),
    }


def _refund_shipping(order: Order, refund: Refund) -> list[Json]:
    if not refund.shipping or order.shipping is None:
        return []
    return [
        {
            "id": refund.id,
            "shipping_line_id": order.shipping.id,
            "subtotal_amount_set": money_set(order, refund.shipping),
            "tax_amount_set": money_set(order, refund.shipping_tax),
        }
    ]


def _transactions(order: Order, refund: Refund) -> list[Json]:
    if not refund.paid_back:
        return []
    amount = text(refund.paid_back, order.currency)
    return [
        {
            "id": refund.id,
            "kind": "refund",
            "status": "success",
            "amount": amount,
            "currency": order.currency,
            "gateway": "bogus",
        }
    ]

"""Views of orders and refunds as the Admin API shows them."""

from decimal import Decimal
from typing import Any

from sandbox.clock import stamp
from sandbox.money import ZERO, rounded
from sandbox.shopify import order_money as sums
from sandbox.shopify import products as goods
from sandbox.shopify.connections import View, page_of
from sandbox.shopify.context import Context
from sandbox.shopify.gids import gid
from sandbox.shopify.goods_views import product_view, variant_view
from sandbox.shopify.orders import Adjustment, Allocation, Application, Line, Order, Refund, RefundLine, Shipping
from sandbox.shopify.views import money


def bag(order: Order, amount: Decimal) -> View:
    theirs = order.presentment_currency or order.currency
    return {
        "__typename": "MoneyBag",
        "shopMoney": lambda: money(amount, order.currency),
        "presentmentMoney": lambda: money(amount * order.presentment_rate, theirs),
    }


def order_view(context: Context, order: Order) -> View:
    view = _order_facts(context, order)
    totals = {
        "totalPriceSet": sums.total,
        "originalTotalPriceSet": sums.total,
        "subtotalPriceSet": sums.subtotal,
        "totalDiscountsSet": sums.total_discounts,
        "totalTaxSet": sums.total_tax,
        "totalShippingPriceSet": sums.shipping_price,
        "currentTotalPriceSet": sums.current_total,
        "currentSubtotalPriceSet": sums.current_subtotal,
        "currentTotalDiscountsSet": sums.current_total_discounts,
        "currentTotalTaxSet": sums.current_total_tax,
        "totalRefundedSet": sums.paid_back,
        "totalRefundedShippingSet": sums.shipping_refunded,
        "totalReceivedSet": sums.total,
    }
    for name, total in totals.items():
        view[name] = lambda total=total: bag(order, total(order))
    return view


def _order_facts(context: Context, order: Order) -> View:
    return {
        "__typename": "Order",
        "id": gid("Order", order.id),
        "legacyResourceId": str(order.id),
        "name": order.name,
        "number": order.number,
        "createdAt": order.created_at,
        "processedAt": order.processed_at,
        "updatedAt": stamp(order.updated_at),
        "cancelledAt": order.cancelled_at,
        "cancelReason": order.cancel_reason.upper() if order.cancel_reason else None,
        "closed": False,
        "closedAt": None,
        "confirmed": True,
        "edited": order.edited,
        "test": order.test,
        "tags": [],
        "note": None,
        "sourceName": order.source_name,
        "customer": {"__typename": "Customer", "id": gid("Customer", order.customer_id)} if order.customer_id else None,
        "displayFinancialStatus": sums.financial_status(order).upper(),
        "displayFulfillmentStatus": "UNFULFILLED",
        "currencyCode": order.currency,
        "presentmentCurrencyCode": order.presentment_currency or order.currency,
        "taxesIncluded": order.taxes_included,
        "taxExempt": False,
        "discountCode": order.codes[0] if order.codes else None,
        "discountCodes": order.codes,
        "disputes": [],
        "subtotalLineItemsQuantity": sum(line.quantity for line in order.lines),
        "currentSubtotalLineItemsQuantity": sum(order.current_quantity(line) for line in order.lines),
        "shippingLine": lambda: _shipping_view(order, order.shipping) if order.shipping else None,
        "discountApplications": lambda reverse=False, **page: page_of(
            list(enumerate(order.applications)),
            lambda row: row[0],
            lambda row: application_view(order, *row),
            bulk=context.bulk,
            **page,
        ),
        "lineItems": lambda reverse=False, **page: page_of(
            order.lines, lambda line: line.id, lambda line: line_view(context, order, line), bulk=context.bulk, **page
        ),
        "shippingLines": lambda reverse=False, include_removals=False, **page: page_of(
            [order.shipping] if order.shipping else [],
            lambda row: row.id,
            lambda row: _shipping_view(order, row),
            bulk=context.bulk,
            **page,
        ),
        "refunds": lambda first=None: [refund_view(context, order, refund) for refund in order.refunds[:first]],
    }


def application_view(order: Order, index: int, application: Application) -> View:
    value: View = money(application.value, order.currency)
    if application.value_type == "percentage":
        value = {"__typename": "PricingPercentageValue", "percentage": float(application.value)}
    return {
        "__typename": "DiscountCodeApplication",
        "index": index,
        "code": application.code,
        "allocationMethod": application.method.upper(),
        "targetSelection": application.selection.upper(),
        "targetType": application.target.upper(),
        "value": value,
    }


def _allocation(order: Order, part: Allocation) -> View:
    return {
        "allocatedAmountSet": lambda: bag(order, part.amount),
        "allocatedAmount": money(part.amount, order.currency),
        "discountApplication": lambda: application_view(order, part.application, order.applications[part.application]),
    }


def _tax_lines(order: Order, amount: Decimal) -> list[View]:
    if not order.tax_rate:
        return []
    rate = float(order.tax_rate)
    line = {"title": "Tax", "rate": rate, "ratePercentage": rate * 100, "source": None, "channelLiable": False}
    return [{**line, "priceSet": bag(order, amount)}]


def line_view(context: Context, order: Order, line: Line) -> View:
    whole = sums.worth(order, line, line.quantity)
    product = goods.BY_ID.get(line.product_id or 0)
    variant = goods.VARIANTS.get(line.variant_id or 0)
    return {
        "__typename": "LineItem",
        "id": gid("LineItem", line.id),
        "name": line.title,
        "title": line.title,
        "sku": None,
        "quantity": line.quantity,
        "currentQuantity": order.current_quantity(line),
        "refundableQuantity": order.current_quantity(line),
        "taxable": bool(order.tax_rate),
        "isGiftCard": False,
        "requiresShipping": True,
        "originalUnitPriceSet": lambda: bag(order, line.price),
        "originalTotalSet": lambda: bag(order, line.price * line.quantity),
        "discountedTotalSet": lambda with_code_discounts=False: bag(
            order, whole if with_code_discounts else line.price * line.quantity
        ),
        "discountedUnitPriceSet": lambda: bag(order, line.price),
        "discountedUnitPriceAfterAllDiscountsSet": lambda: bag(order, rounded(whole / line.quantity, order.currency)),
        "priceAfterAllDiscountsBeforeTaxesSet": lambda: bag(
            order, whole - (sums.tax_in(order, whole) if order.taxes_included else ZERO)
        ),
        "totalDiscountSet": lambda: bag(order, sums.line_discount(line)),
        "discountAllocations": lambda: [_allocation(order, part) for part in line.allocations],
        "taxLines": lambda first=None: _tax_lines(order, sums.line_tax(order, line, line.quantity)),
        "product": (lambda: product_view(context, product)) if product else None,
        "variant": (lambda: variant_view(context, variant)) if variant else None,
        "variantTitle": variant.title if variant else None,
        "vendor": None,
    }


def _shipping_view(order: Order, shipping: Shipping) -> View:
    after = sums.shipping_price(order)
    return {
        "__typename": "ShippingLine",
        "id": gid("ShippingLine", shipping.id),
        "title": "Standard",
        "code": "Standard",
        "isRemoved": False,
        "originalPriceSet": lambda: bag(order, shipping.price),
        "discountedPriceSet": lambda: bag(order, after),
        "currentDiscountedPriceSet": lambda: bag(order, after - sums.shipping_refunded(order)),
        "discountAllocations": lambda: [_allocation(order, part) for part in shipping.allocations],
        "taxLines": lambda: _tax_lines(order, sums.tax_in(order, after)),
    }


def refund_view(context: Context, order: Order, refund: Refund) -> View:
    discrepancies = [part for part in refund.adjustments if part.kind == "refund_discrepancy"]
    shipping = [refund.shipping] if refund.shipping else []
    return {
        "__typename": "Refund",
        "id": gid("Refund", refund.id),
        "legacyResourceId": str(refund.id),
        "createdAt": refund.created_at,
        "processedAt": refund.created_at,
        "updatedAt": refund.created_at,
        "note": refund.note,
        "order": lambda: order_view(context, order),
        "totalRefundedSet": lambda: bag(order, refund.paid_back),
        "refundLineItems": lambda reverse=False, **page: page_of(
            refund.lines, lambda row: row.id, lambda row: _refund_line(context, order, row), bulk=context.bulk, **page
        ),
        "refundShippingLines": lambda reverse=False, **page: page_of(
            shipping, lambda row: refund.id, lambda row: _refund_shipping(order, refund), bulk=context.bulk, **page
        ),
        "orderAdjustments": lambda reverse=False, **page: page_of(
            discrepancies, lambda row: row.id, lambda row: _adjustment(order, row), bulk=context.bulk, **page
        ),
    }


def _refund_line(context: Context, order: Order, part: RefundLine) -> View:
    line = order.line(part.line_id)
    assert line is not None
    return {
        "id": gid("RefundLineItem", part.id),
        "quantity": part.quantity,
        "lineItem": lambda: line_view(context, order, line),
        "priceSet": lambda: bag(order, line.price),
        "subtotalSet": lambda: bag(order, part.subtotal),
        "totalTaxSet": lambda: bag(order, part.tax),
        "restockType": "NO_RESTOCK",
        "restocked": False,
    }


def _refund_shipping(order: Order, refund: Refund) -> View:
    return {
        "id": gid("RefundShippingLine", refund.id),
        "subtotalAmountSet": lambda: bag(order, refund.shipping),
        "taxAmountSet": lambda: bag(order, refund.shipping_tax),
        "shippingLine": lambda: _shipping_view(order, order.shipping) if order.shipping else None,
    }


def _adjustment(order: Order, part: Adjustment) -> dict[str, Any]:
    return {
        "__typename": "OrderAdjustment",
        "id": gid("OrderAdjustment", part.id),
        "reason": "REFUND_DISCREPANCY",
        "amountSet": lambda: bag(order, part.amount),
        "taxAmountSet": lambda: bag(order, part.tax_amount),
    }

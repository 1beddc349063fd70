"""What a merchant does in the admin, behind the app's back: own discounts and codes, changes, deletions, privacy
requests.
"""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sandbox.clock import now
from sandbox.edge import Refused
from sandbox.shopify.bulk import MESSAGES, add_code, code_error
from sandbox.shopify.discounts import Discount, Value
from sandbox.shopify.webhooks import COMPLIANCE_TOPICS, discount_deleted_payload, discount_payload, emit

if TYPE_CHECKING:
    from sandbox.shopify.shops import Shop
    from sandbox.world import World


def plant_codes(world: "World", shop: "Shop", texts: list[str], title: str, percentage: float) -> Discount:
    """A discount of someone else with these codes. All or none: a code that is taken refuses the whole."""
    for text in texts:
        error = code_error(shop, text)
        if error is not None:
            raise Refused(f"{text!r}: {MESSAGES[error]}", 409, error.lower())
    moment = now()
    discount = Discount(world.next_id("DiscountCodeNode"), shop.domain, "basic", title, moment, moment, moment)
    discount.value = Value("percentage", Decimal(str(percentage)))
    shop.discounts[discount.id] = discount
    world.save_discount(discount)
    for text in texts:
        add_code(world, shop, discount.id, text.strip())
    emit(world, shop, "discounts/create", lambda: discount_payload(discount))
    return discount


def change_discount(world: "World", shop: "Shop", discount: Discount, changes: dict[str, Any]) -> Discount:
    """Only the named fields change. `percentage` is a share of 1, `active` ends or reopens the discount."""
    for name in ("title", "usage_limit", "starts_at", "ends_at"):
        if name in changes:
            setattr(discount, name, changes[name])
    if changes.get("percentage") is not None:
        discount.value = Value("percentage", Decimal(str(changes["percentage"])))
    if changes.get("amount") is not None:
        discount.value = Value("amount", changes["amount"])
    if changes.get("active") is True:
        discount.activate(now())
    elif changes.get("active") is False:
        discount.deactivate(now())
    discount.updated_at = now()
    world.save_discount(discount)
    emit(world, shop, "discounts/update", lambda: discount_payload(discount))
    return discount


def delete_discount(world: "World", shop: "Shop", discount: Discount) -> None:
    """With it go its codes; Shopify sends no webhook for each of them."""
    for code in list(shop.codes.of(discount.id)):
        shop.codes.remove(code)
        world.journal.delete("code", code.id)
    del shop.discounts[discount.id]
    world.journal.delete("discount", discount.id)
    emit(world, shop, "discounts/delete", lambda: discount_deleted_payload(discount.id))


def ask_privacy(world: "World", shop: "Shop", topic: str, customer_id: int | None, orders: list[int]) -> None:
    if topic not in COMPLIANCE_TOPICS:
        raise Refused(f"{topic} is none of {', '.join(COMPLIANCE_TOPICS)}.", 404, "not_found")
    payload: dict[str, Any] = {"shop_id": shop.facts.id, "shop_domain": shop.domain}
    if customer_id is not None:
        customer = {"id": customer_id, "email": f"buyer{customer_id}@example.com", "phone": None}
        mine = orders or [order.id for order in shop.orders.values() if order.customer_id == customer_id]
        if topic == "customers/data_request":
            payload |= {
                "orders_requested": mine,
                "customer": customer,
                "data_request": {"id": world.next_id("DataRequest")},
            }
        else:
            payload |= {"customer": customer, "orders_to_redact": mine}
    emit(world, shop, topic, lambda: payload)

"""Reads the discount inputs of the Admin API into a Discount, and says what is wrong with them in Shopify's codes.
Pure.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from sandbox.shopify import products as goods
from sandbox.shopify.discounts import Buys, Combines, Destination, Discount, Items, Value
from sandbox.shopify.gids import number_of

Input = Mapping[str, Any]
MAX_TITLE, MAX_TAGS, MAX_TAG_LENGTH, MAX_LIST = 255, 5, 255, 250


@dataclass
class Problem:
    field: list[str]
    code: str
    message: str


@dataclass
class Reading:
    """Applies an input to a discount, field by field, and collects the problems. The discount is spoilt if there are
    any.
    """

    discount: Discount
    input: Input
    creating: bool
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, path: str, code: str, message: str) -> None:
        self.problems.append(Problem(path.split("."), code, message))

    def given(self, name: str) -> bool:
        return name in self.input


def read_discount(discount: Discount, body: Input, creating: bool) -> list[Problem]:
    """Change `discount` by `body`; on update only the given fields count. Returns what is wrong."""
    reading = Reading(discount, body, creating)
    for step in (_title, _dates, _context, _limits, _combines, _tags, _subscriptions, _minimum):
        step(reading)
    if discount.kind == "free_shipping":
        _shipping(reading)
    else:
        _customer_gets(reading)
    if discount.kind == "bxgy":
        _customer_buys(reading)
    return reading.problems


def _title(reading: Reading) -> None:
    if not reading.given("title") and not reading.creating:
        return
    title = (reading.input.get("title") or "").strip()
    if not title:
        reading.refuse("title", "BLANK", "Title can't be blank")
    elif len(title) > MAX_TITLE:
        reading.refuse("title", "TOO_LONG", f"Title is too long (maximum is {MAX_TITLE} characters)")
    reading.discount.title = title


def _dates(reading: Reading) -> None:
    discount = reading.discount
    if reading.given("startsAt") or reading.creating:
        starts_at: datetime | None = reading.input.get("startsAt")
        if starts_at is None:
            reading.refuse("startsAt", "BLANK", "Starts at can't be blank")
        else:
            discount.starts_at = starts_at
    if reading.given("endsAt"):
        discount.ends_at = reading.input["endsAt"]
    if (
        discount.ends_at is not None
        and discount.ends_at <= discount.starts_at
        and (reading.given("endsAt") or reading.given("startsAt"))
    ):
        reading.refuse("endsAt", "END_DATE_BEFORE_START_DATE", "Ends at needs to be after starts at")


def _context(reading: Reading) -> None:
    named = [name for name in ("context", "customerSelection") if reading.input.get(name) is not None]
    if len(named) > 1:
        reading.refuse("context", "CONFLICT", "Only one of context and customerSelection can be given")
    elif reading.creating and not named:
        reading.refuse("context", "BLANK", "Context can't be blank")


def _limits(reading: Reading) -> None:
    discount = reading.discount
    if reading.given("usageLimit"):
        limit = reading.input["usageLimit"]
        if limit is not None and limit < 1:
            reading.refuse("usageLimit", "GREATER_THAN", "Usage limit must be greater than 0")
        discount.usage_limit = limit
    if reading.given("appliesOncePerCustomer"):
        discount.once_per_customer = bool(reading.input["appliesOncePerCustomer"])
    if reading.given("usesPerOrderLimit"):
        per_order = reading.input["usesPerOrderLimit"]
        if per_order is not None and per_order < 1:
            reading.refuse("usesPerOrderLimit", "GREATER_THAN", "Uses per order limit must be greater than 0")
        discount.uses_per_order = per_order


def _combines(reading: Reading) -> None:
    wanted = reading.input.get("combinesWith")
    if wanted is None:
        return
    combines = reading.discount.combines
    reading.discount.combines = Combines(
        order=bool(wanted.get("orderDiscounts", combines.order)),
        product=bool(wanted.get("productDiscounts", combines.product)),
        shipping=bool(wanted.get("shippingDiscounts", combines.shipping)),
    )
    if wanted.get("productDiscountsWithTagsOnSameCartLine"):
        reading.refuse(
            "combinesWith.productDiscountsWithTagsOnSameCartLine",
            "PRODUCT_DISCOUNTS_WITH_TAGS_ON_SAME_CART_LINE_NOT_ENTITLED",
            "The shop's plan does not allow product discounts on the same cart line",
        )


def _tags(reading: Reading) -> None:
    if not reading.given("tags"):
        return
    tags = list(reading.input["tags"] or [])
    if len(tags) > MAX_TAGS:
        reading.refuse("tags", "TOO_MANY_TAGS", f"Tags can't be more than {MAX_TAGS}")
    if any(len(tag) > MAX_TAG_LENGTH for tag in tags):
        reading.refuse("tags", "INVALID_TAG_LENGTH", f"A tag is too long (maximum is {MAX_TAG_LENGTH} characters)")
    reading.discount.tags = tags


def _subscriptions(reading: Reading) -> None:
    """`customerGets` carries these switches for basic discounts, the input itself for free shipping."""
    discount = reading.discount
    holder = reading.input if discount.kind == "free_shipping" else (reading.input.get("customerGets") or {})
    where = "" if discount.kind == "free_shipping" else "customerGets."
    discount.on_one_time_purchase = bool(holder.get("appliesOnOneTimePurchase", discount.on_one_time_purchase))
    discount.on_subscription = bool(holder.get("appliesOnSubscription", discount.on_subscription))
    if not discount.on_one_time_purchase and not discount.on_subscription:
        reading.refuse(
            where + "appliesOnOneTimePurchase", "APPLIES_ON_NOTHING", "The discount has to apply on something"
        )
    if reading.given("recurringCycleLimit"):
        cycles = reading.input["recurringCycleLimit"]
        if cycles is not None and cycles != 1 and not discount.on_subscription:
            reading.refuse(
                "recurringCycleLimit",
                "MULTIPLE_RECURRING_CYCLE_LIMIT_FOR_NON_SUBSCRIPTION_ITEMS",
                "Recurring cycle limit must be 1 when the discount does not apply to subscriptions",
            )
        discount.recurring_cycle_limit = cycles


def _minimum(reading: Reading) -> None:
    if not reading.given("minimumRequirement"):
        return
    wanted = reading.input["minimumRequirement"] or {}
    subtotal = (wanted.get("subtotal") or {}).get("greaterThanOrEqualToSubtotal")
    quantity = (wanted.get("quantity") or {}).get("greaterThanOrEqualToQuantity")
    if subtotal is not None and quantity is not None:
        reading.refuse(
            "minimumRequirement",
            "MINIMUM_SUBTOTAL_AND_QUANTITY_RANGE_BOTH_PRESENT",
            "Minimum subtotal and minimum quantity can't both be present",
        )
    if subtotal is not None and subtotal < 0:
        reading.refuse("minimumRequirement.subtotal", "GREATER_THAN_OR_EQUAL_TO", "Minimum subtotal must be 0 or more")
    reading.discount.minimum_subtotal = subtotal
    reading.discount.minimum_quantity = int(quantity) if quantity is not None else None


def _shipping(reading: Reading) -> None:
    discount = reading.discount
    if reading.given("maximumShippingPrice"):
        discount.maximum_shipping_price = reading.input["maximumShippingPrice"]
    destination = reading.input.get("destination")
    if destination is None:
        if reading.creating:
            reading.refuse("destination", "BLANK", "Destination can't be blank")
        return
    countries = destination.get("countries")
    if bool(destination.get("all")) == (countries is not None):
        reading.refuse("destination", "INVALID", "Destination is either all countries or some countries")
    chosen = countries or {}
    discount.destination = Destination(
        countries is None, list(chosen.get("add") or []), bool(chosen.get("includeRestOfWorld"))
    )


def _customer_gets(reading: Reading) -> None:
    gets = reading.input.get("customerGets")
    if gets is None:
        if reading.creating:
            reading.refuse("customerGets", "BLANK", "Customer gets can't be blank")
        return
    if gets.get("value") is not None:
        _value(reading, gets["value"])
    elif reading.creating:
        reading.refuse("customerGets.value", "BLANK", "Value can't be blank")
    if gets.get("items") is not None:
        reading.discount.items = _items(reading, gets["items"], "customerGets.items", reading.discount.items)
    elif reading.creating:
        reading.refuse("customerGets.items", "BLANK", "Items can't be blank")


def _value(reading: Reading, value: Input) -> None:
    path = "customerGets.value"
    kinds = [name for name in ("percentage", "discountAmount", "discountOnQuantity") if value.get(name) is not None]
    if len(kinds) != 1:
        reading.refuse(
            path, "TOO_MANY_ARGUMENTS" if kinds else "MISSING_ARGUMENT", "Exactly one kind of value has to be given"
        )
    elif reading.discount.kind == "bxgy":
        _on_quantity(reading, value, path)
    elif kinds == ["discountOnQuantity"]:
        reading.refuse(
            f"{path}.discountOnQuantity", "INVALID", "Only buy X get Y discounts have a discount on quantity"
        )
    elif kinds == ["percentage"]:
        reading.discount.value = _percentage(reading, value["percentage"], f"{path}.percentage")
    else:
        amount = value["discountAmount"]
        each = bool(amount.get("appliesOnEachItem"))
        reading.discount.value = _amount(reading, amount.get("amount"), f"{path}.discountAmount.amount", each)


def _on_quantity(reading: Reading, value: Input, path: str) -> None:
    on_quantity = value.get("discountOnQuantity")
    if on_quantity is None:
        reading.refuse(path, "INVALID", "Buy X get Y discounts need discountOnQuantity")
        return
    quantity, effect = on_quantity.get("quantity"), on_quantity.get("effect") or {}
    if not quantity:
        reading.refuse(f"{path}.discountOnQuantity.quantity", "GREATER_THAN", "Quantity must be greater than 0")
    reading.discount.gets_quantity = int(quantity or 1)
    if effect.get("amount") is not None:
        reading.discount.value = _amount(
            reading, effect["amount"], f"{path}.discountOnQuantity.effect.amount", each=True
        )
    else:
        reading.discount.value = _percentage(
            reading, effect.get("percentage"), f"{path}.discountOnQuantity.effect.percentage"
        )


def _percentage(reading: Reading, share: float | None, path: str) -> Value | None:
    if share is None or not 0 < share <= 1:
        reading.refuse(path, "VALUE_OUTSIDE_RANGE", "Percentage must be more than 0.0 and at most 1.0")
        return None
    return Value("percentage", Decimal(str(share)))


def _amount(reading: Reading, amount: Decimal | None, path: str, each: bool) -> Value | None:
    if amount is None or amount <= 0:
        reading.refuse(path, "GREATER_THAN", "Amount must be greater than 0")
        return None
    return Value("amount_each" if each else "amount", amount)


def _customer_buys(reading: Reading) -> None:
    buys = reading.input.get("customerBuys")
    if buys is None:
        if reading.creating:
            reading.refuse("customerBuys", "BLANK", "Customer buys can't be blank")
        return
    known = reading.discount.buys or Buys(Items())
    items = known.items
    if reading.creating or buys.get("items") is not None:
        items = _items(reading, buys.get("items") or {}, "customerBuys.items", known.items)
    if not reading.creating and buys.get("value") is None:
        reading.discount.buys = Buys(items, known.quantity, known.amount)
        return
    value = buys.get("value") or {}
    quantity = int(value["quantity"]) if value.get("quantity") is not None else None
    reading.discount.buys = Buys(items, quantity, value.get("amount"))
    if (quantity is None) == (value.get("amount") is None):
        reading.refuse("customerBuys.value", "MISSING_ARGUMENT", "Exactly one of quantity and amount has to be given")


def _items(reading: Reading, wanted: Input, path: str, known: Items) -> Items:
    kinds = [name for name in ("all", "products", "collections") if wanted.get(name)]
    if len(kinds) != 1:
        reading.refuse(
            path, "TOO_MANY_ARGUMENTS" if kinds else "MISSING_ARGUMENT", "Exactly one kind of items has to be given"
        )
        return known
    if kinds == ["all"]:
        if reading.discount.kind == "bxgy":
            reading.refuse(f"{path}.all", "INVALID", "Buy X get Y discounts need products or collections")
        return Items()

    def numbers(body: Input, name: str, kind: str, exists: Callable[[int], bool]) -> list[int]:
        return _numbers(reading, body.get(name) or [], f"{path}.{kinds[0]}.{name}", kind, exists)

    chosen = wanted[kinds[0]]
    if kinds == ["collections"]:
        drop = numbers(chosen, "remove", "Collection", lambda number: True)
        add = numbers(chosen, "add", "Collection", goods.COLLECTIONS_BY_ID.__contains__)
        return Items(False, collections=_merged(known.collections, add, drop))
    return Items(
        False,
        products=_merged(
            known.products,
            numbers(chosen, "productsToAdd", "Product", goods.BY_ID.__contains__),
            numbers(chosen, "productsToRemove", "Product", lambda number: True),
        ),
        variants=_merged(
            known.variants,
            numbers(chosen, "productVariantsToAdd", "ProductVariant", goods.VARIANTS.__contains__),
            numbers(chosen, "productVariantsToRemove", "ProductVariant", lambda number: True),
        ),
    )


def _numbers(reading: Reading, ids: list[str], path: str, kind: str, exists: Callable[[int], bool]) -> list[int]:
    if len(ids) > MAX_LIST:
        reading.refuse(path, "EXCEEDED_MAX", f"At most {MAX_LIST} ids can be given")
    found = []
    for value in ids:
        number = number_of(value, kind)
        if number is None or not exists(number):
            reading.refuse(path, "INVALID", f"{value} does not exist")
        else:
            found.append(number)
    return found


def _merged(known: list[int], add: list[int], drop: list[int]) -> list[int]:
    return [number for number in dict.fromkeys([*known, *add]) if number not in drop]

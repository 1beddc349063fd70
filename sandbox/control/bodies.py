"""The bodies that the control API takes, checked by pydantic."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from sandbox.shopify.order_desk import Basket, CancelReason, Wanted

Amount = Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=4)]
Units = Annotated[int, Field(ge=1, le=100_000)]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewShop(Body):
    handle: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=60)
    name: str = ""
    currency: str = Field(default="EUR", pattern=r"^[A-Z]{3}$")
    time_zone: str = "Europe/Berlin"
    plan: str = Field(default="standard", pattern="^(basic|standard|advanced|plus|enterprise)$")


class OrderLine(Body):
    price: Amount
    quantity: Units = 1
    product_id: int | None = None
    variant_id: int | None = None
    title: str | None = None

    def wanted(self) -> Wanted:
        return Wanted(self.price, self.quantity, self.product_id, self.variant_id, self.title)


class Presentment(Body):
    """The buyer's currency; `rate` is how much of it one unit of the shop's currency is."""

    currency: str = Field(pattern=r"^[A-Z]{3}$")
    rate: Decimal = Field(gt=0)


class NewOrder(Body):
    """`amount` is goods before discounts: short for one line of that price."""

    codes: list[str] = []
    amount: Amount | None = None
    lines: list[OrderLine] = []
    taxes_included: bool = True
    tax_rate: Decimal = Field(Decimal(0), ge=0, lt=1)
    shipping: Amount | None = None
    test: bool = False
    customer_id: int | None = None
    source_name: str = "web"
    presentment: Presentment | None = None
    created_at: datetime | None = None

    def basket(self) -> Basket:
        lines = [line.wanted() for line in self.lines]
        if self.amount is not None:
            lines.append(Wanted(self.amount))
        return Basket(
            lines=lines or [Wanted(Decimal("80.00"))],
            codes=self.codes,
            taxes_included=self.taxes_included,
            tax_rate=self.tax_rate,
            shipping=self.shipping,
            test=self.test,
            customer_id=self.customer_id,
            source_name=self.source_name,
            presentment_currency=self.presentment.currency if self.presentment else None,
            presentment_rate=self.presentment.rate if self.presentment else Decimal(1),
            created_at=self.created_at,
        )


class LineUnits(Body):
    """Units of one line of an order; without `line_id` its first line."""

    line_id: int | None = None
    quantity: Units = 1


class NewRefund(Body):
    amount: Amount | None = None
    lines: list[LineUnits] = []
    shipping: Amount = Decimal(0)


class Cancellation(Body):
    refund: bool = True
    reason: CancelReason = "customer"


class OrderEdit(Body):
    remove: list[LineUnits] = []
    add: list[OrderLine] = []


class ForeignCodes(Body):
    """Codes that someone else made in the store, in a discount of their own."""

    code: str | None = None
    codes: list[str] = []
    discount_title: str = "Made by someone else"
    percentage: float = Field(default=0.1, gt=0, le=1)


class DiscountChange(Body):
    """What a merchant changes in the admin, behind the app's back."""

    title: str | None = None
    percentage: float | None = Field(default=None, gt=0, le=1)
    amount: Amount | None = None
    usage_limit: int | None = Field(default=None, ge=1)
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    active: bool | None = None


class NewScopes(Body):
    scopes: list[str]


class CustomerPrivacy(Body):
    customer_id: int
    orders: list[int] = []


class Down(Body):
    down: bool


class Seeds(Body):
    count: int = Field(ge=0, le=100_000)


class RosterPerson(BaseModel):
    """Any field of the roster contract; the id is the only one that must be there."""

    model_config = ConfigDict(extra="allow")

    external_id: str = Field(min_length=1)

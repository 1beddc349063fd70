"""The bodies that the control API of the WooCommerce stores takes, checked by pydantic."""

from decimal import Decimal
from typing import Any, Literal

from pydantic import Field

from sandbox.control.bodies import Amount, Body, Units
from sandbox.woocommerce.stores import Permission


class NewWooStore(Body):
    handle: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=60)
    name: str = ""
    plugin: bool = True
    currency: str = Field(default="EUR", pattern=r"^[A-Z]{3}$")
    decimals: int = Field(default=2, ge=0, le=4)
    time_zone: str = "Europe/Berlin"
    hpos: bool = True


class WooLine(Body):
    price: Amount
    quantity: Units = 1
    product_id: int = 1


class NewWooOrder(Body):
    """`amount` is goods before codes: short for one line of that price."""

    codes: list[str] = []
    amount: Amount = Decimal("80.00")
    lines: list[WooLine] = []
    email: str = "ana@example.test"
    customer_id: int = 0
    tax_rate: Decimal = Field(Decimal(0), ge=0, lt=1)
    prices_include_tax: bool = False
    shipping: Amount | None = None
    status: str = "processing"
    via: Literal["checkout", "rest-api"] = "checkout"

    def as_line(self) -> WooLine:
        return WooLine(price=self.amount)


class LineUnits(Body):
    line_id: int | None = None
    quantity: Units


class NewWooRefund(Body):
    amount: Amount | None = None
    lines: list[LineUnits] = []
    shipping: bool = False


class WooStatus(Body):
    status: str


class NewCoupons(Body):
    """`fields` as REST takes them."""

    codes: list[str]
    fields: dict[str, Any] = {"amount": "10", "discount_type": "percent", "description": "Made by someone else"}


class NewKey(Body):
    permissions: Permission = "read_write"

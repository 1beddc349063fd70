"""The admin's pages of discounts: what the merchant sees, and changes behind the app's back."""

from itertools import islice
from typing import Any

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from sandbox.clock import now
from sandbox.edge import Refused, world
from sandbox.money import text
from sandbox.shell.pages import back, common, number_field, shop_of
from sandbox.shopify import merchant
from sandbox.shopify.bulk import remove_code
from sandbox.shopify.discounts import Discount
from sandbox.shopify.shops import Shop

blueprint = Blueprint("discount_pages", __name__, url_prefix="/store/<handle>/discounts")

SHOWN_CODES = 200


def _row(shop: Shop, discount: Discount) -> dict[str, Any]:
    percent = discount.value is not None and discount.value.kind == "percentage"
    return {
        "id": discount.id,
        "title": discount.title,
        "status": discount.status(now()),
        "value": _value(shop, discount),
        "percent": int(discount.value.amount * 100) if discount.value is not None and percent else None,
        "terms": _terms(shop, discount),
        "codes": shop.codes.count(discount.id),
        "uses": discount.uses,
    }


def _value(shop: Shop, discount: Discount) -> str:
    if discount.kind == "free_shipping" or discount.value is None:
        return "Free shipping"
    if discount.value.kind == "percentage":
        off = f"{(discount.value.amount * 100).normalize():f} % off"
    else:
        each = " each" if discount.value.kind == "amount_each" else ""
        off = f"{text(discount.value.amount, shop.facts.currency)} {shop.facts.currency} off{each}"
    return f"Buy X get {discount.gets_quantity}: {off}" if discount.kind == "bxgy" else off


def _terms(shop: Shop, discount: Discount) -> list[str]:
    terms = [f"from {discount.starts_at:%d %b %Y %H:%M}"]
    if discount.ends_at:
        terms.append(f"until {discount.ends_at:%d %b %Y %H:%M}")
    if discount.usage_limit:
        terms.append(f"{discount.usage_limit} uses per code")
    if discount.once_per_customer:
        terms.append("once per customer")
    if discount.minimum_subtotal:
        terms.append(f"from {text(discount.minimum_subtotal, shop.facts.currency)} {shop.facts.currency} on")
    if discount.minimum_quantity:
        terms.append(f"from {discount.minimum_quantity} items on")
    if not discount.items.all_items:
        terms.append("some items only")
    return terms


def _discount(shop: Shop, number: int) -> Discount:
    found = shop.discounts.get(number)
    if found is None:
        raise Refused("This discount is not there any more.", 404, "not_found")
    return found


@blueprint.get("")
def discounts(handle: str) -> str:
    shop = shop_of(handle)
    with world().lock:
        rows = [_row(shop, discount) for discount in reversed(shop.discounts.values())]
    return render_template("admin/discounts.html", **common(shop), here="Discounts", discounts=rows)


@blueprint.post("")
def make(handle: str) -> AnyResponse:
    sandbox, shop = world(), shop_of(handle)
    codes = [code.strip() for code in request.form.get("codes", "").split(",") if code.strip()]
    with sandbox.lock:
        merchant.plant_codes(
            sandbox, shop, codes, request.form.get("title") or "Made by hand", (number_field("percent") or 10) / 100
        )
    return back(shop, "/discounts", "The discount is made.")


@blueprint.get("/<int:number>")
def discount_page(handle: str, number: int) -> str:
    shop = shop_of(handle)
    with world().lock:
        codes = list(islice(shop.codes.of(number), SHOWN_CODES))
        return render_template(
            "admin/discount.html", **common(shop), row=_row(shop, _discount(shop, number)), codes=codes
        )


@blueprint.post("/<int:number>/<act>")
def change(handle: str, number: int, act: str) -> AnyResponse:
    sandbox, shop = world(), shop_of(handle)
    with sandbox.lock:
        discount = _discount(shop, number)
        if act == "delete":
            merchant.delete_discount(sandbox, shop, discount)
            return back(shop, "/discounts", f"{discount.title} is deleted with its codes.")
        changes: dict[str, Any] = {"active": act == "activate"}
        if act == "change":
            changes = {"percentage": (number_field("percent") or 10) / 100}
        elif act not in ("activate", "deactivate"):
            raise Refused(f"A discount cannot be {act!r}.", 404, "not_found")
        merchant.change_discount(sandbox, shop, discount, changes)
    return back(shop, f"/discounts/{number}", "The discount is changed.")


@blueprint.post("/<int:number>/codes/<int:code_id>/delete")
def delete_code(handle: str, number: int, code_id: int) -> AnyResponse:
    sandbox, shop = world(), shop_of(handle)
    with sandbox.lock:
        code = shop.codes.get(code_id)
        if code is None:
            raise Refused("This code is not there any more.", 404, "not_found")
        remove_code(sandbox, shop, code)
    return back(shop, f"/discounts/{number}", f"{code.code} is deleted.")

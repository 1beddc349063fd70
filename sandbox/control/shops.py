"""Control of stores: create, install, scopes, ID tokens, privacy requests, codes and discounts made by others."""

from typing import Any

from flask import Blueprint, jsonify, request

from sandbox.clock import now, stamp
from sandbox.control.bodies import CustomerPrivacy, DiscountChange, ForeignCodes, NewScopes, NewShop
from sandbox.edge import Refused, shop_or_404, world
from sandbox.money import text
from sandbox.shopify import merchant, oauth
from sandbox.shopify.discounts import Discount
from sandbox.shopify.gids import gid
from sandbox.shopify.shops import Shop
from sandbox.shopify.signing import id_token

blueprint = Blueprint("control_shops", __name__, url_prefix="/_sandbox/shops")


@blueprint.get("")
def shops() -> Any:
    return jsonify([shop_json(shop) for shop in world().shops.values()])


@blueprint.post("")
def create() -> Any:
    sandbox, asked = world(), NewShop.model_validate(request.get_json())
    with sandbox.lock:
        if sandbox.shop_by_handle(asked.handle):
            raise Refused(f"The store {asked.handle} exists already.", 409, "exists")
        shop = sandbox.create_shop(
            asked.handle, asked.name or asked.handle.title(), asked.currency, asked.time_zone, asked.plan
        )
        return jsonify(shop_json(shop)), 201


def shop_json(shop: Shop) -> dict[str, Any]:
    facts = shop.facts
    return {
        "id": facts.id,
        "handle": facts.handle,
        "shop": facts.domain,
        "name": facts.name,
        "currency": facts.currency,
        "time_zone": facts.time_zone,
        "plan": facts.plan,
        "installed": facts.installed,
        "scopes": facts.scopes,
        "discounts": len(shop.discounts),
        "codes": len(shop.codes),
        "orders": len(shop.orders),
    }


@blueprint.get("/<domain>")
def one(domain: str) -> Any:
    return jsonify(shop_json(shop_or_404(domain)))


@blueprint.get("/<domain>/id_token")
def token(domain: str) -> dict[str, str]:
    shop, settings = shop_or_404(domain), world().settings
    user = int(request.args.get("user", "1"))
    return {"id_token": id_token(settings.api_secret, settings.api_key, shop.domain, user)}


@blueprint.post("/<domain>/install")
def install(domain: str) -> Any:
    sandbox, shop = world(), shop_or_404(domain)
    with sandbox.lock:
        oauth.install(sandbox, shop)
    return jsonify(shop_json(shop))


@blueprint.post("/<domain>/uninstall")
def uninstall(domain: str) -> Any:
    sandbox, shop = world(), shop_or_404(domain)
    with sandbox.lock:
        oauth.uninstall(sandbox, shop)
    return jsonify(shop_json(shop))


@blueprint.post("/<domain>/scopes")
def scopes(domain: str) -> Any:
    sandbox, shop = world(), shop_or_404(domain)
    asked = NewScopes.model_validate(request.get_json())
    with sandbox.lock:
        oauth.change_scopes(sandbox, shop, asked.scopes)
    return jsonify(shop_json(shop))


@blueprint.post("/<domain>/tokens/revoke")
def revoke_tokens(domain: str) -> Any:
    """All tokens of the store stop working, though the app stays installed."""
    sandbox, shop = world(), shop_or_404(domain)
    with sandbox.lock:
        shop.tokens.clear()
        sandbox.save_tokens(shop)
    return jsonify(shop_json(shop))


@blueprint.post("/<domain>/privacy/<path:topic>")
def privacy(domain: str, topic: str) -> Any:
    """One of the compliance topics: customers/data_request, customers/redact, shop/redact."""
    sandbox, shop = world(), shop_or_404(domain)
    asked = CustomerPrivacy.model_validate(request.get_json()) if topic.startswith("customers/") else None
    with sandbox.lock:
        merchant.ask_privacy(sandbox, shop, topic, asked.customer_id if asked else None, asked.orders if asked else [])
    return jsonify({"topic": topic}), 202


@blueprint.get("/<domain>/codes")
def codes(domain: str) -> Any:
    sandbox, shop = world(), shop_or_404(domain)
    with sandbox.lock:
        rows = [
            {"id": code.id, "code": code.code, "discount_id": code.discount_id, "uses": code.uses}
            for code in shop.codes
        ]
    return jsonify(rows)


@blueprint.post("/<domain>/codes")
def plant(domain: str) -> Any:
    sandbox, shop = world(), shop_or_404(domain)
    asked = ForeignCodes.model_validate(request.get_json())
    wanted = [*asked.codes, *([asked.code] if asked.code is not None else [])]
    with sandbox.lock:
        discount = merchant.plant_codes(sandbox, shop, wanted, asked.discount_title, asked.percentage)
        return jsonify(discount_json(shop, discount)), 201


@blueprint.get("/<domain>/discounts")
def discounts(domain: str) -> Any:
    sandbox, shop = world(), shop_or_404(domain)
    with sandbox.lock:
        return jsonify([discount_json(shop, discount) for discount in shop.discounts.values()])


def _discount(shop: Shop, discount_id: str) -> Discount:
    number = discount_id.rpartition("/")[2]
    found = shop.discounts.get(int(number)) if number.isdigit() else None
    if found is None:
        raise Refused(f"The store has no discount {discount_id}.", 404, "not_found")
    return found


@blueprint.get("/<domain>/discounts/<path:discount_id>")
def discount_one(domain: str, discount_id: str) -> Any:
    shop = shop_or_404(domain)
    with world().lock:
        return jsonify(discount_json(shop, _discount(shop, discount_id)))


@blueprint.patch("/<domain>/discounts/<path:discount_id>")
def discount_change(domain: str, discount_id: str) -> Any:
    sandbox, shop = world(), shop_or_404(domain)
    asked = DiscountChange.model_validate(request.get_json())
    with sandbox.lock:
        discount = merchant.change_discount(
            sandbox, shop, _discount(shop, discount_id), asked.model_dump(exclude_unset=True)
        )
        return jsonify(discount_json(shop, discount))


@blueprint.delete("/<domain>/discounts/<path:discount_id>")
def discount_delete(domain: str, discount_id: str) -> Any:
    sandbox, shop = world(), shop_or_404(domain)
    with sandbox.lock:
        merchant.delete_discount(sandbox, shop, _discount(shop, discount_id))
    return "", 204


def discount_json(shop: Shop, discount: Discount) -> dict[str, Any]:
    value = discount.value
    percent = value is not None and value.kind == "percentage"
    return {
        "id": discount.id,
        "gid": gid("DiscountCodeNode", discount.id),
        "kind": discount.kind,
        "title": discount.title,
        "status": discount.status(now()),
        "starts_at": stamp(discount.starts_at),
        "ends_at": stamp(discount.ends_at) if discount.ends_at else None,
        "percentage": float(value.amount) if value is not None and percent else None,
        "amount": text(value.amount, shop.facts.currency) if value is not None and not percent else None,
        "applies_on_each_item": value is not None and value.kind == "amount_each",
        "usage_limit": discount.usage_limit,
        "once_per_customer": discount.once_per_customer,
        "minimum_subtotal": str(discount.minimum_subtotal) if discount.minimum_subtotal is not None else None,
        "minimum_quantity": discount.minimum_quantity,
        "all_items": discount.items.all_items,
        "products": discount.items.products,
        "variants": discount.items.variants,
        "collections": discount.items.collections,
        "combines_with": {
            "order": discount.combines.order,
            "product": discount.combines.product,
            "shipping": discount.combines.shipping,
        },
        "tags": discount.tags,
        "uses": discount.uses,
        "codes_count": shop.codes.count(discount.id),
        "updated_at": stamp(discount.updated_at),
    }

"""REST routes that say what the site is: index, currency, settings, system status, goods."""

from datetime import UTC, datetime
from typing import Any

from sandbox.shopify.products import COLLECTIONS, PRODUCTS, Product
from sandbox.woocommerce.errors import WooError
from sandbox.woocommerce.rest import Call, page_of, route
from sandbox.woocommerce.views import SYMBOLS

Json = dict[str, Any]


@route("GET", "", "anybody")
def index(call: Call) -> Any:
    """A zone has a name or is a bare offset."""
    facts = call.store.facts
    has_name = not facts.time_zone.startswith("UTC")
    offset = datetime.now(UTC).astimezone(call.store.zone).utcoffset()
    spaces = ["oembed/1.0", "wp/v2", "wc/v1", "wc/v2", "wc/v3", "wc/store/v1", "wc-analytics"]
    return {
        "name": facts.name,
        "description": "",
        "url": call.root,
        "home": call.root,
        "gmt_offset": offset.total_seconds() / 3600 if offset else 0,
        "timezone_string": facts.time_zone if has_name else "",
        "namespaces": [*spaces, *(["wc-shoutcode/v1"] if facts.plugin else [])],
        "authentication": {},
    }


@route("GET", "wc/v3/data/currencies/current", "read")
def currency(call: Call) -> Any:
    code = call.store.facts.currency
    return {"code": code, "name": code, "symbol": SYMBOLS.get(code, code)}


@route("GET", "wc/v3/settings/general/woocommerce_price_num_decimals", "read")
def decimals(call: Call) -> Any:
    return {"id": "woocommerce_price_num_decimals", "type": "number", "value": str(call.store.places)}


@route("GET", "wc/v3/settings/general/woocommerce_enable_coupons", "read")
def coupons_enabled(call: Call) -> Any:
    return {"id": "woocommerce_enable_coupons", "type": "checkbox", "value": "yes"}


@route("GET", "wc/v3/system_status", "read")
def status(call: Call) -> Any:
    facts = call.store.facts
    plugins = [{"plugin": "shoutcode/shoutcode.php", "name": "Shoutcode for WooCommerce", "version": "0.1.0"}]
    return {
        "environment": {
            "home_url": call.root, "site_url": call.root, "version": "11.0.1", "wp_version": "7.0.4",
            "php_version": "8.2.35", "wp_cron": True,
        },
        "database": {"database_tables": {"other": {"wp_posts": {"engine": "InnoDB"}}}},
        "active_plugins": plugins if facts.plugin else [],
        "settings": {
            "currency": facts.currency, "number_of_decimals": facts.decimals, "HPOS_enabled": facts.hpos,
            "force_ssl": False,
        },
    }  # fmt: skip


@route("GET", "wc/v3/products", "read")
def products(call: Call) -> Any:
    text = call.query.get("search", "").lower()
    wanted = call.query.get("include", "")
    found = [
        product
        for product in PRODUCTS
        if text in product.title.lower() and (not wanted or str(product.id) in wanted.split(","))
    ]
    return page_of(call, found, _product)


@route("GET", "wc/v3/products/{id}", "read")
def product(call: Call) -> Any:
    for one in PRODUCTS:
        if one.id == call.args[0]:
            return _product(one)
    raise WooError("woocommerce_rest_product_invalid_id", "Invalid ID.", 404)


def _product(one: Product) -> Json:
    categories = [{"id": row.id, "name": row.title, "slug": row.handle} for row in COLLECTIONS
                  if row.id in one.collections]  # fmt: skip
    return {
        "id": one.id, "name": one.title, "slug": one.handle, "type": "simple", "status": "publish",
        "sku": f"SKU-{one.id}", "price": str(one.variants[0].price), "regular_price": str(one.variants[0].price),
        "images": [], "categories": categories,
    }  # fmt: skip


@route("GET", "wc/v3/products/categories", "read")
def categories(call: Call) -> Any:
    text = call.query.get("search", "").lower()
    rows = [row for row in COLLECTIONS if text in row.title.lower()]
    return page_of(call, rows, lambda row: {"id": row.id, "name": row.title, "slug": row.handle})

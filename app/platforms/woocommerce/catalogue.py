"""The store's products and categories, to choose from."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from html import unescape
from typing import Any

from app.platforms.port import Product
from app.platforms.woocommerce.client import WooClient

FOUND = 20
MOST_VARIATIONS = 50
_FIELDS = "id,name,type,price,images"


def search(client: WooClient, kind: str, q: str) -> list[Product]:
    """`kind`: product, variant (what can be put in a cart) or collection (a category here)."""
    wanted: dict[str, str | int] = {"per_page": FOUND, **({"search": q} if q.strip() else {})}
    if kind == "collection":
        rows = client.get("products/categories", orderby="name", _fields="id,name,image", **wanted)
        return [Product(str(row["id"]), unescape(row["name"]), (row.get("image") or {}).get("src")) for row in rows]
    rows = client.get("products", status="publish", orderby="title", order="asc", _fields=_FIELDS, **wanted)
    if kind != "variant":
        return [_product(row) for row in rows]
    found: list[Product] = []
    for row in rows:
        found += _variations(client, row) if row.get("type") == "variable" else [_product(row)]
    return found[:MOST_VARIATIONS]


def _variations(client: WooClient, product: dict[str, Any]) -> list[Product]:
    rows = client.get(
        f"products/{product['id']}/variations", per_page=MOST_VARIATIONS, _fields="id,price,attributes,image"
    )
    return [
        Product(
            str(row["id"]),
            f"{unescape(product['name'])} – {', '.join(str(one['option']) for one in row['attributes'])}",
            (row.get("image") or {}).get("src") or _image(product),
            _price(row),
        )
        for row in rows
    ]


def _product(row: dict[str, Any]) -> Product:
    return Product(str(row["id"]), unescape(row["name"]), _image(row), _price(row))


def _image(row: dict[str, Any]) -> str | None:
    images = row.get("images") or []
    return images[0].get("src") if images else None


def _price(row: dict[str, Any]) -> Decimal | None:
    try:
        return Decimal(str(row["price"]))
    except (InvalidOperation, KeyError):
        return None  # a price that the shop has not set is an empty text

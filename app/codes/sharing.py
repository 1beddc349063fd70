"""Share links: the store's address that applies a code, with a target page and UTM values. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol
from urllib.parse import quote, urlencode, urlsplit

from app.errors import FieldError, InvalidInput

UTM_FIELDS = ("source", "medium", "campaign", "content", "term")
MOST_TARGET = 500
MOST_VALUE = 100
NOT_A_PAGE = "Enter a page of this store, for example /products/rain-jacket."


class StoreLike(Protocol):
    """What of a store a link needs (stores.models.Store)."""

    @property
    def platform(self) -> str: ...

    @property
    def address(self) -> str: ...

    @property
    def has_plugin(self) -> bool: ...


def applies(store: StoreLike) -> bool:
    """Whether the link applies the code; else shoppers come to the shop and type it."""
    return store.platform != "woocommerce" or store.has_plugin


def share_url(store: StoreLike, code: str, *, target: str = "", utm: Mapping[str, str] | None = None) -> str:
    """The link to hand out. `target`: a path below the store's address with its query, "" for its first page; `utm` by
    UTM_FIELDS.

    Shopify goes on to `redirect`, the companion plugin to `to`, both with the query's other values; WooCommerce without
    the plugin has no link that applies a code. `to` counts from the host: a shop in a folder has that in front.
    """
    path = target or "/"
    values = [(f"utm_{name}", value) for name in UTM_FIELDS if (value := (utm or {}).get(name, ""))]
    if store.platform != "woocommerce":
        redirect = [("redirect", path)] if path != "/" else []
        return _with(f"{store.address}/discount/{quote(code, safe='')}", [*redirect, *values])
    if not store.has_plugin:
        return _with(store.address + path, values)
    landing = [("to", urlsplit(store.address).path + path)] if path != "/" else []
    return _with(f"{store.address}/", [("shoutcode", code), *landing, *values])


def clean_target(text: str, store: StoreLike, field: str = "target") -> str:
    """A page as somebody typed it: a path, or an address of this store. Raises InvalidInput at `field`.

    Another site is refused: the link would hand the store's good name to it.
    """
    text = text.strip()
    if not text:
        return ""
    if len(text) > MOST_TARGET:
        raise InvalidInput.at(FieldError(field, f"Use at most {MOST_TARGET} characters."))
    try:
        parts, home = urlsplit(text), urlsplit(store.address)
        host, path = parts.hostname, parts.path
    except ValueError as error:
        raise InvalidInput.at(FieldError(field, NOT_A_PAGE)) from error
    elsewhere = False
    if parts.scheme or parts.netloc:
        elsewhere = host != home.hostname or not f"{path}/".startswith(f"{home.path}/")
        path = path.removeprefix(home.path)
    path = path if path.startswith("/") else f"/{path}"
    if elsewhere or path.startswith("//") or "\\" in text or not text.isprintable():
        raise InvalidInput.at(FieldError(field, NOT_A_PAGE))
    path = quote(path, safe="/%:@!$&'()*+,;=-._~")
    return path + (f"?{quote(parts.query, safe='%&=+:@/?-._~,;')}" if parts.query else "")


def clean_utm(values: Mapping[str, str], field: str = "utm.") -> dict[str, str]:
    """Known names only, empty ones left out. Raises InvalidInput at `<field><name>`."""
    faults = [FieldError(f"{field}{name}", "This is not a UTM value.") for name in values if name not in UTM_FIELDS]
    cleaned = {name: " ".join(values[name].split()) for name in UTM_FIELDS if values.get(name, "").strip()}
    faults += [
        FieldError(f"{field}{name}", f"Use at most {MOST_VALUE} characters.")
        for name, value in cleaned.items()
        if len(value) > MOST_VALUE
    ]
    if faults:
        raise InvalidInput.at(*faults)
    return cleaned


def _with(address: str, values: list[tuple[str, str]]) -> str:
    if not values:
        return address
    return f"{address}{'&' if '?' in address else '?'}{urlencode(values, quote_via=quote)}"

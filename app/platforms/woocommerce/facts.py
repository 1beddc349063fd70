"""What a WooCommerce store says of itself."""

from __future__ import annotations

from typing import Any

from app.platforms.port import StoreFacts
from app.platforms.woocommerce.addresses import domain_of
from app.platforms.woocommerce.client import WooClient

PLUGIN_SPACE = "wc-shoutcode/v1"
# Zones without summer time for offsets that are no whole hours; whole hours have a name of their own.
_ODD_OFFSETS = {
    3.5: "Asia/Tehran",
    4.5: "Asia/Kabul",
    5.5: "Asia/Kolkata",
    5.75: "Asia/Kathmandu",
    6.5: "Asia/Yangon",
    8.75: "Australia/Eucla",
    9.5: "Australia/Darwin",
    -9.5: "Pacific/Marquesas",
}


def store_facts(client: WooClient) -> StoreFacts:
    index = client.index()
    currency = client.get("data/currencies/current")["code"]  # needs the keys: proves them too
    return StoreFacts(
        remote_id=index["home"],
        name=index["name"],
        domain=domain_of(index["home"]),
        currency=currency,
        time_zone=zone_name(index.get("timezone_string") or "", float(index.get("gmt_offset") or 0)),
        plan="WooCommerce",
        scopes=("read_write",),
    )


def zone_name(name: str, offset: float) -> str:
    """WordPress keeps either a zone's name or a bare offset in hours."""
    if name:
        return name
    if offset == int(offset):
        # The signs of these names are turned round: Etc/GMT-2 is two hours east.
        return f"Etc/GMT{-int(offset):+d}" if offset else "UTC"
    return _ODD_OFFSETS.get(offset, "UTC")


def health(client: WooClient) -> dict[str, Any]:
    """What has to be right in the store for codes and orders to flow; a fact that cannot be known is left out.

    With the plugin: its `/health`. Without: what WooCommerce's own settings say; then `plugin_version` is "".
    """
    client.has_plugin = PLUGIN_SPACE in client.index().get("namespaces", ())
    if client.has_plugin:
        found: dict[str, Any] = client.plugin("GET", "/health")
        return found
    coupons = client.get("settings/general/woocommerce_enable_coupons")["value"]
    status = client.get("system_status", _fields="environment")["environment"]
    return {
        "plugin_version": "",
        "price_decimals": price_decimals(client),
        "coupons_enabled": coupons == "yes",
        "wordpress_version": str(status.get("wp_version", "")),
        "woo_version": str(status.get("version", "")),
        "php_version": str(status.get("php_version", "")),
        "tls": client.is_tls,
    }


def price_decimals(client: WooClient) -> int:
    """Of the store's prices: WooCommerce rounds amounts of coupons to them."""
    if client.has_plugin:
        return int(client.plugin("GET", "/health")["price_decimals"])
    return int(client.get("settings/general/woocommerce_price_num_decimals")["value"])

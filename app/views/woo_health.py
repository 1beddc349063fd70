"""What has to be right in a WooCommerce store, as lines of its health page. Pure: from what the store last said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class HealthLine:
    """`good` None: the store does not say. `text`: what it is, or what to do where it is not good."""

    name: str
    good: bool | None
    text: str


_GOOD = {
    "coupons_enabled": "Coupons are switched on.",
    "pretty_permalinks": "Permalinks are readable ones.",
    "cron_alive": "Scheduled tasks run.",
    "innodb": "The database keeps blocks of codes whole (InnoDB).",
    "tls": "The shop has an https address.",
}
_BAD = {
    "coupons_enabled": "Coupons are switched off: turn on “Enable the use of coupon codes” in WooCommerce, Settings, "
    "General. Until then no code works.",
    "pretty_permalinks": "Permalinks are plain: choose any other structure in Settings, Permalinks.",
    "cron_alive": "Scheduled tasks have not run for a while, so orders are told late: ask the host for a real cron job "
    "that calls wp-cron.php.",
    "innodb": "The database tables are not InnoDB, so a stopped run of codes could be half done: ask the host to "
    "convert them.",
    "tls": "The shop has no https address: WooCommerce takes our requests over https only.",
}
NO_PLUGIN = "The companion plugin is not there: no start dates, no links that apply a code, and codes are made slowly."


def lines(health: Mapping[str, Any]) -> list[HealthLine]:
    """What the plugin alone can see is left out without it."""
    version = str(health.get("plugin_version") or "")
    versions = {"WooCommerce": "woo_version", "WordPress": "wordpress_version", "PHP": "php_version"}
    told = ", ".join(f"{name} {health[key]}" for name, key in versions.items() if health.get(key))
    found = [HealthLine("plugin", bool(version), f"Companion plugin {version}." if version else NO_PLUGIN)]
    for name, good in _GOOD.items():
        if name in health:
            found.append(HealthLine(name, bool(health[name]), good if health[name] else _BAD[name]))
    if health.get("last_failure"):
        waiting = int(health.get("pushes_waiting") or 0)
        reason = str(health["last_failure"])[:120]
        text = f"An order change could not be sent ({reason}). {waiting} wait to be sent again."
        found.append(HealthLine("pushes", waiting == 0, text))
    return [*found, *([HealthLine("versions", None, f"{told}.")] if told else [])]


def problems(health: Mapping[str, Any]) -> list[str]:
    """Those that keep codes or numbers from being right; a store without the plugin is none."""
    return [line.text for line in lines(health) if line.good is False and line.name != "plugin"]

"""Settings, read from the environment once; every fault is reported together, before anything starts."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.fernet import Fernet

SHOPIFY_API_VERSION = "2026-10"
SHOPIFY_SCOPES = ("write_discounts", "read_orders", "read_products")
APP_BRIDGE = "https://cdn.shopify.com/shopifycloud/app-bridge.js"
# The only settings that lead to the sandbox; production refuses them (their default is the real platform).
SANDBOX_SETTINGS = ("SHOUTCODE_SHOPIFY_API_BASE", "SHOUTCODE_SHOPIFY_ADMIN_ORIGIN", "SHOUTCODE_APP_BRIDGE_URL")


class ConfigError(Exception):
    """The environment cannot run the app; `faults` lists every reason, one sentence each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("Settings need a change:\n- " + "\n- ".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Settings:
    url: str
    """Public address of the app, without a trailing slash."""
    keys: tuple[str, ...] = field(repr=False)
    """Fernet keys: the first encrypts, all decrypt."""
    shopify_api_key: str
    shopify_api_secrets: tuple[str, ...] = field(repr=False)
    """Client secret now in force, then the one it replaced (Shopify may sign with that for an hour)."""
    env: str = "production"
    database_url: str = "sqlite:///var/shoutcode.db"
    redis_url: str = ""
    state_dir: Path = Path("var")
    shopify_api_base: str = "https://{shop}"
    shopify_admin_origin: str = "https://admin.shopify.com"
    app_bridge_url: str = APP_BRIDGE
    sentry_dsn: str = field(default="", repr=False)

    @property
    def is_demo(self) -> bool:
        return self.env == "demo"

    def shopify_base(self, shop: str) -> str:
        """Address in front of `/admin/...` for one shop; `shop` must be a checked domain."""
        return self.shopify_api_base.format(shop=shop)

    def shop_address(self, platform: str, domain: str) -> str:
        """Where shoppers find a shop, without a slash at its end. Only a demo's shops may be on this machine."""
        if platform == "shopify":
            return self.shopify_base(domain)
        here = self.is_demo and urlsplit(f"//{domain}").hostname in ("127.0.0.1", "localhost", "::1")
        return f"{'http' if here else 'https'}://{domain}"

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> Settings:
        """Raises ConfigError with every fault found."""
        source = os.environ if env is None else env
        faults = _faults(source)
        if faults:
            raise ConfigError(faults)
        state_dir = Path(source.get("SHOUTCODE_STATE_DIR") or "var").resolve()
        secrets = (source["SHOPIFY_API_SECRET"], source.get("SHOPIFY_API_SECRET_PREVIOUS", ""))
        return cls(
            url=source["SHOUTCODE_URL"].rstrip("/"),
            keys=tuple(_split(source["SHOUTCODE_KEYS"])),
            shopify_api_key=source["SHOPIFY_API_KEY"],
            shopify_api_secrets=tuple(s for s in secrets if s),
            env=source.get("SHOUTCODE_ENV") or "production",
            database_url=source.get("DATABASE_URL") or f"sqlite:///{state_dir / 'shoutcode.db'}",
            redis_url=source.get("REDIS_URL") or f"unix://{state_dir / 'queue.sock'}",
            state_dir=state_dir,
            shopify_api_base=source.get("SHOUTCODE_SHOPIFY_API_BASE") or "https://{shop}",
            shopify_admin_origin=source.get("SHOUTCODE_SHOPIFY_ADMIN_ORIGIN") or "https://admin.shopify.com",
            app_bridge_url=source.get("SHOUTCODE_APP_BRIDGE_URL") or APP_BRIDGE,
            sentry_dsn=source.get("SENTRY_DSN", ""),
        )


_current: Settings | None = None


def use(settings: Settings) -> None:
    """Called once at start, by boot()."""
    global _current
    _current = settings


def current_settings() -> Settings:
    """What this process runs with."""
    if _current is None:
        raise RuntimeError("settings are not read: create_app() or boot() must run first")
    return _current


def _split(value: str) -> list[str]:
    return [part.strip() for part in value.split(",") if part.strip()]


def _faults(env: Mapping[str, str]) -> list[str]:
    mode = env.get("SHOUTCODE_ENV") or "production"
    required = ("SHOUTCODE_URL", "SHOUTCODE_KEYS", "SHOPIFY_API_KEY", "SHOPIFY_API_SECRET")
    faults = [f"{name} is missing" for name in required if not env.get(name)]
    if mode not in ("production", "demo"):
        faults.append("SHOUTCODE_ENV must be production or demo")
    if mode != "demo":
        faults += [
            f"{name} is for the demo only: remove it or set SHOUTCODE_ENV=demo"
            for name in SANDBOX_SETTINGS
            if env.get(name)
        ]
        if env.get("SHOUTCODE_URL") and urlsplit(env["SHOUTCODE_URL"]).scheme != "https":
            faults.append("SHOUTCODE_URL must start with https://")
    if env.get("SHOUTCODE_KEYS"):
        faults += _key_faults(_split(env["SHOUTCODE_KEYS"]))
    if env.get("SHOPIFY_API_SECRET") and len(env["SHOPIFY_API_SECRET"]) < 32:
        faults.append("SHOPIFY_API_SECRET is too short to be Shopify's: copy it again from the Dev Dashboard")
    if env.get("DATABASE_URL") and not re.match(r"^(sqlite|postgresql(\+psycopg)?):", env["DATABASE_URL"]):
        faults.append("DATABASE_URL must start with sqlite: or postgresql:")
    return faults


def _key_faults(keys: list[str]) -> list[str]:
    faults = []
    for number, key in enumerate(keys, 1):
        try:
            Fernet(key)
        except ValueError:
            faults.append(
                f"SHOUTCODE_KEYS: key {number} is not a Fernet key (make one with `python -m app.cli new-key`)"
            )
    return faults

"""What the sandbox is told at its start, and what it reads about the app from `shopify.app.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

DEFAULT_PORT = 4010
DEFAULT_APP_URL = "http://127.0.0.1:4000"


class ConfigError(Exception):
    """The sandbox cannot start as it was asked to; the message says what to change."""


@dataclass(frozen=True)
class Subscription:
    """One webhook subscription; `uri` is an absolute address once `AppConfig` was read."""

    topics: tuple[str, ...]
    uri: str
    include_fields: tuple[str, ...] | None = None


@dataclass(frozen=True)
class AppConfig:
    name: str
    handle: str
    client_id: str
    scopes: tuple[str, ...]
    optional_scopes: tuple[str, ...]
    redirect_urls: tuple[str, ...]
    subscriptions: tuple[Subscription, ...]
    api_version: str


@dataclass(frozen=True)
class Settings:
    port: int
    state_dir: Path
    app_url: str
    api_key: str
    api_secret: str
    app: AppConfig

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def read_settings(env: Mapping[str, str]) -> Settings:
    """Settings from SANDBOX_PORT, SANDBOX_STATE, SANDBOX_APP_URL, SANDBOX_APP_CONFIG, SHOPIFY_API_KEY,
    SHOPIFY_API_SECRET.
    """
    app_url = env.get("SANDBOX_APP_URL", DEFAULT_APP_URL).rstrip("/")
    app = read_app_config(Path(env.get("SANDBOX_APP_CONFIG", "shopify.app.toml")), app_url)
    secret = env.get("SHOPIFY_API_SECRET", "")
    if len(secret) < 32:
        raise ConfigError("Set SHOPIFY_API_SECRET (or --api-secret) to the app's secret: 32 characters or more.")
    port = env.get("SANDBOX_PORT", str(DEFAULT_PORT))
    if not port.isdigit():
        raise ConfigError(f"{port!r} is not a port number.")
    return Settings(
        port=int(port),
        state_dir=Path(env.get("SANDBOX_STATE", "var/sandbox")),
        app_url=app_url,
        api_key=env.get("SHOPIFY_API_KEY") or app.client_id,
        api_secret=secret,
        app=app,
    )


def read_app_config(path: Path, app_url: str) -> AppConfig:
    """Read the app's toml; its addresses are moved from the public `application_url` to where the app runs now."""
    try:
        raw = tomllib.loads(path.read_text())
    except FileNotFoundError:
        raise ConfigError(f"{path} is not there; name the app's toml with --config.") from None
    scopes = raw.get("access_scopes", {})
    return AppConfig(
        name=raw["name"],
        handle=raw.get("handle", raw["name"].lower()),
        client_id=raw["client_id"],
        scopes=tuple(_words(scopes.get("scopes", ""))),
        optional_scopes=tuple(scopes.get("optional_scopes", [])),
        redirect_urls=tuple(app_url + urlsplit(url).path for url in raw["auth"]["redirect_urls"]),
        subscriptions=tuple(_subscription(entry, app_url) for entry in raw["webhooks"].get("subscriptions", [])),
        api_version=raw["webhooks"]["api_version"],
    )


def _subscription(entry: dict[str, Any], app_url: str) -> Subscription:
    uri = entry["uri"]
    fields = entry.get("include_fields")
    return Subscription(
        topics=(*entry.get("topics", []), *entry.get("compliance_topics", [])),
        uri=app_url + uri if uri.startswith("/") else uri,
        include_fields=tuple(fields) if fields is not None else None,
    )


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]

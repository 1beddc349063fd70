"""Connecting by the companion plugin: the app's server asks the store for its secrets with the one-time code."""

from __future__ import annotations

from dataclasses import dataclass, field

import requests

from app.addresses import Forbidden
from app.platforms.port import Failure, PlatformError
from app.platforms.woocommerce.client import READ_SECONDS, Credentials, WooClient


@dataclass(frozen=True, slots=True)
class Pairing:
    store_url: str
    name: str
    return_url: str
    """Where the browser goes next: the store's own word, not a parameter of the browser's."""
    credentials: Credentials
    page_secret: str = field(repr=False)
    """Signs the one-minute tokens of the framed page."""
    plugin_version: str


def pair(session: requests.Session, rest_root: str, code: str, store_id: str) -> Pairing:
    """Raises ACCESS_DENIED where the code is used up, late or not this store's. `rest_root` came by the browser: the
    caller has checked that it is a public https address."""
    root = rest_root.rstrip("/")
    body = {"code": code, "store_id": store_id}
    try:
        answer = session.post(
            f"{root}/wc-shoutcode/v1/pair", json=body, timeout=(10, READ_SECONDS), allow_redirects=False
        )
    except (requests.RequestException, Forbidden) as error:
        raise PlatformError(Failure.UNREACHABLE, "The store did not answer.", can_retry=True) from error
    if answer.status_code != 200:
        raise PlatformError(Failure.ACCESS_DENIED, "The store did not accept the code. Start again in WordPress.")
    try:
        facts = answer.json()
        keys = Credentials(root, facts["consumer_key"], facts["consumer_secret"], facts["signing_secret"])
        return Pairing(
            facts["store"], facts["name"], facts["return_url"], keys, facts["page_secret"], facts["plugin_version"]
        )
    except (requests.JSONDecodeError, KeyError, TypeError) as error:
        raise PlatformError(Failure.UNEXPECTED, "The store's answer cannot be read.") from error


def rotate(client: WooClient, next_secret: str) -> None:
    """`next_secret` (64 hex digits) is stored by the caller before, beside the old one: a lost answer costs nothing."""
    client.plugin("POST", "/secret", {"next": next_secret})

"""A small client for each actor."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support.shopify import SHOP, id_token


class Merchant:
    """Somebody who has the app's page open in the admin of `shop`: each request carries a new ID token."""

    def __init__(self, app: Flask, shop: str = SHOP, user: str = "42") -> None:
        self.shop = shop
        self.user = user
        self.http: FlaskClient = app.test_client()

    def get(self, path: str, **options: Any) -> TestResponse:
        return self._send("GET", path, **options)

    def post(self, path: str, **options: Any) -> TestResponse:
        return self._send("POST", path, **options)

    def patch(self, path: str, **options: Any) -> TestResponse:
        return self._send("PATCH", path, **options)

    def put(self, path: str, **options: Any) -> TestResponse:
        return self._send("PUT", path, **options)

    def delete(self, path: str, **options: Any) -> TestResponse:
        return self._send("DELETE", path, **options)

    def open(self, path: str = "/", **query: str) -> TestResponse:
        """The page itself, as the admin frames it."""
        asked = {"embedded": "1", "shop": self.shop, "id_token": id_token(self.shop, sub=self.user), **query}
        return self.http.get(path, query_string=asked)

    def _send(self, method: str, path: str, **options: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {id_token(self.shop, sub=self.user)}", **options.pop("headers", {})}
        return self.http.open(path, method=method, headers=headers, **options)

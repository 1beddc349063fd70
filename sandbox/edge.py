"""What every route needs: the world it works on, and answers of one shape."""

from typing import Any

from flask import Response, abort, current_app

from sandbox.shopify.shops import Shop
from sandbox.world import World


class Refused(Exception):
    """A request that cannot be met; the message is shown to whoever made it."""

    def __init__(self, message: str, status: int = 400, code: str = "refused") -> None:
        super().__init__(message)
        self.message, self.status, self.code = message, status, code

    def as_json(self) -> tuple[dict[str, Any], int]:
        return {"error": self.code, "message": self.message}, self.status


def world() -> World:
    found = current_app.extensions["world"]
    assert isinstance(found, World)
    return found


def shop_or_404(domain: str) -> Shop:
    """A store by its domain or its handle."""
    sandbox = world()
    shop = sandbox.shops.get(domain) or sandbox.shop_by_handle(domain)
    if shop is None:
        abort(Response(f"There is no store {domain} in this sandbox.\n", 404, mimetype="text/plain"))
    return shop

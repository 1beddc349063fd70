"""The session and the stores, as the page asks for them."""

from __future__ import annotations

from app.stores.models import Store
from app.stores.roles import ROLES
from tests.support.actors import Merchant


def test_session_names_workspace_store_and_user(merchant: Merchant, store: Store) -> None:
    answer = merchant.get("/api/session")

    assert answer.status_code == 200
    assert answer.json["workspace"] == {"id": store.workspace_id, "name": "Some Shop", "time_zone": "Europe/Berlin"}
    assert answer.json["store"]["domain"] == store.domain
    assert answer.json["store"]["capabilities"]["amount_decimals"] == 2
    assert answer.json["user"] == {"id": "42", "name": "User 42", "role": "manage", "can": list(ROLES)}

"""A second store joins the workspace: one code, used once; what both know is seen from each."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from apiflask import APIFlask
from sqlalchemy import select, update

from app.clock import now
from app.db import Base, reading, transaction
from app.influencers.service import upsert_many
from app.stores import linking
from app.stores.models import LinkCode, Store
from tests.support.actors import Merchant
from tests.support.offers import add_offer
from tests.support.rows import add_store, add_user

OTHER = "second-shop.myshopify.com"


@pytest.fixture
def second(app: APIFlask, store: Store) -> Merchant:
    with transaction() as session:
        add_store(session, OTHER, name="Second Shop", currency="CHF")
    return Merchant(app, OTHER)


def _code(merchant: Merchant) -> str:
    return merchant.post("/api/link-codes").json["code"]


def _people(merchant: Merchant) -> list[str]:
    return [person["name"] for person in merchant.get("/api/influencers").json["items"]]


def _workspace_of(merchant: Merchant) -> int:
    return merchant.get("/api/session").json["workspace"]["id"]


def test_both_stores_see_the_same(merchant: Merchant, second: Merchant, store: Store) -> None:
    with transaction() as session:
        offer_id = add_offer(session, store).id
    merchant.post("/api/influencers", json={"first_name": "Ana"})
    second.post("/api/influencers", json={"first_name": "Bea"})

    linked = second.post("/api/stores/link", json={"code": _code(merchant).lower().replace("-", " ")})

    assert linked.status_code == 200, linked.text
    assert [row["domain"] for row in linked.json["items"]] == [store.domain, OTHER]
    assert _workspace_of(second) == _workspace_of(merchant) == store.workspace_id
    assert _people(second) == _people(merchant) == ["Ana", "Bea"]
    assert second.get(f"/api/offers/{offer_id}").status_code == 200
    assert [row["id"] for row in second.get("/api/offers").json["items"]] == [offer_id]
    assert second.get("/api/session").json["store"]["domain"] == OTHER
    assert {user["store_name"] for user in merchant.get("/api/users").json["items"]} == {"Some Shop", "Second Shop"}


def test_an_offer_can_be_made_for_the_other_store(merchant: Merchant, second: Merchant) -> None:
    merchant.post("/api/influencers", json={"first_name": "Ana"})
    second.post("/api/stores/link", json={"code": _code(merchant)})
    other = next(row["id"] for row in merchant.get("/api/stores").json["items"] if row["domain"] == OTHER)
    made = merchant.post(
        "/api/offers",
        json={
            "name": "There",
            "store_id": other,
            "type": "fixed_amount",
            "value": "5",
            "pattern": "{first_name}",
            "publish": False,
        },
    )

    assert (made.status_code, made.json["offer"]["currency"]) == (201, "CHF")


def test_a_code_works_once(app: APIFlask, merchant: Merchant, second: Merchant) -> None:
    code = _code(merchant)
    assert second.post("/api/stores/link", json={"code": code}).status_code == 200
    with transaction() as session:
        add_store(session, "third.myshopify.com")
    again = Merchant(app, "third.myshopify.com").post("/api/stores/link", json={"code": code})

    assert (again.status_code, again.json["errors"][0]["field"]) == (422, "code")


def test_a_code_ends(merchant: Merchant, second: Merchant) -> None:
    old = _code(merchant)
    newer = _code(merchant)
    assert second.post("/api/stores/link", json={"code": old}).status_code == 422
    with transaction() as session:
        session.execute(update(LinkCode).values(expires_at=now() - timedelta(seconds=1)))

    assert second.post("/api/stores/link", json={"code": newer}).status_code == 422


def test_codes_are_kept_as_hashes(merchant: Merchant) -> None:
    code = _code(merchant)

    with reading() as session:
        assert code.replace("-", "") not in str(vars(session.scalars(select(LinkCode)).one()))


def test_a_store_with_offers_cannot_join(merchant: Merchant, second: Merchant) -> None:
    with transaction() as session:
        add_offer(session, session.scalars(select(Store).where(Store.domain == OTHER)).one())
    code = _code(merchant)
    refused = second.post("/api/stores/link", json={"code": code})

    assert (refused.status_code, refused.json["code"]) == (409, "not_empty")
    # Nothing is half done: the code still stands for a store that may join.
    assert _workspace_of(second) != _workspace_of(merchant)


def test_its_own_code_does_nothing(merchant: Merchant) -> None:
    assert merchant.post("/api/stores/link", json={"code": _code(merchant)}).json["code"] == "already_linked"


def test_people_of_the_same_roster_are_one(merchant: Merchant, second: Merchant, store: Store) -> None:
    def person(name: str, external_id: str) -> dict[str, Any]:
        return {"external_id": external_id, "first_name": name, "tags": [f"tag of {name}"]}

    with transaction() as session:
        other = session.scalars(select(Store).where(Store.domain == OTHER)).one()
        upsert_many(session, store.workspace_id, "roster", [person("Ana", "r1")])
        upsert_many(session, other.workspace_id, "roster", [person("Ana again", "r1"), person("Bea", "r2")])
    second.post("/api/stores/link", json={"code": _code(merchant)})

    assert _people(merchant) == ["Ana", "Bea"]


def test_nothing_is_left_in_the_old_workspace(merchant: Merchant, second: Merchant) -> None:
    old = _workspace_of(second)
    second.post("/api/influencers", json={"first_name": "Bea", "tags": ["vip"]})
    key = second.post("/api/keys", json={"name": "K", "scope": "manage"}).json["key"]
    second.put(
        "/api/roster",
        json={"base_url": "https://roster.example.com/api", "api_key": "k", "signing_secret": "whsec_" + "A" * 32},
    )
    second.post("/api/stores/link", json={"code": _code(merchant)})

    with reading() as session:
        left = {
            name for name, table in Base.metadata.tables.items()
            if "workspace_id" in table.c and session.execute(select(table).where(table.c.workspace_id == old)).first()
        }  # fmt: skip
    assert left == {"audit_entry"}
    assert merchant.get("/api/roster").json["connected"]
    refused = merchant.http.get("/api/home", headers={"Authorization": f"Bearer {key}"})
    assert refused.status_code == 401
    actions = [line["action"] for line in merchant.get("/api/audit").json["items"]]
    assert actions[0] == "link_store"
    assert "create_key" in actions


def test_every_table_of_a_workspace_is_known() -> None:
    """A new table must be put on one of the lists."""
    known = {*linking.MOVED, *linking.DROPPED, *linking.EMPTY, *linking.OTHERS}
    tables = {name for name, table in Base.metadata.tables.items() if "workspace_id" in table.c}

    assert tables - known == set()


def test_who_does_not_manage_makes_no_code(app: APIFlask, store: Store) -> None:
    with transaction() as session:
        add_user(session, store, "7", role="approve")

    assert Merchant(app, user="7").post("/api/link-codes").status_code == 403

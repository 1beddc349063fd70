"""Install by token exchange, reinstall, uninstall, and what a page request gets meanwhile."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from apiflask import APIFlask
from sqlalchemy import func, select, update

from app.clock import now
from app.db import reading, transaction
from app.stores import jobs
from app.stores.models import Store, StoreToken, Workspace
from app.stores.service import handle_topic, platform_for, store_for_domain
from tests.support.actors import Merchant
from tests.support.fake_shopify import FakeShopify
from tests.support.shopify import SHOP, id_token


@pytest.fixture
def visitor(app: APIFlask) -> Merchant:
    """Of a store that we have never seen."""
    return Merchant(app)


def _stores() -> list[Store]:
    with reading() as session:
        return list(session.scalars(select(Store)).all())


def test_the_first_visit_installs(visitor: Merchant, shopify: FakeShopify) -> None:

    answer = visitor.get("/api/session")

    assert answer.status_code == 200
    [store] = _stores()
    assert (store.domain, store.state, store.scopes) == (SHOP, "active", "write_discounts,read_orders,read_products")
    [grant] = shopify.grants
    assert grant["grant_type"].endswith(":token-exchange")
    assert grant["expiring"] == "1"
    assert grant["requested_token_type"].endswith(":offline-access-token")


def test_the_facts_follow_and_name_the_workspace(visitor: Merchant, shopify: FakeShopify) -> None:
    visitor.get("/api/session")
    [store] = _stores()

    assert (store.name, store.currency, store.time_zone, store.plan) == ("Some Shop", "CHF", "Europe/Zurich", "Plus")
    with reading() as session:
        workspace = session.get_one(Workspace, store.workspace_id)
    assert (workspace.name, workspace.time_zone) == ("Some Shop", "Europe/Zurich")


def test_facts_that_could_not_be_read_are_read_later(visitor: Merchant, shopify: FakeShopify) -> None:
    shopify.answers.append((403, {}, {}))
    assert visitor.get("/api/session").status_code == 200
    assert _stores()[0].facts_read_at is None

    jobs.sweep_facts()

    assert _stores()[0].currency == "CHF"


def test_many_requests_of_a_first_visit_install_once(app: APIFlask, shopify: FakeShopify) -> None:
    start = threading.Barrier(5)

    def visit(_number: int) -> int:
        start.wait()
        return Merchant(app).get("/api/session").status_code

    with ThreadPoolExecutor(5) as pool:
        assert list(pool.map(visit, range(5))) == [200] * 5

    assert len(shopify.grants) == 1
    assert len(_stores()) == 1
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(Workspace)) == 1


def test_a_store_without_the_app_is_told_so(visitor: Merchant, shopify: FakeShopify) -> None:
    shopify.refusals.append((400, {}, {"error": "invalid_client"}))

    answer = visitor.get("/api/session")

    assert (answer.status_code, answer.json["code"]) == (403, "not_installed")
    assert [store.state for store in _stores()] in ([], ["uninstalled"])


def test_a_stale_id_token_is_asked_for_again(visitor: Merchant, shopify: FakeShopify) -> None:
    shopify.refusals.append((400, {}, {"error": "invalid_subject_token"}))

    answer = visitor.get("/api/session")

    assert answer.status_code == 401
    assert answer.headers["X-Shopify-Retry-Invalid-Session-Request"] == "1"
    assert visitor.get("/api/session").status_code == 200


def test_a_token_endpoint_that_is_away_is_503_and_the_next_visit_works(visitor: Merchant, shopify: FakeShopify) -> None:
    shopify.refusals.extend([(500, {}, "")] * 2)

    assert visitor.get("/api/session").status_code == 503
    assert visitor.get("/api/session").status_code == 200


def test_an_uninstall_stops_everything_at_once(merchant: Merchant, store: Store, shopify: FakeShopify) -> None:
    known = store_for_domain("shopify", SHOP)
    assert known is not None
    assert known.state == "active"
    with transaction() as session:
        handle_topic(session, store.id, "app/uninstalled", {"id": 1}, "d1", now())
        handle_topic(session, store.id, "app/uninstalled", {"id": 1}, "d1", now())

    with reading() as session:
        assert session.get(StoreToken, store.id) is None
        assert session.get_one(Store, store.id).state == "uninstalled"
    assert store_for_domain("shopify", SHOP).state == "uninstalled"
    with pytest.raises(Exception, match="not installed"):
        platform_for(store.id)


def test_an_uninstall_that_comes_after_the_reinstall_is_of_the_installation_before(
    merchant: Merchant, store: Store
) -> None:
    with transaction() as session:
        session.execute(update(StoreToken).values(obtained_at=now()))
        handle_topic(session, store.id, "app/uninstalled", {}, "d1", now() - timedelta(hours=2))

    with reading() as session:
        assert session.get_one(Store, store.id).state == "active"
        assert session.get(StoreToken, store.id) is not None


def test_an_old_id_token_opens_nothing_afterwards(merchant: Merchant, store: Store, shopify: FakeShopify) -> None:
    old = id_token()
    with transaction() as session:
        handle_topic(session, store.id, "app/uninstalled", {}, "d1", now())
    shopify.refusals.append((400, {}, {"error": "invalid_client"}))

    answer = merchant.http.get("/api/session", headers={"Authorization": f"Bearer {old}"})

    assert (answer.status_code, answer.json["code"]) == (403, "not_installed")


def test_a_reinstall_takes_up_the_old_row(merchant: Merchant, store: Store, shopify: FakeShopify) -> None:
    with transaction() as session:
        handle_topic(session, store.id, "app/uninstalled", {}, "d1", now())

    answer = merchant.open()

    assert answer.status_code in (200, 503)  # 503: the page is not built here
    [again] = _stores()
    assert (again.id, again.state, again.uninstalled_at) == (store.id, "active", None)
    with reading() as session:
        assert session.get_one(StoreToken, store.id).access_token == "shpat_new1"


def test_opening_the_app_heals_a_store_that_needs_it(merchant: Merchant, store: Store, shopify: FakeShopify) -> None:
    with transaction() as session:
        session.execute(update(Store).values(state="needs_reauth"))
    shopify.refresh_token = "dead"

    assert merchant.get("/api/session").json["store"]["state"] == "active"
    assert platform_for(store.id).facts.__self__ is not None


def test_changed_scopes_are_taken_over(merchant: Merchant, store: Store) -> None:
    with transaction() as session:
        handle_topic(session, store.id, "app/scopes_update", {"previous": [], "current": ["read_orders"]}, "d2", now())

    session_seen = merchant.get("/api/session").json
    assert "codes" in session_seen["store"]["capabilities"]["missing"]


@pytest.mark.parametrize("payload", [{}, {"current": None}, {"current": "read_orders"}])
def test_a_strange_scopes_payload_changes_nothing(merchant: Merchant, store: Store, payload: dict) -> None:
    with transaction() as session:
        handle_topic(session, store.id, "app/scopes_update", payload, "d2", now())

    assert _stores()[0].scopes == "write_discounts,read_orders,read_products"


def test_a_user_of_one_store_sees_no_other(merchant: Merchant, app: APIFlask, shopify: FakeShopify) -> None:
    other = Merchant(app, "other-shop.myshopify.com")

    assert [item["domain"] for item in other.get("/api/stores").json["items"]] == ["other-shop.myshopify.com"]
    assert [item["domain"] for item in merchant.get("/api/stores").json["items"]] == [SHOP]

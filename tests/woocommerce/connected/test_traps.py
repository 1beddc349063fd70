"""What breaks a naive integration with WooCommerce, one test for each:

1. a coupon has no start date                      7. a webhook's body is the state at its delivery
2. an expiry is lost, or moved, unless it has a Z   8. drafts are announced like orders
3. a batch checks no types                          9. deletions for good, and of refunds, are told by nobody
4. delivery ids are shared                         10. without HPOS a trashed order is told as a deleted coupon
5. a failed delivery is never repeated             11. two requests at once make one code twice
6. "updated" comes before "created"                12. only some ports are ever called
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from threading import Thread

import pytest

from app.db import reading
from app.errors import Conflict
from app.platforms.port import Failure, PlatformError
from app.platforms.woocommerce.adapter import WooStore
from app.platforms.woocommerce.client import Credentials, WooClient
from app.platforms.woocommerce.terms import MARK
from app.stores import key_screen
from app.stores.context import Context
from sandbox.woocommerce import action_queue
from tests.support.deliveries import inbox
from tests.woocommerce.conftest import Rest, keyed, make_terms, meta, paired

DAY = timedelta(days=1)


def soon():
    return datetime.now(UTC).replace(microsecond=0) + DAY


def refusal(act):
    with pytest.raises(PlatformError) as refused:
        act()
    return refused.value.code


def test_01_start_dates_need_the_plugin(store, shop, plugin_store, plugin_shop):
    """WooCommerce ignores every start field: a coupon works at once. We refuse one; the plugin holds it back."""
    shop.plant(["naive"], amount="10", start_date="2099-01-01", date_created="2099-01-01", status="future")
    assert shop.order(["naive"])["discount_total"] == "10.00"

    assert refusal(lambda: store.create_discount(make_terms(starts_at=soon()), "MAYA15")) is Failure.INVALID
    assert "maya15" not in shop.published()

    made = plugin_store.create_discount(make_terms(starts_at=soon()), "MAYA15")
    with pytest.raises(Exception, match="works from"):
        plugin_shop.order(["MAYA15"])
    plugin_store.update_discount(made.remote_id, make_terms())
    assert plugin_shop.order(["MAYA15"])["discount_total"] == "12.00"


def test_02_expiries_are_kept_to_the_second_in_a_far_zone(standin, session):
    """date_expires_gmt is ignored, a zone-less time is the store's own, a bare date loses its day, rubbish is never."""
    shop = standin.woo_store(plugin=False, time_zone="America/Los_Angeles")
    for code, fields in {
        "gmt": {"date_expires_gmt": "2027-01-31T23:59:59"}, "local": {"date_expires": "2027-01-31T23:59:59"},
        "bare": {"date_expires": "2027-01-31"}, "rubbish": {"date_expires": "end of January"},
    }.items():  # fmt: skip
        shop.plant([code], amount="10", **fields)
    assert {code: row["date_expires_gmt"] for code, row in shop.published().items()} == {
        "gmt": None, "local": "2027-02-01T07:59:59", "bare": "2027-01-31T08:00:00", "rubbish": None,
    }  # fmt: skip

    ends = datetime(2027, 1, 31, 22, 59, 59, tzinfo=UTC)
    WooStore(keyed(shop, session)).create_discount(make_terms(ends_at=ends), "MAYA15")
    assert shop.published()["maya15"]["date_expires_gmt"] == "2027-01-31T22:59:59"


def test_03_what_a_batch_stores_is_compared(shop, store, session):
    """Text as a limit is refused singly and unlimited in a batch; 12,50 is 1250.00. A difference takes the code off."""
    rest = Rest(shop, session)
    bad = {"code": "single", "amount": "12,50", "usage_limit": "abc"}
    assert rest("POST", "coupons", bad).status_code == 400
    (made,) = rest("POST", "coupons/batch", {"create": [bad]}).json()["create"]
    assert (made["amount"], made["usage_limit"]) == ("1250.00", None)

    found = store.create_discount(make_terms(uses_per_code=3), "A")
    for field, value in {"usage_limit": 0, "amount": "1500", "expires_at": soon()}.items():
        shop.turn(skew={field: value.isoformat() if isinstance(value, datetime) else value})
        if field == "expires_at":
            shop.inside.switches.skew = {field: value}
        (result,) = store.block_results(store.add_codes(found.remote_id, [f"B-{field}"]))
        assert result.failure is Failure.INVALID, field
    assert set(shop.published()) == {"a", "single"}


def test_04_orders_of_one_second_are_all_counted(site, monkeypatch):
    """Their deliveries share one id."""
    monkeypatch.setattr(action_queue, "second", lambda: 1_795_248_000)
    connected = site.by_keys()
    offer = connected.offer()
    code = connected.codes(offer)[0]["code"]
    for _ in range(5):
        connected.shop.order([code], "10.00", via="rest-api")
    connected.shop.run_queue()
    sent = [row for row in connected.shop.deliveries("webhook") if row["topic"] == "order.created"]
    assert (len({row["delivery_id"] for row in sent}), len(sent)) == (1, 5)
    assert len({row.delivery_id for row in inbox()}) == len(inbox())
    connected.settle()
    assert connected.sums(offer) == connected.books() == {code.upper(): (5, Decimal("42.50"))}


def test_05_lost_deliveries_are_found_and_dead_webhooks_revived(site):
    """Nothing is sent again; the seventh failure in a row disables a webhook, and activation alone does not help."""
    connected = site.by_keys()
    offer, shop = connected.offer(), connected.shop
    code = connected.codes(offer)[0]["code"]
    site.standin.point_at("http://127.0.0.1:9")  # the app is away: its port is not even a safe one now
    for _ in range(7):
        shop.order([code], "10.00")
        shop.run_queue()
    states = {row["topic"]: (row["status"], row["failures"]) for row in shop.call("GET", "/webhooks")}
    assert states["order.created"] == ("disabled", 6)
    rest = Rest(shop, site.session)
    (created,) = [row for row in rest("GET", "webhooks").json() if row["topic"] == "order.created"]
    assert "failures" not in created
    assert "secret" not in created
    rest("PUT", f"webhooks/{created['id']}", {"status": "active"})
    shop.order([code], "10.00")
    shop.run_queue()
    assert rest("GET", f"webhooks/{created['id']}").json()["status"] == "disabled"

    site.standin.point_at(site.url)
    assert connected.sums(offer) == {}
    connected.reconcile()
    assert connected.sums(offer) == connected.books() == {code.upper(): (8, Decimal("68.00"))}
    assert {row["status"] for row in shop.call("GET", "/webhooks")} == {"active"}
    assert {row["failures"] for row in shop.call("GET", "/webhooks")} == {0}


def test_06_the_order_of_deliveries_does_not_matter(site):
    connected = site.by_keys()
    offer = connected.offer()
    code = connected.codes(offer)[0]["code"]
    connected.shop.order([code], "10.00")
    connected.shop.run_queue()
    told = [row["topic"] for row in connected.shop.deliveries("webhook")]
    assert told == ["order.updated", "order.created"]
    connected.settle()
    assert connected.sums(offer) == connected.books() == {code.upper(): (1, Decimal("8.50"))}


def test_07_the_body_is_the_state_at_delivery(site):
    """Three changes before the queue ran are two equal bodies; an order erased by then is an error without its id."""
    connected = site.by_keys()
    offer, shop = connected.offer(), connected.shop
    code = connected.codes(offer)[0]["code"]
    order = shop.order([code], "10.00", status="pending", via="rest-api")
    shop.status(order["id"], "processing")
    shop.status(order["id"], "completed")
    gone = shop.order([code], "99.00")
    shop.erase(gone["id"])
    shop.run_queue()
    sent = shop.deliveries("webhook")
    assert [row["body"].count('"status":"completed"') for row in sent] == [1, 1, 0, 0]
    error = '{"code":"woocommerce_rest_shop_order_invalid_id"'
    assert [row["body"].startswith(error) for row in sent] == [False, False, True, True]
    connected.settle()
    assert [row.state for row in inbox()] == [1] * 4
    assert connected.sums(offer) == connected.books() == {code.upper(): (1, Decimal("8.50"))}


def test_08_drafts_are_no_sales(site):
    connected = site.by_keys()
    offer, shop = connected.offer(uses_per_code=1), connected.shop
    code = connected.codes(offer)[0]["code"]
    shop.order([code], "10.00")
    draft = shop.order([], "10.00", status="checkout-draft")
    with pytest.raises(Exception, match="Usage limit"):
        shop.order([code], "10.00", via="rest-api")
    assert [order["status"] for order in shop.orders()] == ["processing", "checkout-draft", "checkout-draft"]
    connected.settle()
    told = [row["body"] for row in shop.deliveries("webhook") if '"status":"checkout-draft"' in row["body"]]
    assert f'"id":{draft["id"]},' in "".join(told)
    assert connected.sums(offer) == connected.books() == {code.upper(): (1, Decimal("8.50"))}


@pytest.mark.parametrize("way", ["plugin", "keys"])
def test_09_what_nobody_is_told_is_found(site, way):
    """Trash is told; an order erased for good and a deleted refund only by the plugin. Else the night finds them."""
    connected = site.by_plugin() if way == "plugin" else site.by_keys()
    offer, shop = connected.offer(), connected.shop
    code = connected.codes(offer)[0]["code"]
    erased, refunded, trashed = (shop.order([code], amount) for amount in ("10.00", "20.00", "40.00"))
    refund = shop.refund(refunded["id"], "5.00")
    connected.settle()
    before = connected.sums(offer)
    shop.erase(erased["id"])
    shop.delete_refund(refunded["id"], refund["id"])
    shop.trash(trashed["id"])
    connected.settle()
    assert connected.books() == {code.upper(): (1, Decimal("17.00"))}
    if way == "keys":
        assert connected.sums(offer) == {code.upper(): (2, Decimal("20.50"))} != before  # the trash alone
        connected.reconcile()
        connected.at_night()
    assert connected.sums(offer) == connected.books()


def test_10_a_trashed_order_is_no_deleted_coupon(site):
    """Without HPOS it is told as one, with the order's id; so we never listen to coupons."""
    connected = site.by_keys(hpos=False)
    offer, shop = connected.offer(), connected.shop
    code = connected.codes(offer)[0]["code"]
    rest = Rest(shop, site.session)
    rest("POST", "webhooks", {"topic": "coupon.deleted", "delivery_url": f"{site.url}/elsewhere", "secret": "x"})
    order = shop.order([code], "10.00")
    shop.trash(order["id"])
    shop.run_queue()
    (wrong,) = [row for row in shop.deliveries("webhook") if row["topic"] == "coupon.deleted"]
    assert wrong["body"] == f'{{"id":{order["id"]}}}'
    shop.restore(order["id"])
    shop.refund(order["id"], order["total"])
    assert "-0.00" in {row["total"] for row in shop.call("GET", f"/orders/{order['id']}")["refunds"]}
    connected.settle()
    topics = {row["topic"] for row in shop.call("GET", "/webhooks") if site.url + "/webhooks" in row["delivery_url"]}
    assert topics == {"order.created", "order.updated", "order.deleted", "order.restored"}
    assert connected.api("GET", f"/offers/{offer['id']}")["counts"]["live"] == 1
    assert connected.sums(offer) == connected.books() == {code.upper(): (1, Decimal(0))}


def test_11_twins_of_a_race_are_worked_together(shop, client, plugin_shop, session):
    """Two requests at once both find a code free. What we do later reaches both; the plugin's lock makes none."""
    stores = [WooStore(client), WooStore(client)]
    made = stores[0].create_discount(make_terms(), "FIRST")
    shop.turn(race_seconds=10)
    jobs = [Thread(target=store.add_codes, args=(made.remote_id, ["TWIN"])) for store in stores]
    _together(jobs)
    shop.turn(race_seconds=0)
    twins = [row for row in shop.coupons() if row["code"] == "twin"]
    assert [meta(row, MARK) for row in twins] == [made.remote_id] * 2
    stores[0].end_discount(made.remote_id)
    with pytest.raises(Exception, match="has expired"):
        shop.order(["TWIN"])
    listed = [row.remote_id for row in stores[0].discount_codes(made.remote_id) if row.code == "twin"]
    stores[0].delete_codes(made.remote_id, listed)
    assert "twin" not in {row["code"] for row in shop.coupons()}

    keys = paired(plugin_shop, session)
    stores = [WooStore(WooClient(keys, session)) for _ in range(2)]
    made = stores[0].create_discount(make_terms(), "FIRST")
    plugin_shop.turn(race_seconds=10)
    _together([Thread(target=store.add_codes, args=(made.remote_id, ["TWIN"])) for store in stores])
    assert [row["code"] for row in plugin_shop.coupons()].count("twin") == 1


def _together(threads):
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_12_an_app_on_another_port_is_refused_before_a_store_is_silent(shop, session, receiver, database, monkeypatch):
    """A webhook to such an address is made all the same (201) and never sent; the key screen refuses plain http."""
    shop.turn(safe_ports=True)
    rest = Rest(shop, session)
    before = len(receiver.received)
    made = rest("POST", "webhooks", {"topic": "order.created", "delivery_url": f"{receiver.url}/x", "secret": "s"})
    assert made.status_code == 201
    shop.order()
    shop.run_queue()
    assert len(receiver.received) == before
    assert [row["status"] for row in shop.deliveries()] == [None, None]
    query = {"app_name": "Shoutcode", "scope": "read_write", "user_id": "1", "return_url": receiver.url,
             "callback_url": receiver.url}  # fmt: skip
    page = session.get(f"{shop.url}/wc-auth/v1/authorize", params=query, timeout=5)
    assert "needs to be over SSL" in page.text

    elsewhere = replace(database, env="production", url="https://shoutcode.test:8443")
    monkeypatch.setattr(key_screen, "current_settings", lambda: elsewhere)
    with reading() as reader, pytest.raises(Conflict, match="443"):
        key_screen.start(reader, Context(1, 1, "test", "manage", 1), "https://shop.example.com")


def test_a_revoked_key_asks_to_connect_again(site):
    """Answered as anybody would be, 401; the store then says so instead of failing job by job."""
    connected = site.by_keys()
    connected.shop.call("DELETE", "/keys")
    key = Credentials(connected.shop.rest, "ck_" + "0" * 40, "cs_" + "0" * 40)
    assert refusal(lambda: WooStore(WooClient(key, site.session)).find_code("A")) is Failure.UNAUTHORIZED
    connected.reconcile()
    assert connected.api("GET", f"/stores/{connected.store.id}")["state"] == "needs_reauth"

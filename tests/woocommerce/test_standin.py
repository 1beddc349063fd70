"""The stand-in beside what a real store answered (fixtures), and beside the facts that were measured on it."""

import base64
import hashlib
import hmac
import json
import re
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sandbox.woocommerce import plugin
from sandbox.woocommerce.stores import WooStores
from tests.sandbox.rig import wait_until
from tests.woocommerce.conftest import FIXTURES, Rest, fixture_body, paired

PLUGIN = Path(__file__).parents[2] / "woocommerce_plugin" / "shoutcode"
SECRET = "rig-webhook-secret-1"
OWN = {"id", "date_created", "date_created_gmt", "date_modified", "date_modified_gmt", "_links"}
"""Fields that no two stores have alike."""


def recorded(name):
    return json.loads((FIXTURES / f"{name}.json").read_text())


def alike(value):
    return {key: content for key, content in value.items() if key not in OWN}


# --- Beside the recorded answers ------------------------------------------------------------------------------------


def test_a_batch_of_every_mistake_is_answered_as_it_was(rest):
    """16 items: duplicates, bad amounts, types, dates and addresses; the answers word for word, in order."""
    real = recorded("rest_coupons_batch_mixed_errors")
    rest("POST", "coupons", {"code": "2RF9-FULL", "amount": "1"})
    answer = rest("POST", "coupons/batch", real["request"])
    assert answer.status_code == real["status"] == 200
    assert [alike(item) for item in answer.json()["create"]] == [alike(item) for item in real["body"]["create"]]


@pytest.mark.parametrize(
    "body", [{"create": 101}, {"create": 50, "update": 51}, {"create": 34, "update": 33, "delete": 34}]
)
def test_more_than_100_in_all_lists_together_is_refused_whole(rest, shop, body):
    real = recorded("rest_coupons_batch_over_100_413")
    items = {kind: [{"code": f"x{n}", "amount": "1", "id": n} for n in range(count)] for kind, count in body.items()}
    answer = rest("POST", "coupons/batch", items)
    assert (answer.status_code, answer.json()) == (real["status"], real["body"])
    assert shop.coupons() == []


def test_every_field_of_a_coupon_goes_round(rest):
    real = recorded("rest_coupon_create_all_fields")["body"]
    asked = {key: value for key, value in alike(real).items() if key not in ("usage_count", "used_by")}
    asked["date_expires"] = "2027-01-31T00:00:00Z"
    asked["meta_data"] = [{"key": entry["key"], "value": entry["value"]} for entry in real["meta_data"]]
    made = rest("POST", "coupons", asked)
    assert made.status_code == 201
    assert list(made.json()) == list(real)  # the same fields in the same order
    different = {"date_expires", "meta_data", *OWN}
    assert {key: made.json()[key] for key in real if key not in different} == {
        key: real[key] for key in real if key not in different
    }
    assert [entry["value"] for entry in made.json()["meta_data"]] == ["rig", {"id": 7, "handle": "x"}]


def test_a_duplicate_names_no_owner(rest):
    real = recorded("rest_coupon_create_duplicate_400")
    rest("POST", "coupons", {"code": "MAYA15", "amount": "1"})
    answer = rest("POST", "coupons", {"code": "Maya15", "amount": "1"})
    assert (answer.status_code, answer.json()) == (real["status"], real["body"])


def test_an_order_with_a_coupon_has_the_recorded_shape_and_money(rest, shop):
    """Two lines, 15 percent: the cent that rounding leaves goes to the first line, 84.99 shows as 42.495 each."""
    real = recorded("rest_order_create_with_coupon")["body"]
    shop.plant(["MAYA15"], amount="15", discount_type="percent")
    lines = [
        {"product_id": 10, "quantity": 2, "subtotal": "100.00"}, {"product_id": 11, "quantity": 1, "subtotal": "19.99"},
    ]  # fmt: skip
    body = {"line_items": lines, "coupon_lines": [{"code": "MAYA15"}], "set_paid": True}
    made = rest("POST", "orders", body).json()
    assert set(made) == set(real)
    money = ("status", "discount_total", "total", "total_tax", "cart_tax", "refunds", "prices_include_tax")
    assert {name: made[name] for name in money} == {name: real[name] for name in money}
    for line, wanted in zip(made["line_items"], real["line_items"], strict=True):
        assert set(line) == set(wanted)
        parts = ("quantity", "subtotal", "total", "price")
        assert [line[part] for part in parts] == [wanted[part] for part in parts]
    (coupon,), (wanted,) = made["coupon_lines"], real["coupon_lines"]
    parts = ("code", "discount", "discount_tax", "discount_type", "nominal_amount", "free_shipping")
    assert [coupon[part] for part in parts] == [wanted[part] for part in parts]
    info = json.loads(coupon["meta_data"][0]["value"])
    assert info[1:] == ["maya15", "percent", 15]


def test_a_bad_coupon_leaves_a_draft_behind(rest, shop):
    real = recorded("rest_order_create_bad_coupon_400")
    answer = rest("POST", "orders", {"line_items": [{"quantity": 1}], "coupon_lines": [{"code": "NOSUCH"}]})
    assert answer.status_code == real["status"]
    draft = answer.json()["data"].pop("new_draft_order_id")
    del real["body"]["data"]["new_draft_order_id"]
    assert answer.json()["code"] == real["body"]["code"]
    assert answer.json()["message"] == real["body"]["message"]
    assert shop.call("GET", f"/orders/{draft}")["status"] == "checkout-draft"


def test_refunds_have_the_recorded_shape_and_leave_the_total(rest, shop):
    real = recorded("rest_refund_create_line_item")["body"]
    order = shop.order(lines=[{"price": "42.50", "quantity": 2}])
    item = order["line_items"][0]["id"]
    body = {"line_items": [{"id": item, "quantity": 1, "refund_total": "42.50"}], "reason": "one item"}
    made = rest("POST", f"orders/{order['id']}/refunds", body).json()
    assert set(real) == set(made)
    assert set(real["line_items"][0]) == set(made["line_items"][0])
    (line,) = made["line_items"]
    assert (made["amount"], line["total"], line["quantity"]) == ("42.50", "-42.50", -1)
    rest("POST", f"orders/{order['id']}/refunds", {"amount": "10.00"})
    shown = rest("GET", f"orders/{order['id']}").json()
    assert shown["total"] == "85.00"
    assert [row["total"] for row in shown["refunds"]] == ["-10.00", "-42.50"]
    assert set(shown["refunds"][0]) == {"id", "reason", "total", "total_tax"}
    over = rest("POST", f"orders/{order['id']}/refunds", {"amount": "32.51"})
    assert (over.status_code, over.json()["code"]) == (500, "woocommerce_rest_cannot_create_order_refund")
    rest("POST", f"orders/{order['id']}/refunds", {"amount": "32.50"})
    assert rest("GET", f"orders/{order['id']}").json()["status"] == "refunded"


def test_a_webhook_keeps_its_secret_and_is_pinged_unsigned(rest, receiver):
    real = recorded("rest_webhook_create")["body"]
    body = {"name": "rig", "topic": "order.created", "delivery_url": f"{receiver.url}/ping", "secret": SECRET}
    made = rest("POST", "webhooks", body).json()
    assert set(made) == set(real)
    assert made["hooks"] == real["hooks"]
    ping = [row for row in receiver.received if row.path == "/ping"][0]
    assert ping.body.decode() == f"webhook_id={made['id']}"
    assert not [name for name in ping.headers if name.startswith("x-wc")]
    assert rest("DELETE", f"webhooks/{made['id']}").status_code == 501
    bad = rest("POST", "webhooks", {**body, "topic": "refund.created"})
    assert bad.json()["code"] == "woocommerce_rest_shop_webhook_invalid_topic"


def test_a_delivery_has_the_recorded_headers_and_signature(rest, shop, receiver):
    """Base64 of HMAC-SHA256 over the raw body, in which slashes are escaped."""
    real = recorded("webhook_order_created_with_coupon")
    body = {"topic": "order.created", "delivery_url": f"{receiver.url}/signed/{shop.handle}", "secret": SECRET}
    rest("POST", "webhooks", body)
    shop.order(amount="42.50")
    assert shop.run_queue() == 1
    got = [row for row in receiver.received if row.path == f"/signed/{shop.handle}"][-1]
    wanted = {name.lower() for name in real["headers"]} - {"connection", "content-length"}
    assert wanted <= set(got.headers)
    assert got.headers["user-agent"] == real["headers"]["User-Agent"]
    for content, signed in (
        (got.body, got.headers["x-wc-webhook-signature"]),
        (real["body"].encode(), real["headers"]["X-WC-Webhook-Signature"]),
    ):
        assert base64.b64encode(hmac.new(SECRET.encode(), content, hashlib.sha256).digest()).decode() == signed
        assert b"\\/" in content
    assert set(got.json) == set(json.loads(real["body"]))


# --- Beside the measured facts --------------------------------------------------------------------------------------


def test_keys_are_told_apart_as_woocommerce_does(rest, shop, session):
    url = f"{shop.rest}/wc/v3/coupons"
    (key, secret) = rest.auth
    codes = {
        "nobody": session.get(url, timeout=5), "unknown": session.get(url, auth=("ck_" + "0" * 40, secret), timeout=5),
        "wrong": session.get(url, auth=(key, "cs_x"), timeout=5),
    }  # fmt: skip
    assert {name: (got.status_code, got.json()["code"]) for name, got in codes.items()} == {
        "nobody": (401, "woocommerce_rest_cannot_view"),
        "unknown": (401, "woocommerce_rest_cannot_view"),
        "wrong": (401, "woocommerce_rest_authentication_error"),
    }
    query = {"consumer_key": key, "consumer_secret": secret}
    assert session.get(url, params=query, timeout=5).status_code == 200
    assert Rest(shop, session, "write")("GET", "coupons").status_code == 401
    assert Rest(shop, session, "read")("POST", "coupons", {"code": "a"}).status_code == 401
    shop.turn(tls=False)
    assert rest("GET", "coupons").json()["code"] == "woocommerce_rest_cannot_view"


def test_codes_are_kept_lower_and_found_exactly(rest, shop):
    for code in ("V8H4-Full", " a&b ", "<i>tag</i>", "back\\slash", "A" * 300):
        assert rest("POST", "coupons", {"code": code, "amount": "1"}).status_code == 201
    assert {coupon["code"] for coupon in shop.coupons()} == {
        "v8h4-full", "a&amp;b", "tag", "backslash", "a" * 300,
    }  # fmt: skip
    assert [row["code"] for row in rest("GET", "coupons", code="V8H4-FULL").json()] == ["v8h4-full"]
    assert rest("GET", "coupons", code="v8h4").json() == []
    assert len(rest("GET", "coupons", search="8h4").json()) == 1


def test_null_clears_nothing_and_meta_is_merged(rest):
    full = {
        "code": "a", "amount": "5", "usage_limit": 3, "date_expires": "2027-01-01T00:00:00Z",
        "meta_data": [{"key": "_one", "value": "1"}],
    }  # fmt: skip
    made = rest("POST", "coupons", full).json()
    body = {"usage_limit": None, "date_expires": None, "meta_data": [{"key": "_two", "value": "2"}]}
    kept = rest("PUT", f"coupons/{made['id']}", body).json()
    assert (kept["usage_limit"], kept["date_expires_gmt"]) == (3, "2027-01-01T00:00:00")
    assert {entry["key"]: entry["value"] for entry in kept["meta_data"]} == {"_one": "1", "_two": "2"}
    cleared = rest("PUT", f"coupons/{made['id']}", {"usage_limit": 0, "date_expires": ""}).json()
    assert (cleared["usage_limit"], cleared["date_expires_gmt"]) == (None, None)


def test_trash_frees_the_code_and_drafts_hold_none(rest, shop):
    made = rest("POST", "coupons", {"code": "a", "amount": "5"}).json()
    assert rest("DELETE", f"coupons/{made['id']}").status_code == 200
    assert rest("DELETE", f"coupons/{made['id']}").status_code == 410
    assert rest("POST", "coupons", {"code": "a", "amount": "6", "status": "draft"}).status_code == 201
    assert rest("POST", "coupons", {"code": "a", "amount": "7"}).status_code == 201
    assert [row["amount"] for row in rest("GET", "coupons").json()] == ["7.00"]
    assert [row["amount"] for row in rest("GET", "coupons", status="draft").json()] == ["6.00"]
    rest("DELETE", f"coupons/{made['id']}", force="true")
    assert rest("GET", f"coupons/{made['id']}").status_code == 404


def test_uses_are_given_back_by_a_cancellation_but_not_by_a_refund(shop):
    (coupon,) = shop.plant(["once"], amount="10", usage_limit=1)

    def uses():
        return next(row["usage_count"] for row in shop.coupons() if row["id"] == coupon)

    order = shop.order(["ONCE"])
    assert uses() == 1
    shop.refund(order["id"], "5.00")
    assert uses() == 1
    shop.status(order["id"], "cancelled")
    assert uses() == 0
    shop.status(order["id"], "processing")
    assert uses() == 1
    shop.trash(order["id"])
    assert uses() == 0


def test_polls_are_exclusive_and_in_the_stores_own_time(standin, session):
    shop = standin.woo_store(time_zone="America/Los_Angeles")
    rest = Rest(shop, session)
    moment = datetime(2026, 11, 21, 12, 0, 5, tzinfo=UTC)
    order = shop.old_order(moment)

    def found(**query):
        return [row["id"] for row in rest("GET", "orders", **query).json()]

    gmt = {"dates_are_gmt": "true"}
    assert found(modified_after="2026-11-21T12:00:05", **gmt) == []
    assert found(modified_after="2026-11-21T12:00:04", modified_before="2026-11-21T12:00:06", **gmt) == [order.id]
    assert found(modified_after="2026-11-21T12:00:04") == []  # 20:00:04 in GMT: a GMT cursor misses the order
    assert found(modified_after="2026-11-21T12:00:04Z") == [order.id]
    assert rest("GET", "orders", modified_after="soon").json()["code"] == "rest_invalid_param"
    assert found(coupon="nosuch") == [order.id]  # there is no such filter


def test_lists_have_pages_headers_and_fields(rest, shop):
    shop.plant([f"c{n}" for n in range(5)], amount="1")
    answer = rest("GET", "coupons", per_page=2, page=2, orderby="id", order="asc", _fields="id,code")
    assert [row["code"] for row in answer.json()] == ["c2", "c3"]
    assert set(answer.json()[0]) == {"id", "code"}
    assert (answer.headers["X-WP-Total"], answer.headers["X-WP-TotalPages"]) == ("5", "3")
    assert 'rel="prev"' in answer.headers["Link"]
    assert 'rel="next"' in answer.headers["Link"]
    assert rest("GET", "coupons", page=9).json() == []
    assert rest("GET", "coupons", per_page=101).status_code == 400


def test_few_workers_make_the_others_wait(rest, shop):
    """Four batches at once in a shop with two workers: never more than two at work."""
    shop.turn(workers=2, create_ms=20)
    most = 0

    def batch(number):
        rest("POST", "coupons/batch", {"create": [{"code": f"w{number}-{n}", "amount": "1"} for n in range(5)]})

    threads = [threading.Thread(target=batch, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        most = max(most, shop.inside.workers.busy)
    assert most == 2
    assert len(shop.coupons()) == 20


def test_pushes_come_at_once_and_again_when_they_fail(plugin_shop, session, receiver):
    paired(plugin_shop, session)
    receiver.statuses[:] = [500]
    path = "/webhooks/woocommerce/plugin/7"
    before = len(receiver.received)
    order = plugin_shop.order()
    wait_until(lambda: len(receiver.received) > before)
    plugin_shop.wait_pushed()
    assert plugin_shop.run_queue() == 1
    first, second = receiver.received[before:]
    assert {row.path for row in (first, second)} == {path}
    change = second.json["changes"][0]
    assert (change["event"], change["id"], change["order"]["total"]) == ("order.updated", order["id"], "80")
    refund = plugin_shop.refund(order["id"], "5.00")
    plugin_shop.delete_refund(order["id"], refund["id"])
    plugin_shop.erase(order["id"])
    wait_until(lambda: len(receiver.received) >= before + 5)
    assert [row.json["changes"][0]["event"] for row in receiver.received[before + 2 :]][-1] == "order.deleted"


def test_the_key_screen_answers_as_recorded(shop, session, receiver):
    real = recorded("wc_auth_callback")
    query = {
        "app_name": "Shoutcode", "scope": "read_write", "user_id": "tenant-7:abc",
        "return_url": "https://app.example.test/return?x=1", "callback_url": f"{receiver.url}/cb?state=s1",
    }  # fmt: skip
    url = f"{shop.url}/wc-auth/v1/authorize"
    missing = session.get(url, params={**query, "scope": ""}, timeout=5)
    assert (missing.status_code, "Missing parameter scope" in missing.text) == (401, True)
    plain = session.get(url, params={**query, "callback_url": "http://app.example/cb"}, timeout=5)
    assert "needs to be over SSL" in plain.text
    assert "read and write access" in session.get(url, params=query, timeout=5).text

    approve = f"{shop.url}/wc-auth/v1/access_granted/"
    answer = session.get(approve, params=query, timeout=5, allow_redirects=False)
    assert answer.headers["Location"] == real["return_location"].replace(":", "%3A").replace("https%3A", "https:")
    got = [row for row in receiver.received if row.path == "/cb?state=s1"][-1]
    assert got.headers["content-type"] == real["headers"]["Content-Type"]
    assert set(got.json) == set(json.loads(real["body"]))
    assert (got.json["user_id"], got.json["key_permissions"]) == ("tenant-7:abc", "read_write")

    session.get(approve, params=query, timeout=5, allow_redirects=False)
    assert len(shop.inside.facts.keys) == 2  # a reload makes a second key
    receiver.statuses[:] = [201]
    failed = session.get(approve, params=query, timeout=5, allow_redirects=False)
    assert (failed.status_code, len(shop.inside.facts.keys)) == (401, 2)


def test_the_shop_takes_codes_and_the_link_of_the_plugin(plugin_shop, session):
    plugin_shop.plant(["MAYA15"], amount="15", discount_type="percent")
    land = session.get(
        f"{plugin_shop.url}/?shoutcode=MAYA15&to=/woo/{plugin_shop.handle}/shop/&utm_source=x",
        timeout=5, allow_redirects=False,
    )  # fmt: skip
    assert land.headers["Location"] == f"/woo/{plugin_shop.handle}/shop/?utm_source=x"
    assert land.headers["Cache-Control"] == "no-store"
    page = session.post(f"{plugin_shop.url}/cart/add", data={"product": "1"}, timeout=5)
    assert "Coupon: maya15" in page.text
    session.post(f"{plugin_shop.url}/cart/checkout", data={"email": "bo@x.test"}, timeout=5)
    (order,) = plugin_shop.orders()
    assert (order["coupon_lines"][0]["code"], order["billing"]["email"]) == ("maya15", "bo@x.test")
    silent = session.get(f"{plugin_shop.url}/?shoutcode=NOBODY", timeout=5, allow_redirects=False)
    assert "Set-Cookie" not in silent.headers
    away = session.get(f"{plugin_shop.url}/?shoutcode=MAYA15&to=//evil.example", timeout=5, allow_redirects=False)
    assert away.headers["Location"] == f"/woo/{plugin_shop.handle}/"


def test_the_admin_frames_the_app_with_the_plugins_own_script(plugin_shop, session):
    admin = f"{plugin_shop.url}/wp-admin"
    assert "Connect this shop" in session.get(f"{admin}/admin.php?page=shoutcode", timeout=5).text
    paired(plugin_shop, session)
    page = session.get(f"{admin}/admin.php?page=shoutcode", timeout=5).text
    assert "host=wordpress" in page
    deeper = session.get(f"{admin}/admin.php?page=shoutcode-offers&path=/offers/7", timeout=5).text
    assert "/offers/7?host=wordpress" in deeper
    assert "/messages?host" in session.get(f"{admin}/admin.php?page=shoutcode-messages", timeout=5).text
    assert "Disconnect" in session.get(f"{admin}/admin.php?page=shoutcode-connection", timeout=5).text
    script = session.get(f"{plugin_shop.url}/wp-content/plugins/shoutcode/assets/admin.js", timeout=5)
    assert "shoutcode:token" in script.text
    nonce = page.split('"nonce": "')[1].split('"')[0]
    form = {"action": "shoutcode_token", "_ajax_nonce": nonce}
    answer = session.post(f"{admin}/admin-ajax.php", data=form, timeout=5).json()
    assert answer["success"]
    assert session.post(f"{admin}/admin-ajax.php", data={**form, "_ajax_nonce": "x"}, timeout=5).status_code == 403


def test_the_menu_is_that_of_the_plugin():
    php = (PLUGIN / "includes" / "class-shoutcode-admin.php").read_text()
    entries = re.findall(r"self::PAGE(?: \. '([\w-]+)')?\s+=> array\( __\( '(\w+)', 'shoutcode' \), '([\w/]+)' \)", php)
    assert {f"shoutcode{end}": (title, path) for end, title, path in entries} == plugin.MENU


def test_state_survives_a_restart(standin, plugin_shop, session, tmp_path):
    plugin_shop.plant(["KEPT"], amount="15")
    order = plugin_shop.order(["KEPT"])
    plugin_shop.refund(order["id"], "5.00")
    standin.world.journal.flush()
    again = WooStores(standin.world)
    again.load()
    loaded = again.all[plugin_shop.handle]
    assert loaded.facts == plugin_shop.inside.facts
    assert list(loaded.coupons) == list(plugin_shop.inside.coupons)
    assert loaded.orders == plugin_shop.inside.orders


def test_recorded_order_fixture_has_no_field_that_we_lack(rest, shop):
    shown = rest("GET", f"orders/{shop.order()['id']}").json()
    assert set(shown) == set(fixture_body("rest_order_after_full_refund"))

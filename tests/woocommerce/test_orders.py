import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from app.platforms.woocommerce.key_screen import authorize_url, granted_keys
from app.platforms.woocommerce.orders_payload import OrderGone, UnreadablePayload, deleted_snapshot, snapshot
from app.platforms.woocommerce.webhooks import TOPICS, ensure
from tests.woocommerce.conftest import fixture_body

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def test_order_with_a_code():
    found = snapshot(fixture_body("webhook_order_created_with_coupon"))
    assert (found.gross, found.discount, found.refunded, found.currency) == (
        Decimal("101.99"), Decimal("18"), Decimal(0), "USD",
    )  # fmt: skip
    assert [(code.code, code.discount) for code in found.codes] == [("maya15", Decimal("18"))]
    assert found.customer_id == "ana@example.test"
    assert found.counts


def test_created_and_updated_say_the_same_in_any_order():
    first, second = (fixture_body(f"webhook_checkout_{name}") for name in ("1st_order_updated", "2nd_order_created"))
    assert snapshot(first) == snapshot(second)


@pytest.mark.parametrize(
    ("step", "refunded"), [("partial_amount", "10.00"), ("line_item", "52.50"), ("full", "101.99")]
)
def test_refunds_add_up_while_the_total_stays(step, refunded):
    found = snapshot(fixture_body(f"webhook_order_updated_refund_{step}"))
    assert (found.gross, found.refunded) == (Decimal("101.99"), Decimal(refunded))


def test_lines_of_refunds_say_the_same_as_their_totals():
    details = fixture_body("rest_order_refunds_list")
    assert snapshot(fixture_body("rest_order_after_full_refund"), details).refunded == Decimal("101.99")


def worked_orders():
    """Of docs/money.md: (fields, what comes out)."""
    found = []
    text = (Path(__file__).parents[2] / "docs" / "money.md").read_text()
    for title, body in re.findall(r"^#### (W\d.*?)\n(.*?)(?=^#|\Z)", text, re.DOTALL | re.MULTILINE):
        rows = dict(re.findall(r"^\| (\S+) \| (\S+) \|$", body, re.MULTILINE))
        results = {name.strip("*"): Decimal(value.strip("*")) for name, value in rows.items() if name.startswith("**")}
        found.append(
            pytest.param({name: value for name, value in rows.items() if name not in results}, results, id=title)
        )
    assert len(found) == 5
    return found


@pytest.mark.parametrize(("fields", "results"), worked_orders())
def test_a_worked_order_of_the_document_comes_out_as_written(fields, results):
    def line(prefix, sign=""):
        tax = fields.get(f"{prefix}_tax", "0.00")
        return [{"total": sign + fields[prefix], "total_tax": sign + tax}] if prefix in fields else []

    parts = {"line_items": line("refund_line", "-"), "shipping_lines": line("refund_shipping", "-")}
    body = fixture_body("webhook_order_created_with_coupon") | {
        "line_items": line("line"), "coupon_lines": [{"code": "lucy", "discount": fields.get("coupon", "0")}],
        "refunds": [{"total": f"-{fields['refund']}", **parts}] if "refund" in fields else [],
    }  # fmt: skip
    found = snapshot(body)
    net = found.gross - found.refunded
    assert results == {"gross": found.gross, "refunded": found.refunded, "net": net, "discount": found.discount}


def test_shipping_given_back_is_no_refund_of_goods():
    refund = {"total": "-17.00", "line_items": [], "shipping_lines": [{"total": "-5.00", "total_tax": "0"}]}
    body = {**fixture_body("webhook_order_created_with_coupon"), "refunds": [refund]}
    assert snapshot(body).refunded == Decimal("12.00")


def test_amount_without_lines_is_split_between_goods_and_their_tax():
    body = fixture_body("webhook_order_created_with_coupon")
    lines = [{"total": "100.00", "total_tax": "20.00"}]
    found = snapshot({**body, "line_items": lines, "refunds": [{"total": "-12.00"}]})
    assert (found.gross_tax, found.refunded, found.refunded_tax) == (Decimal(20), Decimal("10.00"), Decimal("2.00"))


@pytest.mark.parametrize(
    "name",
    [
        "order_created_draft_rejected_coupon_a",
        "order_created_draft_rejected_coupon_b_same_delivery_id",
        "order_updated_checkout_draft_coupon_removed",
    ],
)
def test_drafts_never_count(name):
    assert not snapshot(fixture_body(f"webhook_{name}")).counts


def test_life_of_an_order():
    states = ("created_on_hold", "updated_processing", "updated_cancelled", "restored")
    found = [snapshot(fixture_body(f"webhook_order_{state}")) for state in states]
    assert [one.cancelled_at is not None for one in found] == [False, False, True, False]
    assert all(one.counts and not one.deleted for one in found)
    trashed = deleted_snapshot(fixture_body("webhook_order_deleted_trashed"), NOW)
    assert trashed.deleted
    assert trashed.remote_id == found[0].remote_id
    assert snapshot(fixture_body("rest_order_delete_trash") | {"status": "trash"}).deleted


@pytest.mark.parametrize("event", ["created", "updated"])
def test_erased_before_delivery_is_told_apart_from_rubbish(event):
    with pytest.raises(OrderGone):
        snapshot(fixture_body(f"webhook_order_{event}_but_gone_before_delivery"))


@pytest.mark.parametrize(
    "body", [{}, {"id": 5}, {"id": 5, "currency": "USD", "status": "x", "line_items": [{"total": "x"}]}]
)
def test_rubbish_is_refused(body):
    with pytest.raises(UnreadablePayload) as caught:
        snapshot(body)
    assert not isinstance(caught.value, OrderGone)


def test_changed_orders_come_oldest_first_with_the_trash(store, shop):
    placed = {}
    for number in range(250):
        status = "trash" if number % 10 == 3 else "completed"
        placed[shop.old_order(NOW + timedelta(seconds=number // 2), status).id] = status
    shop.old_order(NOW, "checkout-draft")
    found = list(store.orders_updated(NOW, NOW + timedelta(hours=1)))
    assert {int(one.remote_id) for one in found} == set(placed)
    assert [one.updated_at for one in found] == sorted(one.updated_at for one in found)
    assert {placed[int(one.remote_id)] for one in found if one.deleted} == {"trash"}


def test_more_orders_in_one_second_than_a_page_holds(store, shop):
    placed = [shop.old_order(NOW).id for _ in range(250)]
    found = list(store.orders_updated(NOW, NOW + timedelta(hours=1)))
    assert sorted(int(one.remote_id) for one in found) == placed


def test_order_that_changes_while_we_read_hides_no_other(store, shop):
    placed = [shop.old_order(NOW + timedelta(seconds=number)) for number in range(300)]
    reading = store.orders_updated(NOW, NOW + timedelta(minutes=30))
    found = [next(reading) for _ in range(50)]
    for order in placed[:30]:
        order.modified_at = NOW + timedelta(hours=1)
    found += reading
    assert {int(one.remote_id) for one in found} == {order.id for order in placed}


def test_refunds_of_changed_orders_are_read_in_full(store, shop):
    order = shop.order(amount="101.99", shipping="5.00")
    shop.refund(order["id"], lines=[{"quantity": 1}], shipping=True)
    assert store.order(str(order["id"])).refunded == Decimal("101.99")
    assert store.order("12345") is None


def test_webhooks_are_made_once_and_revived_but_never_for_coupons(client, shop):
    url = "https://app.example:8443/webhooks/woocommerce/t0ken"
    assert sorted(ensure(client, url, "s" * 32)) == sorted(TOPICS)
    assert ensure(client, url, "s" * 32) == []
    disabled = shop.inside.facts.webhooks[0]
    disabled.status = "disabled"
    assert len(ensure(client, url, "s" * 32)) == 1
    assert disabled not in shop.inside.facts.webhooks
    assert {webhook.topic for webhook in shop.inside.facts.webhooks} == set(TOPICS)


def test_key_screen_grants_keys_for_a_state():
    keys = {"consumer_key": "ck_" + "a" * 40, "consumer_secret": "cs_" + "b" * 40}
    body = {"key_id": 2, "user_id": "st4te", "key_permissions": "read_write", **keys}
    assert granted_keys(body).state == "st4te"
    for change in ({"key_permissions": "read"}, {"consumer_key": "ck_x"}, {"user_id": ""}, {"consumer_secret": None}):
        assert granted_keys({**body, **change}) is None
    assert granted_keys([]) is None
    url = authorize_url(
        "https://shop.example/", state="st4te", callback_url="https://a.example/c", return_url="https://a.example/r"
    )
    assert url.startswith("https://shop.example/wc-auth/v1/authorize?app_name=Shoutcode&scope=read_write&user_id=st4te")

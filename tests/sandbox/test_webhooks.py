import base64
import hashlib
import hmac

from sandbox.client import SandboxClient
from tests.sandbox.rig import API_SECRET, AppOfStore, Receiver, wait_until


def signature(body: bytes) -> str:
    return base64.b64encode(hmac.new(API_SECRET.encode(), body, hashlib.sha256).digest()).decode()


def place(store: AppOfStore, **facts: object) -> dict:
    return store.client.order(store.shop, amount="80.00", **facts)


def test_an_order_is_told_with_signature_and_headers(store: AppOfStore, receiver: Receiver) -> None:
    order = place(store, customer_id=7)
    (got,) = receiver.wait(store.shop)
    assert got.path == "/webhooks/shopify"
    assert got.headers["x-shopify-topic"] == "orders/create"
    assert got.headers["x-shopify-hmac-sha256"] == signature(got.body)
    assert got.headers["x-shopify-api-version"] == "2026-10"
    assert {"x-shopify-webhook-id", "x-shopify-event-id", "x-shopify-triggered-at"} <= got.headers.keys()
    assert got.json["id"] == order["id"]


def test_the_payload_holds_only_the_fields_that_the_toml_names(store: AppOfStore, receiver: Receiver) -> None:
    place(store, customer_id=7, shipping="5.00", tax_rate="0.19")
    (got,) = receiver.wait(store.shop)
    assert got.json["customer"] == {"id": 7}
    assert "email" not in got.json
    (line,) = got.json["line_items"]
    assert {"price_set", "tax_lines", "current_quantity"} <= line.keys()
    assert "title" not in line


def test_one_action_is_one_event_with_several_topics(store: AppOfStore, receiver: Receiver) -> None:
    order = place(store)
    store.client.cancel(store.shop, order["id"])
    rows = receiver.wait(store.shop, 4)
    assert sorted(row.topic for row in rows) == [
        "orders/cancelled",
        "orders/create",
        "orders/updated",
        "refunds/create",
    ]
    later = [row for row in rows if row.topic != "orders/create"]
    assert len({row.headers["x-shopify-event-id"] for row in later}) == 1
    assert len({row.id for row in later}) == 3


def test_a_failed_delivery_is_repeated_as_it_was(store: AppOfStore, receiver: Receiver) -> None:
    receiver.statuses[:] = [500, 302]
    order = place(store)
    first, second, third = receiver.wait(store.shop, 3)
    assert first.id == second.id == third.id
    assert first.body == second.body == third.body
    store.client.wait_delivered()
    (row,) = store.client.deliveries(store.shop)
    assert (row["attempts"], row["status"], row["last_status"]) == (3, "sent", 200)
    assert third.json["updated_at"] == order["updated_at"]


def test_after_eight_repeats_it_gives_up(store: AppOfStore, receiver: Receiver) -> None:
    store.client.turn(deliveries={"retry_seconds": 0.001})
    receiver.statuses[:] = [503] * 9
    place(store)
    wait_until(lambda: store.client.deliveries(store.shop)[0]["status"] == "failed")
    assert len(receiver.of(store.shop)) == 9


def test_duplicates_lost_and_badly_signed_deliveries(store: AppOfStore, receiver: Receiver) -> None:
    store.client.turn(deliveries={"duplicate": True})
    place(store)
    first, second = receiver.wait(store.shop, 2)
    assert (first.id, first.body) == (second.id, second.body)

    store.client.turn(deliveries={"duplicate": False, "lose": True})
    place(store)
    assert [row["status"] for row in store.client.deliveries(store.shop)] == ["sent", "lost"]

    store.client.turn(deliveries={"lose": False, "wrong_signature": True})
    place(store)
    bad = receiver.wait(store.shop, 3)[2]
    assert bad.headers["x-shopify-hmac-sha256"] != signature(bad.body)
    store.client.turn(deliveries={"wrong_signature": False})


def test_what_is_held_back_goes_out_on_flush(store: AppOfStore, receiver: Receiver) -> None:
    store.client.turn(deliveries={"enabled": False})
    place(store)
    store.client.turn(deliveries={"delay_seconds": 3600})
    place(store)
    assert store.client.flush() == 2
    assert len(receiver.wait(store.shop, 2)) == 2
    store.client.turn(deliveries={"enabled": True, "delay_seconds": 0})


def test_a_delivery_can_be_sent_again(store: AppOfStore, receiver: Receiver) -> None:
    place(store)
    (first,) = receiver.wait(store.shop)
    store.client.redeliver(first.id)
    assert receiver.wait(store.shop, 2)[1].body == first.body


def test_what_is_sent_again_passes_what_is_held_back(store: AppOfStore, receiver: Receiver) -> None:
    place(store)
    (first,) = receiver.wait(store.shop)
    store.client.turn(deliveries={"enabled": False})
    place(store)
    store.client.redeliver(first.id)
    assert [row.id for row in receiver.wait(store.shop, 2)] == [first.id, first.id]


def test_changes_in_the_admin_are_told(store: AppOfStore, receiver: Receiver) -> None:
    discount = store.discount_id("FIRST")
    store.client.change_discount(store.shop, discount, percentage=0.2)
    store.client.delete_discount(store.shop, discount)
    rows = receiver.wait(store.shop, 2)
    assert sorted(row.topic for row in rows) == ["discounts/delete", "discounts/update"]
    assert {row.json["admin_graphql_api_id"] for row in rows} == {discount}


def test_uninstall_scopes_and_privacy_requests_are_told(store: AppOfStore, receiver: Receiver) -> None:
    order = place(store, customer_id=7)
    store.client.set_scopes(store.shop, ["read_orders"])
    assert receiver.wait(store.shop, topic="app/scopes_update")[0].json["current"] == ["read_orders"]
    store.client.privacy(store.shop, "customers/redact", customer_id=7)
    store.client.uninstall(store.shop)
    store.client.privacy(store.shop, "shop/redact")
    (redact,) = receiver.wait(store.shop, topic="customers/redact")
    assert redact.path == "/webhooks/shopify/compliance"
    assert redact.json["orders_to_redact"] == [order["id"]]
    assert receiver.wait(store.shop, topic="app/uninstalled")[0].json["myshopify_domain"] == store.shop
    assert receiver.wait(store.shop, topic="shop/redact")[0].json["shop_domain"] == store.shop


def test_an_uninstalled_app_hears_of_no_orders(store: AppOfStore, receiver: Receiver) -> None:
    store.client.uninstall(store.shop)
    receiver.wait(store.shop, topic="app/uninstalled")
    place(store)
    assert [row["topic"] for row in store.client.deliveries(store.shop)] == ["app/uninstalled"]


def test_a_subscription_of_the_api_is_served_and_dropped_after_failing(store: AppOfStore, receiver: Receiver) -> None:
    create = """mutation W($topic: WebhookSubscriptionTopic!, $input: WebhookSubscriptionInput!) {
      webhookSubscriptionCreate(topic: $topic, webhookSubscription: $input) { userErrors { message } } }"""
    store.ask(
        create, {"topic": "DISCOUNTS_CREATE", "input": {"uri": f"{receiver.url}/own", "includeFields": ["title"]}}
    )
    store.client.turn(deliveries={"retry_seconds": 0.001})
    receiver.statuses[:] = [500] * 9
    store.discount_id("FIRST")
    subscriptions = "{ webhookSubscriptions(first: 5) { nodes { topic } } }"
    wait_until(lambda: store.ask(subscriptions)["data"]["webhookSubscriptions"]["nodes"] == [])
    assert receiver.of(store.shop)[0].json == {"title": "Ten off"}
    assert receiver.of(store.shop)[0].path == "/own"


def test_deliveries_can_overtake_each_other(client: SandboxClient, store: AppOfStore, receiver: Receiver) -> None:
    client.turn(deliveries={"reorder": True})
    placed = [place(store)["id"] for _ in range(8)]
    got = [row.json["id"] for row in receiver.wait(store.shop, 8)]
    assert sorted(got) == placed
    assert got != placed  # the sandbox's dice are seeded
    client.turn(deliveries={"reorder": False})

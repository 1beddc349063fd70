"""What is refused, with which status, and that nothing is written then; what is taken, and that it is stored."""

from __future__ import annotations

import io
import json
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import update

from app.db import db, transaction
from app.stores.models import Store
from app.stores.service import directory
from tests.support.deliveries import deliver, headers, inbox, order_payload
from tests.support.shopify import SHOP
from webhooks import inserts, intake, routes, topics
from webhooks.sealing import BrokenSeal, Sealer

LIMIT = routes.MAX_BODY


def test_a_delivery_is_stored_sealed_and_opens_again(http: FlaskClient, shop: Store) -> None:
    payload = order_payload(note="a secret of the buyer")
    assert deliver(http, payload, delivery_id="abc").status_code == 200
    (row,) = inbox()
    assert (row.store_id, row.delivery_id, row.state, row.attempts) == (shop.id, "abc", 0, 0)
    assert row.body is not None
    assert b"secret" not in row.body
    assert json.loads(Sealer.from_settings().open(row.body, shop.id)) == payload


def test_a_body_does_not_open_for_another_store(http: FlaskClient, shop: Store) -> None:
    deliver(http, order_payload())
    with pytest.raises(BrokenSeal):
        Sealer.from_settings().open(inbox()[0].body or b"", shop.id + 1)


def test_a_body_sealed_before_a_rotation_still_opens() -> None:
    old, new = bytes(32), bytes([1]) * 32
    sealed = Sealer([old]).seal(b"{}", 1)
    assert Sealer([new, old]).open(sealed, 1) == b"{}"
    with pytest.raises(BrokenSeal):
        Sealer([new]).open(sealed, 1)


def test_the_same_delivery_again_is_answered_and_stored_once(http: FlaskClient) -> None:
    for gross in ("100.00", "100.00", "999.00"):
        assert deliver(http, order_payload(gross=gross), delivery_id="same").status_code == 200
    assert len(inbox()) == 1


def test_two_stores_may_use_one_delivery_id(http: FlaskClient, app: APIFlask) -> None:
    from tests.support.rows import add_store

    with transaction() as session:
        add_store(session, "second.myshopify.com")
    directory.forget()
    assert deliver(http, order_payload(), delivery_id="same").status_code == 200
    assert deliver(http, order_payload(), delivery_id="same", shop="second.myshopify.com").status_code == 200
    assert len(inbox()) == 2


@pytest.mark.parametrize(
    ("how", "status", "code"),
    [
        ({"topic": "orders/exploded"}, 422, "unknown_topic"),
        ({"topic": "shop/redact"}, 422, "unknown_topic"),
        ({"topic": ""}, 400, "missing_header"),
        ({"X_Shopify_Webhook_Id": None}, 400, "missing_header"),
        ({"X_Shopify_Shop_Domain": None}, 400, "missing_header"),
        ({"delivery_id": "x" * 101}, 400, "bad_webhook_id"),
        ({"delivery_id": "caf\u00e9"}, 400, "bad_webhook_id"),
        ({"shop": "nobody.myshopify.com"}, 404, "unknown_shop"),
        ({"shop": "x' OR 1=1 --"}, 404, "unknown_shop"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_refused_clearly(
    http: FlaskClient, how: dict[str, Any], status: int, code: str
) -> None:
    answer = deliver(http, order_payload(), **how)
    assert (answer.status_code, answer.get_json()["code"]) == (status, code)
    assert inbox() == []


@pytest.mark.parametrize(
    "body", [b"", b"{", b"nonsense", b'"text"', b"[]", b"\xff\xfe", b'{"id": NaN}', b"{}{}", b"null"]
)
def test_a_signed_body_that_is_no_json_object_is_refused(http: FlaskClient, body: bytes) -> None:
    answer = deliver(http, body)
    assert (answer.status_code, answer.get_json()["code"]) == (400, "broken_json")
    assert inbox() == []


def test_a_body_over_the_limit_is_refused_and_one_at_it_is_taken(http: FlaskClient) -> None:
    at_limit = b'{"id":"' + b"x" * (LIMIT - 9) + b'"}'
    assert len(at_limit) == LIMIT
    assert deliver(http, at_limit).status_code == 200
    over = deliver(http, at_limit + b" ")
    assert over.status_code == 413
    assert len(inbox()) == 1


class Endless(io.RawIOBase):
    """A body that never ends, as chunks may be."""

    taken = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        assert size >= 0, "the whole of an endless body was asked for"
        self.taken += size
        return b"x" * size


def test_an_endless_body_is_read_no_further_than_the_limit(http: FlaskClient) -> None:
    stream = Endless()
    environ = {"wsgi.input": stream, "wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    answer = http.post("/webhooks/shopify", headers=headers(b"x"), environ_overrides=environ)
    assert answer.status_code == 413
    assert stream.taken <= LIMIT + 1


def test_other_methods_are_refused(http: FlaskClient) -> None:
    for method in ("GET", "PUT", "DELETE", "PATCH"):
        assert http.open("/webhooks/shopify", method=method).status_code == 405


def test_orders_of_a_store_without_the_app_are_refused_but_what_shopify_still_owes_is_taken(
    http: FlaskClient, shop: Store
) -> None:
    with transaction() as session:
        session.execute(update(Store).where(Store.id == shop.id).values(state="uninstalled"))
    directory.forget()
    assert deliver(http, order_payload()).status_code == 410
    assert deliver(http, {"id": 1}, "app/uninstalled").status_code == 200
    assert deliver(http, {"shop_id": 1}, "shop/redact", path="/webhooks/shopify/compliance").status_code == 200
    assert [row.topic for row in inbox()] == ["app/uninstalled", "shop/redact"]


def test_every_topic_of_the_app_file_is_taken_at_its_address(http: FlaskClient) -> None:
    config = tomllib.loads((Path(__file__).parents[2] / "shopify.app.toml").read_text())
    subscribed: dict[str, set[str]] = {}
    for row in config["webhooks"]["subscriptions"]:
        found = subscribed.setdefault(row["uri"], set())
        found.update(row.get("topics", []) + row.get("compliance_topics", []))
    assert subscribed == {"/webhooks/shopify": topics.MAIN, "/webhooks/shopify/compliance": topics.COMPLIANCE}
    for path, names in subscribed.items():
        for topic in names:
            assert deliver(http, {"id": 1}, topic, path=path).status_code == 200


def test_a_queue_that_is_away_fails_no_delivery(http: FlaskClient) -> None:
    """The fixtures start no queue: nothing answers at its address."""
    assert [deliver(http, order_payload(id)).status_code for id in range(5)] == [200] * 5


class Away:
    """An inserter whose database is gone."""

    def insert(self, rows: object) -> None:
        raise inserts.StoreAway("gone")


def test_a_database_that_is_away_gives_503_and_never_2xx(http: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    deliver(http, order_payload(), delivery_id="before")
    monkeypatch.setattr(intake, "_intake", intake.Intake(Away()))
    assert deliver(http, order_payload()).status_code == 503
    assert [row.delivery_id for row in inbox()] == ["before"]


def test_a_surprise_in_the_writer_gives_503_and_does_not_end_it(
    http: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Odd:
        def __init__(self) -> None:
            self.real, self.calls = inserts.make_inserter(), 0

        def insert(self, rows: Any) -> None:
            self.calls += 1
            if self.calls == 1:
                raise RuntimeError("a surprise")
            self.real.insert(rows)

    monkeypatch.setattr(intake, "_intake", intake.Intake(Odd()))
    assert [deliver(http, order_payload()).status_code for _ in range(2)] == [503, 200]
    assert len(inbox()) == 1


def test_a_lost_connection_is_made_anew(http: FlaskClient) -> None:
    deliver(http, order_payload())
    inserter = intake._intake._inserter  # type: ignore[union-attr]
    if db.engine.dialect.name == "postgresql":
        inserter._connection.close()  # type: ignore[attr-defined]
        with pytest.raises(psycopg.Error):
            inserter._connection.execute("SELECT 1")  # type: ignore[attr-defined]
        assert deliver(http, order_payload()).status_code == 503
    assert deliver(http, order_payload(), delivery_id="after").status_code == 200
    assert "after" in {row.delivery_id for row in inbox()}


def test_a_row_the_database_refuses_does_not_refuse_its_group(http: FlaskClient, shop: Store) -> None:
    """A store that was deleted while its row was looked up: its delivery alone is refused."""
    writer = intake.Intake(inserts.make_inserter())
    sealer = Sealer.from_settings()

    def ticket(store_id: int, id: str) -> Any:
        row = intake.Received(
            store_id, "orders/create", id, shop.installed_at, shop.installed_at, sealer.seal(b"{}", store_id)
        )
        return intake._Ticket(row)

    group = [ticket(shop.id, "a"), ticket(987654, "b"), ticket(shop.id, "c")]
    inserter, writer._inserter = writer._inserter, inserts.make_inserter()
    writer._commit(group)
    assert [bool(part.refusal) for part in group] == [False, True, False]
    assert [row.delivery_id for row in inbox()] == ["a", "c"]
    assert inserter is not writer._inserter


def test_the_domain_is_compared_in_lower_case(http: FlaskClient) -> None:
    assert deliver(http, order_payload(), shop=SHOP.upper()).status_code == 200


@pytest.mark.parametrize(
    ("stated", "kept"),
    [
        ("2026-01-02T03:04:05.5+02:00", "2026-01-02T01:04:05.500000+00:00"),
        ("2999-01-01T00:00:00Z", "received"),
        ("2026-01-02T03:04:05", "received"),
        ("soon", "received"),
        ("", "received"),
    ],
)
def test_the_time_of_the_event_is_kept_and_never_in_the_future(
    http: FlaskClient, shop: Store, stated: str, kept: str
) -> None:
    assert deliver(http, order_payload(), X_Shopify_Triggered_At=stated).status_code == 200

    row = inbox()[-1]
    assert row.triggered_at == (row.received_at if kept == "received" else datetime.fromisoformat(kept))

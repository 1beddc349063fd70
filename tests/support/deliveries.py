"""Webhooks as Shopify sends them: signed, with their headers, to our own address."""

from __future__ import annotations

import itertools
import json
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.db import reading
from tests.support.redeeming import PLACED
from tests.support.shopify import SHOP, webhook_signature
from webhooks.models import Delivery

_numbers = itertools.count(1)


def headers(
    body: bytes, topic: str = "orders/create", shop: str = SHOP, delivery_id: str = "", **changes: str | None
) -> dict[str, str]:
    """Of a good delivery; a change to None leaves the header out. `_` in a name stands for `-`."""
    good: dict[str, str | None] = {
        "X-Shopify-Topic": topic, "X-Shopify-Hmac-Sha256": webhook_signature(body), "X-Shopify-Shop-Domain": shop,
        "X-Shopify-API-Version": "2026-10", "X-Shopify-Webhook-Id": delivery_id or f"delivery-{next(_numbers)}",
        "X-Shopify-Triggered-At": "2026-11-20T10:00:00.123Z", "X-Shopify-Event-Id": "event",
        "Content-Type": "application/json",
    }  # fmt: skip
    good |= {name.replace("_", "-"): value for name, value in changes.items()}
    return {name: value for name, value in good.items() if value is not None}


def deliver(
    http: FlaskClient, payload: Any, topic: str = "orders/create", *, path: str = "/webhooks/shopify", **how: Any
) -> TestResponse:
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return http.post(path, data=body, headers=headers(body, topic, **how))


def order_payload(
    id: int = 1, gross: str = "100.00", *, code: str = "LUCY", minutes: int = 0, refunded: str = "0.00", **facts: Any
) -> dict[str, Any]:
    """An order without tax, `minutes` after it was placed, as include_fields of shopify.app.toml leave it."""
    stamp = (PLACED + timedelta(minutes=minutes)).isoformat()
    lines = [{"subtotal_set": money(refunded), "total_tax_set": money("0.00")}] if refunded != "0.00" else []
    return {
        "id": id, "name": f"#{id}", "test": False, "created_at": PLACED.isoformat(), "processed_at": PLACED.isoformat(),
        "updated_at": stamp, "cancelled_at": None, "currency": "EUR", "presentment_currency": "EUR",
        "taxes_included": False, "customer": {"id": 7},
        "discount_codes": [{"code": code, "amount": "10.00", "type": "percentage"}],
        "discount_applications": [{"type": "discount_code", "code": code}],
        "line_items": [{"discount_allocations": [{"amount_set": money("10.00"), "discount_application_index": 0}]}],
        "shipping_lines": [], "total_tax_set": money("0.00"), "subtotal_price_set": money(gross),
        "total_price_set": money(gross), "refunds": [{"refund_line_items": lines, "order_adjustments": []}],
        **facts,
    }  # fmt: skip


def money(amount: str) -> dict[str, Any]:
    both = {"amount": amount, "currency_code": "EUR"}
    return {"shop_money": both, "presentment_money": both}


def inbox() -> list[Delivery]:
    with reading() as session:
        return list(session.scalars(select(Delivery).order_by(Delivery.id)))

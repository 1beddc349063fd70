"""Order webhooks of about 12.9 kB, as Shopify sends them, for the benches of the webhook path."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from app.assignments.models import Assignment
from app.clock import now
from app.codes.models import Code
from app.db import transaction
from app.influencers.models import Influencer
from app.offers.models import Offer
from app.stores.models import Store, Workspace

SHOP = "bench.myshopify.com"
PLACED = datetime(2026, 11, 20, 10, tzinfo=UTC)
BODY_BYTES = 12_857
"""The size of the measurement that the bars come from."""


def add_shop(codes: int) -> int:
    """An installed store with an offer and as many people, each with a code: CODE0, CODE1 … Returns the store's id."""
    at = PLACED - timedelta(days=30)
    with transaction() as session:
        workspace = Workspace(name="Bench", created_at=at)
        session.add(workspace)
        session.flush()
        store = Store(workspace_id=workspace.id, platform="shopify", domain=SHOP, currency="EUR", state="active",
                      installed_at=at, facts_read_at=now())
        session.add(store)
        session.flush()
        offer = Offer(workspace_id=workspace.id, store_id=store.id, name="Bench", name_key="bench", title="Bench",
                      type="percentage", value=Decimal(10), currency="EUR", pattern="{name}", starts_at=at,
                      created_at=at, updated_at=at)
        people = [Influencer(workspace_id=workspace.id, external_id=str(n), display_name=f"Person {n}", created_at=at,
                             updated_at=at) for n in range(codes)]
        session.add_all([offer, *people])
        session.flush()
        made = [Code(workspace_id=workspace.id, store_id=store.id, offer_id=offer.id, code=f"CODE{n}", key=f"CODE{n}",
                     base=f"CODE{n}", state="live", created_at=at) for n in range(codes)]
        session.add_all(made)
        session.flush()
        session.add_all(Assignment(workspace_id=workspace.id, offer_id=offer.id, code_id=code.id, starts_at=at,
                                   influencer_id=person.id) for code, person in zip(made, people, strict=True))
        return store.id


def signature(body: bytes, secret: str) -> str:
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def order(number: int, code: str, *, seconds: int = 0, seed: int = 0) -> bytes:
    """One order with this code, as it stood `seconds` after it was placed; filled up to the size that Shopify sends."""
    chance = random.Random(seed * 1_000_003 + number)
    lines = [_line(chance) for _ in range(6)]
    goods = sum((Decimal(line["price_set"]["shop_money"]["amount"]) for line in lines), Decimal(0))
    off = (goods / 10).quantize(Decimal("0.01"))
    lines[0]["discount_allocations"] = [{"amount_set": _money(off), "discount_application_index": 0}]
    tax = ((goods - off) * 19 / 119).quantize(Decimal("0.01"))
    payload: dict[str, Any] = {
        "id": 5_000_000_000 + number, "admin_graphql_api_id": f"gid://shopify/Order/{5_000_000_000 + number}",
        "name": f"#{number}", "test": False, "created_at": _stamp(0), "processed_at": _stamp(0),
        "updated_at": _stamp(seconds), "cancelled_at": None, "cancel_reason": None, "financial_status": "paid",
        "currency": "EUR", "presentment_currency": "EUR", "taxes_included": True, "source_name": "web",
        "customer": {"id": 7_000_000_000 + number},
        "discount_codes": [{"code": code, "amount": str(off), "type": "percentage"}],
        "discount_applications": [{"type": "discount_code", "code": code, "value": "10.0", "value_type": "percentage",
                                   "allocation_method": "across", "target_selection": "all",
                                   "target_type": "line_item"}],
        "line_items": lines, "shipping_lines": [], "refunds": [],
        "total_tax_set": _money(tax), "current_total_tax_set": _money(tax),
        "subtotal_price_set": _money(goods - off), "current_subtotal_price_set": _money(goods - off),
        "total_price_set": _money(goods - off), "current_total_price_set": _money(goods - off),
        "total_discounts_set": _money(off), "current_total_discounts_set": _money(off),
    }  # fmt: skip
    # Shopify repeats itself in properties that no formula reads; here random words stand in, which compress worse.
    missing = BODY_BYTES - len(json.dumps(payload)) - 20
    payload["note"] = "".join(chance.choices("abcdefghijklmnopqrstuvwxyz     ", k=missing))
    return json.dumps(payload).encode()


def _line(chance: random.Random) -> dict[str, Any]:
    price = Decimal(chance.randrange(500, 20_000)) / 100
    return {
        "id": chance.randrange(10**12, 10**13), "product_id": chance.randrange(10**12, 10**13),
        "variant_id": chance.randrange(10**12, 10**13), "quantity": 1, "current_quantity": 1,
        "price_set": _money(price), "discount_allocations": [],
        "tax_lines": [{"title": "VAT", "rate": 0.19, "price_set": _money(price * 19 / 119)}],
    }  # fmt: skip


def _money(amount: Decimal) -> dict[str, Any]:
    both = {"amount": f"{amount:.2f}", "currency_code": "EUR"}
    return {"shop_money": both, "presentment_money": both}


def _stamp(seconds: int) -> str:
    return (PLACED + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")

"""A pooled code is nobody's to read. Walks the route map: a new door that shows one fails here."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.codes.models import Code
from app.db import reading, transaction
from app.events import Event
from app.stores.models import Store
from tests.support.actors import Merchant
from tests.support.rows import add_user
from tests.support.workspaces import Workspace, add_workspace

MARK = "POOLMARK"
POOLED = f"{MARK}17"
HOLDS_CODES = re.compile("code|incentive|campaign_id|offer_id")
TEXTS = ("application/json", "application/problem+json", "text/csv")


@pytest.fixture
def own(app: APIFlask) -> Workspace:
    with transaction() as session:
        return add_workspace(session, "own.myshopify.com", MARK)


def readers(app: APIFlask, own: Workspace) -> list[Merchant]:
    """Whoever manages, and whoever may only look."""
    with transaction() as session:
        add_user(session, session.get_one(Store, own.store_id), "7", role="view")
    return [Merchant(app, own.domain), Merchant(app, own.domain, user="7")]


def doors(app: APIFlask) -> list[str]:
    rules = (rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()))
    return sorted({rule.rule for rule in rules if rule.rule.startswith("/api/")})


def path_of(rule: str, ids: Workspace) -> str:
    return re.sub(r"<int:(\w+)>", lambda found: str(getattr(ids, found[1])), rule)


def test_no_door_shows_a_pooled_code(app: APIFlask, own: Workspace) -> None:
    with reading() as session:
        pooled_id = session.scalars(select(Code.id).where(Code.code == POOLED)).one()
    asked = 0
    manager, viewer = readers(app, own)
    for reader, rules in ((manager, doors(app)), (viewer, [rule for rule in doors(app) if HOLDS_CODES.search(rule)])):
        for rule in rules:
            for ids in (own, replace(own, code_id=pooled_id)) if "code_id" in rule else (own,):
                answer = reader.get(path_of(rule, ids))
                assert POOLED.encode() not in answer.data, f"{rule} shows a pooled code"
                assert ids is own or answer.mimetype in TEXTS, f"{rule} draws a pooled code"
                assert POOLED not in str(answer.headers), f"{rule} names a pooled code in its headers"
                asked += answer.status_code == 200
    assert asked > 35


def test_nor_do_writes_the_log_or_events(app: APIFlask, own: Workspace, caplog: pytest.LogCaptureFixture) -> None:
    merchant = Merchant(app, own.domain)
    move = {"members": {"filter": {}}, "to": "pre_payment", "short": "fit"}
    path, pool = f"/api/campaigns/{own.campaign_id}", f"/api/incentives/{own.incentive_id}"
    for method, door, body in (
        ("patch", pool, {"notes": 1}),
        ("patch", pool, {"warn_at": 3, "confirm": True}),
        ("post", f"{path}/move-previews", {"members": {"filter": {}}, "to": "pre_payment"}),
        ("post", f"{pool}/codes", {"codes": POOLED}),
        ("post", "/api/exports/influencers", {"selection": {"filter": {}}, "columns": [own.offer_id]}),
    ):
        answer = getattr(merchant, method)(door, json=body)
        assert POOLED not in answer.text, f"{method} {door} shows a pooled code"
    with reading() as session:
        kept = [str((row.before, row.after)) for row in session.scalars(select(AuditEntry))]
        told = [str(row.data) for row in session.scalars(select(Event))]
    assert not [text for text in (*kept, *told, caplog.text) if POOLED in text]

    # The twin: once released, the same doors show it.
    assert merchant.post(f"{path}/moves", json=move).get_json()["given"] == 1
    assert POOLED in merchant.get(f"{path}/members").text
    assert POOLED in merchant.get(f"{path}/members.csv").text
    with reading() as session:
        assert any(POOLED in str(row.data) for row in session.scalars(select(Event)))

"""The audit log: every change is in it with before and after, nobody edits it, nothing secret is in it."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from apiflask import APIFlask
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DatabaseError

from app.audit import trail
from app.audit.models import AuditEntry
from app.audit.tracked import TRACKED, UNTRACKED
from app.db import Base, reading, transaction
from app.spreadsheets import cell
from app.stores.models import Store
from tests.support.actors import Merchant
from tests.support.offers import add_offer
from tests.support.rows import add_store


def _log(merchant: Merchant, **query: Any) -> list[dict[str, Any]]:
    return merchant.get("/api/audit", query_string=query).json["items"]


def test_every_table_is_followed_or_says_why_not() -> None:
    tables = set(Base.metadata.tables)

    assert not tables - set(TRACKED) - set(UNTRACKED), "say in app/audit/tracked.py whether the log follows these"
    assert not set(TRACKED) & set(UNTRACKED)


def test_a_change_is_written_with_before_and_after(merchant: Merchant, store: Store) -> None:
    with transaction() as session:
        offer_id = add_offer(session, store, published_at=None).id
    merchant.patch(f"/api/offers/{offer_id}", json={"name": "Spring launch"})

    (line,) = _log(merchant, subject="offer", subject_id=offer_id)

    assert (line["actor"], line["action"]) == ("shopify:42", "edit_offer")
    assert (line["before"]["name"], line["after"]["name"]) == ("Winter launch", "Spring launch")
    assert "pattern" not in line["before"]
    assert line["request_id"]


def test_a_refused_change_leaves_no_line(merchant: Merchant, store: Store) -> None:
    with transaction() as session:
        offer_id = add_offer(session, store).id
    assert merchant.patch(f"/api/offers/{offer_id}", json={"value": "x"}).status_code >= 400

    assert _log(merchant) == []


def test_a_change_of_many_rows_says_what_was_done(merchant: Merchant) -> None:
    merchant.put(
        "/api/roster",
        json={
            "base_url": "https://roster.example.com/api",
            "api_key": "roster-key-1",
            "signing_secret": "whsec_" + "A" * 32,
        },
    )
    merchant.post("/api/roster/retry")

    assert _log(merchant)[0]["action"] == "retry_roster"


def test_secrets_and_personal_details_stay_out(merchant: Merchant) -> None:
    secret = "whsec_" + "B" * 32
    merchant.put(
        "/api/roster",
        json={"base_url": "https://roster.example.com/api", "api_key": "roster-key-2", "signing_secret": secret},
    )
    merchant.post("/api/influencers", json={"first_name": "Canary", "email": "canary@example.com", "tags": ["vip"]})

    with reading() as session:
        told = "".join(f"{line.before} {line.after}" for line in session.scalars(select(AuditEntry)))
    assert "(secret)" in told
    assert "(personal)" in told
    assert not [text for text in ("roster-key-2", secret, "Canary", "canary@") if text in told]
    assert "vip" in told


def test_reading_leaves_no_line(merchant: Merchant) -> None:
    merchant.get("/api/home")
    merchant.post("/api/code-previews", json={"store_id": 1, "pattern": "X{seq}", "selection": {"ids": []}})

    assert _log(merchant) == []


@pytest.mark.parametrize("statement", [update(AuditEntry).values(actor="nobody"), delete(AuditEntry)])
def test_the_database_refuses_edits(app: APIFlask, store: Store, statement: Any) -> None:
    with transaction() as session:
        trail.append(session, trail.Doing(store.workspace_id, "shopify", "uninstall", "store", store.id))

    with pytest.raises(DatabaseError, match="never edited"), transaction() as session:
        session.execute(statement)
    with reading() as session:
        assert session.scalars(select(AuditEntry.actor)).all() == ["shopify"]


def test_filters_and_pages(merchant: Merchant, store: Store) -> None:
    with transaction() as session:
        for number in range(5):
            trail.append(
                session, trail.Doing(store.workspace_id, f"shopify:{number % 2}", "end_offer", "offer", number)
            )
    first = merchant.get("/api/audit", query_string={"actor": "shopify:0", "limit": 2}).json
    rest = merchant.get(
        "/api/audit", query_string={"actor": "shopify:0", "limit": 2, "cursor": first["next_cursor"]}
    ).json

    assert [line["subject_id"] for line in first["items"] + rest["items"]] == [4, 2, 0]
    assert rest["next_cursor"] is None
    assert _log(merchant, action="publish_offer") == []
    assert merchant.get("/api/audit", query_string={"cursor": "x"}).status_code == 422


def test_the_export_is_safe_in_a_spreadsheet(merchant: Merchant, store: Store) -> None:
    with transaction() as session:
        trail.append(
            session,
            trail.Doing(store.workspace_id, "shopify:1", "end_offer", "offer", 7),
            before={"name": "Łukasz"},
            after={"name": "=1+1"},
        )
    answer = merchant.get("/api/audit.csv")

    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))
    assert answer.mimetype == "text/csv"
    assert rows[0]["subject_id"] == "7"
    assert rows[0]["before"] == '{"name": "Łukasz"}'
    assert [cell(text) for text in ("=1", "+1", "-1", "@x", "\tx", "a\0b")] == [
        "'=1",
        "'+1",
        "'-1",
        "'@x",
        "'\tx",
        "ab",
    ]


def test_another_workspace_reads_its_own_log(app: APIFlask, merchant: Merchant, store: Store) -> None:
    with transaction() as session:
        add_store(session, "other.myshopify.com")
        trail.append(session, trail.Doing(store.workspace_id, "shopify:1", "end_offer", "offer", 7))
    other = Merchant(app, "other.myshopify.com")

    assert _log(other) == []
    assert "end_offer" not in other.get("/api/audit.csv").text

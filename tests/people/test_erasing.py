"""A person who asks to be forgotten: every word of them goes, every number stays, and nobody brings them back."""

from __future__ import annotations

import io
import logging
from typing import Any

import pytest
from sqlalchemy import select

from app.clock import now
from app.codes.models import CodeImport, CodeImportLine
from app.db import Base, reading, transaction
from app.influencers import import_jobs
from app.influencers.models import Influencer
from app.influencers.service import upsert_many
from app.people import jobs
from app.roster import pushing
from app.stores.models import Store
from tests.support.actors import Merchant
from tests.support.redeeming import add_codes, order, take

MARK = "Quetzalcoatl"
RECORD = {
    "external_id": f"{MARK}-7", "first_name": MARK, "email": f"{MARK}@example.com", "preferred_code": MARK.upper(),
    "handles": [{"platform": "x", "handle": MARK, "url": f"https://x.com/{MARK}"}], "groups": [MARK],
}  # fmt: skip


@pytest.fixture
def person(merchant: Merchant, store: Store) -> int:
    """Known to a roster, edited here, with a code, an order, an answer kept for repeats, and another one merged in."""
    add_codes("HELLO", store=store)
    with transaction() as session:
        (row,) = upsert_many(session, store.workspace_id, "roster.example.com", [RECORD])
        (twin,) = upsert_many(session, store.workspace_id, "csv", [RECORD | {"email": f"{MARK}@example.org"}])
        for table in ("assignment", "redemption"):
            session.execute(Base.metadata.tables[table].update().values(influencer_id=row.influencer_id))
    id = row.influencer_id or 0
    merchant.patch(f"/api/influencers/{id}", json={"notes": f"{MARK} likes tea", "local_tags": ["vip"]},
                   headers={"Idempotency-Key": "once"})  # fmt: skip
    assert merchant.post(f"/api/influencers/{id}/merge", json={"other_id": twin.influencer_id}).status_code == 200
    take(store, order("1", "80", codes=["HELLO"]))
    with transaction() as session:
        file = CodeImport(workspace_id=store.workspace_id, store_id=store.id, created_at=now(), total=1, origin="paste")
        session.add(file)
        session.flush()
        session.add(CodeImportLine(import_id=file.id, number=1, code="HELLO", person=f"@{MARK}", state="refused"))
    return id


def erase(merchant: Merchant, id: int, name: str = MARK) -> Any:
    return merchant.post(f"/api/influencers/{id}/erase", json={"name": name})


def everything() -> dict[str, str]:
    with reading() as session:
        return {
            name: "\n".join(str(tuple(row)) for row in session.execute(select(table)))
            for name, table in Base.metadata.tables.items()
        }


def test_nothing_of_them_is_left_but_codes_and_numbers(
    merchant: Merchant, store: Store, person: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    assert [name for name, rows in everything().items() if MARK in rows] != []
    before = merchant.get(f"/api/influencers/{person}").json
    assert erase(merchant, person, "Somebody").status_code == 422
    erased = erase(merchant, person, f" {MARK.lower()} ")
    assert (erased.status_code, erased.json["name"], erased.json["erased"]) == (200, "Erased person", True)
    jobs.sweep()

    left = {name: rows for name, rows in everything().items() if MARK.lower() in rows.lower()}
    assert set(left) == {"event"}, left
    with reading() as session:
        event = Base.metadata.tables["event"]
        told = [row for row in session.execute(select(event)) if MARK in str(row.data)]
    # The roster must be told whom; that is all that is said.
    assert [(row.type, set(row.data)) for row in told] == [
        ("influencer.erased", {"influencer_id", "external_id", "source"})
    ]
    after = merchant.get(f"/api/influencers/{person}").json
    assert (after["totals"], len(after["codes"])) == (before["totals"], 1)
    assert after["codes"][0]["code"] == "HELLO"
    assert MARK not in caplog.text
    assert erase(merchant, person, "Erased person").status_code == 409
    assert merchant.post(f"/api/influencers/{person}/restore").status_code == 409
    again = merchant.patch(f"/api/influencers/{person}", json={"notes": f"{MARK} likes tea", "local_tags": ["vip"]},
                           headers={"Idempotency-Key": "once"})  # fmt: skip
    assert again.json["code"] == "answer_lost"


def test_no_roster_and_no_file_brings_them_back(merchant: Merchant, store: Store, person: int) -> None:
    erase(merchant, person)
    records = [RECORD, RECORD | {"external_id": "new number"}, {"external_id": "8", "first_name": "Somebody else"}]
    for source in ("roster.example.com", "csv"):
        with transaction() as session:
            found = upsert_many(session, store.workspace_id, source, records)
        assert [row.outcome for row in found] == ["refused", "refused", "created"]
        assert "erased at their own request" in found[0].reason
    content = f"external_id,email\n9,{MARK.upper()}@example.com\n10,other@example.com\n".encode()
    made = merchant.post("/api/influencer-imports", data={"file": (io.BytesIO(content), "a.csv")}).json
    merchant.post(f"/api/influencer-imports/{made['id']}/check", json={"mapping": made["mapping"]})
    import_jobs.work(made["id"])
    assert merchant.get(f"/api/influencer-imports/{made['id']}").json["counts"] == {
        "created": 1, "updated": 0, "unchanged": 0, "refused": 1,
    }  # fmt: skip
    with reading() as session:
        assert not session.scalars(select(Influencer.id).where(Influencer.search_text.contains(MARK.lower()))).all()


def test_what_was_still_to_be_told_of_them_is_not(merchant: Merchant, store: Store, person: int) -> None:
    merchant.put("/api/roster", json={"base_url": "https://roster.example.com/api", "api_key": "k",
                                      "signing_secret": "whsec_" + "B" * 32})  # fmt: skip
    merchant.patch(f"/api/influencers/{person}", json={"notes": "more"})
    with transaction() as session:
        pushing.distribute(session)
    erase(merchant, person)
    jobs.forget(person)
    with transaction() as session:
        pushing.distribute(session)
    with reading() as session:
        event, push = Base.metadata.tables["event"], Base.metadata.tables["roster_push"]
        waiting = session.scalars(
            select(event.c.type).join(push, push.c.event_id == event.c.id).where(event.c.influencer_id == person)
        ).all()
    assert "influencer.upserted" not in waiting
    assert "influencer.erased" in waiting


def test_only_who_manages_may(merchant: Merchant, store: Store, person: int) -> None:
    with transaction() as session:
        users = Base.metadata.tables["user_account"]
        session.execute(users.update().values(role="issue", is_owner=False))
    assert erase(merchant, person).status_code == 403


def screens(merchant: Merchant) -> dict[str, Any]:
    """What each screen says was sold in all."""
    offers = merchant.get("/api/offers").json["items"]
    people = [merchant.get(f"/api/influencers?archived={archived}").json["items"] for archived in ("false", "true")]
    ids = [row["id"] for part in people for row in part]
    orders = merchant.get("/api/redemptions").json["items"]
    pages = [merchant.get(f"/api/influencers/{id}").json for id in ids]
    codes = [code for offer in offers for code in merchant.get(f"/api/offers/{offer['id']}/codes").json["items"]]

    def net(amounts: Any) -> float:
        return sum(float(one["amount"]) for one in amounts if one)

    return {
        "home": net(total["net"] for total in merchant.get("/api/home").json["totals"]),
        "top": net(top["net"] for top in merchant.get("/api/home").json["top"]),
        "offers": net(total["net"] for offer in offers for total in offer["totals"]),
        "codes": net(code["net"] for code in codes),
        "table": net(one for part in people for row in part for one in row["totals"]["net"]),
        "pages": net(total["net"] for page in pages for total in page["totals"]),
        "codes of pages": net(code["net"] for page in pages for code in page["codes"]),
        "orders": net(order["net"] for order in orders),
    }


def test_all_screens_agree_whatever_happens_to_a_person(merchant: Merchant, store: Store) -> None:
    """Known failure of others: sales of a removed influencer vanish from one screen and stay on another."""
    add_codes("LUCY", "LUCIA", "MAYA", "OLGA", store=store)
    take(store, *(order(str(n), f"{n}0", codes=[code], refunded="1")
                  for n, code in enumerate(("LUCY", "LUCIA", "MAYA", "OLGA"), 1)))  # fmt: skip
    ids = {row["name"]: row["id"] for row in merchant.get("/api/influencers").json["items"]}
    expected = dict.fromkeys(screens(merchant), 96.0)
    assert screens(merchant) == expected
    merchant.post(f"/api/influencers/{ids['MAYA']}/archive")
    assert screens(merchant) == expected
    merchant.post(f"/api/influencers/{ids['LUCY']}/merge", json={"other_id": ids["LUCIA"]})
    assert screens(merchant) == expected
    for name in ("LUCY", "OLGA"):
        assert erase(merchant, ids[name], name).status_code == 200
        assert screens(merchant) == expected
    jobs.sweep()
    take(store, order("9", "4", codes=["LUCIA"]))
    assert screens(merchant) == dict.fromkeys(expected, 100.0)

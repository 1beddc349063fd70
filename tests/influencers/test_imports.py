"""A file of people, from its bytes to the result of each row."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.clock import now
from app.db import reading, transaction
from app.events import Event
from app.influencers import csv_text, import_jobs
from app.influencers.columns import propose, record
from app.influencers.models import ImportPart, Influencer, InfluencerImport
from app.influencers.service import upsert_many
from app.stores.models import Store
from tests.support.actors import Merchant

SHEET = (
    "External ID;First name;Last name;E-mail;Instagram;Tags;Commission;Aktiv\r\n"
    "1;Łukasz;Żółty;lukasz@example.com;@lukasz;vip, pl;12,5 %;ja\r\n"
    '2;Zoë;"Bauer\nvon und zu";zoe@example.com;https://www.instagram.com/zoe/;;;\r\n'
    "3;Eve;;nobody;;;;\r\n"
    ";;;;;;;\r\n"
    "1;Łukasz;Żółty II;;;;;\r\n"
    ";Nobody;;;;;;\r\n"
)


def send(merchant: Merchant, content: bytes, name: str = "people.csv") -> dict[str, Any]:
    answer = merchant.post("/api/influencer-imports", data={"file": (io.BytesIO(content), name)})
    assert answer.status_code == 201, answer.text
    return answer.json


def run(merchant: Merchant, made: dict[str, Any], step: str, **body: Any) -> dict[str, Any]:
    """Asks for the check or the import, and does what a worker would."""
    path = f"/api/influencer-imports/{made['id']}"
    answer = merchant.post(f"{path}/{step}", json=body)
    assert answer.status_code == 202, answer.text
    import_jobs.work(made["id"])
    return merchant.get(path).json


def check(merchant: Merchant, made: dict[str, Any]) -> dict[str, Any]:
    return run(merchant, made, "check", mapping=made["mapping"])


def results(merchant: Merchant, made: dict[str, Any]) -> dict[int, tuple[str, str]]:
    rows = merchant.get(f"/api/influencer-imports/{made['id']}/rows").json["items"]
    return {row["number"]: (row["outcome"], row["field"]) for row in rows}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_a_sheet_goes_in_row_by_row(merchant: Merchant, store: Store, encoding: str) -> None:
    made = send(merchant, SHEET.encode(encoding))
    assert (made["separator"], made["rows"], made["state"]) == (";", 5, "sent")
    assert made["columns"][1] == {"name": "First name", "sample": ["Łukasz", "Zoë", "Eve"]}
    checked = check(merchant, made)
    expected = {2: ("refused", "external_id"), 3: ("created", ""), 4: ("refused", "email"), 6: ("created", ""),
                7: ("refused", "external_id")}  # fmt: skip
    assert (checked["state"], checked["checked"], results(merchant, made)) == ("checked", 5, expected)
    assert merchant.get("/api/influencers").json["total"] == 0

    done = run(merchant, made, "apply")
    assert (done["state"], done["counts"]) == ("done", {"created": 2, "updated": 0, "unchanged": 0, "refused": 3})
    assert results(merchant, made) == expected
    names = [row["name"] for row in merchant.get("/api/influencers").json["items"]]
    assert names == ["Łukasz Żółty II", "Zoë Bauer von und zu"]
    with reading() as session:
        zoe = session.scalars(select(Influencer).where(Influencer.external_id == "2")).one()
        assert (zoe.source, zoe.handles[0]["platform"], zoe.handles[0]["handle"]) == ("csv", "instagram", "zoe")
        assert session.scalars(select(Event.type)).all() == ["influencer.upserted"] * 2
        assert session.scalar(select(func.count()).select_from(ImportPart)) == 0


def test_the_same_file_twice_changes_nothing_and_empty_cells_say_nothing(merchant: Merchant, store: Store) -> None:
    text = b"external_id,email,tags,active\n1,ana@example.com,vip,yes\n2,bea@example.com,,\n"
    for expected in ({"created": 2}, {"unchanged": 2}):
        made = send(merchant, text)
        check(merchant, made)
        counts = run(merchant, made, "apply")["counts"]
        assert {name: count for name, count in counts.items() if count} == expected
    made = send(merchant, b"external_id,email,notes,active\n1,,\"two\nlines\",no\n2,bea@example.org,,\n")
    check(merchant, made)
    assert run(merchant, made, "apply")["counts"]["updated"] == 2
    with reading() as session:
        ana, bea = session.scalars(select(Influencer).order_by(Influencer.external_id))
    assert (ana.email, ana.notes, ana.local_tags, ana.archived_at is not None) == (
        "ana@example.com", "two\nlines", ["vip"], True,
    )  # fmt: skip
    assert (bea.email, bea.roster_fields) == ("bea@example.org", [])


def test_what_a_roster_keeps_is_refused_and_an_email_that_is_there_is_told(merchant: Merchant, store: Store) -> None:
    with transaction() as session:
        records = [{"external_id": "7", "first_name": "Ana", "email": "ana@example.com"}]
        upsert_many(session, store.workspace_id, "roster.example.com", records)
    made = send(
        merchant,
        b"source,external_id,first_name,last_name,email\nroster.example.com,7,Eva,,\nroster.example.com,7b,,,\n"
        b"roster.example.com,8,Ina,,\n,9,Ana,,Ana@Example.com\n",
    )
    check(merchant, made)
    rows = merchant.get(f"/api/influencer-imports/{made['id']}/rows").json["items"]
    assert [(row["outcome"], row["field"]) for row in rows[:3]] == [
        ("refused", "first_name"), ("created", ""), ("created", ""),
    ]  # fmt: skip
    assert "roster keeps this" in rows[0]["message"]
    assert (rows[3]["outcome"], "Ana has the same e-mail" in rows[3]["message"]) == ("created", True)


def test_a_killed_or_doubled_job_loses_and_doubles_nothing(
    merchant: Merchant, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "email,first_name\n" + "".join(f"p{n}@example.com,P{n}\n" for n in range(1, 26))
    made = send(merchant, text.encode())
    monkeypatch.setattr(import_jobs, "STEP", {"sqlite": 10, "postgresql": 10})
    check(merchant, made)
    real, calls = import_jobs.file_rows.apply, []

    def dies(*args: Any) -> Any:
        calls.append(1)
        if len(calls) == 2:
            raise SystemExit
        return real(*args)

    monkeypatch.setattr(import_jobs.file_rows, "apply", dies)
    path = f"/api/influencer-imports/{made['id']}"
    assert merchant.post(f"{path}/apply").status_code == 202
    with pytest.raises(SystemExit):
        import_jobs.work(made["id"])
    import_jobs.work(made["id"])  # its lease holds: nobody else may take it up yet
    assert merchant.get(path).json["applied"] == 10
    with transaction() as session:
        session.get_one(InfluencerImport, made["id"]).worker_until = now()
    for _ in range(2):
        import_jobs.work(made["id"])
    done = merchant.get(path).json
    assert (done["state"], done["counts"]["created"]) == ("done", 25)
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(Influencer)) == 25
        assert session.scalar(select(func.count()).select_from(Event)) == 25


def test_the_result_is_a_file_no_formula_runs_in(merchant: Merchant, store: Store) -> None:
    made = send(merchant, b"external_id,first_name,email\n=1+1,=cmd(),a@example.com\n2,@x,bad\n")
    check(merchant, made)
    text = merchant.get(f"/api/influencer-imports/{made['id']}/result.csv").text.lstrip("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["result"] for row in rows] == ["created", "refused"]
    assert (rows[0]["external_id"], rows[0]["name"], rows[1]["field"]) == ("'=1+1", "'=cmd()", "email")
    only = merchant.get(f"/api/influencer-imports/{made['id']}/result.csv?outcome=refused").text
    assert len(only.splitlines()) == 2


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "name the columns"), (b"email\n", "no rows"), (b"\n\na,b\n", "name the columns"),
     ("x," * 300 + "\n1\n", "columns")],
)  # fmt: skip
def test_a_file_that_is_none_is_told_at_once(merchant: Merchant, content: Any, message: str) -> None:
    content = content if isinstance(content, bytes) else content.encode()
    answer = merchant.post("/api/influencer-imports", data={"file": (io.BytesIO(content), "x.csv")})
    assert answer.status_code == 422
    assert message in answer.json["errors"][0]["message"]


def test_columns_are_matched_and_a_missing_id_is_told(merchant: Merchant, store: Store) -> None:
    made = send(merchant, b"Favourite\tcolour\nAna\tred\n")
    assert (made["separator"], made["mapping"]) == ("\t", {})
    path = f"/api/influencer-imports/{made['id']}"
    answer = merchant.post(f"{path}/check", json={"mapping": {"first_name": 0, "tags": 9}})
    assert {error["field"] for error in answer.json["errors"]} == {"mapping.external_id", "mapping.tags"}
    assert merchant.post(f"{path}/apply").status_code == 409
    assert propose(["Vorname", "Name", "Mail"]) == {"external_id": 2, "first_name": 0, "last_name": 1, "email": 2}


def test_a_quote_left_open_costs_its_own_row_only() -> None:
    text = 'id,name\n1,"open\n2,two\n3,"a ""quote"""\n' + "".join(f"{n},x\n" for n in range(4, 300))
    rows = list(csv_text.rows(text, ","))
    assert len(rows) == 300
    assert (rows[1].fault != "", rows[2].cells, rows[3].cells) == (True, ["2", "two"], ["3", 'a "quote"'])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.text(max_size=8), min_size=2, max_size=3), min_size=1, max_size=6), st.sampled_from(",;\t"))
def test_any_bytes_are_read_without_failing(table: list[list[str]], separator: str) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator).writerows(table)
    for encoding in ("utf-8", "utf-16", "cp1252"):
        content = text.getvalue().encode(encoding, errors="replace")
        decoded, _ = csv_text.decode(content)
        for row in csv_text.rows(decoded, separator):
            record(row.cells, {"external_id": 0, "handles": 1, "tags": 1, "commission_rate": 1, "active": 0})

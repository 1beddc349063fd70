"""API keys and idempotency keys: shown once, kept as a hash, stopped at once; a repeated write acts once."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from apiflask import APIFlask
from flask import Flask
from redis import Redis
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from app import limits
from app.clock import now
from app.db import reading, transaction
from app.influencers.models import Influencer
from app.stores import idempotency
from app.stores.models import ApiKey, IdempotencyKey, Store
from tests.support.actors import Merchant

ANA = {"first_name": "Ana"}


class Program:
    """A script with an API key."""

    def __init__(self, app: Flask, key: str) -> None:
        self._http, self._key = app.test_client(), key

    def send(self, method: str, path: str, **options: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self._key}", **options.pop("headers", {})}
        return self._http.open(path, method=method, headers=headers, **options)


def _program(app: APIFlask, merchant: Merchant, scope: str) -> Program:
    return Program(app, merchant.post("/api/keys", json={"name": scope, "scope": scope}).json["key"])


def _people() -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(Influencer)) or 0


def test_a_key_is_shown_once_and_kept_as_a_hash(merchant: Merchant) -> None:
    made = merchant.post("/api/keys", json={"name": "Warehouse", "scope": "read"}).json
    listed = merchant.get("/api/keys")

    assert made["key"].startswith(made["prefix"])
    assert len(made["key"]) > 40
    assert made["key"] not in listed.text
    assert listed.json["items"][0]["prefix"] == made["prefix"]
    with reading() as session:
        key = session.scalars(select(ApiKey)).one()
        assert made["key"] not in str(vars(key))


@pytest.mark.parametrize(
    ("scope", "reads", "issues", "manages"),
    [("read", 200, 403, 403), ("issue", 200, 201, 403), ("manage", 200, 201, 204)],
)
def test_a_scope_lets_in_so_far(
    app: APIFlask, merchant: Merchant, scope: str, reads: int, issues: int, manages: int
) -> None:
    program = _program(app, merchant, scope)

    assert program.send("GET", "/api/session").status_code == reads
    assert program.send("POST", "/api/influencers", json=ANA).status_code == issues
    assert program.send("DELETE", "/api/roster").status_code == manages


def test_no_key_makes_keys_or_managers(app: APIFlask, merchant: Merchant) -> None:
    program = _program(app, merchant, "manage")
    refused = program.send("POST", "/api/keys", json={"name": "Another", "scope": "manage"})

    assert (refused.status_code, refused.json["code"]) == (403, "people_only")
    assert program.send("PATCH", "/api/users/1", json={"role": "manage"}).json["code"] == "people_only"


def test_a_revoked_key_is_refused_at_once(app: APIFlask, merchant: Merchant) -> None:
    program = _program(app, merchant, "read")
    assert program.send("GET", "/api/home").status_code == 200
    (key,) = merchant.get("/api/keys").json["items"]
    assert key["last_used_at"]

    merchant.post(f"/api/keys/{key['id']}/revoke")

    refused = program.send("GET", "/api/home")
    assert (refused.status_code, refused.json["code"]) == (401, "invalid_key")


def test_a_key_dies_with_the_last_store(app: APIFlask, merchant: Merchant) -> None:
    program = _program(app, merchant, "read")
    with transaction() as session:
        session.execute(update(Store).values(state="uninstalled"))

    assert program.send("GET", "/api/home").status_code == 403


@pytest.mark.parametrize("token", ["sck_", "sck_" + "x" * 43, "sck_\u00e9", "sck_' OR 1=1"])
def test_an_unknown_key_is_refused(app: APIFlask, store: Store, token: str) -> None:
    assert Program(app, token).send("GET", "/api/home").status_code == 401


def test_what_a_key_did_is_in_the_log(app: APIFlask, merchant: Merchant) -> None:
    program = _program(app, merchant, "issue")
    program.send("POST", "/api/influencers", json=ANA)

    line = merchant.get("/api/audit").json["items"][0]
    assert (line["actor"], line["action"]) == ("key:1", "add_influencer")


def test_each_key_has_its_own_limit(
    queue: Redis, app: APIFlask, merchant: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "KEY_RATE", "5 per hour")
    flooding, calm = _program(app, merchant, "read"), _program(app, merchant, "read")
    first = flooding.send("GET", "/api/users")
    assert (first.headers["RateLimit-Limit"], first.headers["RateLimit-Remaining"]) == ("5", "4")
    for _ in range(5):
        last = flooding.send("GET", "/api/users")

    assert last.status_code == 429
    assert 1 <= int(last.headers["Retry-After"]) <= 3600
    assert last.json["code"] == "too_many_requests"
    assert calm.send("GET", "/api/users").status_code == 200
    assert merchant.get("/api/users").status_code == 200


def test_a_repeated_write_acts_once(merchant: Merchant) -> None:
    headers = {"Idempotency-Key": "import-1"}
    first = merchant.post("/api/influencers", json=ANA, headers=headers)
    second = merchant.post("/api/influencers", json=ANA, headers=headers)

    assert first.status_code == second.status_code == 201
    assert first.json == second.json
    assert second.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert _people() == 1


def test_without_the_key_it_acts_twice(merchant: Merchant) -> None:
    """The twin."""
    for _ in range(2):
        merchant.post("/api/influencers", json=ANA)

    assert _people() == 2


def test_a_key_for_another_request_is_refused(merchant: Merchant) -> None:
    headers = {"Idempotency-Key": "import-1"}
    merchant.post("/api/influencers", json=ANA, headers=headers)
    other = merchant.post("/api/influencers", json={"first_name": "Bea"}, headers=headers)

    assert (other.status_code, other.json["code"]) == (422, "idempotency_key_reused")
    assert _people() == 1


def test_a_refusal_is_answered_again(merchant: Merchant) -> None:
    headers = {"Idempotency-Key": "import-1"}
    first, second = (merchant.post("/api/influencers", json={}, headers=headers) for _ in range(2))

    assert first.status_code == second.status_code == 422
    assert first.json == second.json


def test_duplicates_at_the_same_time_act_once(app: APIFlask, merchant: Merchant) -> None:
    start, answers = threading.Barrier(4), []

    def send() -> None:
        client = Merchant(app, merchant.shop)
        start.wait()
        answers.append(client.post("/api/influencers", json=ANA, headers={"Idempotency-Key": "import-1"}).status_code)

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert set(answers) <= {201, 409}
    assert 201 in answers
    assert _people() == 1


def _row(store: Store, **facts: Any) -> None:
    with transaction() as session:
        session.execute(update(IdempotencyKey).values(**facts))


def test_a_request_under_way_is_waited_for(merchant: Merchant, store: Store) -> None:
    headers = {"Idempotency-Key": "import-1"}
    merchant.post("/api/influencers", json=ANA, headers=headers)
    _row(store, status=None, acted=False)

    waiting = merchant.post("/api/influencers", json=ANA, headers=headers)
    assert (waiting.status_code, waiting.json["code"], waiting.headers["Retry-After"]) == (409, "in_progress", "1")


def test_after_a_crash_nothing_is_done_twice(merchant: Merchant, store: Store) -> None:
    headers = {"Idempotency-Key": "import-1"}
    merchant.post("/api/influencers", json=ANA, headers=headers)
    _row(store, status=None, created_at=now() - idempotency.LEASE * 2)
    lost = merchant.post("/api/influencers", json=ANA, headers=headers)
    assert (lost.status_code, lost.json["code"]) == (409, "answer_lost")

    # Its process died before anything was committed: then the repeat does the work.
    _row(store, acted=False, created_at=now() - idempotency.LEASE * 2)
    assert merchant.post("/api/influencers", json=ANA, headers=headers).status_code == 201
    assert _people() == 2


def test_keys_are_kept_for_a_day(merchant: Merchant, store: Store) -> None:
    headers = {"Idempotency-Key": "import-1"}
    merchant.post("/api/influencers", json=ANA, headers=headers)
    _row(store, created_at=now() - idempotency.KEPT * 1.01)
    merchant.post("/api/influencers", json={"first_name": "Bea"}, headers=headers)
    assert _people() == 2

    _row(store, created_at=now() - idempotency.KEPT * 1.01)
    idempotency.drop_old()
    with reading() as session:
        assert session.scalars(select(IdempotencyKey)).all() == []


@pytest.mark.parametrize("key", ["", "a b", "x" * 256, "é"])
def test_a_bad_key_is_told(merchant: Merchant, key: str) -> None:
    answer = merchant.post("/api/influencers", json=ANA, headers={"Idempotency-Key": key})

    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == "Idempotency-Key"


def test_kept_answers_are_encrypted(merchant: Merchant) -> None:
    made = merchant.post("/api/keys", json={"name": "K", "scope": "read"}, headers={"Idempotency-Key": "k1"}).json

    with reading() as session:
        raw = session.connection().exec_driver_sql("SELECT body FROM idempotency_key").scalar_one()
    assert made["key"] not in raw

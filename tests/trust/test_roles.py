"""Roles: every operation asks for one, a lost one works at once, and somebody always manages."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator

import pytest
from apiflask import APIFlask
from sqlalchemy import update

from app.db import transaction
from app.errors import Conflict
from app.stores import users
from app.stores.models import Store, User
from app.stores.roles import READS, ROLES, WRITES, allows, needed
from tests.support.actors import Merchant
from tests.support.rows import add_user

CHANGES = {"POST", "PUT", "PATCH", "DELETE"}


def _operations(app: APIFlask) -> Iterator[tuple[str, str, str]]:
    """(method, path with ids that nobody has, operation) of the API."""
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/api/"):
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield method, re.sub(r"<int:\w+>", "999999", rule.rule), rule.endpoint.rpartition(".")[2]


@pytest.fixture
def people(app: APIFlask, store: Store) -> dict[str, Merchant]:
    """One for each role."""
    with transaction() as session:
        for role in ROLES:
            add_user(session, store, role, role=role)
    return {role: Merchant(app, user=role) for role in ROLES}


def test_every_write_names_its_role(app: APIFlask) -> None:
    writes = {operation for method, _, operation in _operations(app) if method in CHANGES}
    reads = {operation for method, _, operation in _operations(app) if method not in CHANGES}

    assert not writes - set(WRITES), "say in app/stores/roles.py which role these ask for"
    assert not set(WRITES) - writes
    assert not set(READS) - reads


def test_a_write_without_a_rule_asks_for_the_most() -> None:
    assert needed("POST", "something_new") == "manage"


@pytest.mark.parametrize("role", ROLES)
def test_each_route_lets_in_whom_its_rule_says(app: APIFlask, people: dict[str, Merchant], role: str) -> None:
    for method, path, operation in _operations(app):
        answer = getattr(people[role], method.lower())(path, **({"json": {}} if method in CHANGES else {}))
        refused = answer.status_code == 403 and answer.json["code"] == "role"
        assert refused is not allows(role, needed(method, operation)), f"{role}: {method} {path} {answer.status_code}"


def test_a_lost_role_works_at_once(merchant: Merchant, app: APIFlask, store: Store) -> None:
    with transaction() as session:
        user_id = add_user(session, store, "7", role="issue").id
    other = Merchant(app, user="7")
    assert other.post("/api/influencers", json={"first_name": "Ana"}).status_code == 201

    assert merchant.patch(f"/api/users/{user_id}", json={"role": "view"}).json["role"] == "view"

    refused = other.post("/api/influencers", json={"first_name": "Bea"})
    assert (refused.status_code, refused.json["code"]) == (403, "role")
    assert other.get("/api/session").json["user"] == {"id": "7", "name": "User 7", "role": "view", "can": ["view"]}


def test_the_owner_always_manages(merchant: Merchant) -> None:
    (owner,) = merchant.get("/api/users").json["items"]

    assert owner["is_owner"]
    assert owner["is_me"]
    refused = merchant.patch(f"/api/users/{owner['id']}", json={"role": "view"})
    assert (refused.status_code, refused.json["code"]) == (409, "owner")


def test_somebody_always_manages(merchant: Merchant, store: Store) -> None:
    with transaction() as session:
        session.execute(update(User).values(is_owner=False))
        second = add_user(session, store, "7", role="manage").id
    (first,) = [user["id"] for user in merchant.get("/api/users").json["items"] if user["is_me"]]

    assert merchant.patch(f"/api/users/{second}", json={"role": "issue"}).status_code == 200
    refused = merchant.patch(f"/api/users/{first}", json={"role": "issue"})
    assert (refused.status_code, refused.json["code"]) == (409, "last_manager")


def test_two_managers_cannot_remove_each_other(app: APIFlask, store: Store) -> None:
    with transaction() as session:
        session.execute(update(User).values(role="view", is_owner=False))
        ids = [add_user(session, store, number, role="manage").id for number in "78"]
    start, refusals = threading.Barrier(2), []

    def demote(user_id: int) -> None:
        start.wait()
        try:
            with transaction() as session:
                users.change_role(session, store.workspace_id, user_id, "view")
        except Conflict as refused:
            refusals.append(refused.code)

    threads = [threading.Thread(target=demote, args=(id,)) for id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert refusals == ["last_manager"]


def test_an_unknown_role_is_refused(merchant: Merchant) -> None:
    (owner,) = merchant.get("/api/users").json["items"]

    assert merchant.patch(f"/api/users/{owner['id']}", json={"role": "admin"}).status_code == 422
    assert merchant.patch(f"/api/users/{owner['id']}", json={"role": "view", "is_owner": True}).status_code == 422

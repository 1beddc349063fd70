"""The first visit of a person: the store is asked once who they are, and the token of the answer is dropped."""

from __future__ import annotations

from datetime import timedelta

import pytest
from apiflask import APIFlask
from sqlalchemy import select, update

from app.clock import now
from app.db import reading, transaction
from app.stores.models import Store, User
from tests.support.actors import Merchant
from tests.support.fake_shopify import FakeShopify


@pytest.fixture
def newcomer(app: APIFlask, store: Store) -> Merchant:
    return Merchant(app, user="7")


def _user(number: str = "7") -> User:
    with reading() as session:
        return session.scalars(select(User).where(User.platform_user == number)).one()


def test_the_owner_manages_from_the_first_visit(newcomer: Merchant, shopify: FakeShopify) -> None:
    user = newcomer.get("/api/session").json["user"]
    newcomer.get("/api/session")

    assert user == {"id": "7", "name": "Ada Brandt", "role": "manage", "can": ["view", "issue", "approve", "manage"]}
    assert len(shopify.visits) == 1
    assert shopify.visits[0]["requested_token_type"] == "urn:shopify:params:oauth:token-type:online-access-token"
    assert "expiring" not in shopify.visits[0]


def test_others_look_until_granted(newcomer: Merchant, shopify: FakeShopify) -> None:
    shopify.user = {"first_name": "Sam", "last_name": None, "account_owner": False}

    assert newcomer.get("/api/session").json["user"]["role"] == "view"
    assert newcomer.post("/api/influencers", json={"first_name": "Ana"}).status_code == 403
    assert _user().name == "Sam"


def test_a_store_that_does_not_answer_is_asked_again_later(newcomer: Merchant, shopify: FakeShopify) -> None:
    answer, shopify.user = shopify.user, None
    assert newcomer.get("/api/session").json["user"]["role"] == "view"
    asked = len(shopify.visits)
    newcomer.get("/api/session")
    assert len(shopify.visits) == asked

    shopify.user = answer
    with transaction() as session:
        session.execute(update(User).where(User.platform_user == "7").values(asked_at=now() - timedelta(minutes=2)))
    assert newcomer.get("/api/session").json["user"]["role"] == "manage"


def test_the_online_token_is_kept_nowhere(
    newcomer: Merchant, shopify: FakeShopify, capfd: pytest.CaptureFixture
) -> None:
    newcomer.get("/api/session")

    with reading() as session:
        for table in User.metadata.sorted_tables:
            assert "shpua_" not in str(session.execute(select(table)).all())
    assert "shpua_" not in "".join(capfd.readouterr())

"""The privacy requests: noted once, worked by a job, and only what they ask for is gone."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import JSON, BigInteger, Boolean, Integer, String, Table, Text, func, insert, select, update

from app.assignments.models import Assignment
from app.clock import now
from app.codes.models import Code, CodeBlock, CodeRun
from app.config import Settings
from app.db import Base, Money, UtcDateTime, reading, transaction
from app.influencers.models import Influencer
from app.offers.models import Offer
from app.redemptions.models import LedgerEntry, Order, Redemption, Total
from app.stores import jobs, privacy
from app.stores.models import PrivacyRequest, Store
from app.stores.service import handle_topic, uninstall
from tests.support.rows import add_store

CUSTOMER = {"customer": {"id": 77, "email": "buyer@example.com", "phone": "555"}}
OF_STORE = (Order, Redemption, LedgerEntry, Total, Code, CodeBlock, CodeRun, Offer, Assignment)


@pytest.fixture
def store(database: Settings) -> Store:
    with transaction() as session:
        return add_store(session)


_PLAIN: dict[type, object] = {
    Integer: 1, BigInteger: 1, String: "x", Text: "x", Boolean: True, JSON: {}, Money: Decimal(1), UtcDateTime: now(),
}  # fmt: skip


def _filled(model: type[Base], **given: object) -> dict[str, object]:
    """A row's values: what is given, and something plain for every column that must not be empty."""
    table: Table = model.__table__  # type: ignore[assignment]
    values: dict[str, object] = {}
    for column in table.columns:
        if column.name in given:
            values[column.name] = given[column.name]
        elif not (column.nullable or column.primary_key or column.default or column.server_default):
            values[column.name] = _PLAIN[type(column.type)]
    return values


def _sell(store: Store, customer_id: str = "77", number: int = 1) -> None:
    """An offer with a code that a person holds, and an order by it."""
    ids: dict[str, object] = {"workspace_id": store.workspace_id, "store_id": store.id}
    with transaction() as session:

        def add(model: type[Base], **given: object) -> int:
            values = _filled(
                model, **{key: value for key, value in (ids | given).items() if key in model.__table__.columns}
            )
            return session.scalar(insert(model).values(**values).returning(model.id))  # type: ignore[attr-defined]

        ids["influencer_id"] = add(Influencer, external_id=f"p{store.id}-{number}")
        ids["offer_id"] = add(Offer, name_key=f"o{store.id}-{number}")
        ids["run_id"] = add(CodeRun)
        ids["block_id"] = add(CodeBlock)
        ids["code_id"] = add(Code, key=f"CODE{number}")
        ids["assignment_id"] = add(Assignment)
        key = privacy.customer_key(store.id, customer_id)
        ids["order_id"] = add(Order, remote_id=str(number), name=f"#{1000 + number}", customer_key=key)
        ids["redemption_id"] = add(Redemption)
        add(LedgerEntry)
        add(Total)


def _count(model: type[Base]) -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def _tell(store: Store, topic: str, payload: dict, delivery_id: str = "d1") -> None:
    with transaction() as session:
        handle_topic(session, store.id, topic, payload, delivery_id, now())
    jobs.sweep_privacy_requests()


def _requests() -> list[PrivacyRequest]:
    with reading() as session:
        return list(session.scalars(select(PrivacyRequest)).all())


def test_a_data_request_tells_the_merchant_the_orders(store: Store) -> None:
    _sell(store)
    _sell(store, customer_id="78", number=2)

    _tell(store, "customers/data_request", CUSTOMER)

    [request] = _requests()
    assert "#1001" in request.found
    assert "#1002" not in request.found
    assert request.done_at is not None


def test_a_buyer_we_do_not_know_is_answered_too(store: Store) -> None:
    _tell(store, "customers/data_request", {"customer": {"email": "nobody@example.com"}})

    assert _requests()[0].found == "We hold nothing about this buyer."


def test_an_erased_buyer_is_gone_and_the_totals_stay(store: Store) -> None:
    _sell(store)
    _sell(store, customer_id="78", number=2)

    _tell(store, "customers/redact", CUSTOMER)

    with reading() as session:
        keys = dict(session.execute(select(Order.name, Order.customer_key)).all())
    assert keys["#1001"] is None
    assert keys["#1002"] is not None
    assert _count(LedgerEntry) == 2
    assert _requests()[0].customer_keys == ""


def test_a_buyer_is_found_by_a_key_that_was_replaced(store: Store, database: Settings) -> None:
    from cryptography.fernet import Fernet

    from app.db.types import set_encryption_keys

    _sell(store)
    set_encryption_keys((Fernet.generate_key().decode(), *database.keys))

    _tell(store, "customers/redact", CUSTOMER)

    with reading() as session:
        assert session.scalars(select(Order.customer_key)).one() is None


@pytest.mark.parametrize(
    "payload", [{}, {"customer": None}, {"customer": {}}, {"customer": {"id": None}}, {"customer": "x"}]
)
@pytest.mark.parametrize("topic", ["customers/data_request", "customers/redact"])
def test_a_strange_payload_harms_nobody(store: Store, topic: str, payload: dict) -> None:
    _sell(store)
    with transaction() as session:
        session.execute(update(Order).values(customer_key=None))

    _tell(store, topic, payload)

    assert _requests()[0].done_at is not None
    assert "#1001" not in _requests()[0].found


def test_a_request_that_comes_twice_is_one(store: Store) -> None:
    _tell(store, "customers/redact", CUSTOMER)
    _tell(store, "customers/redact", CUSTOMER)

    assert len(_requests()) == 1


def test_a_shop_erasure_deletes_all_of_that_store(store: Store) -> None:
    _sell(store)
    _sell(store, number=2)
    with transaction() as session:
        uninstall(session, store.id)

    _tell(store, "shop/redact", {"shop_id": 1})

    assert {model.__tablename__: _count(model) for model in OF_STORE} == dict.fromkeys(
        [m.__tablename__ for m in OF_STORE], 0
    )
    assert _count(Influencer) == 0
    with reading() as session:
        left = session.get_one(Store, store.id)
    assert (left.name, left.scopes, left.state) == ("", "", "uninstalled")


def test_people_stay_while_another_store_of_the_workspace_is_there(store: Store) -> None:
    with transaction() as session:
        second = add_store(session, "second.myshopify.com", workspace_id=store.workspace_id)
        stranger = add_store(session, "stranger.myshopify.com")
    for each in (store, second, stranger):
        _sell(each)
    with transaction() as session:
        uninstall(session, store.id)

    _tell(store, "shop/redact", {})

    assert _count(Influencer) == 3
    assert {model.__tablename__: _count(model) for model in OF_STORE} == dict.fromkeys(
        [m.__tablename__ for m in OF_STORE], 2
    )


def test_a_shop_that_is_back_loses_nothing(store: Store) -> None:
    _sell(store)

    _tell(store, "shop/redact", {})

    assert _count(Order) == 1
    assert "installed again" in _requests()[0].found


def test_an_erasure_killed_half_way_goes_on(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(1, 5):
        _sell(store, number=number)
    with transaction() as session:
        uninstall(session, store.id)
    monkeypatch.setattr(privacy, "CHUNK", 2)
    real, seen = privacy._delete_all, []

    def killed_at_the_third(*given: object) -> None:
        seen.append(given)
        if len(seen) == 3:
            raise SystemExit
        real(*given)

    monkeypatch.setattr(privacy, "_delete_all", killed_at_the_third)
    with pytest.raises(SystemExit):
        _tell(store, "shop/redact", {})
    assert _requests()[0].done_at is None

    jobs.sweep_privacy_requests()

    assert _count(Offer) == 0
    assert _requests()[0].done_at is not None


def test_every_table_is_known_to_the_erasure() -> None:
    """A new table with a store's or a workspace's rows must be put on one of the lists."""
    erased = {table.name for table, _ in [*privacy._rows_of_store(1), *privacy._rows_of_workspace(1)]}
    kept = {"workspace", "store", "privacy_request", "store_token", "oauth_state", "audit_entry"}

    assert set(Base.metadata.tables) - erased - kept == set()

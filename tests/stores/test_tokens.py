"""Renewing tokens: one caller at a time, no transaction open while Shopify is asked, and what a dead token leads to."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from app.clock import now
from app.config import Settings
from app.db import reading, transaction
from app.platforms.port import Failure, PlatformError
from app.stores import tokens
from app.stores.models import Store, StoreToken
from app.stores.service import uninstall
from app.stores.tokens import StoreTokens, endpoint_for
from tests.support.fake_shopify import FakeShopify
from tests.support.rows import add_store

CALLERS = 6


@pytest.fixture
def store(database: Settings) -> Store:
    with transaction() as session:
        return add_store(session)


def _provider(store: Store) -> StoreTokens:
    return StoreTokens(store.id, endpoint_for(store.domain))


def _expire(store: Store, *, in_seconds: float = -1) -> None:
    with transaction() as session:
        session.execute(
            update(StoreToken)
            .where(StoreToken.store_id == store.id)
            .values(access_expires_at=now() + timedelta(seconds=in_seconds))
        )


def _row(store: Store) -> StoreToken | None:
    with reading() as session:
        return session.get(StoreToken, store.id)


def _state(store: Store) -> str:
    with reading() as session:
        return session.get_one(Store, store.id).state


def _together(work: Callable[[], str], callers: int = CALLERS) -> list[str]:
    start = threading.Barrier(callers)

    def one(_number: int) -> str:
        start.wait()
        return work()

    with ThreadPoolExecutor(callers) as pool:
        return list(pool.map(one, range(callers)))


def test_a_token_with_time_left_is_used_as_it_is(store: Store, shopify: FakeShopify) -> None:
    assert _provider(store).token() == "shpat_test"
    assert shopify.grants == []


def test_an_expired_token_is_renewed_and_saved_whole(store: Store, shopify: FakeShopify) -> None:
    _expire(store)

    assert _provider(store).token() == "shpat_new1"

    row = _row(store)
    assert (row.access_token, row.refresh_token, row.version, row.refreshing_until) == (
        "shpat_new1",
        "shprt_new1",
        2,
        None,
    )
    assert row.access_expires_at > now() + timedelta(minutes=55)
    assert row.refresh_expires_at > now() + timedelta(days=89)
    assert shopify.grants[0]["grant_type"] == "refresh_token"


def test_many_callers_at_once_ask_shopify_once(store: Store, shopify: FakeShopify) -> None:
    _expire(store)

    answers = _together(lambda: _provider(store).token())

    assert answers == ["shpat_new1"] * CALLERS
    assert len(shopify.grants) == 1


def test_twin_without_the_lease_they_ask_many_times(
    store: Store, shopify: FakeShopify, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proves that the test above can fail."""
    _expire(store)
    all_have_read = threading.Barrier(CALLERS, timeout=10)

    def no_lease(store_id: int, version: int) -> datetime:
        all_have_read.wait()
        return now()

    monkeypatch.setattr(tokens, "take_lease", no_lease)
    monkeypatch.setattr(tokens, "under_lease", lambda _id, _lease, ask: ask())

    def ask() -> str:
        try:
            return _provider(store).token()
        except PlatformError:
            return "refused"

    answers = _together(ask)

    assert len(shopify.grants) > 1
    assert "refused" in answers  # only the newest pair can be refreshed


def test_while_one_caller_renews_the_others_use_what_still_works(store: Store, shopify: FakeShopify) -> None:
    _expire(store, in_seconds=120)
    shopify.gate.clear()
    with ThreadPoolExecutor(1) as pool:
        renewing = pool.submit(lambda: _provider(store).token())
        assert shopify.asked.wait(10)

        assert _provider(store).token() == "shpat_test"

        shopify.gate.set()
        assert renewing.result(10) == "shpat_new1"


def test_a_stalled_token_endpoint_holds_no_transaction(store: Store, shopify: FakeShopify) -> None:
    """On SQLite one open write transaction would stop every other writer, on PostgreSQL the row's lock would."""
    _expire(store)
    shopify.gate.clear()
    with ThreadPoolExecutor(2) as pool:
        renewing = pool.submit(lambda: _provider(store).token())
        assert shopify.asked.wait(10)

        assert _writes_at_once(store, pool)

        shopify.gate.set()
        renewing.result(10)


def test_twin_with_a_transaction_open_writers_wait(
    store: Store, shopify: FakeShopify, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proves that the test above can fail: the same, with the row locked while Shopify is asked."""
    _expire(store)
    shopify.gate.clear()

    def in_transaction(store_id: int, _lease: datetime, ask: Callable[[], object]) -> object:
        with transaction() as session:
            session.get(StoreToken, store_id, with_for_update=True)
            return ask()

    monkeypatch.setattr(tokens, "under_lease", in_transaction)
    with ThreadPoolExecutor(2) as pool:
        renewing = pool.submit(lambda: _provider(store).token())
        assert shopify.asked.wait(10)

        assert not _writes_at_once(store, pool)

        shopify.gate.set()
        renewing.result(10)


def _writes_at_once(store: Store, pool: ThreadPoolExecutor) -> bool:
    """Whether a writer gets through while Shopify has not answered yet (it answers only when the test says so)."""

    def write() -> None:
        same = StoreToken.store_id == store.id
        with transaction() as session:
            session.execute(update(StoreToken).where(same).values(version=StoreToken.version))
            session.execute(update(Store).where(Store.id == store.id).values(last_delivery_at=now()))

    return bool(wait([pool.submit(write)], timeout=2).done)


def test_a_holder_that_was_away_too_long_does_not_overwrite_the_newer_pair(store: Store, shopify: FakeShopify) -> None:
    _expire(store)
    lease = tokens.take_lease(store.id, 1)
    assert lease is not None
    with transaction() as session:  # the lease has passed, and another caller has it
        session.execute(update(StoreToken).values(refreshing_until=now() - timedelta(seconds=1)))
    assert _provider(store).token() == "shpat_new1"

    late = endpoint_for(store.domain)
    shopify.refresh_token = "shprt_test"
    with pytest.raises(PlatformError):
        tokens.under_lease(store.id, lease, lambda: late.refresh("shprt_test"))

    assert _row(store).access_token == "shpat_new1"


def test_a_lease_left_behind_by_a_killed_worker_runs_out(store: Store, shopify: FakeShopify) -> None:
    _expire(store)
    assert tokens.take_lease(store.id, 1) is not None
    assert tokens.take_lease(store.id, 1) is None
    with transaction() as session:
        session.execute(update(StoreToken).values(refreshing_until=now() - timedelta(seconds=1)))

    assert _provider(store).token() == "shpat_new1"


def test_a_dead_refresh_token_means_open_the_app_again(store: Store, shopify: FakeShopify) -> None:
    _expire(store)
    shopify.refresh_token = "another"

    with pytest.raises(PlatformError) as refused:
        _provider(store).token()

    assert refused.value.code is Failure.UNAUTHORIZED
    assert _state(store) == "needs_reauth"
    assert _row(store).refreshing_until is None


@pytest.mark.parametrize(
    "answer", [(500, {}, "oops"), (429, {}, {}), (502, {}, "<html>"), (200, {}, "no JSON"), (200, {}, {})]
)
def test_a_token_endpoint_in_trouble_is_asked_once_more(store: Store, shopify: FakeShopify, answer: tuple) -> None:
    _expire(store)
    shopify.refusals.append(answer)

    assert _provider(store).token() == "shpat_new2"


def test_while_the_token_endpoint_is_away_the_old_token_serves_its_time(store: Store, shopify: FakeShopify) -> None:
    _expire(store, in_seconds=120)
    shopify.refusals.extend([(503, {}, "")] * 2)

    assert _provider(store).token() == "shpat_test"
    assert _state(store) == "active"


def test_an_expired_token_and_no_endpoint_can_be_retried(store: Store, shopify: FakeShopify) -> None:
    _expire(store)
    shopify.refusals.extend([(503, {}, "")] * 2)

    with pytest.raises(PlatformError) as away:
        _provider(store).token()

    assert away.value.can_retry
    assert _state(store) == "active"
    assert _provider(store).token() == "shpat_new3"


def test_renewing_takes_a_newer_token_that_somebody_saved(store: Store, shopify: FakeShopify) -> None:
    assert _provider(store).renew("an older one") == "shpat_test"
    assert shopify.grants == []


def test_renewing_a_refused_token_asks_for_a_new_one(store: Store, shopify: FakeShopify) -> None:
    assert _provider(store).renew("shpat_test") == "shpat_new1"


def test_nothing_is_asked_for_an_uninstalled_store(store: Store, shopify: FakeShopify) -> None:
    provider = _provider(store)
    with transaction() as session:
        uninstall(session, store.id)

    with pytest.raises(PlatformError) as closed:
        provider.token()

    assert closed.value.code is Failure.STORE_CLOSED
    assert shopify.grants == []


def test_a_pair_that_comes_after_the_uninstall_is_dropped(store: Store, shopify: FakeShopify) -> None:
    _expire(store)
    shopify.gate.clear()
    with ThreadPoolExecutor(1) as pool:
        renewing = pool.submit(lambda: _provider(store).token())
        assert shopify.asked.wait(10)
        with transaction() as session:
            uninstall(session, store.id)
        shopify.gate.set()
        with pytest.raises(PlatformError):
            renewing.result(10)

    assert _row(store) is None
    assert _state(store) == "uninstalled"


def test_tokens_are_never_readable_in_the_database(store: Store, shopify: FakeShopify) -> None:
    with reading() as session:
        stored = session.connection().exec_driver_sql("SELECT access_token, refresh_token FROM store_token").one()

    assert not any("shp" in value for value in stored)

"""The Admin client over real HTTP: what is sent again, what never is, and what each refusal becomes."""

from __future__ import annotations

from typing import Any

import pytest
import responses
from redis import Redis
from shopify import Session

from app.config import SHOPIFY_API_VERSION
from app.platforms.port import Failure, PlatformError
from app.platforms.shopify import client as client_module
from app.platforms.shopify import pace
from app.platforms.shopify.client import AdminClient
from tests.support.fake_shopify import FakeShopify, granted, throttled

QUERY = "query ShopName { shop { name } }"
MUTATION = (
    "mutation OfferCreate($input: X!) { discountCodeBasicCreate(basicCodeDiscount: $input) { userErrors { code } } }"
)


COST = {
    "requestedQueryCost": 60,
    "throttleStatus": {"maximumAvailable": 100, "currentlyAvailable": 100, "restoreRate": 1},
}


class Tokens:
    """Hands out what it is told, and remembers what was refused."""

    def __init__(self, *tokens: str) -> None:
        self._tokens = list(tokens or ("shpat_test",))
        self.refused: list[str] = []
        self.gave_up = False

    def token(self) -> str:
        return self._tokens.pop(0)

    def renew(self, refused: str) -> str:
        self.refused.append(refused)
        return self._tokens.pop(0)

    def give_up(self) -> None:
        self.gave_up = True


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds the client would have waited; nothing waits here."""
    waited: list[float] = []
    monkeypatch.setattr(client_module.time, "sleep", waited.append)
    monkeypatch.setattr(pace, "_costs", {})
    monkeypatch.setattr(pace, "_own", {})
    monkeypatch.setattr(pace, "_shared", lambda *_: None)
    return waited


def _client(shopify: FakeShopify, tokens: Tokens | None = None) -> AdminClient:
    return AdminClient(shopify.base.format(shop="some-shop.myshopify.com"), tokens or Tokens())


def _ask(shopify: FakeShopify, document: str = QUERY, *, idempotent: bool = True, tokens: Tokens | None = None) -> Any:
    return _client(shopify, tokens).execute(document, {"a": 1}, idempotent=idempotent)


def test_a_call_carries_document_variables_and_token(shopify: FakeShopify) -> None:
    shopify.answers.append(granted({"shop": {"name": "Some Shop"}}))

    assert _ask(shopify) == {"shop": {"name": "Some Shop"}}
    assert shopify.calls == [
        {"token": "shpat_test", "query": QUERY, "variables": {"a": 1}, "operationName": "ShopName"}
    ]


@responses.activate
def test_the_address_is_the_official_librarys() -> None:
    theirs = Session("some-shop.myshopify.com", SHOPIFY_API_VERSION, "t").site + "/graphql.json"
    responses.post(theirs, json={"data": {"ok": True}})

    ours = AdminClient("https://some-shop.myshopify.com", Tokens())

    assert ours.execute(QUERY, {}, idempotent=True) == {"ok": True}


def test_throttled_calls_wait_as_long_as_the_budget_needs(shopify: FakeShopify, waits: list[float]) -> None:
    shopify.answers.extend([throttled(cost=100, left=40, rate=50), throttled(cost=100, left=90, rate=50)])

    assert _ask(shopify, MUTATION, idempotent=False) == {"ok": True}
    # (100 - 40) / 50 and (100 - 90) / 50, plus a little jitter
    throttle_waits = [seconds for seconds in waits if seconds >= 0.2]
    assert 1.2 <= throttle_waits[0] <= 1.4
    assert len(shopify.calls) == 3


def test_429_waits_as_told_and_goes_on(shopify: FakeShopify, waits: list[float]) -> None:
    shopify.answers.append((429, {"Retry-After": "2.0"}, {"errors": "slow"}))

    assert _ask(shopify, MUTATION, idempotent=False) == {"ok": True}
    assert 2.0 in waits


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (throttled(cost=1000, left=0, rate=10), Failure.THROTTLED),
        ((503, {"Retry-After": "9"}, ""), Failure.UNREACHABLE),
    ],
)
def test_patience_ends(shopify: FakeShopify, waits: list[float], answer: Any, why: Failure) -> None:
    """Who looks at the page is told after seconds; a job waits for minutes."""
    shopify.answers.append(answer)
    hurried = AdminClient(_client(shopify).base_url, Tokens(), patience=0.1)

    with pytest.raises(PlatformError) as busy:
        hurried.execute(QUERY, {}, idempotent=True)

    assert (busy.value.code, busy.value.can_retry) == (why, True)
    assert waits == []
    assert len(shopify.calls) == 1


@pytest.mark.parametrize("answer", [(500, {}, ""), (502, {}, "<html>"), (503, {}, ""), (504, {}, "")])
def test_5xx_is_repeated_where_that_is_safe(shopify: FakeShopify, answer: Any) -> None:
    shopify.answers.extend([answer, answer])

    assert _ask(shopify, idempotent=True) == {"ok": True}
    assert len(shopify.calls) == 3


@pytest.mark.parametrize("answer", [(500, {}, ""), (502, {}, "<html>"), (504, {}, "")])
def test_5xx_is_never_repeated_where_it_may_have_acted(shopify: FakeShopify, answer: Any) -> None:
    shopify.answers.append(answer)

    with pytest.raises(PlatformError) as away:
        _ask(shopify, MUTATION, idempotent=False)

    assert (away.value.code, away.value.can_retry) == (Failure.UNREACHABLE, False)
    assert len(shopify.calls) == 1


def test_a_line_cut_after_the_act_is_repeated_where_safe(shopify: FakeShopify) -> None:
    shopify.answers.append(lambda: None)

    assert _ask(shopify, MUTATION, idempotent=True) == {"ok": True}
    assert len(shopify.calls) == 2


def test_a_line_cut_after_the_act_is_never_repeated_else(shopify: FakeShopify) -> None:
    shopify.answers.append(lambda: None)

    with pytest.raises(PlatformError) as cut:
        _ask(shopify, MUTATION, idempotent=False)

    assert (cut.value.code, cut.value.can_retry) == (Failure.UNREACHABLE, False)
    assert len(shopify.calls) == 1


def test_a_store_that_cannot_be_reached_may_be_tried_again() -> None:
    client = AdminClient("http://127.0.0.1:9", Tokens())

    with pytest.raises(PlatformError) as away:
        client.execute(MUTATION, {}, idempotent=False)

    assert (away.value.code, away.value.can_retry) == (Failure.UNREACHABLE, True)


def test_endless_trouble_ends(shopify: FakeShopify) -> None:
    shopify.answers.extend([(503, {}, "")] * 50)

    with pytest.raises(PlatformError) as away:
        _ask(shopify)

    assert away.value.can_retry
    assert len(shopify.calls) == client_module.ATTEMPTS


def test_a_refused_token_is_renewed_once_and_once_more(shopify: FakeShopify) -> None:
    tokens = Tokens("old", "older", "shpat_test")

    assert _ask(shopify, MUTATION, idempotent=False, tokens=tokens) == {"ok": True}
    assert tokens.refused == ["old", "older"]
    assert not tokens.gave_up


def test_then_the_store_must_be_opened_again(shopify: FakeShopify) -> None:
    tokens = Tokens("a", "b", "c", "d")

    with pytest.raises(PlatformError) as refused:
        _ask(shopify, tokens=tokens)

    assert refused.value.code is Failure.UNAUTHORIZED
    assert tokens.gave_up
    assert [call["token"] for call in shopify.calls] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("status", "failure"),
    [(402, Failure.STORE_CLOSED), (403, Failure.ACCESS_DENIED), (404, Failure.STORE_CLOSED),
     (423, Failure.STORE_CLOSED), (400, Failure.UNEXPECTED), (301, Failure.UNEXPECTED), (418, Failure.UNEXPECTED)],
)  # fmt: skip
def test_what_a_status_means(shopify: FakeShopify, status: int, failure: Failure) -> None:
    shopify.answers.append((status, {"X-Request-Id": "req-7", "Location": "https://evil.example"}, {}))

    with pytest.raises(PlatformError) as refused:
        _ask(shopify)

    assert (refused.value.code, refused.value.can_retry, refused.value.request_id) == (failure, False, "req-7")


@pytest.mark.parametrize(
    ("code", "failure"),
    [("ACCESS_DENIED", Failure.ACCESS_DENIED), ("SHOP_INACTIVE", Failure.STORE_CLOSED),
     ("MAX_COST_EXCEEDED", Failure.INVALID), ("SOMETHING_NEW", Failure.UNEXPECTED), (None, Failure.UNEXPECTED)],
)  # fmt: skip
def test_what_an_error_code_means(shopify: FakeShopify, code: str | None, failure: Failure) -> None:
    shopify.answers.append((200, {}, {"errors": [{"message": "no", "extensions": {"code": code}}]}))

    with pytest.raises(PlatformError) as refused:
        _ask(shopify)

    assert refused.value.code is failure


def test_partial_data_is_kept(shopify: FakeShopify) -> None:
    error = {"message": "denied", "path": ["order", "customer"], "extensions": {"code": "ACCESS_DENIED"}}
    shopify.answers.append((200, {}, {"data": {"order": {"id": 1, "customer": None}}, "errors": [error]}))

    assert _ask(shopify) == {"order": {"id": 1, "customer": None}}


def test_null_data_without_errors_is_an_answer(shopify: FakeShopify) -> None:
    shopify.answers.append((200, {}, {"data": {"codeDiscountNodeByCode": None}}))

    assert _ask(shopify) == {"codeDiscountNodeByCode": None}


@pytest.mark.parametrize("body", ["", "<html>", "[]", "null", '"text"', '{"errors": ["text"]}', '{"errors": "text"}'])
def test_an_answer_that_cannot_be_read_is_an_error_not_a_crash(shopify: FakeShopify, body: str) -> None:
    shopify.answers.append((200, {}, body))

    with pytest.raises(PlatformError) as broken:
        _ask(shopify, MUTATION, idempotent=False)

    assert broken.value.code in (Failure.UNEXPECTED, Failure.UNREACHABLE)
    assert not broken.value.can_retry


def test_no_cookie_is_kept(shopify: FakeShopify) -> None:
    shopify.answers.append((200, {"Set-Cookie": "a=b"}, {"data": {"ok": True}}))
    client = _client(shopify, Tokens("shpat_test", "shpat_test"))
    client.execute(QUERY, {}, idempotent=True)

    assert len(client_module.http().cookies) == 0


def test_workers_share_one_budget(queue: Redis, database: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    one = pace.Pace("shop-a")
    one.learn("Expensive", COST)

    assert one._reserve(60) == 0
    assert _another_process(monkeypatch)._reserve(60) > 15  # 40 are left, 20 are missing, at one a second
    assert pace.Pace("shop-b")._reserve(60) == 0


def test_twin_without_shared_memory_two_workers_spend_more_than_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    one = pace.Pace("shop-a")
    one.learn("Expensive", COST)

    assert one._reserve(60) == 0
    assert one._reserve(60) > 15
    assert _another_process(monkeypatch)._reserve(60) == 0


def _another_process(monkeypatch: pytest.MonkeyPatch) -> pace.Pace:
    """The pace of a process whose own memory is empty."""
    monkeypatch.setattr(pace, "_own", {})
    return pace.Pace("shop-a")

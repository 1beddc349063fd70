import json
from pathlib import Path

import pytest
import requests

from tests.sandbox.rig import CREATE, PERCENT_OFF, AppOfStore

ORDERS = "query Orders($first: Int!) { orders(first: $first) { nodes { id totalPriceSet { shopMoney { amount } } } } }"


def errors_of(answer: dict) -> list[tuple[str, list | None]]:
    return [(error["extensions"]["code"], error.get("path")) for error in answer["errors"]]


def test_an_unknown_field_is_named_as_shopify_names_it(store: AppOfStore) -> None:
    answer = store.ask("{ shop { nme } }")
    assert "data" not in answer
    (error,) = answer["errors"]
    assert error["message"] == "Field 'nme' doesn't exist on type 'Shop'"
    assert error["extensions"] == {"code": "undefinedField", "typeName": "Shop", "fieldName": "nme"}


@pytest.mark.parametrize(
    "query",
    [
        "{ shop { id ",
        "query Q($id: ID!) { order(id: $id) { id } }",
        "mutation { discountCodeDelete { deletedCodeDiscountId } }",
    ],
)
def test_a_bad_document_or_variable_gives_errors_and_no_data(store: AppOfStore, query: str) -> None:
    answer = store.ask(query)
    assert answer["errors"]
    assert "data" not in answer


@pytest.mark.parametrize("value", ["next week", "2026-13-01T00:00:00Z", 5])
def test_scalars_are_coerced_by_the_schema(store: AppOfStore, value: object) -> None:
    answer = store.ask(CREATE, {"input": {**PERCENT_OFF, "code": "X", "startsAt": value}})
    assert "data" not in answer
    assert "DateTime" in answer["errors"][0]["message"]


def test_what_the_sandbox_does_not_serve_is_refused_by_name_and_not_null(store: AppOfStore) -> None:
    answer = store.ask("{ shop { shopOwnerName } }")
    assert errors_of(answer) == [("NOT_IN_SANDBOX", ["shop", "shopOwnerName"])]


def test_a_request_without_a_good_token_gets_401(store: AppOfStore) -> None:
    assert store.post("{ shop { id } }", token="shpat_wrong").status_code == 401


def test_a_missing_scope_is_denied_at_its_path(store: AppOfStore) -> None:
    store.client.set_scopes(store.shop, ["write_discounts"])
    answer = store.ask("{ shop { id } orders(first: 1) { nodes { id } } }")
    assert errors_of(answer) == [("ACCESS_DENIED", ["orders"])]
    assert store.ask("{ discountNodes(first: 1) { nodes { id } } }")["data"]["discountNodes"] == {"nodes": []}


def test_the_cost_follows_the_published_rule(store: AppOfStore) -> None:
    cost = store.ask(ORDERS, {"first": 50})["extensions"]["cost"]
    assert cost["requestedQueryCost"] == 50 * 3  # an order, its money bag, the money
    assert cost["actualQueryCost"] == 0
    mutation = store.ask(
        'mutation { discountCodeDelete(id: "gid://shopify/DiscountCodeNode/1") { deletedCodeDiscountId } }'
    )
    assert mutation["extensions"]["cost"]["requestedQueryCost"] == 10


def test_a_request_over_the_limit_is_too_dear(store: AppOfStore) -> None:
    nested = "{ orders(first: 250) { nodes { lineItems(first: 100) { nodes { id } } } } }"
    assert errors_of(store.ask(nested)) == [("MAX_COST_EXCEEDED", None)]


def test_an_empty_bucket_throttles_with_200_and_refills(store: AppOfStore) -> None:
    store.client.turn(restore_rate=100, bucket=300)
    store.client.reset_stats()
    answers = [store.post(ORDERS, {"first": 90}) for _ in range(2)]  # reserves 270, gives it back
    assert [answer.json().get("errors") for answer in answers] == [None, None]
    too_much = store.post(ORDERS, {"first": 110})
    assert too_much.status_code == 200
    assert errors_of(too_much.json()) == [("THROTTLED", None)]
    cost = too_much.json()["extensions"]["cost"]
    assert cost["actualQueryCost"] is None
    assert cost["throttleStatus"] == {"maximumAvailable": 300, "currentlyAvailable": 300, "restoreRate": 100}
    assert store.client.stats()["throttled"] == 1


def test_points_are_spent_by_store_and_plan(store: AppOfStore) -> None:
    store.client.turn(restore_rate=None)
    plus = AppOfStore(
        store.client, store.client.create_shop(f"plus-{store.shop.partition('.')[0]}", plan="plus")["shop"]
    )
    store.client.install(plus.shop)
    plus.connect()
    rates = [app.ask("{ shop { id } }")["extensions"]["cost"]["throttleStatus"]["restoreRate"] for app in (store, plus)]
    assert rates == [100, 1000]


def test_every_example_document_is_answered_without_errors(store: AppOfStore) -> None:
    """The documents are the app's own; a few need an id that exists."""
    documents = json.loads((Path(__file__).parent / "documents.json").read_text())
    discount = store.discount_id("FIRST")
    order = store.client.order(store.shop, codes=["FIRST"], amount="80.00")
    known = {"$discount": discount, "$order": order["admin_graphql_api_id"], "$code": "first"}
    for name, entry in documents.items():
        answer = store.ask(entry["query"], _filled(entry["variables"], known))
        assert "errors" not in answer, (name, answer)


def _filled(value: object, known: dict[str, str]) -> object:
    if isinstance(value, dict):
        return {key: _filled(item, known) for key, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, known) for item in value]
    return known.get(value, value) if isinstance(value, str) else value


@pytest.mark.parametrize(("fault", "status"), [("500", 500), ("429", 429)])
def test_planned_faults_come_once(store: AppOfStore, fault: str, status: int) -> None:
    store.client.turn(graphql_fail_next=[fault])
    assert [store.post("{ shop { id } }").status_code for _ in range(2)] == [status, 200]


def test_a_fault_waits_for_the_operation_it_names(store: AppOfStore) -> None:
    store.client.turn(graphql_fail_next=["Second:500"])
    assert store.post("query First { shop { id } }").status_code == 200
    assert store.post("query Second { shop { id } }").status_code == 500


def test_a_cut_answer_comes_after_the_act(store: AppOfStore) -> None:
    store.client.turn(graphql_fail_next=["OfferCreate:cut_after_act"])
    with pytest.raises(requests.RequestException):
        store.create_discount("CUTOFF")
    assert [row["code"] for row in store.client.codes(store.shop)] == ["CUTOFF"]


def test_a_timeout_comes_after_the_act(store: AppOfStore) -> None:
    store.client.turn(graphql_fail_next=["timeout_after_act"], graphql_stall_seconds=0.3)
    assert store.discount_id("LATE")


def test_orders_are_paged_by_cursor_in_the_order_they_changed(store: AppOfStore) -> None:
    ids = [store.client.order(store.shop, amount="10.00")["admin_graphql_api_id"] for _ in range(5)]
    store.client.refund(store.shop, ids[0], amount="1.00")
    query = """query Page($after: String) {
      orders(first: 2, after: $after, sortKey: UPDATED_AT,
             query: "updated_at:>='2026-01-01T00:00:00Z' AND test:false") {
        nodes { id updatedAt } pageInfo { hasNextPage endCursor }
      }
    }"""
    seen, after, more = [], None, True
    while more:
        page = store.ask(query, {"after": after})["data"]["orders"]
        seen += [node["id"] for node in page["nodes"]]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    assert seen == [*ids[1:], ids[0]]


def test_orders_older_than_sixty_days_need_their_own_scope(store: AppOfStore) -> None:
    store.client.order(store.shop, amount="10.00", created_at="2026-01-05T00:00:00Z")
    count = "{ orders(first: 5) { nodes { id } } }"
    assert store.ask(count)["data"]["orders"]["nodes"] == []
    store.client.set_scopes(store.shop, ["read_orders", "read_all_orders"])
    assert len(store.ask(count)["data"]["orders"]["nodes"]) == 1

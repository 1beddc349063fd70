import orjson
import pytest
import requests

from tests.sandbox.rig import BULK_ADD, CREATE, PERCENT_OFF, AppOfStore, wait_until

DELETE_CODES = """mutation CodesBulkDelete($discountId: ID!, $ids: [ID!]!) {
  discountCodeRedeemCodeBulkDelete(discountId: $discountId, ids: $ids) { job { id done } userErrors { code } }
}"""
PAGE = """query Page($id: ID!, $first: Int!, $after: String) { node(id: $id) { ... on DiscountCodeNode { codeDiscount {
  ... on DiscountCodeBasic { status endsAt codesCount { count } codes(first: $first, after: $after) {
    nodes { id code } pageInfo { hasNextPage endCursor } } } } } } }"""
UPDATE = """mutation OfferUpdate($id: ID!, $input: DiscountCodeBasicInput!) {
  discountCodeBasicUpdate(id: $id, basicCodeDiscount: $input) { codeDiscountNode { id } userErrors { field code } }
}"""


def codes_of(store: AppOfStore, discount: str, first: int = 250) -> list[str]:
    codes, after, more = [], None, True
    while more:
        page = store.ask(PAGE, {"id": discount, "first": first, "after": after})["data"]["node"]["codeDiscount"][
            "codes"
        ]
        codes += [node["code"] for node in page["nodes"]]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    return codes


def test_a_block_of_codes_is_created_after_a_while(store: AppOfStore) -> None:
    discount = store.discount_id("FIRST")
    done = store.finished(store.bulk_add(discount, [f"CODE-{number}" for number in range(250)]))
    assert (done["codesCount"], done["importedCount"], done["failedCount"]) == (250, 250, 0)
    assert codes_of(store, discount, first=100) == ["FIRST", *(f"CODE-{number}" for number in range(250))]


def test_each_code_tells_why_it_failed(store: AppOfStore) -> None:
    store.client.plant_codes(store.shop, ["Anna15"])
    discount = store.discount_id("FIRST")
    wanted = ["ANNA15", "first", "NEW", "new", " ", "L" * 256]
    nodes = store.finished(store.bulk_add(discount, wanted))["codes"]["nodes"]
    assert [[error["code"] for error in node["errors"]] for node in nodes] == [
        ["TAKEN"],
        ["TAKEN"],
        [],
        ["DUPLICATE"],
        ["BLANK"],
        ["TOO_LONG"],
    ]
    assert [node["discountRedeemCode"] is None for node in nodes] == [True, True, False, True, True, True]


def test_the_same_code_lives_in_two_stores(store: AppOfStore) -> None:
    other = store.client.create_shop(f"twin-{store.shop.partition('.')[0]}")["shop"]
    store.client.plant_codes(other, ["SHARED"])
    assert store.discount_id("SHARED")


def test_only_so_many_blocks_run_at_once(store: AppOfStore) -> None:
    store.client.turn(bulk_seconds=1000, bulk_parallel=1)
    discount = store.discount_id("FIRST")
    slow = store.bulk_add(discount, [f"A{number}" for number in range(250)])
    store.client.turn(bulk_seconds=0)
    queued = store.bulk_add(discount, ["B1"])
    assert not store.creation(queued)["done"]
    store.client.turn(bulk_parallel=2)
    assert store.finished(queued)["importedCount"] == 1
    assert not store.creation(slow)["done"]


def test_a_block_of_more_than_250_is_refused_as_a_whole(store: AppOfStore) -> None:
    codes = [{"code": f"X{number}"} for number in range(251)]
    answer = store.ask(BULK_ADD, {"discountId": store.discount_id("FIRST"), "codes": codes})
    payload = answer["data"]["discountRedeemCodeBulkAdd"]
    assert payload["bulkCreation"] is None
    assert [(error["field"], error["code"]) for error in payload["userErrors"]] == [(["codes"], "EXCEEDED_MAX")]


def test_a_deleted_code_is_free_again(store: AppOfStore) -> None:
    discount = store.discount_id("FIRST")
    store.finished(store.bulk_add(discount, ["GONE"]))
    (code,) = [row for row in store.client.codes(store.shop) if row["code"] == "GONE"]
    job = store.ask(DELETE_CODES, {"discountId": discount, "ids": [f"gid://shopify/DiscountRedeemCode/{code['id']}"]})
    job_id = job["data"]["discountCodeRedeemCodeBulkDelete"]["job"]["id"]
    wait_until(lambda: store.ask("query J($id: ID!) { job(id: $id) { done } }", {"id": job_id})["data"]["job"]["done"])
    assert codes_of(store, discount) == ["FIRST"]
    assert store.finished(store.bulk_add(discount, ["gone"]))["importedCount"] == 1


def test_many_codes_are_looked_up_in_one_document(store: AppOfStore) -> None:
    discount = store.discount_id("Mixed-Case")
    names = ["MIXED-CASE", *(f"NOBODY{number}" for number in range(249))]
    aliases = " ".join(f'c{index}: codeDiscountNodeByCode(code: "{name}") {{ id }}' for index, name in enumerate(names))
    data = store.ask(f"{{ {aliases} }}")["data"]
    assert data["c0"] == {"id": discount}
    assert [key for key, value in data.items() if value is not None] == ["c0"]


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"title": ""}, "title", "BLANK"),
        ({"code": ""}, "code", "BLANK"),
        ({"usageLimit": 0}, "usageLimit", "GREATER_THAN"),
        ({"endsAt": "2025-01-01T00:00:00Z"}, "endsAt", "END_DATE_BEFORE_START_DATE"),
        ({"tags": ["1", "2", "3", "4", "5", "6"]}, "tags", "TOO_MANY_TAGS"),
        ({"customerGets": {"value": {"percentage": 1.5}, "items": {"all": True}}}, "percentage", "VALUE_OUTSIDE_RANGE"),
        ({"customerGets": {"value": {"percentage": 0.1}}}, "items", "BLANK"),
        (
            {
                "customerGets": {
                    "value": {"percentage": 0.1},
                    "items": {"products": {"productsToAdd": ["gid://shopify/Product/99"]}},
                }
            },
            "productsToAdd",
            "INVALID",
        ),
    ],
)
def test_wrong_terms_are_refused_at_their_field(store: AppOfStore, changes: dict, field: str, code: str) -> None:
    payload = store.create_discount(**{"code": "WRONG", **changes})
    assert payload["codeDiscountNode"] is None
    assert [(error["field"][-1], error["code"]) for error in payload["userErrors"]] == [(field, code)]
    assert store.client.discounts(store.shop) == []


def test_a_taken_first_code_makes_no_discount(store: AppOfStore) -> None:
    store.discount_id("ONCE")
    assert [error["code"] for error in store.create_discount("once")["userErrors"]] == ["TAKEN"]
    assert len(store.client.discounts(store.shop)) == 1


def test_an_update_changes_only_what_it_names(store: AppOfStore) -> None:
    discount = store.discount_id("FIRST", usageLimit=3)
    answer = store.ask(UPDATE, {"id": discount, "input": {"endsAt": "2030-01-01T00:00:00Z"}})
    assert answer["data"]["discountCodeBasicUpdate"]["userErrors"] == []
    known = store.client.discount(store.shop, discount)
    assert (known["ends_at"], known["usage_limit"], known["percentage"]) == ("2030-01-01T00:00:00Z", 3, 0.1)


def test_the_code_of_a_discount_with_many_codes_cannot_be_changed(store: AppOfStore) -> None:
    discount = store.discount_id("FIRST")
    store.finished(store.bulk_add(discount, ["SECOND"]))
    answer = store.ask(UPDATE, {"id": discount, "input": {"code": "THIRD"}})
    assert answer["data"]["discountCodeBasicUpdate"]["userErrors"][0]["field"] == ["basicCodeDiscount", "code"]
    assert codes_of(store, discount) == ["FIRST", "SECOND"]


def test_deactivate_writes_an_end_and_activate_takes_it_away(store: AppOfStore) -> None:
    discount = store.discount_id("FIRST")
    node = "codeDiscountNode { codeDiscount { ... on DiscountCodeBasic { status endsAt } } }"
    ended = store.ask(f"mutation M($id: ID!) {{ discountCodeDeactivate(id: $id) {{ {node} }} }}", {"id": discount})[
        "data"
    ]
    ended = ended["discountCodeDeactivate"]
    assert ended["codeDiscountNode"]["codeDiscount"]["status"] == "EXPIRED"
    assert ended["codeDiscountNode"]["codeDiscount"]["endsAt"]
    live = store.ask(f"mutation M($id: ID!) {{ discountCodeActivate(id: $id) {{ {node} }} }}", {"id": discount})[
        "data"
    ]["discountCodeActivate"]
    assert live["codeDiscountNode"]["codeDiscount"] == {"status": "ACTIVE", "endsAt": None}


def test_a_bulk_query_writes_codes_as_lines_under_their_discount(store: AppOfStore) -> None:
    discount = store.discount_id("FIRST")
    store.finished(store.bulk_add(discount, ["SECOND"]))
    inner = """{ discountNodes(query: "id:NUMBER") { edges { node { id discount { ... on DiscountCodeBasic {
      codes { edges { node { id code } } } } } } } } }""".replace("NUMBER", discount.rpartition("/")[2])
    run = """mutation R($q: String!) {
      bulkOperationRunQuery(query: $q, groupObjects: false) { bulkOperation { id } userErrors { code } } }"""
    operation = store.ask(run, {"q": inner})["data"]["bulkOperationRunQuery"]["bulkOperation"]["id"]
    status = "query S($id: ID!) { bulkOperation(id: $id) { status url objectCount rootObjectCount } }"

    def state() -> dict:
        return store.ask(status, {"id": operation})["data"]["bulkOperation"]

    wait_until(lambda: state()["status"] == "COMPLETED")
    lines = [orjson.loads(line) for line in requests.get(state()["url"], timeout=10).iter_lines()]
    assert lines[0] == {"id": discount, "discount": {}}
    assert [(line["code"], line["__parentId"]) for line in lines[1:]] == [("FIRST", discount), ("SECOND", discount)]
    assert (state()["objectCount"], state()["rootObjectCount"]) == ("3", "1")


def test_a_bulk_query_that_does_not_fit_the_schema_is_refused(store: AppOfStore) -> None:
    inner = "{ orders { edges { node { nme } } } }"
    run = f'mutation {{ bulkOperationRunQuery(query: "{inner}", groupObjects: false) {{ userErrors {{ code }} }} }}'
    assert store.ask(run)["data"]["bulkOperationRunQuery"]["userErrors"] == [{"code": "INVALID"}]


def test_a_bulk_mutation_runs_once_for_each_uploaded_line(store: AppOfStore) -> None:
    staged = """mutation { stagedUploadsCreate(input: [{resource: BULK_MUTATION_VARIABLES, filename: "v.jsonl",
      mimeType: "text/jsonl", httpMethod: POST}]) { stagedTargets { url parameters { name value } } } }"""
    (target,) = store.ask(staged)["data"]["stagedUploadsCreate"]["stagedTargets"]
    key = target["parameters"][0]["value"]
    lines = [orjson.dumps({"input": {**PERCENT_OFF, "code": code}}) for code in ("LINE-1", "LINE-2", "line-1")]
    answer = requests.post(target["url"], data={"key": key}, files={"file": b"\n".join(lines)}, timeout=10)
    assert answer.status_code == 201
    run = """mutation R($m: String!, $p: String!) { bulkOperationRunMutation(mutation: $m, stagedUploadPath: $p) {
      bulkOperation { id } userErrors { code message } } }"""
    started = store.ask(run, {"m": CREATE, "p": key})["data"]["bulkOperationRunMutation"]
    assert started["userErrors"] == []
    status = f'{{ bulkOperation(id: "{started["bulkOperation"]["id"]}") {{ status type url }} }}'
    wait_until(lambda: store.ask(status)["data"]["bulkOperation"]["status"] == "COMPLETED")
    result = requests.get(store.ask(status)["data"]["bulkOperation"]["url"], timeout=10)
    rows = [orjson.loads(line)["data"]["discountCodeBasicCreate"]["userErrors"] for line in result.iter_lines()]
    assert [[error["code"] for error in row] for row in rows] == [[], [], ["TAKEN"]]
    assert [row["code"] for row in store.client.codes(store.shop)] == ["LINE-1", "LINE-2"]


def test_a_bulk_mutation_without_its_upload_is_refused(store: AppOfStore) -> None:
    run = """mutation R($m: String!, $p: String!) { bulkOperationRunMutation(mutation: $m, stagedUploadPath: $p) {
      userErrors { code } } }"""
    answer = store.ask(run, {"m": CREATE, "p": "tmp/../../etc/passwd"})["data"]["bulkOperationRunMutation"]
    assert answer["userErrors"] == [{"code": "NO_SUCH_FILE"}]

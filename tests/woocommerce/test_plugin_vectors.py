"""What app, plugin and stand-in must agree on, letter by letter: the same vectors on all sides."""

import json
import shutil
import subprocess
from pathlib import Path

import jwt
import pytest
from requests.structures import CaseInsensitiveDict

from app.platforms.port import PlatformError
from app.platforms.woocommerce.client import WooClient
from app.platforms.woocommerce.signing import fault
from sandbox.woocommerce import plugin_rules
from tests.woocommerce.conftest import paired

HERE = Path(__file__).parent
VECTORS = HERE.parent / "contract" / "plugin"
PLUGIN = HERE.parents[1] / "woocommerce_plugin" / "shoutcode"
needs_php = pytest.mark.skipif(shutil.which("php") is None, reason="PHP's command line is not installed")


def vectors(name):
    return json.loads((VECTORS / f"{name}.json").read_text())


@pytest.fixture(scope="module")
def php_answers():
    done = subprocess.run(["php", str(HERE / "run_vectors.php")], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


@pytest.mark.parametrize("vector", vectors("signatures"), ids=lambda vector: vector["name"])
def test_app_judges_signature(vector):
    headers = CaseInsensitiveDict({f"Shoutcode-{name.title()}": value for name, value in vector["headers"].items()})
    body = vector["body"].encode()
    assert fault(vector["secrets"], vector["method"], vector["path"], headers, body, vector["now"]) == vector["fault"]


def standin_answers():
    """The sandbox's plugin on every vector: {"file/name": answer}, as run_vectors.php prints the PHP's."""
    answers = {}
    for vector in vectors("signatures"):
        asked = (vector["secrets"], vector["method"], vector["path"], vector["headers"], vector["body"].encode())
        answers[f"signatures/{vector['name']}"] = plugin_rules.signature_fault(*asked, vector["now"])
    for vector in vectors("tokens"):
        token = plugin_rules.page_token(vector["secret"], vector["claims"], vector["now"])
        answers[f"tokens/{vector['name']}"] = token
    for vector in vectors("erasures"):
        answers[f"erasures/{vector['name']}"] = {
            "push": plugin_rules.erasure(vector["email"]), "answer": plugin_rules.erased(vector["told"]),
        }  # fmt: skip
    for vector in vectors("coupons"):
        answer = {"fault": plugin_rules.terms_fault(vector["terms"], vector["decimals"]), "statuses": [], "rows": {}}
        if not answer["fault"]:
            _, results = plugin_rules.sort_out(vector["codes"], vector["held"], vector["mark"])
            answer["statuses"] = [result["status"] for result in results]
            answer["rows"] = plugin_rules.meta_rows(vector["terms"], vector["mark"])
        answers[f"coupons/{vector['name']}"] = answer
    return answers


@pytest.fixture(scope="module", params=["plugin", "stand-in"])
def answers(request):
    """Of one side: the plugin's PHP, or the sandbox that stands in for it."""
    if request.param == "stand-in":
        return standin_answers()
    if shutil.which("php") is None:
        pytest.skip("PHP's command line is not installed")
    return request.getfixturevalue("php_answers")


def test_both_judge_signatures(answers):
    for vector in vectors("signatures"):
        assert answers[f"signatures/{vector['name']}"] == vector["fault"], vector["name"]


def test_both_sort_codes_and_write_rows(answers):
    for vector in vectors("coupons"):
        wanted = {key: vector[key] for key in ("fault", "statuses", "rows")}
        answer = answers[f"coupons/{vector['name']}"]
        assert {**answer, "rows": answer["rows"] or {}} == wanted, vector["name"]


def test_both_ask_for_erasures_alike(answers):
    for vector in vectors("erasures"):
        assert answers[f"erasures/{vector['name']}"] == {"push": vector["push"], "answer": vector["answer"]}


def test_page_token_is_a_jwt_of_one_minute(answers):
    for vector in vectors("tokens"):
        token = answers[f"tokens/{vector['name']}"]
        claims = jwt.decode(
            token,
            vector["secret"],
            algorithms=["HS256"],
            audience="shoutcode",
            options={"verify_exp": False, "verify_iat": False, "verify_nbf": False},
        )
        now = vector["now"]
        assert claims == {**vector["claims"], "iat": now, "nbf": now, "exp": now + 60}


def test_both_run_every_vector(answers):
    names = {f"{kind.stem}/{vector['name']}" for kind in VECTORS.glob("*.json") for vector in vectors(kind.stem)}
    assert set(answers) == names


@needs_php
def test_tokens_of_both_are_the_same_letters(php_answers):
    ours = standin_answers()
    assert {name: ours[name] for name in ours if name.startswith("tokens/")} == {
        name: answer for name, answer in php_answers.items() if name.startswith("tokens/")
    }


@pytest.mark.parametrize("vector", vectors("coupons"), ids=lambda vector: vector["name"])
def test_vector_over_http(standin, session, vector):
    """The route answers what the rules say, over what the store holds by then."""
    shop = standin.woo_store(decimals=vector["decimals"])
    keys = paired(shop, session)
    client = WooClient(keys, session)
    for code, coupon in vector["held"].items():
        mark = [{"key": plugin_rules.MARK, "value": coupon["mark"]}] if coupon["mark"] else []
        shop.plant([code], amount="5", meta_data=mark, status=coupon.get("status", "publish"))
    body = {"mark": vector["mark"], "terms": vector["terms"], "codes": vector["codes"]}
    if vector["fault"]:
        with pytest.raises(PlatformError) as refused:
            client.plugin("POST", "/coupons", body)
        assert refused.value.message == vector["fault"]
        return
    results = client.plugin("POST", "/coupons", body)["results"]
    assert [result["code"] for result in results] == vector["codes"]
    assert [result["status"] for result in results] == vector["statuses"]
    again = client.plugin("POST", "/coupons", body)["results"]
    assert [result["status"] for result in again] == [
        "exists" if status in ("created", "returned") else status for status in vector["statuses"]
    ]


@needs_php
@pytest.mark.parametrize("file", sorted(PLUGIN.rglob("*.php")), ids=lambda file: file.name)
def test_plugin_file_is_php(file):
    done = subprocess.run(["php", "-l", str(file)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("file", sorted(PLUGIN.rglob("*.php")), ids=lambda file: file.name)
def test_plugin_file_cannot_be_opened_alone(file):
    assert "|| exit;" in file.read_text()

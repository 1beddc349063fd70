"""What app and plugin must agree on, letter by letter: the same vectors on both sides."""

import json
import shutil
import subprocess
from pathlib import Path

import jwt
import pytest
from requests.structures import CaseInsensitiveDict

from app.platforms.woocommerce.signing import fault

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


@needs_php
def test_plugin_judges_signatures(php_answers):
    for vector in vectors("signatures"):
        assert php_answers[f"signatures/{vector['name']}"] == vector["fault"], vector["name"]


@needs_php
def test_plugin_sorts_codes_and_writes_rows(php_answers):
    for vector in vectors("coupons"):
        wanted = {key: vector[key] for key in ("fault", "statuses", "rows")}
        answer = php_answers[f"coupons/{vector['name']}"]
        assert {**answer, "rows": answer["rows"] or {}} == wanted, vector["name"]


@needs_php
def test_page_token_is_a_jwt_of_one_minute(php_answers):
    for vector in vectors("tokens"):
        token = php_answers[f"tokens/{vector['name']}"]
        claims = jwt.decode(
            token,
            vector["secret"],
            algorithms=["HS256"],
            audience="shoutcode",
            options={"verify_exp": False, "verify_iat": False, "verify_nbf": False},
        )
        now = vector["now"]
        assert claims == {**vector["claims"], "iat": now, "nbf": now, "exp": now + 60}


@needs_php
def test_plugin_runs_every_vector(php_answers):
    names = {f"{kind.stem}/{vector['name']}" for kind in VECTORS.glob("*.json") for vector in vectors(kind.stem)}
    assert set(php_answers) == names


@needs_php
@pytest.mark.parametrize("file", sorted(PLUGIN.rglob("*.php")), ids=lambda file: file.name)
def test_plugin_file_is_php(file):
    done = subprocess.run(["php", "-l", str(file)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("file", sorted(PLUGIN.rglob("*.php")), ids=lambda file: file.name)
def test_plugin_file_cannot_be_opened_alone(file):
    assert "|| exit;" in file.read_text()

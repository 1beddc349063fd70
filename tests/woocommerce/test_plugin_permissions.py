"""Who may do what in the companion plugin: every route and action that it registers, as every kind of visitor.

First the plugin's own classes, with WordPress' doors replaced (run_permissions.php); then, where the environment names
a store (WOO_URL) and people of it (WOO_PEOPLE=customer:password,editor:password,shop_manager:password), the store.
"""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import requests

HERE = Path(__file__).parent
URL = os.environ.get("WOO_URL", "").rstrip("/")
PEOPLE = dict(pair.split(":", 1) for pair in os.environ.get("WOO_PEOPLE", "").split(",") if ":" in pair)
ROLES = ("nobody", "customer", "editor", "shop_manager")
# The app alone, by its signature; and whoever holds a one-time code.
SIGNED, BY_CODE = {"POST /secret", "POST /disconnect"}, {"POST /pair"}
REFUSED = (400, 401, 403)


@pytest.fixture(scope="module")
def walked():
    if shutil.which("php") is None:
        pytest.skip("PHP's command line is not installed")
    done = subprocess.run(["php", str(HERE / "run_permissions.php")], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_routes_are_for_those_who_manage_the_shop(walked):
    assert len(walked["routes"]) == 11
    for name, by_role in walked["routes"].items():
        for role in ROLES:
            may = name in BY_CODE or (role == "shop_manager" and name not in SIGNED)
            assert by_role[role]["plain"] is may, (name, role)
            # A signature that does not hold is worse than none.
            assert by_role[role]["forged"] is (name in BY_CODE), (name, role)


def test_actions_ask_for_the_capability_and_their_own_nonce(walked):
    actions = walked["actions"]
    assert set(actions) == {
        "admin_post_shoutcode_connect", "admin_post_shoutcode_disconnect", "wp_ajax_shoutcode_token", "page",
    }  # fmt: skip
    for name, by_role in actions.items():
        for role in ROLES:
            outcomes = by_role[role]
            assert outcomes["with"] == ("done" if role == "shop_manager" else "refused"), (name, role)
            assert outcomes.get("without", "refused") in ("refused", "no nonce"), (name, role)


def visitor(role):
    """(session, REST nonce) of a browser."""
    session = requests.Session()
    if role == "nobody":
        return session, None
    session.get(f"{URL}/wp-login.php", timeout=60)
    session.post(
        f"{URL}/wp-login.php", data={"log": role, "pwd": PEOPLE[role], "wp-submit": "x", "testcookie": "1"}, timeout=60
    )
    nonce = session.get(f"{URL}/wp-admin/admin-ajax.php", params={"action": "rest-nonce"}, timeout=60).text.strip()
    return session, nonce


@pytest.mark.skipif(not URL, reason="no real store is named (WOO_URL)")
@pytest.mark.parametrize("role", ROLES)
def test_the_store_itself_lets_in_nobody_else(role):
    if role != "nobody" and role not in PEOPLE:
        pytest.skip(f"WOO_PEOPLE names no {role}")
    session, nonce = visitor(role)
    routes = session.get(f"{URL}/wp-json/wc-shoutcode/v1", timeout=60).json()["routes"]
    asked = 0
    for path, route in routes.items():
        for method in (method for endpoint in route["endpoints"] for method in endpoint["methods"]):
            name = f"{method} {path.removeprefix('/wc-shoutcode/v1')}"
            if name == "GET ":
                continue
            # An empty body is refused by those who are let in (400), so that nothing is changed.
            answer = session.request(
                method, f"{URL}/wp-json{path}", json={} if method == "POST" else None, timeout=60,
                headers={"X-WP-Nonce": nonce} if nonce else {},
            )  # fmt: skip
            let_in = role == "shop_manager" and name not in SIGNED
            assert answer.status_code in ((200, 400) if let_in or name in BY_CODE else (401, 403)), (name, role)
            asked += 1
    assert asked == 11
    for action in ("shoutcode_connect", "shoutcode_disconnect"):
        answer = session.post(
            f"{URL}/wp-admin/admin-post.php", data={"action": action}, timeout=60, allow_redirects=False
        )
        # WordPress runs no action for somebody who is not signed in.
        assert answer.status_code in REFUSED or (role == "nobody" and not answer.content), (action, role)
    token = session.post(f"{URL}/wp-admin/admin-ajax.php", data={"action": "shoutcode_token"}, timeout=60)
    assert token.status_code in REFUSED, role
    page = session.get(f"{URL}/wp-admin/admin.php", params={"page": "shoutcode"}, timeout=60, allow_redirects=False)
    assert (page.status_code == 200) is (role == "shop_manager")
    assert bool(re.search("shoutcode", page.text)) is (role == "shop_manager") or page.status_code != 200

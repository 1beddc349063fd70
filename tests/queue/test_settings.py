"""Settings: every fault at once, and nothing of the sandbox in production."""

from __future__ import annotations

import ast
import subprocess
import sys

import pytest
from cryptography.fernet import Fernet

from app.cli import ROOT, main
from app.config import SANDBOX_SETTINGS, ConfigError, Settings

GOOD = {
    "SHOUTCODE_URL": "https://app.example.com/",
    "SHOUTCODE_KEYS": Fernet.generate_key().decode(),
    "SHOPIFY_API_KEY": "k" * 32,
    "SHOPIFY_API_SECRET": "s" * 38,
}
SANDBOX = {
    "SHOUTCODE_SHOPIFY_API_BASE": "http://127.0.0.1:4010/shops/{shop}",
    "SHOUTCODE_SHOPIFY_ADMIN_ORIGIN": "http://127.0.0.1:4010",
    "SHOUTCODE_APP_BRIDGE_URL": "http://127.0.0.1:4010/app-bridge.js",
}


def _faults(**changes: str) -> str:
    with pytest.raises(ConfigError) as refused:
        Settings.from_env({**GOOD, **changes})
    return str(refused.value)


def test_production_is_the_default_and_leads_to_shopify() -> None:
    settings = Settings.from_env(GOOD)

    assert (settings.env, settings.is_demo) == ("production", False)
    assert settings.shopify_base("a.myshopify.com") == "https://a.myshopify.com"
    assert settings.shop_address("shopify", "a.myshopify.com") == "https://a.myshopify.com"
    assert settings.shop_address("woocommerce", "127.0.0.1/a") == "https://127.0.0.1/a"
    assert settings.shopify_admin_origin == "https://admin.shopify.com"
    assert settings.app_bridge_url == "https://cdn.shopify.com/shopifycloud/app-bridge.js"
    assert settings.url == "https://app.example.com"


@pytest.mark.parametrize("name", SANDBOX)
@pytest.mark.parametrize(
    "env", [{}, {"SHOUTCODE_ENV": "production"}, {"SHOUTCODE_ENV": "staging"}, {"SHOUTCODE_ENV": "Demo"}]
)
def test_production_refuses_each_setting_of_the_sandbox(name: str, env: dict[str, str]) -> None:
    assert f"{name} is for the demo only" in _faults(**env, **{name: SANDBOX[name]})


def test_the_three_are_all_there_are() -> None:
    assert set(SANDBOX_SETTINGS) == set(SANDBOX)


def test_the_demo_may_lead_to_the_sandbox() -> None:
    settings = Settings.from_env({**GOOD, **SANDBOX, "SHOUTCODE_ENV": "demo", "SHOUTCODE_URL": "http://127.0.0.1:4000"})

    assert settings.shopify_base("a.myshopify.com") == "http://127.0.0.1:4010/shops/a.myshopify.com"
    assert settings.shop_address("shopify", "a.myshopify.com") == "http://127.0.0.1:4010/shops/a.myshopify.com"
    assert settings.shop_address("woocommerce", "127.0.0.1:4010/woo/a") == "http://127.0.0.1:4010/woo/a"
    assert settings.shop_address("woocommerce", "shop.example/de") == "https://shop.example/de"


def test_the_checks_never_look_at_the_environment() -> None:
    """Shop domains, signatures and tokens are judged the same in the demo as in production."""
    for path in [*(ROOT / "app" / "auth").glob("*.py"), ROOT / "app" / "stores" / "guards.py"]:
        names = {node.attr for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute)}
        assert not names & {"environ", "getenv", "is_demo", "env"}, path


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"SHOUTCODE_URL": ""}, "SHOUTCODE_URL is missing"),
        ({"SHOUTCODE_URL": "http://app.example.com"}, "must start with https"),
        ({"SHOUTCODE_KEYS": "short"}, "key 1 is not a Fernet key"),
        ({"SHOPIFY_API_SECRET": "short"}, "too short"),
        ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL must start with"),
        ({"SHOUTCODE_ENV": "test"}, "production or demo"),
    ],
)
def test_each_fault_says_what_to_do(changes: dict[str, str], told: str) -> None:
    assert told in _faults(**changes)


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(ConfigError) as refused:
        Settings.from_env({})
    assert len(refused.value.faults) == 4


def test_settings_show_no_secret() -> None:
    settings = Settings.from_env({**GOOD, "SHOPIFY_API_SECRET_PREVIOUS": "p" * 38, "SENTRY_DSN": "https://dsn@x/1"})

    for secret in (GOOD["SHOUTCODE_KEYS"], GOOD["SHOPIFY_API_SECRET"], "p" * 38, "dsn@"):
        assert secret not in repr(settings)
    assert settings.shopify_api_secrets == ("s" * 38, "p" * 38)


def test_a_new_key_is_one_that_the_settings_take(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new-key"]) == 0
    key = capsys.readouterr().out.strip()

    assert Settings.from_env({**GOOD, "SHOUTCODE_KEYS": f"{key}, {GOOD['SHOUTCODE_KEYS']}"}).keys[0] == key


def test_check_names_the_faults_and_fails(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*GOOD, *SANDBOX, "SHOUTCODE_ENV", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)

    assert main(["check"]) == 2
    assert "SHOUTCODE_KEYS is missing" in capsys.readouterr().err


def test_importing_the_package_needs_no_settings() -> None:
    done = subprocess.run([sys.executable, "-c", "import app, app.web"], cwd=ROOT, env={"PATH": ""}, check=False)

    assert done.returncode == 0

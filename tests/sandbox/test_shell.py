"""The admin that frames the app, the App Bridge stand-in, and the storefront; the last ones in a real browser."""

import base64
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
import shopify
from playwright.sync_api import Page, Playwright

from tests.sandbox.rig import API_KEY, API_SECRET, AppOfStore, Receiver

CHROMIUM = Path("/usr/bin/chromium")
CHROMIUM_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


def page_of(store: AppOfStore, path: str) -> requests.Response:
    return requests.get(store.client.base_url + path, timeout=10)


def handle(store: AppOfStore) -> str:
    return store.shop.partition(".")[0]


def test_the_app_is_framed_with_a_signed_launch_address(store: AppOfStore, receiver: Receiver) -> None:
    page = page_of(store, f"/store/{handle(store)}/apps/{API_KEY}/offers/7?tab=codes").text
    frame = urlsplit(unescape(re.search(r'<iframe[^>]* src="([^"]+)"', page)[1]))
    assert (f"{frame.scheme}://{frame.netloc}", frame.path) == (receiver.url, "/offers/7")
    params = dict(parse_qsl(frame.query))
    assert (params["embedded"], params["shop"], params["tab"]) == ("1", store.shop, "codes")
    padded = params["host"] + "=" * (-len(params["host"]) % 4)
    assert base64.b64decode(padded).decode() == f"admin.shopify.com/store/{handle(store)}"
    shopify.Session.setup(api_key=API_KEY, secret=API_SECRET)
    assert shopify.Session.validate_params(dict(params))


def test_a_store_without_the_app_is_led_to_its_permission_page(store: AppOfStore) -> None:
    store.client.uninstall(store.shop)
    answer = page_of(store, f"/store/{handle(store)}/apps/{API_KEY}")
    assert answer.url.endswith("/install")
    assert "write_discounts" in answer.text
    requests.post(answer.url, timeout=10, allow_redirects=False)
    assert page_of(store, f"/_sandbox/shops/{store.shop}").json()["installed"]


def test_a_share_link_applies_its_code_and_follows_only_paths_of_the_shop(store: AppOfStore) -> None:
    link = f"{store.client.base_url}/shops/{store.shop}/discount/ANNA%20%2015"
    with requests.Session() as buyer:
        page = buyer.get(link, params={"redirect": "/products/stoneware-mug"}, timeout=10)
        assert page.url.endswith(f"/shops/{store.shop}/products/stoneware-mug")
        assert 'value="ANNA  15"' in page.text
    away = requests.get(link, params={"redirect": "//evil.example"}, timeout=10, allow_redirects=False)
    assert away.headers["Location"] == f"/shops/{store.shop}/"


def test_the_storefront_sells_with_a_code_and_refuses_a_bad_one(store: AppOfStore) -> None:
    store.discount_id("ANNA10")
    url = f"{store.client.base_url}/shops/{store.shop}/"
    bad = requests.post(url, data={"variant-1": "2", "codes": "NOBODY", "act": "order"}, timeout=10)
    assert "NOBODY is not a code of this store." in bad.text
    good = requests.post(url, data={"variant-1": "2", "codes": "anna10", "act": "order"}, timeout=10)
    assert "Order #1001 is placed: 76.90 EUR" in good.text  # 80.00 less 10 %, and 4.90 shipping
    assert store.client.books(store.shop)["codes"]["ANNA10"]["redemptions"] == 1


@pytest.mark.parametrize("path", ["", "/orders", "/orders/1001", "/products", "/discounts", "/settings"])
def test_every_page_of_the_admin_opens(store: AppOfStore, path: str) -> None:
    store.client.order(store.shop, amount="80.00", shipping="5.00")
    assert page_of(store, f"/store/{handle(store)}{path}").status_code == 200


def test_the_start_page_tells_the_walk_and_the_rosters_keys(store: AppOfStore) -> None:
    page = page_of(store, "/").text
    roster = store.client.roster()
    assert all(value in page for value in (roster["base_url"], roster["api_key"], roster["signing_secret"]))
    assert page_of(store, "/roster").status_code == 200


APP_PAGE = """<!doctype html><title>App</title><meta name="shopify-api-key" content="{key}">
<script src="{sandbox}/app-bridge.js"></script>
<h1>{path}</h1><output></output>
<s-app-nav><s-link href="/" rel="home">Home</s-link><s-link href="/offers">Offers</s-link></s-app-nav>
<ui-save-bar id="bar"><button variant="primary" onclick="shopify.saveBar.hide('bar');say('saved')">Save offer</button>
<button onclick="shopify.saveBar.hide('bar')">Discard</button></ui-save-bar>
<script>
const say = (text) => document.querySelector('output').textContent = text
document.addEventListener('shopify:navigate', (event) => {{
  history.pushState(null, '', event.target.getAttribute('href'))
  document.querySelector('h1').textContent = location.pathname
}})
</script>"""


class AppPages:
    """A page that uses App Bridge, and a route that turns its first ID token down."""

    def __init__(self, sandbox: str) -> None:
        self._sandbox = sandbox
        self.tokens: list[str] = []

    def __call__(self, target: str, authorization: str) -> tuple[int, dict[str, str], str]:
        path = urlsplit(target).path
        if path == "/api":
            self.tokens.append(authorization)
            first = len(self.tokens) == 1
            return (401, {"X-Shopify-Retry-Invalid-Session-Request": "1"}, "again") if first else (200, {}, "welcome")
        if path == "/needs-token" and "id_token=" not in target:
            return 302, {"Location": "/bounce?shopify-reload=%2Fneeds-token%3Fpage%3D2"}, ""
        return 200, {}, APP_PAGE.format(key=API_KEY, sandbox=self._sandbox, path=path)


@pytest.fixture
def admin_page(store: AppOfStore, playwright: Playwright) -> Iterator[Page]:
    if not CHROMIUM.exists():
        pytest.skip("no Chromium on this machine")
    browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=CHROMIUM_FLAGS)
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.set_default_timeout(10_000)
    yield page
    browser.close()


@pytest.mark.browser
def test_app_bridge_carries_tokens_menu_toasts_save_bar_and_picker(
    store: AppOfStore, receiver: Receiver, admin_page: Page
) -> None:
    receiver.serve = pages = AppPages(store.client.base_url)
    apps = f"/store/{handle(store)}/apps"
    admin_page.goto(f"{store.client.base_url}{apps}/{API_KEY}")
    frame = admin_page.frame_locator("#app-frame")

    admin_page.click("#menu-button")
    admin_page.click("#app-menu a:has-text('Offers')")
    frame.locator("h1:has-text('/offers')").wait_for()
    assert urlsplit(admin_page.url).path == f"{apps}/shoutcode/offers"

    inner = admin_page.frames[1]
    assert inner.evaluate("fetch('/api').then((answer) => answer.text())") == "welcome"
    assert [token.partition(" ")[0] for token in pages.tokens] == ["Bearer", "Bearer"]
    inner.evaluate("shopify.toast.show('Three codes are live') && undefined")
    admin_page.wait_for_selector(".toast:has-text('Three codes are live')")
    inner.evaluate("shopify.saveBar.show('bar')")
    admin_page.click("#save-bar-save:has-text('Save offer')")
    frame.locator("output:has-text('saved')").wait_for()
    inner.evaluate("void shopify.resourcePicker({type: 'product'}).then((rows) => say(rows.map((row) => row.id)))")
    admin_page.check("dialog label:has-text('mug') input")
    admin_page.click("#dialog-ok")
    frame.locator("output:has-text('gid://shopify/Product/2')").wait_for()
    granted = inner.evaluate("shopify.scopes.query().then((scopes) => scopes.granted)")
    assert granted == ["write_discounts", "read_orders", "read_products"]

    inner.evaluate("void location.assign('/needs-token')")
    frame.locator("h1:has-text('/needs-token')").wait_for()
    assert "page=2" in admin_page.frames[1].url

"""What goes wrong is said where it belongs, and nothing is half done."""

from __future__ import annotations

from playwright.sync_api import Locator, Route, expect

from tests.browser.admin import Admin


def error_of(admin: Admin, label: str) -> Locator:
    """The text below a field that the field itself names as its error."""
    field = admin.app.get_by_label(label, exact=True)
    expect(field).to_have_attribute("aria-invalid", "true")
    described = field.get_attribute("aria-describedby") or ""
    return admin.app.locator(", ".join(f"[id='{part}']" for part in described.split()))


def test_faults_of_an_offer_stand_at_their_fields(admin: Admin) -> None:
    admin.open("/offers/new", "New offer")
    admin.app.get_by_label("Value", exact=True).fill("0")
    admin.app.get_by_label("Code pattern", exact=True).fill("")
    admin.button("Publish offer").first.click()

    banner = admin.app.get_by_role("alert")
    expect(banner).to_contain_text("3 fields need a change")
    expect(banner).to_contain_text("Nothing was created in your store.")
    expect(banner).to_be_focused()
    expect(error_of(admin, "Value").get_by_text("Enter a percentage from 0.01 to 100.")).to_be_visible()

    banner.get_by_role("button", name="Value").click()
    value = admin.app.get_by_label("Value", exact=True)
    expect(value).to_be_focused()
    value.fill("15")
    expect(banner).to_contain_text("2 fields need a change")


def test_the_servers_faults_stand_at_their_fields_too(admin: Admin) -> None:
    before = admin.merchant.api("GET", "/offers")["total"]
    admin.open("/offers/new", "New offer")
    admin.app.get_by_label("Name", exact=True).fill("WINTER launch")
    admin.app.get_by_label("Code pattern", exact=True).fill("{frist_name}{value}")
    admin.button("Publish offer").first.click()
    expect(admin.app.get_by_role("alert")).to_contain_text("2 fields need a change")
    expect(error_of(admin, "Name").get_by_text("Another offer has this name")).to_be_visible()
    expect(error_of(admin, "Code pattern").get_by_text("{first_name}")).to_be_visible()
    assert admin.merchant.api("GET", "/offers")["total"] == before


def test_a_page_that_fails_can_be_tried_again(admin: Admin) -> None:
    def fail(route: Route) -> None:
        route.fulfill(status=503, json={"title": "Away", "status": 503, "detail": "The database is away."})

    admin.page.route("**/api/offers?**", fail)
    admin.page.route("**/api/offers", fail)
    admin.open("/offers", "Offers")
    alert = admin.app.get_by_role("alert")
    expect(alert).to_contain_text("The database is away.")
    admin.page.unroute("**/api/offers?**")
    admin.page.unroute("**/api/offers")
    admin.button("Try again").click()
    expect(admin.app.get_by_role("link", name="Winter launch")).to_be_visible()


def test_an_ended_session_says_what_to_do(admin: Admin) -> None:
    admin.page.route("**/api/session", lambda route: route.fulfill(status=401, json={"title": "No", "status": 401}))
    admin.open("/")
    expect(admin.app.get_by_role("alert")).to_contain_text("Your session has ended")
    expect(admin.button("Reload")).to_be_visible()


def test_leaving_unsaved_work_asks_first(admin: Admin) -> None:
    admin.open("/offers/new", "New offer")
    admin.app.get_by_label("Name", exact=True).fill("Half written")
    expect(admin.page.locator("#save-bar")).to_be_visible()
    admin.app.get_by_role("link", name="Offers").click()
    admin.page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    expect(admin.app.get_by_label("Name", exact=True)).to_have_value("Half written")

    admin.page.locator("#save-bar-discard").click()
    expect(admin.app.get_by_label("Name", exact=True)).to_have_value("")
    expect(admin.page.locator("#save-bar")).to_be_hidden()

"""A template is written, sent to three people, arrives, and leads to their own page on a phone."""

from __future__ import annotations

import re
from typing import Any

import requests
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from scripts.system import wait_for
from tests.browser.admin import Admin
from tests.browser.filled import Filled

PHONE = {"width": 390, "height": 844}


def test_a_message_is_written_sent_and_read_on_a_phone(page: Page, filled: Filled) -> None:
    admin = Admin(page, filled.merchant)
    sandbox = filled.merchant.sandbox.base_url
    filled.merchant.api("DELETE", "/mail-server")  # another test's walk may have set it up
    page.goto(f"{sandbox}/mail")
    connect = page.get_by_role("link", name="Fill it in under Settings, Mail").get_attribute("href") or ""
    admin.open(f"/settings/mail?{connect.partition('?')[2]}", "Mail")
    admin.button("Save").click()
    admin.toast("Mail settings saved")

    admin.open("/messages/templates/new?from=0", "New template")
    admin.app.get_by_label("Subject").fill("Your code {{cod}}")
    admin.button("Create template").click()
    expect(admin.app.get_by_text("{{cod}} is not a tag. Use {{code}}.").first).to_be_visible()
    admin.app.get_by_label("Subject").fill("Your code {{code}}")
    admin.button("Create template").click()
    admin.toast("Template saved")
    expect(admin.app.locator(".letter-frame")).to_be_visible()

    people = [row for row in filled.merchant.pages(f"/influencers?offer_id={filled.ids['offer']}&code_status=live")
              if row["email"] and (row.get("consent") or {}).get("email") is not False][:3]
    templates = filled.merchant.api("GET", "/message-templates")["items"]
    [template] = [one for one in templates if one["subject"] == "Your code {{code}}"]
    filled.merchant.api("POST", "/messages", {"template_id": template["id"], "offer_id": filled.ids["offer"],
                                              "selection": {"ids": [row["id"] for row in people]}})
    admin.open("/messages", "Messages")
    expect(admin.app.get_by_text("Sent", exact=True).first).to_be_visible()
    assert serious(page) == []

    letter = arrived(sandbox, "Your code ")
    page.goto(f"{sandbox}/mail/{letter['number']}")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Your code ")
    own_page = re.search(r"http\S+/c/\S+", letter["text"])
    assert own_page
    page.set_viewport_size(PHONE)
    page.goto(own_page[0])
    expect(page.get_by_text(letter["subject"].removeprefix("Your code "), exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Copy code").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert serious(page) == []


def arrived(sandbox: str, subject: str) -> dict[str, Any]:
    """The newest letter whose subject begins like this."""

    def letters() -> list[dict[str, Any]]:
        found = requests.get(f"{sandbox}/_sandbox/mail", timeout=5).json()["items"]
        return [letter for letter in found if letter["subject"].startswith(subject)]

    found = wait_for(letters, 30, "a letter in the mail box")
    return found[-1]


def serious(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found if one["impact"] in ("serious", "critical")]

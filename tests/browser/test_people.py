"""Bringing people in by a file, making one of two, and forgetting one, as a merchant does it."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.admin import Admin
from tests.browser.filled import Filled

SHEET = (
    "Kundennummer;Vorname;Nachname;E-Mail;Instagram;Lieblingsfarbe\r\n"
    "A1;Zoë;Quint;zoe.quint@example.com;@zoe.quint;rot\r\n"
    "A2;Zoe;Quint;zoe.quint@example.com;;blau\r\n"
    "A3;Bad;Address;nobody;;\r\n"
)


def test_a_file_comes_in_and_doubles_become_one(page: Page, filled: Filled) -> None:
    admin = Admin(page, filled.merchant)
    dialog = admin.app.get_by_role("dialog")
    admin.open("/influencers/import", "Imports")
    admin.button("Import a file").click()
    sheet = {"name": "sheet.csv", "mimeType": "text/csv", "buffer": SHEET.encode("cp1252")}
    admin.app.locator("input[type=file]").set_input_files(sheet)
    expect(admin.app.get_by_text("sheet.csv: 3 rows, Windows-1252")).to_be_visible()
    admin.app.get_by_label("Tells one person from another").select_option(label="Kundennummer")
    expect(admin.app.get_by_label("Nachname goes to")).to_have_value("last_name")
    admin.button("Check 3 rows").click()

    expect(admin.app.get_by_text("1 row is left out")).to_be_visible()
    expect(admin.app.get_by_text("Enter an e-mail address such as")).to_be_visible()
    admin.button("Import 2 people").click()
    expect(admin.app.get_by_text("2 people imported")).to_be_visible()
    with page.expect_download() as saved:
        dialog.get_by_role("button", name="Download result").click()
    assert len(saved.value.path().read_text().splitlines()) == 4
    admin.app.get_by_text("All rows").click()
    dialog.get_by_role("link", name="Zoë Quint").click()

    admin.settled("Zoë Quint")
    expect(admin.app.get_by_text("Zoe Quint has the same e-mail address")).to_be_visible()
    admin.button("Merge with Zoe Quint").click()
    expect(dialog.get_by_text("Zoe Quint becomes Zoë Quint")).to_be_visible()
    dialog.get_by_role("button", name="Merge Zoe Quint into Zoë Quint").click()
    admin.toast("Merged into Zoë Quint")
    expect(admin.app.get_by_text("has the same e-mail address")).to_have_count(0)

    admin.button("More").click()
    admin.app.get_by_role("menuitem", name="Erase at their request").click()
    erase = dialog.get_by_role("button", name="Erase for good")
    expect(erase).to_be_disabled()
    dialog.get_by_label("Type Zoë Quint to confirm").fill("zoë quint")
    erase.click()
    admin.settled("Erased person")
    expect(admin.app.get_by_text(re.compile("who they were is not known here"))).to_be_visible()

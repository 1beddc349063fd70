"""The mail server: what is entered, what comes out, and where no letter ever goes."""

from __future__ import annotations

import pytest

from app.messages.smtp import Account, Connection, ServerTrouble
from tests.messages.conftest import Shop
from tests.messages.test_templates import fields

GOOD = {"host": "smtp.shop.example", "port": 587, "sender_email": "team@shop.example"}


def test_what_is_wrong_stands_at_its_field(merchant) -> None:
    bad = {"host": "http://x", "port": 22, "security": "none", "sender_email": "", "per_minute": 0, "reply_to": "x",
           "username": "u"}
    found = fields(merchant.put("/api/mail-server", json=bad))
    assert set(found) == {"host", "port", "security", "sender_email", "per_minute", "reply_to", "password"}
    assert fields(merchant.put("/api/mail-server", json={"via": "roster"})) == {
        "via": "Connect a roster first: Settings, Roster."
    }


def test_a_password_never_comes_out_and_goes_with_its_server(merchant) -> None:
    first = merchant.put("/api/mail-server", json={**GOOD, "username": "u", "password": "hush-hush"})
    assert first.json["password_set"] is True
    assert "hush-hush" not in first.text + merchant.get("/api/mail-server").text
    kept = merchant.put("/api/mail-server", json={**GOOD, "username": "u", "footer": "Us"})
    assert kept.json["password_set"] is True
    elsewhere = merchant.put("/api/mail-server", json={**GOOD, "host": "evil.example", "username": "u"})
    assert set(fields(elsewhere)) == {"password"}


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "::1", "fd00::1", "::ffff:10.0.0.1", "0.0.0.0"],
)
def test_in_production_no_private_server_is_reached(address: str) -> None:
    connection = Connection(Account("smtp.shop.example", 587, "starttls"), "us", demo=False,
                            resolver=lambda host, port: [address])
    with pytest.raises(ServerTrouble, match="not a public mail server"):
        connection.open()


def test_one_private_address_among_public_ones_is_a_trap() -> None:
    connection = Connection(Account("smtp.shop.example", 587, "starttls"), "us", demo=False,
                            resolver=lambda host, port: ["93.184.216.34", "10.0.0.1"])
    with pytest.raises(ServerTrouble, match="not a public mail server"):
        connection.open()


def test_a_server_without_tls_gets_neither_password_nor_letter(shop: Shop, mail) -> None:
    connection = Connection(Account("127.0.0.1", mail.port, "starttls", "u", "p"), "us", demo=True)
    with pytest.raises(ServerTrouble, match="offers no STARTTLS"):
        connection.open()


def test_trying_it_says_how_it_went(shop: Shop, mail) -> None:
    found = shop.merchant.post("/api/mail-server/test", json={}).json
    assert found == {"ok": True, "message": "The server lets us in."}
    mail.refusals = {"gone@shop.example": ["550 5.1.1 No such user"]}
    gone = shop.merchant.post("/api/mail-server/test", json={"to": "gone@shop.example"}).json
    assert (gone["ok"], "No such user" in gone["message"]) == (False, True)

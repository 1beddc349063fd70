"""The mail box takes letters by SMTP, shows them, and keeps them over a restart."""

from __future__ import annotations

import smtplib
import threading
from email.message import EmailMessage
from pathlib import Path

import pytest

from sandbox.journal import Journal
from sandbox.mail.box import MailBox


def send(box: MailBox, to: str) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Shop <a@shop.example>", to, "Ihr Code für Łukasz"
    mail.set_content("plain")
    mail.add_alternative("<p>rich</p>", subtype="html")
    with smtplib.SMTP(box.host, box.port, local_hostname="localhost") as smtp:
        smtp.send_message(mail)


def test_letters_arrive_and_are_kept(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "box.db", threading.RLock())
    box = MailBox(journal, 0)
    box.start()
    try:
        send(box, "ana@example.com")
        box.refusals = {"gone@example.com": "550 5.1.1 No such user"}
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            send(box, "gone@example.com")
    finally:
        box.close()
    journal.flush()
    again = MailBox(journal, 0)
    again.load()
    journal.close()
    (letter,) = again.letters
    assert (letter["to"], letter["subject"], again.count) == ("ana@example.com", "Ihr Code für Łukasz", 1)
    assert (letter["text"].strip(), letter["html"].strip()) == ("plain", "<p>rich</p>")

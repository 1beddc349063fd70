"""A letter as the bytes that a mail server takes: headers, both bodies, the way out (RFC 8058)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import urlsplit

from app.clock import now
from app.config import current_settings
from app.messages.letters import Letter


@dataclass(frozen=True, slots=True)
class Sender:
    email: str
    name: str = ""
    reply_to: str = ""


def envelope(letter: Letter, sender: Sender, to: str, *, message_id: str, unsubscribe: str = "") -> bytes:
    """`to` and the sender's address passed addresses.deliverable; `message_id`: what names this message for good."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = _address(sender.email, sender.name)
    mail["To"] = _address(to)
    if sender.reply_to:
        mail["Reply-To"] = _address(sender.reply_to)
    mail["Subject"] = letter.subject
    mail["Date"] = format_datetime(now())
    mail["Message-ID"] = f"<{message_id}@{_domain(sender.email)}>"
    if unsubscribe:
        mail["List-Unsubscribe"] = f"<{unsubscribe}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(letter.text, cte="quoted-printable")
    mail.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    return mail.as_bytes()


def id_of(message_id: int) -> str:
    """The same each time: a letter sent again keeps its name, so that a mail program can know the two as one."""
    return hashlib.sha256(f"{current_settings().url} {message_id}".encode()).hexdigest()[:32]


def own_name() -> str:
    """How we introduce ourselves to a mail server."""
    return urlsplit(current_settings().url).hostname or "localhost"


def _address(email: str, name: str = "") -> Address:
    local, _, domain = email.rpartition("@")
    return Address("".join(sign for sign in name if sign.isprintable()), local, domain)


def _domain(email: str) -> str:
    return email.rpartition("@")[2]

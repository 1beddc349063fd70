"""The workspace's way out for messages: its mail server or its roster tool; enter it, try it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.clock import now
from app.config import current_settings
from app.db import Base
from app.errors import Conflict, FieldError, InvalidInput
from app.messages.addresses import deliverable
from app.messages.letters import Letter
from app.messages.models import MailServer, MessageTemplate
from app.messages.post import Sender, envelope, own_name
from app.messages.smtp import PORTS, Account, Connection, Outcome, ServerTrouble
from app.queue import enqueue_after_commit

SECURITY = ("starttls", "tls")
FASTEST = 6_000
FIELDS = ("via", "host", "port", "security", "username", "sender_name", "sender_email", "reply_to", "footer",
          "per_minute")  # fmt: skip


def find(session: Session, workspace_id: int) -> MailServer | None:
    return session.scalar(select(MailServer).where(MailServer.workspace_id == workspace_id))


def get(session: Session, workspace_id: int) -> MailServer:
    """Raises Conflict where none is set up."""
    server = find(session, workspace_id)
    if server is None:
        raise Conflict("Say first how messages are sent: Settings, Mail.", code="no_mail_server")
    return server


def save(session: Session, workspace_id: int, given: Mapping[str, Any], password: str | None) -> MailServer:
    """A password left out stays, as long as server and user name do. What waited is tried at once."""
    server = find(session, workspace_id)
    same = server is not None and all(getattr(server, name) == given[name] for name in ("host", "username"))
    if not same:
        password = password or ""
    _check(given, password, needs_password=bool(given["username"]) and not same)
    if given["via"] == "roster" and not _has_roster(session, workspace_id):
        raise InvalidInput.at(FieldError("via", "Connect a roster first: Settings, Roster."))
    if server is None:
        server = MailServer(workspace_id=workspace_id, created_at=now())
        session.add(server)
    for name in FIELDS:
        setattr(server, name, given[name])
    if password is not None:
        server.password = password
    server.updated_at = now()
    server.failures, server.retry_at, server.trouble, server.next_at = 0, None, "", None
    session.flush()
    enqueue_after_commit(session, "app.messages.jobs.send", workspace_id)
    return server


def forget(session: Session, workspace_id: int) -> None:
    """Messages that wait go on waiting, until there is a server again."""
    server = find(session, workspace_id)
    if server is not None:
        session.delete(server)


def _check(given: Mapping[str, Any], password: str | None, *, needs_password: bool) -> None:
    faults = []
    if given["via"] == "smtp":
        faults = _smtp_faults(given, needs_password and not password)
    if not 1 <= given["per_minute"] <= FASTEST:
        faults.append(FieldError("per_minute", f"Enter a whole number from 1 to {FASTEST:,}."))
    for name in ("sender_email", "reply_to"):
        if given[name] and deliverable(given[name]) is None:
            faults.append(FieldError(name, "Enter an e-mail address such as creators@example.com."))
    if faults:
        raise InvalidInput.at(*faults)


def _smtp_faults(given: Mapping[str, Any], lacks_password: bool) -> list[FieldError]:
    demo = current_settings().is_demo
    securities = (*SECURITY, "none") if demo else SECURITY
    ports = ", ".join(map(str, PORTS))
    checks = (
        (not _is_host(given["host"]), "host", "Enter the name of your mail server, for example smtp.example.com."),
        (not demo and given["port"] not in PORTS, "port", f"Mail servers take letters at one of the ports {ports}."),
        (not 1 <= given["port"] <= 65_535, "port", "Enter a port from 1 to 65535."),
        (given["security"] not in securities, "security", "Choose STARTTLS or TLS: nothing is sent in the open."),
        (not given["sender_email"], "sender_email", "Enter the address that your messages come from."),
        (lacks_password, "password", "Enter the password of this user name."),
    )  # fmt: skip
    return [FieldError(field, message) for is_wrong, field, message in checks if is_wrong]


def _has_roster(session: Session, workspace_id: int) -> bool:
    connection = Base.metadata.tables["roster_connection"]  # of a slice above this one
    return bool(session.scalar(select(exists().where(connection.c.workspace_id == workspace_id))))


def _is_host(host: str) -> bool:
    try:
        return 0 < len(host.encode("idna")) <= 253 and not set(host) & set(" /@:?#\\")
    except UnicodeError:
        return False


def connection_for(server: MailServer) -> Connection:
    """Opened when it is first needed. No transaction may be open then."""
    account = Account(server.host, server.port, server.security, server.username, server.password)
    return Connection(account, own_name(), demo=current_settings().is_demo)


def sender_of(server: MailServer, template: MessageTemplate | None) -> Sender:
    return Sender(
        deliverable(server.sender_email) or server.sender_email,
        (template.sender_name if template else "") or server.sender_name,
        (template.reply_to if template else "") or server.reply_to,
    )


def attempt(server: MailServer, to: str, letter: Letter, message_id: str) -> Outcome:
    """Connects, and hands over a letter where `to` names somebody. No transaction may be open."""
    connection = connection_for(server)
    try:
        connection.open()
        if not to:
            return Outcome("sent")
        return connection.send(
            server.sender_email, to, envelope(letter, sender_of(server, None), to, message_id=message_id)
        )
    except ServerTrouble as trouble:
        return Outcome("server", str(trouble))
    finally:
        connection.close()


def waits_until(server: MailServer) -> datetime | None:
    """Until when nothing goes out, for trouble with the server."""
    return server.retry_at if server.retry_at and server.retry_at > now() else None

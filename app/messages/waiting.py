"""What waits: for the sender, for a reason to pass, for its turn."""

from __future__ import annotations

from itertools import groupby

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from app.clock import now
from app.messages.drafts import drafts_of
from app.messages.models import MailServer, Message
from app.messages.sending import put_back
from app.stores.models import Store

CHUNK = 100


def workspaces_due(session: Session) -> list[int]:
    """Whose sender has something to do: a message that may go, or one that a dead sender left behind."""
    at = now()
    of = Message.workspace_id == MailServer.workspace_id
    queued = exists().where(of, Message.state == "queued", Message.next_at <= at)
    left = exists().where(of, Message.state == "sending")
    ready = or_(MailServer.retry_at.is_(None), MailServer.retry_at <= at)
    on_time = or_(MailServer.next_at.is_(None), MailServer.next_at <= at)
    free = or_(MailServer.sending_until.is_(None), MailServer.sending_until <= at)
    installed = exists().where(Store.workspace_id == MailServer.workspace_id, Store.state != "uninstalled")
    found = select(MailServer.workspace_id).where(free, or_(left, queued & ready & on_time & installed))
    return list(session.scalars(found.order_by(MailServer.workspace_id)))


def look_again(session: Session) -> bool:
    """A chunk of the held messages whose time has come; whether there may be more."""
    at = now()
    query = (
        select(Message)
        .where(Message.state == "held", Message.next_at <= at)
        .order_by(Message.workspace_id, Message.id)
        .limit(CHUNK)
        .with_for_update(skip_locked=True)
    )
    held = session.scalars(query).all()
    for workspace_id, of_workspace in groupby(held, key=lambda message: message.workspace_id):
        messages = list(of_workspace)
        for message, draft in zip(messages, drafts_of(session, workspace_id, messages), strict=True):
            if draft.hold is None:
                message.state, message.reason, message.detail, message.next_at = "queued", "", "", at
            else:
                put_back(message, draft, at)
    return len(held) == CHUNK

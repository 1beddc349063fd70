"""Linking a second store: afterwards both stores are one workspace's.

A store may join while nothing hangs on its own workspace: no offers and no orders. Its people come along; somebody
whom the other workspace knows by the same source and external id is one person there, not two. The tables moved
belong to slices above this one, so they are named here and not imported.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Table, and_, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from app.audit import trail
from app.clock import now
from app.db import Base
from app.errors import Conflict, FieldError, InvalidInput
from app.stores.context import Context
from app.stores.models import LinkCode, Store, Workspace
from app.stores.service import directory

LASTS = timedelta(minutes=15)
_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
_LENGTH = 10
# What comes along, what is left behind, and what must not be there, of the workspace that is given up.
MOVED = (
    "influencer", "influencer_label", "influencer_import", "erased_key", "user_account", "portal_link", "code_wish",
)  # fmt: skip
DROPPED = (
    "event", "idempotency_key", "api_key", "link_code", "key_grant", "message_template", "mail_server",
    "message_suppression", "portal_settings", "code_change", "saved_view", "people_change",
)  # fmt: skip
"""Its API keys end: they were made for less."""
EMPTY = (
    "offer", "code", "code_run", "code_import", "assignment", "orders", "redemption", "ledger_entry",
    "redemption_total", "message", "message_run", "campaign", "incentive", "campaign_member", "stage_change",
)  # fmt: skip
OTHERS = ("store", "roster_connection", "audit_entry")


def make_code(session: Session, workspace_id: int) -> tuple[str, datetime]:
    """A new code and when it ends. The one before it works no more."""
    session.execute(delete(LinkCode).where(LinkCode.workspace_id == workspace_id))
    letters = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
    expires_at = now() + LASTS
    session.add(LinkCode(digest=_digest(letters), workspace_id=workspace_id, expires_at=expires_at))
    return f"{letters[:5]}-{letters[5:]}", expires_at


def link(session: Session, context: Context, code: str) -> None:
    """The store in `context` joins the workspace that made the code. Raises InvalidInput at code, or Conflict."""
    given = "".join(letter for letter in code.upper() if letter.isalnum())
    found = session.scalar(
        delete(LinkCode)
        .where(LinkCode.digest == _digest(given), LinkCode.expires_at > now())
        .returning(LinkCode.workspace_id)
    )
    if found is None:
        raise InvalidInput.at(
            FieldError("code", "This code is wrong or has ended. Make a new one in the other store.")
        )
    if found == context.workspace_id:
        raise Conflict("This store belongs to that workspace already.", code="already_linked")
    # Both rows, in one order: two stores that join each other at once wait here.
    both = sorted((found, context.workspace_id))
    session.execute(select(Workspace.id).where(Workspace.id.in_(both)).order_by(Workspace.id).with_for_update())
    _must_be_empty(session, context.workspace_id)
    _move(session, context.workspace_id, found)
    trail.append(
        session,
        trail.Doing(found, context.actor, "link_store", "store", context.store_id),
        after={"workspace": found},
    )
    directory.forget()


def _must_be_empty(session: Session, workspace_id: int) -> None:
    stores = session.scalar(select(func.count()).select_from(Store).where(Store.workspace_id == workspace_id)) or 0
    if stores > 1:
        raise Conflict("This store is linked to others already. Make the code here and enter it there.", code="linked")
    used = [name for name in EMPTY if session.scalar(select(exists().where(_of(name, workspace_id))))]
    if used:
        raise Conflict(
            "This store has offers, orders or campaigns of its own in Shoutcode, which cannot be moved. Make the code "
            "here, and enter it in the store without any.",
            code="not_empty",
        )


def _move(session: Session, old: int, new: int) -> None:
    _merge_people(session, old, new)
    _move_roster(session, old, new)
    for name in DROPPED:
        session.execute(delete(_table(name)).where(_of(name, old)))
    for name in MOVED:
        session.execute(update(_table(name)).where(_of(name, old)).values(workspace_id=new))
    session.execute(update(Store).where(Store.workspace_id == old).values(workspace_id=new))
    session.execute(update(Workspace).where(Workspace.id == old).values(joined_into_id=new))
    session.expire_all()


def _merge_people(session: Session, old: int, new: int) -> None:
    """Whoever is known there already is dropped here: without offers, nothing of theirs is lost."""
    people, labels = _table("influencer"), _table("influencer_label")
    there = aliased(people)
    known = select(people.c.id).where(
        people.c.workspace_id == old,
        exists().where(
            and_(there.c.workspace_id == new, there.c.source == people.c.source,
                 there.c.external_id == people.c.external_id)
        ),
    )  # fmt: skip
    for of_person in (labels, _table("portal_link"), _table("code_wish")):
        session.execute(delete(of_person).where(of_person.c.influencer_id.in_(known)))
    # Who was merged into one of them goes along.
    gone = or_(people.c.id.in_(known), people.c.merged_into_id.in_(known))
    session.execute(delete(labels).where(labels.c.influencer_id.in_(select(people.c.id).where(gone))))
    session.execute(delete(people).where(gone))
    erased = _table("erased_key")
    there_too = select(erased.c.digest).where(erased.c.workspace_id == new)
    session.execute(delete(erased).where(erased.c.workspace_id == old, erased.c.digest.in_(there_too)))


def _move_roster(session: Session, old: int, new: int) -> None:
    """What waited to be sent told of people only; the next pull and push start afresh."""
    connection, push, pending, event = (
        _table(name) for name in ("roster_connection", "roster_push", "event_pending", "event")
    )
    events = select(event.c.id).where(event.c.workspace_id == old)
    session.execute(delete(push).where(push.c.event_id.in_(events)))
    session.execute(delete(pending).where(pending.c.event_id.in_(events)))
    if session.scalar(select(exists().where(connection.c.workspace_id == new))):
        session.execute(delete(connection).where(connection.c.workspace_id == old))
    else:
        session.execute(update(connection).where(connection.c.workspace_id == old).values(workspace_id=new))


def _table(name: str) -> Table:
    return Base.metadata.tables[name]


def _of(name: str, workspace_id: int) -> ColumnElement[bool]:
    found: ColumnElement[bool] = _table(name).c.workspace_id == workspace_id
    return found


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode(errors="surrogatepass")).hexdigest()

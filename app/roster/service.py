"""The connection of a workspace to its roster: enter, try, disconnect, and how it stands."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.addresses import fault_of
from app.clock import now
from app.config import current_settings
from app.errors import Conflict, FieldError, InvalidInput, NotFound
from app.events import Event
from app.influencers.models import Influencer
from app.influencers.names import display
from app.influencers.service import disown
from app.influencers.upsert import check
from app.queue import enqueue_after_commit
from app.roster.connectors.http import HttpRoster
from app.roster.models import RosterConnection, RosterPush
from app.roster.port import RosterConnector, RosterError
from app.roster.rules import LISTED, Progress

SAMPLE = 5
CONNECTORS: Mapping[str, Callable[[RosterConnection], RosterConnector]] = {
    "http": lambda row: HttpRoster(row.base_url, row.api_key, row.signing_secret, demo=current_settings().is_demo),
}


@dataclass(frozen=True, slots=True)
class Trial:
    """What a roster says when asked. `sample`: some people: external id, name, why one would not come in."""

    ok: bool
    message: str
    name: str = ""
    can_read: bool = False
    can_write: bool = False
    sample: tuple[tuple[str, str, str], ...] = ()


def connector_for(connection: RosterConnection) -> RosterConnector:
    return CONNECTORS[connection.kind](connection)


def find(session: Session, workspace_id: int) -> RosterConnection | None:
    return session.scalar(select(RosterConnection).where(RosterConnection.workspace_id == workspace_id))


def get(session: Session, workspace_id: int) -> RosterConnection:
    connection = find(session, workspace_id)
    if connection is None:
        raise NotFound("No roster is connected.")
    return connection


def connect(
    session: Session, workspace_id: int, base_url: str, api_key: str | None, signing_secret: str | None
) -> RosterConnection:
    """Enters the roster, or changes it: keys left out stay, as long as the address does. Its first pull follows."""
    base_url = base_url.rstrip("/")
    known = find(session, workspace_id)
    same = known is not None and known.base_url == base_url
    _check(base_url, api_key, signing_secret, keys_needed=not same)
    connection = known or RosterConnection(workspace_id=workspace_id, created_at=now(), pull_progress={})
    if not same:
        connection.base_url, connection.name = base_url, ""
        connection.cursor = connection.updated_since = ""
        connection.pulled_at, connection.pull_progress = None, {}
    connection.api_key = api_key or connection.api_key
    connection.signing_secret = signing_secret or connection.signing_secret
    connection.push_failures, connection.push_next_at, connection.push_error = 0, None, ""
    session.add(connection)
    session.flush()
    enqueue_after_commit(session, "app.roster.jobs.pull", connection.id, queue="roster")
    return connection


def _check(base_url: str, api_key: str | None, signing_secret: str | None, *, keys_needed: bool) -> None:
    faults = []
    if fault := fault_of(base_url, demo=current_settings().is_demo):
        faults.append(FieldError("base_url", fault))
    if not api_key and keys_needed:
        faults.append(FieldError("api_key", "Enter the API key of your roster."))
    if api_key and not (api_key.isascii() and api_key.isprintable() and " " not in api_key):
        faults.append(FieldError("api_key", "Copy the API key again: it has a sign that no key has."))
    if not signing_secret and keys_needed:
        faults.append(FieldError("signing_secret", "Enter the signing secret of your roster."))
    if signing_secret and not _is_secret(signing_secret):
        faults.append(FieldError("signing_secret", "Enter the signing secret: whsec_ and what follows."))
    if faults:
        raise InvalidInput.at(*faults)


def _is_secret(text: str) -> bool:
    """`whsec_` and at least 16 bytes in base64 (padding may be missing)."""
    if not text.startswith("whsec_") or not text.isascii():
        return False
    try:
        return len(base64.b64decode(text.removeprefix("whsec_").rstrip("=") + "==", validate=True)) >= 16
    except binascii.Error:
        return False


def disconnect(session: Session, workspace_id: int) -> None:
    """Forgets the roster and its keys. The people stay, and may now be edited here."""
    connection = find(session, workspace_id)
    if connection is None:
        return
    session.execute(delete(RosterPush).where(RosterPush.connection_id == connection.id))
    session.delete(connection)
    disown(session, workspace_id)


def ask_for_pull(session: Session, workspace_id: int) -> RosterConnection:
    """Queues a pull. Raises Conflict where one is under way."""
    connection = get(session, workspace_id)
    if connection.pulling_until and connection.pulling_until > now():
        raise Conflict("A pull is under way. It goes on by itself.")
    enqueue_after_commit(session, "app.roster.jobs.pull", connection.id, queue="roster")
    return connection


def retry(session: Session, workspace_id: int) -> RosterConnection:
    """Lets every stuck event, and every waiting one that was held back, be tried at once."""
    connection = get(session, workspace_id)
    session.execute(
        update(RosterPush)
        .where(RosterPush.connection_id == connection.id, RosterPush.state.in_(("stuck", "waiting")))
        .values(state="waiting", attempts=0, next_at=now())
    )
    connection.push_failures, connection.push_next_at = 0, None
    enqueue_after_commit(session, "app.roster.jobs.push", connection.id, queue="roster")
    return connection


def attempt(connector: RosterConnector) -> Trial:
    """Asks the roster who it is and for some people. No transaction may be open."""
    try:
        about = connector.about()
        records = connector.pull("", "", SAMPLE).records if about.can_read else []
    except RosterError as error:
        return Trial(False, error.message)
    finally:
        connector.close()
    sample = tuple(check(record) for record in list(records)[:SAMPLE])
    missing = [word for word, able in (("read people", about.can_read), ("take events", about.can_write)) if not able]
    message = f"The roster does not let us {' or '.join(missing)}." if missing else ""
    return Trial(not missing, message, about.name, about.can_read, about.can_write, sample)


def status(session: Session, workspace_id: int) -> dict[str, Any]:
    """How the connection stands, without its keys."""
    connection = find(session, workspace_id)
    if connection is None:
        return {"connected": False, "kind": None, "name": None, "base_url": None, "pulled_at": None,
                "pull": _pull_status(None), "push": _push_status(session, None)}  # fmt: skip
    return {
        "connected": True, "kind": connection.kind, "name": connection.name or None, "base_url": connection.base_url,
        "pulled_at": connection.pulled_at, "pull": _pull_status(connection), "push": _push_status(session, connection),
    }  # fmt: skip


def _pull_status(connection: RosterConnection | None) -> dict[str, Any]:
    progress = Progress.read(connection.pull_progress if connection else {})
    stored = progress.stored() | {"error": progress.error or None}
    died = connection is None or connection.pulling_until is None or connection.pulling_until < now()
    if progress.state == "running" and died:
        # Its worker has gone; the schedule takes the pull up again where it stopped.
        stored |= {"state": "failed", "error": "The pull was interrupted. It goes on within 10 minutes."}
    return stored


def _push_status(session: Session, connection: RosterConnection | None) -> dict[str, Any]:
    if connection is None:
        return {"waiting": 0, "sent": 0, "stuck": 0, "oldest_waiting_at": None, "error": None, "stuck_items": []}
    mine = RosterPush.connection_id == connection.id
    counts = session.execute(select(RosterPush.state, func.count()).where(mine).group_by(RosterPush.state))
    oldest: datetime | None = session.scalar(
        select(Event.created_at).join(RosterPush, RosterPush.event_id == Event.id)
        .where(mine, RosterPush.state == "waiting").order_by(RosterPush.event_id).limit(1)
    )  # fmt: skip
    held = session.execute(
        select(RosterPush, Event, Influencer)
        .join(Event, Event.id == RosterPush.event_id)
        .outerjoin(Influencer, Influencer.id == RosterPush.influencer_id)
        .where(mine, RosterPush.state == "stuck").order_by(RosterPush.event_id).limit(LISTED)
    )  # fmt: skip
    return {
        "waiting": 0, "sent": 0, "stuck": 0, **dict(counts.all()),
        "oldest_waiting_at": oldest, "error": connection.push_error or None,
        "stuck_items": [_held(push, event, person) for push, event, person in held],
    }  # fmt: skip


def _held(push: RosterPush, event: Event, person: Influencer | None) -> dict[str, Any]:
    return {
        "id": push.id, "type": event.type, "error": push.error, "attempts": push.attempts,
        "influencer": _name(person) if person else None, "influencer_id": push.influencer_id,
        "created_at": event.created_at,
    }  # fmt: skip


def _name(person: Influencer) -> str:
    return display(person.first_name, person.last_name, person.display_name, person.handles, person.email)

"""Signed addresses for people without an account: the own page, the end of messages. The link is the permission."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.config import current_settings
from app.db.bulk import among
from app.db.types import derived_keys
from app.messages.models import PortalLink

_TOKEN = re.compile(r"(\d{1,18})(?:-(\d{1,9}))?-([a-z2-7]{26})", re.ASCII)
_PORTAL, _UNSUBSCRIBE, _LOST = b"portal link", b"unsubscribe link", b"lost link"


def portal_url(influencer_id: int, number: int) -> str:
    return f"{current_settings().url}/c/{_signed(_PORTAL, influencer_id, number)}"


def unsubscribe_url(message_id: int) -> str:
    return f"{current_settings().url}/u/{_signed(_UNSUBSCRIBE, message_id)}"


def lost_url(workspace_id: int) -> str:
    """Where people of a workspace ask for their link again."""
    return f"{current_settings().url}/lost/{_signed(_LOST, workspace_id)}"


def read_portal(token: str) -> tuple[int, int] | None:
    """(influencer id, number of the link); whether that number still opens the page is told by portal_link."""
    found = _read(_PORTAL, token, 2)
    return None if found is None else (found[0], found[1])


def read_unsubscribe(token: str) -> int | None:
    """The message that carried the link."""
    found = _read(_UNSUBSCRIBE, token, 1)
    return found[0] if found else None


def read_lost(token: str) -> int | None:
    """The workspace."""
    found = _read(_LOST, token, 1)
    return found[0] if found else None


def numbers(session: Session, influencer_ids: Sequence[int]) -> dict[int, int | None]:
    """{influencer id: the number of the link that opens their page}; None where it was revoked."""
    rows = session.execute(
        select(PortalLink.influencer_id, PortalLink.number, PortalLink.revoked_at).where(
            among(session, PortalLink.influencer_id, influencer_ids)
        )
    )
    known = {id: None if revoked_at else number for id, number, revoked_at in rows}
    return {id: known.get(id, 0) for id in influencer_ids}


def _signed(purpose: bytes, *ids: int) -> str:
    body = "-".join(map(str, ids))
    return f"{body}-{_mark(derived_keys(purpose)[0], body)}"


def _read(purpose: bytes, token: str, parts: int) -> list[int] | None:
    shape = _TOKEN.fullmatch(token)
    if shape is None:
        return None
    body, _, mark = token.rpartition("-")
    ids = [int(part) for part in body.split("-")]
    good = any(hmac.compare_digest(_mark(key, body), mark) for key in derived_keys(purpose))
    return ids if good and len(ids) == parts else None


def _mark(key: bytes, body: str) -> str:
    """128 bits in letters that no mail program breaks or trims."""
    digest = hmac.new(key, body.encode(), hashlib.sha256).digest()[:16]
    return base64.b32encode(digest).decode().rstrip("=").lower()

"""Templates: make, edit, archive, read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.clock import now
from app.errors import FieldError, InvalidInput, NotFound
from app.messages.addresses import deliverable
from app.messages.letters import MOST_HTML, MOST_TEXT, Reader, Words
from app.messages.models import MessageTemplate
from app.messages.words import LANGUAGES

FIELDS = ("name", "language", "subject", "text", "html", "disclosure", "sender_name", "reply_to")


def get(session: Session, workspace_id: int, template_id: int) -> MessageTemplate:
    """Raises NotFound, for another workspace's too."""
    found = session.scalar(
        select(MessageTemplate).where(MessageTemplate.workspace_id == workspace_id, MessageTemplate.id == template_id)
    )
    if found is None:
        raise NotFound("There is no such template here.")
    return found


def listed(session: Session, workspace_id: int, *, archived: bool = False) -> Sequence[MessageTemplate]:
    is_archived = MessageTemplate.archived_at.is_not(None) if archived else MessageTemplate.archived_at.is_(None)
    return session.scalars(
        select(MessageTemplate)
        .where(MessageTemplate.workspace_id == workspace_id, is_archived)
        .order_by(MessageTemplate.name_key)
    ).all()


def create(session: Session, workspace_id: int, given: Mapping[str, str], actor: str) -> MessageTemplate:
    """Raises InvalidInput at what cannot be read."""
    at = now()
    template = MessageTemplate(workspace_id=workspace_id, created_by=actor, created_at=at, updated_at=at)
    _take(session, template, given)
    session.add(template)
    session.flush()
    return template


def edit(session: Session, workspace_id: int, template_id: int, given: Mapping[str, str]) -> MessageTemplate:
    """Changes the fields that were sent. Messages not sent yet go out as the template is then."""
    template = get(session, workspace_id, template_id)
    _take(session, template, {**{name: getattr(template, name) for name in FIELDS}, **given})
    template.updated_at = now()
    return template


def archive(session: Session, workspace_id: int, template_id: int, *, back: bool = False) -> MessageTemplate:
    template = get(session, workspace_id, template_id)
    template.archived_at = None if back else template.archived_at or now()
    return template


def check_words(given: Mapping[str, Any]) -> None:
    """Raises InvalidInput at words that cannot be read as a template."""
    if given["language"] not in LANGUAGES:
        raise InvalidInput.at(FieldError("language", f"Choose one of {', '.join(LANGUAGES)}."))
    Reader(said(given))


def said(template: MessageTemplate | Mapping[str, Any]) -> Words:
    read = template.get if isinstance(template, Mapping) else lambda name, _="": getattr(template, name)
    return Words(
        subject=read("subject", ""), text=read("text", ""), html=read("html", ""), disclosure=read("disclosure", ""),
        language=read("language", "en"),
    )  # fmt: skip


_readers: dict[Words, Reader] = {}


def reader(words: Words) -> Reader:
    """Read once a process; the few templates in use are kept."""
    if words not in _readers:
        if len(_readers) >= 50:
            _readers.clear()
        _readers[words] = Reader(words)
    return _readers[words]


def _take(session: Session, template: MessageTemplate, given: Mapping[str, str]) -> None:
    faults = _faults(session, template, given)
    if given.get("language", "en") in LANGUAGES:
        try:
            Reader(said(given))
        except InvalidInput as error:
            faults += error.errors
    if faults:
        raise InvalidInput.at(*faults)
    for name in FIELDS:
        setattr(template, name, given.get(name, "en" if name == "language" else "").strip())
    template.name_key = template.name.casefold()


def _faults(session: Session, template: MessageTemplate, given: Mapping[str, str]) -> list[FieldError]:
    name, reply_to = given.get("name", "").strip(), given.get("reply_to", "").strip()
    checks = (
        (not name, "name", "Enter a name."),
        (bool(name) and _is_taken(session, template, name), "name", "Another template has this name."),
        (given.get("language", "en") not in LANGUAGES, "language", f"Choose one of {', '.join(LANGUAGES)}."),
        (not given.get("subject", "").strip(), "subject", "Enter a subject."),
        (not given.get("text", "").strip(), "text", "Write the message."),
        (len(given.get("text", "")) > MOST_TEXT, "text", f"Use at most {MOST_TEXT:,} characters."),
        (len(given.get("html", "")) > MOST_HTML, "html", f"Use at most {MOST_HTML:,} characters."),
        (bool(reply_to) and deliverable(reply_to) is None, "reply_to", "Enter an address such as ana@example.com."),
    )  # fmt: skip
    return [FieldError(field, message) for is_wrong, field, message in checks if is_wrong]


def _is_taken(session: Session, template: MessageTemplate, name: str) -> bool:
    """Archived ones too: they may be restored."""
    same = (MessageTemplate.workspace_id == template.workspace_id, MessageTemplate.name_key == name.casefold())
    with session.no_autoflush:
        return bool(session.scalar(select(exists().where(*same, MessageTemplate.id != (template.id or 0)))))

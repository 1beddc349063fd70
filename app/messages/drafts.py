"""A message as it would go out now: held with a reason, or a letter. Preview, sender and sweeps all ask here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.bulk import among
from app.messages.facts import Facts, Target, load
from app.messages.letters import Letter, Reader, Words
from app.messages.models import Message, MessageTemplate
from app.messages.rules import REASONS, Hold, hold
from app.messages.tags import OF_CODE
from app.messages.templates import reader, said
from app.messages.words import nearest, words

PREVIEW_LINK = "https://example.com/u/preview"
"""Where a preview shows the link that ends messages: the real one belongs to a message."""


@dataclass(frozen=True, slots=True)
class Draft:
    """`values`: of the merge tags, in the template's language, but for the address that ends messages."""

    hold: Hold | None
    facts: Facts
    template: MessageTemplate | None
    reader: Reader | None
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return self.facts.standing.address

    @property
    def external_id(self) -> str | None:
        return self.facts.person.external_id if self.facts.person else None

    @property
    def told_code_id(self) -> int | None:
        """The code whose string the letter carries."""
        if self.reader is None:
            return None
        return self.facts.code_id if OF_CODE & self.reader.printed(self.values) else None

    def letter(self, footer: str, unsubscribe: str) -> Letter:
        """Only where nothing holds it back."""
        if self.reader is None:
            raise ValueError("a message without a template has no letter")
        return self.reader.letter({**self.values, "unsubscribe_link": unsubscribe}, footer)

    def shown(self, footer: str) -> Letter:
        """For a preview: what is missing is shown as {{tag}}, never as a blank."""
        if self.reader is None:
            return Letter("", "", "")
        values = {**self.values, "unsubscribe_link": PREVIEW_LINK}
        missing = {name: f"{{{{{name}}}}}" for name in self.reader.blanks(values)}
        return self.reader.letter({**values, **missing}, footer)


def draft_of(session: Session, message: Message) -> Draft:
    return drafts_of(session, message.workspace_id, [message])[0]


def drafts_of(session: Session, workspace_id: int, messages: Sequence[Message]) -> list[Draft]:
    """In the order of the messages, in a constant number of statements."""
    ids = {message.template_id for message in messages if message.template_id}
    rows = select(MessageTemplate).where(
        MessageTemplate.workspace_id == workspace_id, among(session, MessageTemplate.id, list(ids))
    )
    templates = {row.id: row for row in session.scalars(rows)} if ids else {}
    facts = load(session, workspace_id, [Target(m.influencer_id, m.offer_id, m.incentive_id) for m in messages])
    return [
        _own(one) if message.kind == "link" else _draft(one, templates.get(message.template_id or 0))
        for message, one in zip(messages, facts, strict=True)
    ]


def drafts_for(session: Session, template: MessageTemplate, targets: Sequence[Target]) -> list[Draft]:
    """For a preview: nothing is written down."""
    return [_draft(one, template) for one in load(session, template.workspace_id, targets)]


def _draft(facts: Facts, template: MessageTemplate | None) -> Draft:
    if template is None or template.archived_at is not None:
        return Draft(Hold("template_gone", REASONS["template_gone"]), facts, template, None)
    return _read(facts, template, reader(said(template)))


def _read(facts: Facts, template: MessageTemplate | None, read: Reader) -> Draft:
    """`unsubscribe_link` is made with the message, so it is never empty."""
    values = facts.values(read.said.language)
    known = values | {"unsubscribe_link": "made with the message"}
    return Draft(hold(read.printed(known), read.blanks(known), facts.standing), facts, template, read, values)


def _own(facts: Facts) -> Draft:
    """The product's own message, in the person's language: their link to their page."""
    language = nearest(facts.person.locale if facts.person else "")
    text = (
        words(language)["link_text"].replace("{link}", "{{portal_link}}").replace("{store}", "{{store_name|Shoutcode}}")
    )
    subject = words(language)["link_subject"].replace("{store}", "{{store_name|Shoutcode}}")
    read = reader(Words(subject=subject, text=text, language=language))
    return _read(facts, None, read)

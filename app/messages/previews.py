"""What people would get, before anything is sent; and a test of it to one address."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy.orm import Session

from app.errors import FieldError, InvalidInput
from app.influencers import service as influencers
from app.influencers.service import Selected, Selection
from app.messages import runs, servers, templates
from app.messages.drafts import Draft, drafts_for
from app.messages.facts import Target
from app.messages.fields import TemplateWords
from app.messages.letters import Letter
from app.messages.models import MessageTemplate
from app.messages.tags import EXAMPLES

SHOWN = 20
COUNTED = 20_000
CHUNK = 1_000


def template_of(
    session: Session, workspace_id: int, template_id: int | None, words: TemplateWords | None
) -> MessageTemplate:
    """The one that is meant: saved, or still being written (never stored). Raises InvalidInput where it is faulty."""
    if words is None:
        if template_id is None:
            raise InvalidInput.at(FieldError("template_id", "Choose a template."))
        return templates.get(session, workspace_id, template_id)
    given = words.model_dump()
    templates.check_words(given)
    return MessageTemplate(workspace_id=workspace_id, **given)


def preview(
    session: Session,
    template: MessageTemplate,
    selection: Selection | None,
    *,
    offer_id: int | None,
    incentive_id: int | None,
) -> dict[str, Any]:
    """The fields of fields.MessagePreviewOut."""
    server = servers.find(session, template.workspace_id)
    footer = server.footer if server else ""
    if selection is None:
        letter = example(template, footer)
        item = {"influencer_id": None, "name": "", "address": "", "state": "ready", "reason": "", "detail": "",
                "subject": letter.subject, "text": letter.text, "html": letter.html}  # fmt: skip
        return {"items": [item], "total": 0, "ready": None, "held": [], "already": 0}
    runs.must_be_ours(session, template.workspace_id, offer_id, incentive_id)
    people = influencers.select(session, template.workspace_id, selection)
    counted = len(people) <= COUNTED
    items: list[dict[str, Any]] = []
    reasons: Counter[tuple[str, str]] = Counter()
    for start in range(0, len(people) if counted else SHOWN, CHUNK):
        part = people[start : start + CHUNK]
        drafts = drafts_for(session, template, [Target(person.id, offer_id, incentive_id) for person in part])
        reasons.update((draft.hold.reason, draft.hold.detail) for draft in drafts if draft.hold)
        shown = max(0, SHOWN - len(items))
        items += [_item(person, draft, footer) for person, draft in zip(part[:shown], drafts[:shown], strict=True)]
    ids = [person.id for person in people]
    known = runs.already(session, template.id, ids, offer_id, incentive_id) if template.id and counted else set()
    return {
        "items": items,
        "total": len(people),
        "ready": len(people) - reasons.total() if counted else None,
        "held": [{"reason": reason, "detail": detail, "count": n} for (reason, detail), n in reasons.most_common(20)],
        "already": len(known),
    }


def _item(person: Selected, draft: Draft, footer: str) -> dict[str, Any]:
    hold = draft.hold
    letter = draft.shown(footer)
    return {
        "influencer_id": person.id, "name": person.name, "address": draft.address,
        "state": hold.state if hold else "ready", "reason": hold.reason if hold else "",
        "detail": hold.detail if hold else "", "subject": letter.subject, "text": letter.text, "html": letter.html,
    }  # fmt: skip


def example(template: MessageTemplate, footer: str) -> Letter:
    """With examples in place of a person's values."""
    return templates.reader(templates.said(template)).letter(EXAMPLES, footer)


def trial(session: Session, template: MessageTemplate, target: Target | None, footer: str) -> Letter:
    """The letter of a test: one person's, blanks and all, or an example. Raises NotFound for a stranger."""
    if target is None:
        return example(template, footer)
    influencers.get(session, template.workspace_id, target.influencer_id)
    runs.must_be_ours(session, template.workspace_id, target.offer_id, target.incentive_id)
    return drafts_for(session, template, [target])[0].shown(footer)

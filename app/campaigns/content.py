"""Content delivered, as somebody outside says it: we do not judge it, we move on."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.campaigns import moves
from app.campaigns.fields import ContentDoneIn, Members, MoveIn
from app.campaigns.models import Campaign, CampaignMember
from app.db.bulk import among
from app.errors import FieldError, InvalidInput
from app.influencers.models import Influencer


@dataclass(slots=True)
class Done:
    """Influencer ids; `unknown` as they were given."""

    moved: list[int] = field(default_factory=list)
    waiting: list[int] = field(default_factory=list)
    not_there: list[int] = field(default_factory=list)
    unknown: list[int | str] = field(default_factory=list)


def mark_done(session: Session, campaign: Campaign, given: ContentDoneIn, *, actor: str) -> Done:
    """The campaign must be locked. Repeating it is harmless: who has moved on is not at Content any more."""
    if not given.influencer_ids and not given.external_ids:
        raise InvalidInput.at(FieldError("influencer_ids", "Name at least one person."))
    rows = session.execute(
        select(CampaignMember.id, CampaignMember.influencer_id, CampaignMember.stage, Influencer.external_id)
        .join(Influencer, Influencer.id == CampaignMember.influencer_id)
        .where(
            CampaignMember.campaign_id == campaign.id,
            among(session, CampaignMember.influencer_id, given.influencer_ids)
            | among(session, Influencer.external_id, given.external_ids),
        )
        .order_by(CampaignMember.id)
    ).all()
    known: set[int | str | None] = {id for row in rows for id in (row.influencer_id, row.external_id)}
    named: list[int | str] = [*given.influencer_ids, *given.external_ids]
    done = Done(unknown=[id for id in named if id not in known])
    done.not_there = [row.influencer_id for row in rows if row.stage != "content"]
    ready = {row.id: row.influencer_id for row in rows if row.stage == "content"}
    if not ready:
        return done
    wanted = MoveIn(members=Members(ids=list(ready)), to="post_payment", short="fit")
    moves.move(session, campaign, wanted, actor=actor)
    at = among(session, CampaignMember.id, list(ready))
    moved = set(session.scalars(select(CampaignMember.id).where(at, CampaignMember.stage == "post_payment")))
    done.moved = [person for member, person in ready.items() if member in moved]
    done.waiting = [person for member, person in ready.items() if member not in moved]
    return done

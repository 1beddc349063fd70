"""What the routes of offers for people take and answer."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from app.assignments.service import MOST_POOLED
from app.codes.routes import RunOut
from app.influencers.service import Selection
from app.offers.fields import OfferIn, OfferTerms

Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
Edits = Annotated[dict[Id, Annotated[str, Field(max_length=200)]], Field(max_length=20_000)]
Pool = Annotated[int, Field(ge=0, le=MOST_POOLED)]


class Forms(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PeopleIn(Forms):
    """For whom: `edits` are codes typed by hand, by influencer id; `pool` codes are made for nobody yet."""

    selection: Selection | None = None
    edits: Edits = {}
    pool: Pool = 0


class NewOffer(OfferIn, PeopleIn):
    """`publish` false saves a draft: nothing reaches the store."""

    store_id: Id
    publish: bool = True


class DraftChanges(OfferIn, PeopleIn):
    """Only the fields sent are changed."""


class Skipped(BaseModel):
    """Somebody who holds a code of the offer already."""

    influencer_id: int
    name: str
    code: str


class IssuedOut(BaseModel):
    offer: OfferTerms
    run: RunOut | None
    added: int
    skipped: list[Skipped]

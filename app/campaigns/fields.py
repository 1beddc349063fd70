"""Campaigns in JSON: what comes in, and the words in which it is refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated, Literal

from babel import Locale
from babel.numbers import get_currency_precision
from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.campaigns.rules import DROPPED, STAGES
from app.influencers.fields import line, refuse

Stage = Literal["invited", "confirmed", "pre_payment", "content", "post_payment", "done", "dropped"]
Timing = Literal["pre_payment", "post_payment"]
Purpose = Literal["own_use", "gift", "audience"]
assert set(Stage.__args__) == {*STAGES, DROPPED}  # type: ignore[attr-defined]  # a Literal has them
Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
MOST_IDS = 20_000
MOST_CODES = 100_000
MOST_AMOUNT = Decimal(10**9)
MOST_TEXT = 1_500_000
"""Characters of one paste; the rest follows in another."""
CURRENCIES = frozenset(Locale("en").currencies)
Name = Annotated[str, line(120)]
LongText = Annotated[str, line(2000, "\n")]
Query = Annotated[str, line(200)]


class Forms(BaseModel):
    model_config = ConfigDict(extra="forbid")


class CampaignIn(Forms):
    """Only the fields sent are changed. `confirm`: yes, change it although the campaign is active."""

    name: Name = ""
    starts_on: date | None = None
    ends_on: date | None = None
    notes: LongText = ""
    confirm: bool = False


class Amount(Forms):
    """An amount as text, such as "85.00", with its currency."""

    amount: Annotated[str, Field(max_length=40)]
    currency: Annotated[str, Field(max_length=3)]

    @model_validator(mode="after")
    def _is_money(self) -> Amount:
        if self.currency.upper() not in CURRENCIES:
            refuse("Enter a three-letter currency such as EUR.")
        self.decimal()
        return self

    def decimal(self) -> Decimal:
        try:
            value = Decimal(self.amount.strip())
        except InvalidOperation:
            refuse("Enter an amount such as 85.00.")
        if not value.is_finite() or not 0 <= value <= MOST_AMOUNT:
            refuse("Enter an amount from 0 to 1,000,000,000.")
        decimals = get_currency_precision(self.currency.upper())
        if value != round(value, decimals):
            refuse(f"{self.currency.upper()} has {decimals} decimals.")
        return value


class IncentiveIn(Forms):
    """A promo code for each creator. `value`: what one code is worth in the shop; `cost`: what one costs the merchant.

    Only the fields sent are changed. `confirm`: yes, change it although the campaign is active.
    """

    name: Name = ""
    description: LongText = ""
    timing: Timing = "pre_payment"
    purpose: Purpose = "own_use"
    value: Amount | None = None
    cost: Amount | None = None
    warn_at: Annotated[int, Field(ge=0, le=MOST_CODES)] = 0
    top_up: Annotated[int, Field(ge=0, le=MOST_CODES)] = 0
    offer_id: Id | None = None
    template_id: Id | None = None
    confirm: bool = False


class NewIncentive(IncentiveIn):
    """`store_id`: where its codes are used; the store of the page unless told."""

    store_id: Id | None = None


class CodesIn(Forms):
    """Codes for a pool: `codes` is what was pasted, or the text of a `file`; or `make` asks the incentive's offer for
    so many. `keep_missing`: keep codes that the store does not know, without tracking what they sell.
    """

    codes: Annotated[str, line(MOST_TEXT, "\r\n\t")] = ""
    file: bool = False
    make: Annotated[int, Field(ge=0, le=MOST_CODES)] = 0
    keep_missing: bool = False


class MemberFilter(Forms):
    """`code`: released (in their hands), held (assigned, not released), waiting (for one) or none. `incentive_id`:
    which incentive's code is meant; any where it is missing.
    """

    q: Query = ""
    stage: Stage | None = None
    code: Literal["released", "held", "waiting", "none"] | None = None
    incentive_id: Id | None = None


class Members(Forms):
    """Members picked one by one (`ids`), or all that a filter matches but for `except_ids`."""

    ids: Annotated[list[Id], Field(max_length=MOST_IDS)] | None = None
    filter: MemberFilter | None = None
    except_ids: Annotated[list[Id], Field(max_length=MOST_IDS)] = []

    @model_validator(mode="after")
    def _one_of_both(self) -> Members:
        if (self.ids is None) == (self.filter is None):
            refuse("Send either ids or a filter.")
        return self


class MovePreviewIn(Forms):
    members: Members
    to: Stage


class MoveIn(Forms):
    """`short` says what happens where codes are short: `none` moves nobody, `fit` moves those for whom there are codes
    and puts the others on the waiting list, `make` does the same and asks the offers for what is missing.

    `at_least`: how many the preview said would move; if fewer can by now, nobody is moved. `released`: what becomes of
    codes that members have in their hands when they are moved back or dropped.
    """

    members: Members
    to: Stage
    short: Literal["none", "fit", "make"] = "none"
    at_least: Annotated[int, Field(ge=0, le=10**6)] = 0
    released: Literal["keep", "disable"] = "keep"


class ContentDoneIn(Forms):
    """Who has delivered what was asked for, by our ids or by the roster's."""

    influencer_ids: Annotated[list[Id], Field(max_length=1000)] = []
    external_ids: Annotated[list[Annotated[str, line(255)]], Field(max_length=1000)] = []

"""The values of the merge tags for one person, as people write them in the template's language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_currency, format_percent

from app.campaigns.models import Incentive
from app.influencers.models import Influencer
from app.influencers.names import UNNAMED, display, first_handle
from app.messages.words import words
from app.offers.models import Offer
from app.stores.models import Store


@dataclass(frozen=True, slots=True)
class Told:
    """What is known; whatever is missing leaves its tag empty."""

    person: Influencer | None
    code: str
    offer: Offer | None
    store: Store | None
    share_link: str = ""
    old_code: str = ""
    incentive: Incentive | None = None
    campaign_name: str = ""
    workspace_name: str = ""
    portal_link: str = ""
    unsubscribe_link: str = ""


def values_of(told: Told, language: str) -> dict[str, str]:
    """{tag: its value}, "" where there is none."""
    offer, incentive, store = told.offer, told.incentive, told.store
    return {
        **_of_person(told.person, language),
        "code": told.code,
        "share_link": told.share_link,
        "old_code": told.old_code,
        "portal_link": told.portal_link,
        "unsubscribe_link": told.unsubscribe_link,
        "store_name": line(store.name or store.domain) if store else line(told.workspace_name),
        "campaign_name": line(told.campaign_name),
        "incentive": line(incentive.description) if incentive else "",
        "offer_name": line(incentive.name if incentive else offer.name if offer else ""),
        "offer_title": line(offer.title if offer else ""),
        "value": what_it_gives(offer, language) if offer else "",
        "minimum": amount(offer.minimum_subtotal, offer.currency, language) if offer else "",
        "starts_on": day(offer.starts_at, store, language) if offer and store else "",
        "ends_on": day(offer.ends_at, store, language) if offer and store else "",
    }


def _of_person(person: Influencer | None, language: str) -> dict[str, str]:
    if person is None:
        return {}
    name = display(person.first_name, person.last_name, person.display_name, person.handles, "")
    name = "" if name == UNNAMED else name
    rate = person.commission_rate
    return {
        "first_name": line(person.first_name),
        "last_name": line(person.last_name),
        "name": line(name),
        "handle": line(first_handle(person.handles)),
        "commission_rate": percentage(rate, language) if rate else "",
    }


def what_it_gives(offer: Offer, language: str) -> str:
    if offer.type == "percentage" and offer.value is not None:
        return percentage(offer.value, language)
    if offer.type == "fixed_amount":
        return amount(offer.value, offer.currency, language)
    if offer.type == "free_shipping":
        return words(language)["free_shipping"]
    return line(str((offer.free_product or {}).get("title", "")))


def percentage(value: Decimal, language: str) -> str:
    pattern = Locale(language).percent_formats[None].pattern.replace("0", "0.##", 1)
    return line(format_percent(value / 100, pattern, locale=language))


def amount(value: Decimal | None, currency: str, language: str) -> str:
    return "" if value is None else line(format_currency(value, currency, locale=language))


def day(at: datetime | None, store: Store, language: str) -> str:
    return "" if at is None else format_date(at.astimezone(ZoneInfo(store.time_zone)), "long", locale=language)


def line(text: str) -> str:
    """On one line, without the signs that a letter uses for itself."""
    kept = "".join(sign for sign in text if sign.isprintable() or sign.isspace())
    return " ".join(kept.split(None))

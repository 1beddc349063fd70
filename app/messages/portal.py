"""What an influencer sees on their own page: codes in their hands, terms, and the results the merchant shows."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import segno
from babel.dates import format_time
from babel.numbers import format_decimal
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import now
from app.codes.sharing import applies
from app.influencers.models import Influencer
from app.messages import links
from app.messages.facts import Owned, owned
from app.messages.models import CodeWish, Message, PortalLink, PortalSettings
from app.messages.portal_words import portal_words
from app.messages.values import amount, day, line, percentage, what_it_gives
from app.messages.words import nearest
from app.offers.models import Offer
from app.redemptions.models import Total
from app.stores.models import Store, Workspace

SHOWN = 12
SEEN_AGAIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whoever holds a good link."""

    person: Influencer
    workspace: Workspace
    language: str


@dataclass(frozen=True, slots=True)
class Card:
    """One code. `tone`: works, soon or off."""

    code_id: int
    code: str
    title: str
    description: str
    tone: str
    state: str
    link: str
    link_applies: bool
    qr: str
    terms: Sequence[str]


def visitor(session: Session, token: str, accepted: Sequence[str]) -> Visitor | None:
    """None where the link is wrong, replaced or revoked, or its person erased. `accepted`: the browser's languages."""
    found = links.read_portal(token)
    if found is None:
        return None
    influencer_id, number = found
    person = session.get(Influencer, influencer_id)
    if person is None or person.erased_at is not None or person.merged_into_id is not None:
        return None
    if links.numbers(session, [influencer_id])[influencer_id] != number:
        return None
    workspace = session.get_one(Workspace, person.workspace_id)
    return Visitor(person, workspace, nearest(person.locale) if person.locale else nearest(*accepted))


def settings_of(session: Session, workspace_id: int) -> PortalSettings:
    """Those that stand, or the first ones, not stored."""
    found = session.scalar(select(PortalSettings).where(PortalSettings.workspace_id == workspace_id))
    return found or PortalSettings(
        workspace_id=workspace_id, show_uses=False, show_revenue=False, show_commission=False, ask_codes=True,
        terms="", contact="",
    )  # fmt: skip


def page(session: Session, visitor: Visitor) -> dict[str, Any]:
    """What the page is made from: words, cards, results, wish."""
    person, workspace = visitor.person, visitor.workspace
    said = portal_words(visitor.language)
    settings = settings_of(session, workspace.id)
    cards = [card for one in owned(session, workspace.id, person) if (card := _card(one, said, visitor.language))]
    cards.sort(key=lambda card: ("works", "soon", "off").index(card.tone))
    name = line(person.first_name or person.display_name)
    greeting = said["hello_none"] if not cards else said["hello_one" if len(cards) == 1 else "hello_many"]
    return {
        "words": said, "language": visitor.language, "brand": brand(session, workspace),
        "hello": greeting.format(name=name) if name else said["hello"] if cards else brand(session, workspace),
        "cards": cards[:SHOWN], "results": _results(session, visitor, settings),
        "own_terms": [line(one) for one in settings.terms.splitlines() if one.strip()],
        "contact": line(settings.contact), "wish": _wish(session, visitor, said) if settings.ask_codes else None,
    }  # fmt: skip


def brand(session: Session, workspace: Workspace) -> str:
    """The shop's name, as shoppers know it."""
    names = select(Store.name).where(Store.workspace_id == workspace.id, Store.name != "").order_by(Store.id).limit(1)
    return line(session.scalar(names) or workspace.name)


def _card(one: Owned, said: Mapping[str, str], language: str) -> Card | None:
    """None before the code was ever live, and while its offer is not published."""
    told, offer, store = one.told, one.told.offer, one.told.store
    if offer is None or store is None or one.standing.offer_state == "draft":
        return None
    if one.code.state not in ("live", "disabled"):
        return None
    tone, state = _state(one, offer, store, said, language)
    value = what_it_gives(offer, language)
    for_all = offer.purpose == "audience" and offer.type == "percentage" and offer.scope.get("kind", "all") == "all"
    title = told.incentive.name if told.incentive else said["gives_all" if for_all else "gives"].format(value=value)
    if offer.type in ("free_shipping", "free_product") and not told.incentive:
        title = value
    link = told.share_link if tone != "off" else ""
    description = line(told.incentive.description) if told.incentive else ""
    return Card(
        one.code.id, one.code.code, line(title), description, tone, state, link,
        applies(store), _qr(link), _terms(offer, store, said, language),
    )  # fmt: skip


def _state(one: Owned, offer: Offer, store: Store, said: Mapping[str, str], language: str) -> tuple[str, str]:
    if one.code.state != "live" or one.standing.offer_state not in ("active", "scheduled") or one.standing.used_up:
        return "off", said["off"]
    if one.standing.offer_state == "scheduled":
        return "soon", said["starts"].format(day=day(offer.starts_at, store, language))
    ends = day(offer.ends_at, store, language)
    return "works", said["works_until"].format(day=ends) if ends else said["works"]


def _terms(offer: Offer, store: Store, said: Mapping[str, str], language: str) -> list[str]:
    start, end = day(offer.starts_at, store, language), day(offer.ends_at, store, language)
    zone = store.time_zone.rpartition("/")[2].replace("_", " ")
    found = [
        said["dates"].format(start=start, end=end, zone=zone) if end else said["from"].format(start=start, zone=zone)
    ]
    if offer.minimum_subtotal:
        found.append(said["minimum"].format(amount=amount(offer.minimum_subtotal, offer.currency, language)))
    if offer.once_per_customer:
        found.append(said["once"])
    if offer.uses_per_code:
        found.append(said["uses"].format(count=offer.uses_per_code))
    if offer.purpose == "audience":
        found.append(said["ad"])
    return found


def _qr(link: str) -> str:
    return segno.make(link, error="m").svg_inline(border=2, light="#fff", omitsize=True) if link else ""


def picture(link: str) -> bytes:
    """The QR code as a PNG that prints well."""
    out = io.BytesIO()
    segno.make(link, error="m").save(out, kind="png", scale=16, border=3)
    return out.getvalue()


def _results(session: Session, visitor: Visitor, settings: PortalSettings) -> dict[str, Any] | None:
    """One column of figures a currency; None where the merchant shows none, or there is nothing yet."""
    if not (settings.show_uses or settings.show_revenue or settings.show_commission):
        return None
    said, language, person = portal_words(visitor.language), visitor.language, visitor.person
    totals: dict[str, tuple[int, Decimal]] = {}
    for row in session.scalars(
        select(Total).where(Total.workspace_id == person.workspace_id, Total.influencer_id == person.id)
    ):
        orders, net = totals.get(row.currency, (0, Decimal(0)))
        totals[row.currency] = (orders + row.redemptions, net + row.gross - row.refunded)
    rate = person.commission_rate
    groups = []
    for currency, (orders, net) in sorted(totals.items()):
        figures = []
        if settings.show_uses:
            figures.append((format_decimal(orders, locale=language), said["orders"]))
        if settings.show_revenue:
            figures.append((amount(net, currency, language), said["sales"]))
        if settings.show_commission and rate:
            earned = max(net, Decimal(0)) * rate / 100
            figures.append((amount(earned, currency, language), said["earned"].format(rate=percentage(rate, language))))
        groups.append(figures)
    if not any(groups):
        return None
    at = now().astimezone(ZoneInfo(visitor.workspace.time_zone))
    return {"groups": groups, "as_of": said["as_of"].format(time=format_time(at, "short", locale=language))}


def _wish(session: Session, visitor: Visitor, said: Mapping[str, str]) -> dict[str, Any]:
    last = session.scalar(
        select(CodeWish).where(CodeWish.influencer_id == visitor.person.id).order_by(CodeWish.id.desc()).limit(1)
    )
    told = said[f"wish_{last.state}"].format(code=last.code) if last else ""
    return {"told": told, "open": last is None or last.state != "asked"}


def seen(session: Session, visitor: Visitor) -> None:
    """To the hour: the merchant sees whether the page was ever opened."""
    link = link_of(session, visitor.person.workspace_id, visitor.person.id)
    if link.opened_at is None or link.opened_at < now() - SEEN_AGAIN:
        link.opened_at = now()


def is_news(session: Session, visitor: Visitor) -> bool:
    """Whether seen() would write."""
    opened = session.scalar(select(PortalLink.opened_at).where(PortalLink.influencer_id == visitor.person.id))
    return opened is None or opened < now() - SEEN_AGAIN


def link_of(session: Session, workspace_id: int, influencer_id: int) -> PortalLink:
    """The row of a person's link, made where there is none yet."""
    found = session.scalar(select(PortalLink).where(PortalLink.influencer_id == influencer_id).with_for_update())
    if found is None:
        found = PortalLink(workspace_id=workspace_id, influencer_id=influencer_id, number=0)
        session.add(found)
        session.flush()
    return found


def own_data(session: Session, visitor: Visitor) -> dict[str, Any]:
    """What is kept of them, for them."""
    person = visitor.person
    names = ("first_name", "last_name", "display_name", "email", "handles", "country", "locale", "consent",
             "preferred_code")  # fmt: skip
    messages = session.execute(
        select(Message.kind, Message.state, Message.address, Message.created_at, Message.sent_at)
        .where(Message.workspace_id == person.workspace_id, Message.influencer_id == person.id)
        .order_by(Message.id)
    )
    codes = owned(session, person.workspace_id, person)
    return {
        **{name: getattr(person, name) for name in names},
        "tags": [*person.tags, *person.local_tags], "groups": person.groups, "since": _iso(person.created_at),
        "codes": [{"code": one.code.code, "state": one.code.state, "since": _iso(one.since)} for one in codes
                  if one.code.state in ("live", "disabled") and one.standing.offer_state != "draft"],
        "messages": [{"kind": kind, "state": state, "address": address, "created_at": _iso(created),
                      "sent_at": _iso(sent)} for kind, state, address, created, sent in messages],
    }  # fmt: skip


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.strftime("%Y-%m-%dT%H:%M:%SZ")

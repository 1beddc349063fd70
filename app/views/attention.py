"""What waits for somebody: one line each, with what to do behind its link."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from app.codes.models import Code, CodeRun
from app.codes.rules import failed_in_words
from app.messages.models import CodeWish, MailServer, Message
from app.offers.models import Offer
from app.roster import service as roster
from app.stores.models import PrivacyRequest, Store
from app.views import campaigns

MOST = 20


def attention(session: Session, workspace_id: int) -> list[dict[str, Any]]:
    """The stores first: without them nothing else goes on."""
    readers = (_stores, _approvals, _drift, _runs, _failed_codes, _pools, _roster, _messages)
    return [line for reader in readers for line in reader(session, workspace_id)][:MOST]


def _line(kind: str, text: str, link: str, count: int = 1) -> dict[str, Any]:
    return {"kind": kind, "text": text, "link": link, "count": count}


def _stores(session: Session, workspace_id: int) -> Iterator[dict[str, Any]]:
    stores = select(Store).where(Store.workspace_id == workspace_id, Store.state == "needs_reauth").order_by(Store.id)
    for store in session.scalars(stores):
        text = f"{store.name or store.domain} does not let us in any more. Open Shoutcode in its admin once."
        yield _line("store_needs_reauth", text, f"/stores/{store.id}")
    requests = session.execute(
        select(Store.id, Store.name, Store.domain, func.count())
        .join(PrivacyRequest, PrivacyRequest.store_id == Store.id)
        .where(Store.workspace_id == workspace_id, PrivacyRequest.done_at.is_(None))
        .group_by(Store.id, Store.name, Store.domain)
        .order_by(Store.id)
    )
    for id, name, domain, count in requests:
        text = f"{name or domain}: {_many(count, 'privacy request')} to answer."
        yield _line("privacy_requests", text, f"/stores/{id}", count)


def _approvals(session: Session, workspace_id: int) -> Iterator[dict[str, Any]]:
    waiting = session.execute(
        select(Offer.id, Offer.name, Offer.approval_reason)
        .where(Offer.workspace_id == workspace_id, Offer.approval_asked_at.is_not(None))
        .order_by(Offer.approval_asked_at)
    )
    for offer_id, name, reason in waiting:
        yield _line("approval", f"{name} waits for a second person: {reason}", f"/offers/{offer_id}")


def _drift(session: Session, workspace_id: int) -> Iterator[dict[str, Any]]:
    rows = session.execute(
        select(Offer.id, Offer.name, Offer.drift)
        .where(Offer.workspace_id == workspace_id, Offer.drift.is_not(None))
        .order_by(Offer.id.desc())
    )
    for offer_id, name, drift in rows:
        done = "was deleted in the store" if drift["kind"] == "deleted" else "was changed in the store"
        yield _line("drift", f"{name} {done}. Accept or restore it.", f"/offers/{offer_id}")


def _runs(session: Session, workspace_id: int) -> Iterator[dict[str, Any]]:
    waiting = session.execute(
        select(CodeRun.offer_id, Offer.name, CodeRun.trouble)
        .join(Offer, Offer.id == CodeRun.offer_id)
        .where(CodeRun.workspace_id == workspace_id, CodeRun.state == "running", CodeRun.trouble != "")
        .order_by(CodeRun.id.desc())
    )
    for offer_id, name, trouble in waiting:
        yield _line("run_waits", f"{name}: {trouble}", f"/offers/{offer_id}")


def _failed_codes(session: Session, workspace_id: int) -> Iterator[dict[str, Any]]:
    """One line an offer: "56 codes failed in Winter launch. 41 already exist in the store, 12 got no answer."."""
    some = exists().where(Code.offer_id == Offer.id, Code.state == "failed")
    # No more lines are shown: the codes of other offers need no counting.
    newest = (
        select(Offer.id)
        .where(Offer.workspace_id == workspace_id, Offer.archived_at.is_(None), some)
        .order_by(Offer.id.desc())
        .limit(MOST)
    )
    rows = session.execute(
        select(Offer.id, Offer.name, Code.reason, func.count())
        .join(Code, Code.offer_id == Offer.id)
        .where(Offer.id.in_(newest), Code.state == "failed")
        .group_by(Offer.id, Offer.name, Code.reason)
        .order_by(Offer.id.desc(), func.count().desc())
    )
    failed: dict[tuple[int, str], list[tuple[str, int]]] = {}
    for offer_id, name, reason, count in rows:
        failed.setdefault((offer_id, name), []).append((reason, count))
    for (offer_id, name), reasons in failed.items():
        total = sum(count for _, count in reasons)
        why = ", ".join(failed_in_words(reason, count) for reason, count in reasons)
        yield _line("codes_failed", f"{_many(total, 'code')} failed in {name}. {why}.", f"/offers/{offer_id}", total)


def _pools(session: Session, workspace_id: int) -> Iterator[dict[str, Any]]:
    for low in campaigns.low_pools(session, workspace_id):
        text = f"{low['name']} in {low['campaign_name']}: {_many(low['left'], 'code')} left"
        waiting = low["waiting"]
        text += f", and {_many(waiting, 'creator')} {'waits' if waiting == 1 else 'wait'} for one." if waiting else "."
        yield _line("pool_low", text, f"/campaigns/{low['campaign_id']}", max(waiting, 1))


def _roster(session: Session, workspace_id: int) -> Iterator[dict[str, Any]]:
    found = roster.status(session, workspace_id)
    pull, push = found["pull"], found["push"]
    link = "/settings/roster"
    if pull["state"] == "failed":
        yield _line("roster_pull_failed", f"The roster could not be read. {pull['error']}", link)
    if pull["refused"]:
        yield _line("roster_refused", f"{_many(pull['refused'], 'person', 'people')} of the roster did not come in.",
                    link, pull["refused"])  # fmt: skip
    if push["error"]:
        yield _line("roster_push_failed", f"Results do not reach the roster. {push['error']}", link, push["waiting"])
    if push["stuck"]:
        yield _line("roster_stuck", f"The roster refuses {_many(push['stuck'], 'event')}.", link, push["stuck"])


def _messages(session: Session, workspace_id: int) -> Iterator[dict[str, Any]]:
    uncertain = session.scalar(
        select(func.count()).where(Message.workspace_id == workspace_id, Message.state == "uncertain")
    )
    if uncertain:
        text = f"{_many(uncertain, 'message')} may have been sent when sending was cut off: decide what to do."
        yield _line("messages_uncertain", text, "/messages?state=uncertain", uncertain)
    trouble = session.scalar(select(MailServer.trouble).where(MailServer.workspace_id == workspace_id))
    if trouble:
        yield _line("mail_trouble", f"Your mail server takes nothing: {trouble}", "/settings/mail")
    asked = session.scalar(select(func.count()).where(CodeWish.workspace_id == workspace_id, CodeWish.state == "asked"))
    if asked:
        text = f"{_many(asked, 'influencer asks', 'influencers ask')} for a code of their liking."
        yield _line("codes_asked", text, "/messages?tab=wishes", asked)


def _many(count: int, one: str, several: str = "") -> str:
    return f"{count:,} {one if count == 1 else several or one + 's'}"

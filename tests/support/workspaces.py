"""A workspace with a row of everything, every text of it marked, so that a leak shows wherever it comes out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Table, inspect, select
from sqlalchemy.orm import Session

from app import events
from app.assignments.models import Assignment
from app.campaigns.models import Campaign, CampaignMember, Incentive, IncentiveCode, StageChange
from app.clock import now
from app.codes.models import Code, CodeChange, CodeImport, CodeImportLine, CodeRun
from app.db import Base, reading
from app.events import Event
from app.influencers.models import ImportRow, InfluencerImport, PeopleChange
from app.influencers.service import upsert_many
from app.messages.models import (
    CodeWish,
    MailServer,
    Message,
    MessageRun,
    MessageTemplate,
    PortalLink,
    PortalSettings,
)
from app.redemptions.models import LedgerEntry, Order, Redemption, Total
from app.roster.models import RosterConnection, RosterPush
from app.stores.models import ApiKey, KeyGrant, Store
from app.views.models import SavedView
from tests.support.offers import add_offer
from tests.support.rows import add_store, add_user


@dataclass(frozen=True)
class Workspace:
    """Ids of one row of each kind; `mark` is in every text of this workspace and of no other."""

    mark: str
    domain: str
    workspace_id: int
    store_id: int
    influencer_id: int
    offer_id: int
    draft_id: int
    run_id: int
    code_id: int
    redemption_id: int
    user_id: int
    key_id: int
    grant_id: int
    influencer_import_id: int
    code_change_id: int
    code_import_id: int
    view_id: int
    change_id: int
    campaign_id: int
    incentive_id: int
    member_id: int
    template_id: int
    message_run_id: int
    message_id: int
    wish_id: int


def add_workspace(session: Session, domain: str, mark: str) -> Workspace:
    at = now()
    store = add_store(session, domain, name=f"{mark} store")
    (person,) = upsert_many(session, store.workspace_id, "test", [_person(mark)])
    offer = add_offer(session, store, f"{mark} offer")
    draft = add_offer(session, store, f"{mark} draft", published_at=None)
    run = CodeRun(workspace_id=store.workspace_id, offer_id=offer.id, state="stopped", total=3, created_at=at,
                  started_by=f"{mark} user")
    session.add(run)
    session.flush()
    base = {"workspace_id": store.workspace_id, "store_id": store.id, "offer_id": offer.id, "run_id": run.id,
            "created_at": at}
    code = Code(code=f"{mark}15", key=f"{mark}15", base=mark, state="live", **base)
    failed = Code(code=f"{mark}16", key=f"{mark}16", base=mark, state="failed", reason="unreachable", can_retry=True,
                  message=f"{mark} message", **base)
    pooled = Code(code=f"{mark}17", key=f"{mark}17", base=mark, state="live", in_pool=True, **base)
    session.add_all([code, failed, pooled])
    session.flush()
    assignment = Assignment(workspace_id=store.workspace_id, offer_id=offer.id, code_id=code.id,
                            influencer_id=person.influencer_id, starts_at=at)
    session.add(assignment)
    session.flush()
    redemption = _add_sale(session, store, code, assignment, mark, at)
    _add_roster(session, store.workspace_id, person.influencer_id or 0, mark, at)
    user = add_user(session, store, f"{mark} number")
    key = ApiKey(workspace_id=store.workspace_id, name=f"{mark} key", prefix=f"sck_{mark}", digest=mark, scope="read",
                 created_by=f"{mark} user", created_at=at)
    session.add(key)
    session.flush()
    return Workspace(mark, domain, store.workspace_id, store.id, person.influencer_id or 0, offer.id, draft.id, run.id,
                     code.id, redemption.id, user.id, key.id, _add_grant(session, store.workspace_id, mark, at),
                     _add_import(session, store.workspace_id, mark, at),
                     *_add_code_work(session, store, mark, at),
                     *_add_table(session, store.workspace_id, person.influencer_id or 0, mark, at),
                     *_add_campaign(session, store, offer.id, pooled.id, person.influencer_id or 0, mark, at),
                     *_add_messages(session, store.workspace_id, person.influencer_id or 0, code.id, mark, at))


def _add_grant(session: Session, workspace_id: int, mark: str, at: datetime) -> int:
    grant = KeyGrant(workspace_id=workspace_id, digest=mark, store_url=f"https://{mark.lower()}.example", message=mark,
                     asked_by=f"{mark} user", expires_at=at + timedelta(minutes=30))
    session.add(grant)
    session.flush()
    return grant.id


def _add_messages(
    session: Session, workspace_id: int, influencer_id: int, code_id: int, mark: str, at: datetime
) -> tuple[int, int, int, int]:
    template = MessageTemplate(workspace_id=workspace_id, name=f"{mark} template", name_key=mark.casefold(),
                               subject=f"{mark} subject", text=f"{mark} text", created_at=at, updated_at=at)
    server = MailServer(workspace_id=workspace_id, host=f"{mark.lower()}.invalid", username=mark, password=mark,
                        sender_email=f"{mark}@example.com", created_at=at, updated_at=at)
    wish = CodeWish(workspace_id=workspace_id, influencer_id=influencer_id, code=f"{mark}99", asked_at=at)
    session.add_all([template, server, wish, PortalSettings(workspace_id=workspace_id, terms=mark),
                     PortalLink(workspace_id=workspace_id, influencer_id=influencer_id)])
    session.flush()
    run = MessageRun(workspace_id=workspace_id, template_id=template.id, total=1, state="finished", created_at=at)
    session.add(run)
    session.flush()
    message = Message(workspace_id=workspace_id, run_id=run.id, template_id=template.id, influencer_id=influencer_id,
                      kind="bulk", state="uncertain", code_id=code_id, address=f"{mark}@example.com", detail=mark,
                      next_at=at, created_at=at)
    session.add(message)
    session.flush()
    return template.id, run.id, message.id, wish.id


def _add_campaign(
    session: Session, store: Store, offer_id: int, code_id: int, influencer_id: int, mark: str, at: datetime
) -> tuple[int, int, int]:
    """An active campaign with an incentive, a code in its pool and a member."""
    base = {"workspace_id": store.workspace_id}
    campaign = Campaign(name=f"{mark} campaign", name_key=mark, notes=f"{mark} notes", state="active",
                        activated_at=at, created_at=at, updated_at=at, **base)
    session.add(campaign)
    session.flush()
    incentive = Incentive(campaign_id=campaign.id, store_id=store.id, name=f"{mark} kit", description=f"{mark} text",
                          timing="pre_payment", offer_id=offer_id, created_at=at, updated_at=at, **base)
    member = CampaignMember(campaign_id=campaign.id, influencer_id=influencer_id, stage_at=at, added_at=at, **base)
    session.add_all([incentive, member])
    session.flush()
    session.add(IncentiveCode(incentive_id=incentive.id, code_id=code_id, added_at=at))
    session.add(StageChange(member_id=member.id, to_stage="invited", at=at, by=f"{mark} user", **base))
    session.flush()
    return campaign.id, incentive.id, member.id


def _add_table(session: Session, workspace_id: int, influencer_id: int, mark: str, at: datetime) -> tuple[int, int]:
    """A saved view and a change of many people."""
    view = SavedView(workspace_id=workspace_id, name=f"{mark} view", name_key=f"{mark} view".casefold(),
                     content={"filter": {"tag": f"{mark} tag"}}, created_at=at, updated_at=at)
    change = PeopleChange(workspace_id=workspace_id, kind="restore", ids=[influencer_id], total=1, done=1,
                          created_at=at, finished_at=at)
    session.add_all([view, change])
    session.flush()
    return view.id, change.id


def _add_code_work(session: Session, store: Store, mark: str, at: datetime) -> tuple[int, int]:
    """Ids of a change of codes and of an import of codes."""
    who = {"workspace_id": store.workspace_id, "started_by": f"{mark} user", "created_at": at}
    change = CodeChange(action="disable", state="finished", total=1, changed=0, trouble=f"{mark} trouble", **who)
    brought = CodeImport(store_id=store.id, state="finished", origin="pasted", total=1, trouble=mark, **who)
    session.add_all([change, brought])
    session.flush()
    session.add(CodeImportLine(import_id=brought.id, number=1, code=f"{mark}99", state="refused", reason=mark))
    return change.id, brought.id


def _person(mark: str) -> dict[str, Any]:
    return {
        "external_id": f"{mark}-1", "first_name": f"{mark} Ana", "last_name": mark, "email": f"{mark}@example.com",
        "handles": [{"platform": mark, "handle": f"{mark}.ana"}], "tags": [f"{mark} tag"], "groups": [f"{mark} group"],
        "stage": mark,
    }  # fmt: skip


def _add_sale(
    session: Session, store: Store, code: Code, assignment: Assignment, mark: str, at: datetime
) -> Redemption:
    money = {"currency": "EUR", "gross": Decimal(100), "discount": Decimal(15), "refunded": Decimal(20)}
    base = {"workspace_id": store.workspace_id}
    order = Order(store_id=store.id, remote_id=f"{mark}-9", name=f"#{mark}9", placed_at=at, remote_updated_at=at,
                  **base, **money)
    session.add(order)
    session.flush()
    redemption = Redemption(store_id=store.id, order_id=order.id, code_id=code.id, offer_id=code.offer_id,
                            assignment_id=assignment.id, influencer_id=assignment.influencer_id, placed_at=at,
                            counted=True, **base, **money)
    session.add(redemption)
    session.flush()
    session.add(LedgerEntry(redemption_id=redemption.id, number=1, kind="sale", counted=1, reason=f"{mark} reason",
                            happened_at=at, recorded_at=at, **base, **money))
    session.add(Total(offer_id=code.offer_id, influencer_id=assignment.influencer_id, redemptions=1, last_order_at=at,
                      **base, **money))
    return redemption


def _add_roster(session: Session, workspace_id: int, influencer_id: int, mark: str, at: datetime) -> None:
    connection = RosterConnection(
        workspace_id=workspace_id, kind="http", name=f"{mark} roster", base_url=f"https://{mark.lower()}.example.com/api",
        api_key=f"{mark}-key", signing_secret="whsec_" + "A" * 32, pull_progress={}, created_at=at,
    )  # fmt: skip
    session.add(connection)
    events.append(session, workspace_id, "code.live", {"code": f"{mark}15"}, influencer_id)
    session.flush()
    event_id = session.scalars(select(Event.id).where(Event.workspace_id == workspace_id)).one()
    session.add(RosterPush(connection_id=connection.id, event_id=event_id, influencer_id=influencer_id, state="stuck",
                           attempts=5, next_at=at, error=f"{mark} error"))
    session.flush()


def _add_import(session: Session, workspace_id: int, mark: str, at: datetime) -> int:
    found = InfluencerImport(
        workspace_id=workspace_id, name=f"{mark}.csv", state="checked", head=[f"{mark} id"], sample=[[mark]],
        mapping={"external_id": 0}, rows=1, checked=1, message=mark, started_by=mark, created_at=at,
    )  # fmt: skip
    session.add(found)
    session.flush()
    session.add(ImportRow(import_id=found.id, number=2, external_id=mark, name=mark, outcome="refused", message=mark))
    session.flush()
    return found.id


def rows_of(workspace: Workspace) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the workspace, by table."""
    found = {}
    with reading() as session:
        for name, table in Base.metadata.tables.items():
            where = _belongs(table, workspace)
            if where is not None:
                found[name] = [tuple(row) for row in session.execute(select(table).where(where).order_by(*_key(table)))]
    return found


def _belongs(table: Table, workspace: Workspace) -> Any:
    if table.name == "workspace":
        return table.c.id == workspace.workspace_id
    if "workspace_id" in table.c:
        return table.c.workspace_id == workspace.workspace_id
    if "store_id" in table.c:
        return table.c.store_id == workspace.store_id
    if table.name == "roster_push":
        return table.c.influencer_id == workspace.influencer_id
    return None


def _key(table: Table) -> Any:
    return inspect(table).primary_key

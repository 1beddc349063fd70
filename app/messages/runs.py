"""A template for many people: start, progress, stop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Table, exists, func, select, update
from sqlalchemy.orm import Session

from app.clock import now
from app.codes.rules import seconds_left
from app.db import Base
from app.db.bulk import among, insert_rows
from app.errors import Conflict, NotFound
from app.influencers import service as influencers
from app.influencers.service import Selection
from app.messages import servers, templates
from app.messages.models import MailServer, Message, MessageRun, MessageTemplate
from app.queue import enqueue_after_commit

AT_ONCE = 1_000
"""So many messages are written down within the request; more by a job."""
CHUNK = 100
WINDOW = timedelta(seconds=60)
STATES = ("queued", "held", "sending", "sent", "failed", "uncertain", "unsubscribed", "withdrawn")
TABLE: Table = Base.metadata.tables["message"]


def start(
    session: Session,
    workspace_id: int,
    template_id: int,
    selection: Selection,
    *,
    offer_id: int | None,
    incentive_id: int | None,
    again: bool,
    actor: str,
) -> tuple[MessageRun, int]:
    """The run, and how many people were left out because they have this message already (unless `again`)."""
    servers.get(session, workspace_id)
    template = templates.get(session, workspace_id, template_id)
    if template.archived_at is not None:
        raise Conflict("This template is archived. Restore it, or choose another one.")
    must_be_ours(session, workspace_id, offer_id, incentive_id)
    ids = [person.id for person in influencers.select(session, workspace_id, selection)]
    known = set() if again else already(session, template_id, ids, offer_id, incentive_id)
    wanted = [id for id in ids if id not in known]
    at = now()
    run = MessageRun(
        workspace_id=workspace_id, template_id=template_id, offer_id=offer_id, incentive_id=incentive_id,
        state="running" if wanted else "finished", total=len(wanted), request=wanted or None, started_by=actor,
        created_at=at, finished_at=None if wanted else at,
    )  # fmt: skip
    session.add(run)
    session.flush()
    if len(wanted) <= AT_ONCE:
        _write(session, run, wanted)
        run.request, run.made = None, len(wanted)
        enqueue_after_commit(session, "app.messages.jobs.send", workspace_id)
    else:
        enqueue_after_commit(session, "app.messages.jobs.fill", run.id)
    return run, len(known)


def must_be_ours(session: Session, workspace_id: int, offer_id: int | None, incentive_id: int | None) -> None:
    """Raises NotFound at another workspace's offer or incentive."""
    for name, id, word in (("offer", offer_id, "offer"), ("incentive", incentive_id, "incentive")):
        table = Base.metadata.tables[name]
        if id is not None and not session.scalar(
            select(exists().where(table.c.id == id, table.c.workspace_id == workspace_id))
        ):
            raise NotFound(f"There is no such {word} here.")


def already(
    session: Session, template_id: int, ids: Sequence[int], offer_id: int | None, incentive_id: int | None
) -> set[int]:
    """Who has, or is about to get, this template about this offer or incentive."""
    found: set[int] = set()
    for start in range(0, len(ids), 5_000):
        part = ids[start : start + 5_000]
        found |= set(
            session.scalars(
                select(Message.influencer_id).where(
                    among(session, Message.influencer_id, part), Message.template_id == template_id,
                    Message.offer_id.is_not_distinct_from(offer_id),
                    Message.incentive_id.is_not_distinct_from(incentive_id),
                    Message.state.in_(("queued", "held", "sending", "sent", "uncertain")),
                )
            )
        )  # fmt: skip
    return found


def fill(session: Session, run_id: int) -> bool:
    """Writes down the next messages of a big run; whether there are more."""
    run = session.scalar(select(MessageRun).where(MessageRun.id == run_id).with_for_update())
    if run is None or run.request is None or run.state != "running":
        return False
    ids = run.request[run.made : run.made + CHUNK]
    _write(session, run, ids)
    run.made += len(ids)
    if run.made < len(run.request):
        return True
    run.request = None
    enqueue_after_commit(session, "app.messages.jobs.send", run.workspace_id)
    return False


def _write(session: Session, run: MessageRun, ids: Sequence[int]) -> None:
    at = now()
    same = {
        "workspace_id": run.workspace_id, "run_id": run.id, "template_id": run.template_id, "kind": "bulk",
        "offer_id": run.offer_id, "incentive_id": run.incentive_id, "state": "queued", "reason": "", "detail": "",
        "attempts": 0, "next_at": at, "address": "", "via": "", "created_by": run.started_by, "created_at": at,
    }  # fmt: skip
    insert_rows(session, TABLE, [{**same, "influencer_id": id} for id in ids])


def unmade(session: Session) -> list[int]:
    """Runs whose messages are still to be written down."""
    waiting = select(MessageRun.id).where(MessageRun.state == "running", MessageRun.request.is_not(None))
    return list(session.scalars(waiting.order_by(MessageRun.id)))


def finish_done(session: Session, workspace_id: int) -> None:
    """A run is finished once nothing of it is on its way; what is held goes on by itself."""
    going = exists().where(Message.run_id == MessageRun.id, Message.state.in_(("queued", "sending")))
    session.execute(
        update(MessageRun)
        .where(
            MessageRun.workspace_id == workspace_id, MessageRun.state == "running", MessageRun.request.is_(None), ~going
        )
        .values(state="finished", finished_at=now())
    )


def get(session: Session, workspace_id: int, run_id: int) -> MessageRun:
    run = session.scalar(select(MessageRun).where(MessageRun.workspace_id == workspace_id, MessageRun.id == run_id))
    if run is None:
        raise NotFound("There is no such sending here.")
    return run


def stop(session: Session, workspace_id: int, run_id: int) -> None:
    """What was sent was sent; the rest is withdrawn, what is held too."""
    run = get(session, workspace_id, run_id)
    session.execute(
        update(Message)
        .where(Message.run_id == run.id, Message.state.in_(("queued", "held")))
        .values(state="withdrawn", reason="stopped", detail="The sending was stopped.")
    )
    run.total = run.made if run.request is not None else run.total
    run.request, run.finished_at = None, run.finished_at or now()
    run.state = "stopped"


def latest(session: Session, workspace_id: int, *which: Any, limit: int = 10) -> list[dict[str, Any]]:
    """Runs, the newest first, in four statements whatever their number."""
    rows = session.execute(
        select(MessageRun, MessageTemplate.name)
        .join(MessageTemplate, MessageTemplate.id == MessageRun.template_id)
        .where(MessageRun.workspace_id == workspace_id, *which)
        .order_by(MessageRun.id.desc())
        .limit(limit)
    ).all()
    ids = [run.id for run, _ in rows]
    counts, rates = _counts(session, ids), _recent(session, ids)
    server = servers.find(session, workspace_id) if ids else None
    return [_shown(run, name, counts.get(run.id, {}), rates.get(run.id, 0), server) for run, name in rows]


def _counts(session: Session, ids: Sequence[int]) -> dict[int | None, dict[str, int]]:
    query = select(Message.run_id, Message.state, func.count()).where(among(session, Message.run_id, ids))
    found: dict[int | None, dict[str, int]] = {}
    for run_id, state, count in session.execute(query.group_by(Message.run_id, Message.state)):
        found.setdefault(run_id, {})[state] = count
    return found


def _recent(session: Session, ids: Sequence[int]) -> dict[int | None, int]:
    query = (
        select(Message.run_id, func.count())
        .where(among(session, Message.run_id, ids), Message.state == "sent", Message.sent_at > now() - WINDOW)
        .group_by(Message.run_id)
    )
    return dict(session.execute(query).all())


def _shown(
    run: MessageRun, name: str, counts: Mapping[str, int], recent: int, server: MailServer | None
) -> dict[str, Any]:
    seconds = max(1.0, min(now() - run.created_at, WINDOW).total_seconds())
    rate = recent / seconds if run.state == "running" and recent else None
    waiting = counts.get("queued", 0) + counts.get("sending", 0) + (run.total - run.made if run.request else 0)
    return {
        "id": run.id,
        "template_id": run.template_id,
        "template_name": name,
        "offer_id": run.offer_id,
        "incentive_id": run.incentive_id,
        "state": run.state,
        "total": run.total,
        "counts": {
            state: counts.get(state, 0) + (run.total - run.made if run.request and state == "queued" else 0)
            for state in STATES
        },
        "rate": None if rate is None else round(rate, 2),
        "seconds_left": None if rate is None else seconds_left(waiting, rate),
        "trouble": (server.trouble if server else "There is no mail server.") if run.state == "running" else "",
        "started_by": run.started_by,
        "created_at": run.created_at,
        "finished_at": run.finished_at,
    }

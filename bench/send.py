"""Messages sent through one SMTP server on this machine: each committed before it leaves, one connection, no limit.

The server counts and throws away. The time runs from the first to the last slice of the sender, in one process; its
memory is looked at after the first thousand letters and at the end. Each address must have got exactly one.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import psutil
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import String, cast, func, select, update

from app.assignments.models import Assignment
from app.boot import boot
from app.clock import now
from app.codes.models import Code
from app.config import Settings
from app.db import db, reading, transaction
from app.db.base import Base
from app.db.bulk import insert_rows
from app.influencers.models import Influencer
from app.messages import jobs
from app.messages.models import MailServer, Message, MessageTemplate
from bench.codes_made import add_offer
from bench.harness import Figure, Run, bench
from bench.people import add_people
from scripts.processes import free_port

LEAST = 40.0
"""Messages a second on one core that the server shares: 10,000 people in some four minutes."""
MOST_GROWTH = 24.0
TEXT = "Hi {{first_name|there}},\n\n{{code}}\n\n{{share_link}}\n\nIt gives {{value}} off.\n\n{{portal_link}}"


@dataclass
class Counting:
    arrived: Counter[str] = field(default_factory=Counter)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.arrived.update(envelope.rcpt_tos)
        return "250 OK"


@bench("send")
def send(run: Run) -> Iterator[Figure]:
    people = run.pick(5_000, 400)
    counting, port = Counting(), free_port()
    logging.getLogger("mail.log").setLevel(logging.WARNING)
    server = Controller(counting, hostname="127.0.0.1", port=port, ready_timeout=10)
    with run.system() as system, closing(_Stopping(server)):
        system.start_queue()
        system.migrate()
        boot(Settings.from_env(system.env))
        server.start()
        try:
            workspace_id = _queue(people, port)
            seconds, growth = _send_all(workspace_id)
        finally:
            db.dispose()
    once = len(counting.arrived) == people and set(counting.arrived.values()) == {1}
    rate = people / seconds
    yield run.figure(
        "send", value=rate, unit="messages/s", bar=f">= {LEAST:g}/s, each once, memory + {MOST_GROWTH:g} MB at most",
        ok=rate >= LEAST and once and growth <= MOST_GROWTH, messages=people, each_once=once, memory_growth_mb=growth,
    )  # fmt: skip


class _Stopping:
    def __init__(self, server: Controller) -> None:
        self._server = server

    def close(self) -> None:
        self._server.stop()


def _queue(people: int, port: int) -> int:
    """Everybody has a live code and a message that waits. Returns the workspace."""
    at = now()
    with transaction() as session:
        offer = add_offer(session)
        offer.published_at = at
        ids = [person.id for person in add_people(session, offer.workspace_id, people)]
        workspace_id = offer.workspace_id
        same: dict[str, Any] = {"workspace_id": workspace_id, "store_id": offer.store_id, "offer_id": offer.id}
        rows = [{**same, "code": f"SEND{id}", "key": f"SEND{id}", "base": "SEND", "state": "live", "made_for_id": id,
                 "created_at": at, "reason": "", "message": "", "can_retry": False, "attempt": 1, "in_pool": False,
                 "source": "made", "tracked": True, "due": ""} for id in ids]  # fmt: skip
        insert_rows(session, Base.metadata.tables["code"], rows)
        session.execute(update(Influencer).values(email=_address()))
        template = MessageTemplate(workspace_id=workspace_id, name="Bench", name_key="bench", subject="Your {{code}}",
                                   text=TEXT, created_at=at, updated_at=at)
        session.add_all([template, MailServer(workspace_id=workspace_id, host="127.0.0.1", port=port, security="none",
                                              sender_email="bench@shop.example", per_minute=1_000_000, created_at=at,
                                              updated_at=at)])
        session.flush()
        codes = session.execute(select(Code.id, Code.made_for_id)).all()
        insert_rows(session, Base.metadata.tables[Assignment.__tablename__], [
            {"workspace_id": workspace_id, "offer_id": offer.id, "code_id": code_id, "influencer_id": id,
             "starts_at": at, "assigned_by": "bench"} for code_id, id in codes])  # fmt: skip
        insert_rows(session, Base.metadata.tables["message"], [
            {"workspace_id": workspace_id, "template_id": template.id, "influencer_id": id, "kind": "bulk",
             "offer_id": offer.id, "state": "queued", "reason": "", "detail": "", "attempts": 0, "next_at": at,
             "address": "", "via": "", "created_by": "bench", "created_at": at} for id in ids])  # fmt: skip
    return workspace_id


def _address() -> Any:
    return "person-" + cast(Influencer.id, String) + "@example.com"


def _send_all(workspace_id: int) -> tuple[float, float]:
    """Seconds, and by how many MB the process grew after its first slices."""
    process = psutil.Process()
    began, first, slices = time.perf_counter(), 0.0, 0
    left = _waiting()
    while left:
        jobs.send(workspace_id)
        before, left = left, _waiting()
        if left == before:
            raise AssertionError(f"a slice of the sender sent nothing of {left} messages")
        slices += 1
        if slices == 3:
            first = process.memory_info().rss / 1e6
    grown = process.memory_info().rss / 1e6 - first if first else 0.0
    return time.perf_counter() - began, grown


def _waiting() -> int:
    with reading() as session:
        return session.scalar(select(func.count()).where(Message.state == "queued")) or 0

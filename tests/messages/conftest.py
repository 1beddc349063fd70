"""A workspace whose messages leave through a real SMTP server on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from apiflask import APIFlask
from sqlalchemy import select, update

from app import config
from app.assignments.models import Assignment
from app.clock import now
from app.codes.models import Code
from app.config import Settings
from app.db import reading, transaction
from app.influencers.models import Influencer
from app.messages import jobs
from app.messages.models import MailServer, Message
from app.offers.models import Offer
from app.stores.models import Store
from tests.support.actors import Merchant
from tests.support.mail import FakeMailServer, serve
from tests.support.offers import add_offer, add_people


@pytest.fixture(scope="module")
def smtp() -> Iterator[FakeMailServer]:
    mail = FakeMailServer()
    controller = serve(mail)
    yield mail
    controller.stop()


@pytest.fixture
def mail(smtp: FakeMailServer) -> FakeMailServer:
    """The server, empty and well."""
    smtp.arrived.clear()
    for faults in (smtp.refusals, smtp.after_data, smtp.cut, smtp.silent):
        faults.clear()
    smtp.connections = 0
    return smtp


@pytest.fixture
def demo(app: APIFlask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Servers on this machine are allowed, and a slice lasts until all is sent, however slow the machine."""
    config.use(replace(settings, env="demo"))
    monkeypatch.setattr(jobs, "SLICE_SECONDS", 60.0)
    yield
    for id in list(jobs._kept):
        jobs._let_go(id)


@dataclass
class Shop:
    """What a test needs to send: a store, an offer, people who hold its codes, a server that takes letters."""

    store: Store
    offer: Offer
    people: list[int]
    server: dict[str, Any]
    merchant: Merchant

    def send(self, **changes: Any) -> dict[str, Any]:
        """Asks for a template to be sent to everybody."""
        body = {"template_id": self.template(), "selection": {"ids": self.people}, "offer_id": self.offer.id, **changes}
        answer = self.merchant.post("/api/messages", json=body)
        assert answer.status_code == 201, answer.text
        return answer.json

    def template(self, **changes: Any) -> int:
        given = {"name": f"Template {now().timestamp()}", "subject": "Your code {{code}}",
                 "text": "Hi {{first_name|there}}, {{code}} at {{share_link}}", **changes}
        answer = self.merchant.post("/api/message-templates", json=given)
        assert answer.status_code == 201, answer.text
        return answer.json["id"]

    def work(self, slices: int = 1) -> None:
        for _ in range(slices):
            jobs.send(self.store.workspace_id)

    def states(self) -> dict[int, str]:
        """{influencer id: state of the newest message}"""
        with reading() as session:
            return dict(session.execute(select(Message.influencer_id, Message.state).order_by(Message.id)).all())

    def messages(self) -> list[Message]:
        with reading() as session:
            return list(session.scalars(select(Message).order_by(Message.id)))

    def due_now(self) -> None:
        """Time passes: what was put off is due, the server is tried again, leases have run out."""
        with transaction() as session:
            session.execute(update(Message).values(next_at=now()))
            session.execute(update(MailServer).values(retry_at=None, next_at=None, sending_until=None))


def address_of(id: int) -> str:
    return f"person-{id}@example.com"


@pytest.fixture
def shop(app: APIFlask, demo: None, mail: FakeMailServer, store: Store, merchant: Merchant) -> Shop:
    """Three people with a live code each."""
    return make_shop(store, merchant, mail, 3)


def make_shop(store: Store, merchant: Merchant, mail: FakeMailServer, people: int) -> Shop:
    with transaction() as session:
        offer = add_offer(session, store)
        ids = add_people(session, store.workspace_id, [f"Ana {n}" for n in range(people)])
        give_codes(session, offer, ids)
    server = {"host": "127.0.0.1", "port": mail.port, "security": "none", "sender_email": "team@shop.example",
              "sender_name": "Some Shop", "per_minute": 6000, "footer": "Some Shop, 1 High Street"}
    assert merchant.put("/api/mail-server", json=server).status_code == 200
    return Shop(store, offer, ids, server, merchant)


def give_codes(session: Any, offer: Offer, ids: list[int], state: str = "live") -> list[Code]:
    at = now()
    made = []
    for id in ids:
        session.execute(update(Influencer).where(Influencer.id == id).values(email=address_of(id)))
        text = f"ANA{id}-{offer.id}"
        code = Code(workspace_id=offer.workspace_id, store_id=offer.store_id, offer_id=offer.id, code=text, key=text,
                    base="ANA", state=state, made_for_id=id, created_at=at)
        session.add(code)
        made.append(code)
    session.flush()
    for id, code in zip(ids, made, strict=True):
        session.add(Assignment(workspace_id=offer.workspace_id, offer_id=offer.id, code_id=code.id, influencer_id=id,
                               starts_at=at))
    session.flush()
    return made

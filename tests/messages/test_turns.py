"""What changes between two letters, and letters that take longer than the lease."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, true, update
from sqlalchemy.orm import Session

from app.clock import now
from app.codes.models import Code
from app.db import reading, transaction
from app.influencers.models import Influencer
from app.messages import taking, turns
from app.messages.models import MailServer, Message, MessageTemplate
from app.messages.smtp import Connection
from app.messages.suppression import suppress
from app.offers.models import Offer
from tests.messages.conftest import Shop, address_of
from tests.support.mail import FakeMailServer


def between_letters(monkeypatch: pytest.MonkeyPatch, change: Callable[[Session], object]) -> None:
    """Once the first letter has left, while the next are worked out already."""
    send, left = Connection.send, []

    def sends(connection: Connection, *letter: Any) -> Any:
        outcome = send(connection, *letter)
        if not left:
            left.append(letter)
            with transaction() as session:
                change(session)
        return outcome

    monkeypatch.setattr(Connection, "send", sends)


def disable(session: Session, shop: Shop) -> None:
    session.execute(update(Code).where(Code.made_for_id == shop.people[1]).values(state="disabled"))


def pause(session: Session, shop: Shop) -> None:
    session.execute(update(Offer).values(paused_at=now(), updated_at=now()))


def unsubscribe(session: Session, shop: Shop) -> None:
    suppress(session, shop.store.workspace_id, address_of(shop.people[1]), "unsubscribed")


def archive(session: Session, shop: Shop) -> None:
    session.execute(update(Influencer).where(Influencer.id == shop.people[1]).values(archived_at=now()))


def archive_template(session: Session, shop: Shop) -> None:
    session.execute(update(MessageTemplate).values(archived_at=now()))


def withdraw(session: Session, shop: Shop) -> None:
    theirs = Message.influencer_id == shop.people[1]
    session.execute(update(Message).where(theirs, Message.state == "queued").values(state="withdrawn"))


@pytest.mark.parametrize(
    ("change", "state", "reason"),
    [(disable, "held", "off"), (pause, "held", "offer_paused"), (unsubscribe, "unsubscribed", "unsubscribed"),
     (archive, "held", "archived"), (archive_template, "held", "template_gone"), (withdraw, "withdrawn", "")],
)  # fmt: skip
def test_what_changes_between_two_letters_counts_for_the_second(
    shop: Shop, mail: FakeMailServer, monkeypatch: pytest.MonkeyPatch, change, state, reason
) -> None:
    shop.send()
    between_letters(monkeypatch, lambda session: change(session, shop))
    shop.work()
    second = shop.messages()[1]
    assert (second.state, second.reason) == (state, reason)
    assert mail.counts[address_of(shop.people[0])] == 1
    assert mail.counts[address_of(shop.people[1])] == 0


def test_without_the_second_look_a_dead_code_is_told(shop: Shop, mail, monkeypatch) -> None:
    """The twin: the letters were all worked out before the code died."""
    monkeypatch.setattr("app.messages.taking._works", true)
    monkeypatch.setattr("app.messages.jobs.FRESH_SECONDS", 60.0)
    monkeypatch.setattr(taking, "_statement", taking._statement.__wrapped__)
    shop.send()
    between_letters(monkeypatch, lambda session: disable(session, shop))
    shop.work()
    assert mail.counts[address_of(shop.people[1])] == 1


def test_a_new_address_between_two_letters_is_where_the_second_goes(shop: Shop, mail, monkeypatch) -> None:
    shop.send()
    new = update(Influencer).where(Influencer.id == shop.people[1]).values(email="new@example.com")
    between_letters(monkeypatch, lambda session: session.execute(new))
    shop.work()
    assert set(shop.states().values()) == {"sent"}
    assert mail.counts == {address_of(shop.people[0]): 1, "new@example.com": 1, address_of(shop.people[2]): 1}


@pytest.fixture
def slow(mail: FakeMailServer, monkeypatch: pytest.MonkeyPatch):
    """A server that thinks about each letter until it is told to go on."""
    monkeypatch.setattr(turns, "RENEWED_EVERY", 0.05)
    thinking, go_on = threading.Event(), threading.Event()
    hand_over = Connection._hand_over

    def thinks(connection: Connection, *letter: Any) -> Any:
        thinking.set()
        assert go_on.wait(30)
        return hand_over(connection, *letter)

    monkeypatch.setattr(Connection, "_hand_over", thinks)
    yield thinking, go_on
    go_on.set()


def lease() -> Any:
    with reading() as session:
        return session.scalars(select(MailServer.sending_until)).one()


def renewals(most: int) -> int:
    """How often the lease moves, up to `most`, within its life."""
    seen, until = {lease()}, now() + turns.LEASE
    while len(seen) <= most and now() < until:
        seen.add(lease())
    return len(seen) - 1


def test_a_slow_letter_keeps_its_turn(shop: Shop, mail, slow) -> None:
    thinking, go_on = slow
    shop.send()
    sender = threading.Thread(target=shop.work)
    sender.start()
    assert thinking.wait(30)
    assert renewals(3) == 3
    with transaction() as session:
        assert turns.begin(session, shop.store.workspace_id) is None
    go_on.set()
    sender.join()
    assert mail.counts == {address_of(id): 1 for id in shop.people}
    assert set(shop.states().values()) == {"sent"}
    assert lease() is None


def test_who_lost_the_turn_sends_nothing_more(shop: Shop, mail, slow, monkeypatch) -> None:
    """The twin: nobody renews. The next sender takes over, and what was under way is told of as it ends."""
    monkeypatch.setattr(turns, "RENEWED_EVERY", 60.0)
    monkeypatch.setattr(turns, "LEASE", turns.timedelta(seconds=0.5))
    thinking, go_on = slow
    shop.send()
    sender = threading.Thread(target=shop.work)
    sender.start()
    assert thinking.wait(30)
    while lease() > now():
        pass
    with transaction() as session:
        assert turns.begin(session, shop.store.workspace_id) is not None
    assert list(shop.states().values()) == ["uncertain", "queued", "queued"]
    go_on.set()
    sender.join()
    assert list(shop.states().values()) == ["sent", "queued", "queued"]
    assert mail.counts == {address_of(shop.people[0]): 1}


def test_a_server_that_never_ends_its_answer_is_broken_off(shop: Shop, mail, monkeypatch) -> None:
    monkeypatch.setattr(turns, "RENEWED_EVERY", 0.05)
    monkeypatch.setattr(turns, "LETTER_SECONDS", 0.3)
    mail.silent = {address_of(shop.people[0])}
    shop.send()
    shop.work()
    first = shop.messages()[0]
    assert (first.state, first.reason) == ("uncertain", "no_answer")
    mail.silent.clear()
    monkeypatch.setattr(turns, "LETTER_SECONDS", 90.0)
    shop.due_now()
    shop.work()
    assert list(shop.states().values()) == ["uncertain", "sent", "sent"]

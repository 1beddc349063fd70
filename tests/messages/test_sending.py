"""Letters leave once, or not at all, or are listed: by a real SMTP server that counts."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.clock import now
from app.codes.models import Code
from app.db import reading, transaction
from app.events import Event
from app.messages import jobs, sending, turns, waiting
from app.messages.models import MailServer, Message, MessageSuppression
from app.messages.smtp import Connection
from app.stores.models import Store
from tests.messages.conftest import Shop, address_of, make_shop
from tests.support.fake_platform import Killed


def test_a_letter_says_what_the_template_says(shop: Shop, mail) -> None:
    sent = shop.send(template_id=shop.template(disclosure="#ad"))
    shop.work()

    assert sent["run"]["total"] == 3
    assert mail.counts == {address_of(id): 1 for id in shop.people}
    (letter,) = mail.letters(address_of(shop.people[0]))
    code = f"ANA{shop.people[0]}-{shop.offer.id}"
    assert letter["Subject"] == f"Your code {code}"
    assert letter["From"] == "Some Shop <team@shop.example>"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    text, html = (letter.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert f"Hi Ana 0, {code} at https://" in text
    assert "#ad" in text
    assert "1 High Street" in html
    assert set(shop.states().values()) == {"sent"}
    assert mail.connections == 1
    run = shop.merchant.get(f"/api/message-runs/{sent['run']['id']}").json
    assert (run["state"], run["counts"]["sent"]) == ("finished", 3)
    with reading() as session:
        assert session.scalar(select(Event).where(Event.type == "message.sent")).data["code_id"]


def test_who_has_it_is_left_out_unless_asked(shop: Shop, mail) -> None:
    template = shop.template()
    shop.send(template_id=template)
    assert shop.send(template_id=template)["already"] == 3
    again = shop.send(template_id=template, again=True)
    shop.work()
    assert (again["already"], mail.counts[address_of(shop.people[0])]) == (0, 2)


def test_the_way_out_works_in_one_click(shop: Shop, mail, app) -> None:
    shop.send()
    shop.work()
    (letter,) = mail.letters(address_of(shop.people[0]))
    path = letter["List-Unsubscribe"].strip("<>").removeprefix("https://shoutcode.test")
    http = app.test_client()
    assert http.get(path).status_code == 200  # a scanner that opens the link ends nothing
    shop.send()
    assert http.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    shop.work()

    assert shop.states()[shop.people[0]] == "unsubscribed"
    assert mail.counts[address_of(shop.people[0])] == 1
    assert mail.counts[address_of(shop.people[1])] == 2


def test_a_dead_code_is_never_sent_though_it_was_fine_when_asked(shop: Shop, mail) -> None:
    shop.send()
    with transaction() as session:
        session.execute(update(Code).where(Code.made_for_id == shop.people[0]).values(state="disabled"))
    shop.work()

    held = next(message for message in shop.messages() if message.influencer_id == shop.people[0])
    assert (held.state, held.reason) == ("held", "off")
    assert mail.counts == {address_of(id): 1 for id in shop.people[1:]}
    with transaction() as session:
        session.execute(update(Code).values(state="live"))
        session.execute(update(Message).values(next_at=now()))
    jobs.look_again()
    shop.work()
    assert mail.counts[address_of(shop.people[0])] == 1


def test_what_the_server_puts_off_is_tried_again_and_what_it_refuses_is_not(shop: Shop, mail) -> None:
    later, gone, full = (address_of(id) for id in shop.people)
    mail.refusals = {later: ["451 4.7.1 Greylisted"], gone: ["550 5.1.1 No such user"]}
    mail.after_data = {full: ["554 5.7.1 Looks like spam"]}
    shop.send()
    shop.work()
    waiting, bounced, refused = shop.messages()

    assert (waiting.state, waiting.reason) == ("queued", "put_off")
    assert waiting.next_at > now() + timedelta(seconds=30)
    assert (bounced.state, bounced.reason) == ("failed", "bounced")
    assert "No such user" in bounced.detail
    assert (refused.state, refused.reason) == ("failed", "refused")
    with reading() as session:
        assert session.scalars(select(MessageSuppression.reason)).all() == ["bounced"]
    shop.due_now()
    shop.work()
    assert mail.counts == {later: 1}
    assert shop.merchant.post(f"/api/messages/{bounced.id}/resend").status_code == 200
    shop.work()
    assert mail.counts == {later: 1, gone: 1}


def test_a_cut_line_after_the_letter_is_uncertain_and_never_sent_again_by_itself(shop: Shop, mail) -> None:
    cut = address_of(shop.people[0])
    mail.cut = {cut}
    shop.send()
    shop.work()
    uncertain = shop.messages()[0]
    assert (uncertain.state, uncertain.reason) == ("uncertain", "no_answer")
    shop.due_now()
    shop.work(2)
    assert mail.counts == {address_of(id): 1 for id in shop.people}
    marked = shop.merchant.post(f"/api/messages/{uncertain.id}/mark-sent").json
    assert marked["state"] == "sent"
    assert shop.merchant.post(f"/api/messages/{uncertain.id}/resend").status_code == 409


def test_a_server_in_trouble_is_left_alone_and_loses_nothing(shop: Shop, mail) -> None:
    shop.send()
    with transaction() as session:
        session.execute(update(MailServer).values(port=1, updated_at=now()))
    shop.work()
    with reading() as session:
        server = session.scalars(select(MailServer)).one()
    assert "cannot be reached" in server.trouble
    assert server.retry_at > now()
    assert set(shop.states().values()) == {"queued"}
    shop.merchant.put("/api/mail-server", json=shop.server)
    shop.work()
    assert set(shop.states().values()) == {"sent"}


def test_the_rate_holds(shop: Shop, mail) -> None:
    shop.merchant.put("/api/mail-server", json={**shop.server, "per_minute": 1})
    shop.send()
    shop.work(3)
    assert len(mail.arrived) == 1
    shop.due_now()
    shop.work(3)
    assert len(mail.arrived) == 2


def test_after_the_uninstall_nothing_is_sent(shop: Shop, mail) -> None:
    shop.send()
    with transaction() as session:
        session.execute(update(Store).values(state="uninstalled"))
    shop.work()
    with reading() as session:
        assert waiting.workspaces_due(session) == []
    assert (set(shop.states().values()), len(mail.arrived)) == ({"queued"}, 0)


def test_a_stop_keeps_what_was_sent(shop: Shop, mail) -> None:
    shop.merchant.put("/api/mail-server", json={**shop.server, "per_minute": 1})
    run = shop.send()["run"]
    shop.work()
    stopped = shop.merchant.post(f"/api/message-runs/{run['id']}/stop").json
    shop.due_now()
    shop.work()
    assert (stopped["counts"]["sent"], stopped["counts"]["withdrawn"], len(mail.arrived)) == (1, 2, 1)


def test_the_roster_tool_gets_events_in_place_of_letters(shop: Shop, mail) -> None:
    with transaction() as session:
        session.execute(update(MailServer).values(via="roster"))
    shop.send()
    shop.work()
    with reading() as session:
        told = session.scalars(select(Event).where(Event.type == "message.requested")).all()
    assert {event.data["to"] for event in told} == {address_of(id) for id in shop.people}
    assert "ANA" in told[0].data["text"]
    assert not mail.arrived
    assert set(shop.states().values()) == {"sent"}


PEOPLE = 30
MOMENTS = ("before the commit", "after the commit", "before the letter", "after the letter")


class Killer:
    """Dies at the moments of a plan: the process is gone, what it had committed and sent stays."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, plan: random.Random) -> None:
        self.plan = plan
        self.left = 0
        step, send = sending.step, Connection.send

        def dying_step(session, *given):
            found = step(session, *given)
            self._maybe(MOMENTS[0])
            return found

        def dying_send(connection, *given):
            self._maybe(MOMENTS[plan.choice((1, 2))])
            outcome = send(connection, *given)
            self._maybe(MOMENTS[3])
            return outcome

        monkeypatch.setattr(sending, "step", dying_step)
        monkeypatch.setattr(Connection, "send", dying_send)

    def arm(self) -> None:
        self.left = self.plan.randint(1, 12)

    def _maybe(self, moment: str) -> None:
        self.left -= 1
        if self.left == 0:
            raise Killed(moment)


def forget_process() -> None:
    """What a process had in its memory goes with it; the system closes its sockets without a word."""
    for _, connection in jobs._kept.values():
        if connection._smtp is not None:
            connection._smtp.close()
    jobs._kept.clear()


def until_done(shop: Shop, killer: Killer, most: int) -> int:
    """Sends with a process that dies again and again; how often."""
    kills = 0
    while "queued" in shop.states().values():
        if kills < most:
            killer.arm()
        try:
            shop.work()
        except Killed:
            kills += 1
            forget_process()
        shop.due_now()
    shop.work()  # the last one left behind is found, too
    return kills


@pytest.mark.parametrize(
    ("seed", "people", "most"), [(1, PEOPLE, 15), (2, PEOPLE, 15), pytest.param(3, 1_000, 400, marks=pytest.mark.long)]
)
def test_killed_at_every_step_nobody_gets_two(
    app, demo, mail, store, merchant, monkeypatch, seed, people, most
) -> None:
    shop = make_shop(store, merchant, mail, people)
    shop.send()
    kills = until_done(shop, Killer(monkeypatch, random.Random(seed)), most)

    states = Counter(shop.states().values())
    told = f"seed {seed}: {states}, {kills} kills"
    assert max(mail.counts.values()) == 1, told
    assert states["sent"] + states["queued"] + states["uncertain"] == people, told
    assert 0 < states["uncertain"] <= kills, told
    unsent = {address_of(id) for id, state in shop.states().items() if state == "sent"} - set(mail.counts)
    assert not unsent, told


def test_without_the_mark_somebody_gets_two(app, demo, mail, store, merchant, monkeypatch) -> None:
    """The twin: a sender that takes what was left behind for unsent."""
    shop = make_shop(store, merchant, mail, PEOPLE)
    shop.send()
    begin = turns.begin

    def careless(session, workspace_id):
        session.execute(update(Message).where(Message.state == "sending").values(state="queued", next_at=now()))
        return begin(session, workspace_id)

    monkeypatch.setattr(turns, "begin", careless)
    until_done(shop, Killer(monkeypatch, random.Random(1)), 15)
    assert max(mail.counts.values()) > 1

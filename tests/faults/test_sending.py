"""A worker killed in the middle of a run of messages, as the system kills it: signal 9, with a letter on the line."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from scripts.merchant import Merchant
from scripts.system import System, wait_for
from tests.faults.conftest import connection
from tests.support.mail import FakeMailServer, serve

PEOPLE = 200

pytestmark = pytest.mark.long


@pytest.fixture
def mail() -> Iterator[FakeMailServer]:
    mail = FakeMailServer()
    controller = serve(mail)
    yield mail
    mail.silent.clear()
    controller.stop()


@pytest.mark.parametrize("number", [101])
def test_a_killed_sender_is_followed_within_a_minute_and_nobody_gets_two(
    system: System, merchant: Merchant, mail: FakeMailServer, number: int
) -> None:
    """Killed while the server looks at one letter: that one may have been sent, and nobody sends it again."""
    on_the_line = address_of(number)
    mail.silent.add(on_the_line)
    run_id = ready_to_send(merchant, mail)
    worker = system.start_worker("default")
    system.start_scheduler()
    wait_for(lambda: mail.counts[on_the_line] == 1, 60, f"letter {number}")
    worker.kill()
    assert states(system, run_id)[on_the_line] == "sending"
    mail.silent.clear()
    system.start_worker("default", name="worker-another")
    wait_for(lambda: {*states(system, run_id).values()} == {"sent", "uncertain"}, 60, "the rest of the letters")

    assert [address for address, state in states(system, run_id).items() if state == "uncertain"] == [on_the_line]
    assert mail.counts == {address_of(one): 1 for one in range(PEOPLE)}
    run = merchant.api("GET", f"/message-runs/{run_id}")
    assert (run["state"], run["counts"]["sent"], run["counts"]["uncertain"]) == ("finished", PEOPLE - 1, 1)


def address_of(number: int) -> str:
    return f"person-{number}@example.com"


def ready_to_send(merchant: Merchant, mail: FakeMailServer) -> int:
    """Everybody has an address, and a message that waits for a worker. Returns the run."""
    server = {"host": "127.0.0.1", "port": mail.port, "security": "none", "sender_email": "team@shop.example",
              "per_minute": 6000}  # fmt: skip
    merchant.api("PUT", "/mail-server", server)
    for number in range(PEOPLE):
        merchant.api("POST", "/influencers", {"first_name": f"Person {number}", "email": address_of(number)})
    words = {"name": "Hello", "subject": "Hello {{first_name}}", "text": "Your page: {{portal_link}}"}
    template = merchant.api("POST", "/message-templates", words)
    sent = merchant.api("POST", "/messages", {"template_id": template["id"], "selection": {"filter": {}}})
    return int(sent["run"]["id"])


def states(system: System, run_id: int) -> dict[str, str]:
    """{where it goes: the state of its message}, those that wait under ""."""
    with connection(system) as database:
        rows = database.execute(text("SELECT address, state FROM message WHERE run_id = :run"), {"run": run_id})
        return {row.address: row.state for row in rows}

"""The HTTP connector against a server that answers as rosters do: signatures, refusals, slow and broken answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from app.clock import now
from app.roster.connectors import http
from app.roster.connectors.http import HttpRoster
from app.roster.port import Outgoing, RosterError, Trouble

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
EVENT = Outgoing("evt_1", "code.live", datetime(2026, 11, 21, 9, tzinfo=UTC), {"code": "ŁUKASZ15"})


@dataclass
class Server:
    """`answer`: (status, headers, body) of the next requests; `hold` keeps it back until the test ends."""

    url: str = ""
    answer: tuple[int, dict[str, str], bytes] = (200, {}, b"{}")
    hold: bool = False
    requests: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    over: Event = field(default_factory=Event)


@pytest.fixture
def server() -> Iterator[Server]:
    found = Server()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            headers = {name.lower(): value for name, value in self.headers.items()}
            found.requests.append((self.command, self.path, headers, self.rfile.read(length)))
            if found.hold:
                found.over.wait(20)
                return
            status, given, body = found.answer
            self.send_response(status)
            for name, value in given.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with suppress(ConnectionError):  # a client that has read enough hangs up
                self.wfile.write(body)

        do_POST = do_GET

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    httpd.daemon_threads = True
    found.url = f"http://127.0.0.1:{httpd.server_port}/base"
    thread = Thread(target=httpd.serve_forever, daemon=True)
    thread.start()
    yield found
    found.over.set()
    httpd.shutdown()
    httpd.server_close()


@pytest.fixture
def roster(server: Server) -> Iterator[HttpRoster]:
    roster = HttpRoster(server.url, "key-1", SECRET, demo=True)
    yield roster
    roster.close()


def trouble_of(call: Any) -> RosterError:
    with pytest.raises(RosterError) as caught:
        call()
    return caught.value


def test_an_event_is_signed_so_that_the_library_takes_it(server: Server, roster: HttpRoster) -> None:
    roster.push(EVENT)
    (method, path, headers, body) = server.requests[0]
    assert (method, path) == ("POST", "/base/events")
    assert headers["webhook-id"] == "evt_1"
    assert headers["authorization"] == "Bearer key-1"
    assert Webhook(SECRET).verify(body, headers) == {
        "type": "code.live", "timestamp": "2026-11-21T09:00:00Z", "data": {"code": "ŁUKASZ15"},
    }  # fmt: skip
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(body + b" ", headers)


def test_a_page_is_asked_for_by_cursor_and_time(server: Server, roster: HttpRoster) -> None:
    server.answer = (200, {}, json.dumps({"items": [{"external_id": "1"}], "next_cursor": "c2"}).encode())
    page = roster.pull("c1", "2026-11-20T09:00:00+01:00", 500)
    assert (page.records, page.next_cursor) == ([{"external_id": "1"}], "c2")
    path = server.requests[0][1]
    assert path == "/base/influencers?limit=500&cursor=c1&updated_since=2026-11-20T09%3A00%3A00%2B01%3A00"


@pytest.mark.parametrize(
    ("status", "trouble"),
    [
        (400, Trouble.REFUSED), (401, Trouble.UNAUTHORIZED), (402, Trouble.BUSY), (403, Trouble.UNAUTHORIZED),
        (404, Trouble.REFUSED), (408, Trouble.UNREACHABLE), (409, Trouble.REFUSED), (410, Trouble.REFUSED),
        (422, Trouble.REFUSED), (425, Trouble.UNREACHABLE), (429, Trouble.BUSY), (500, Trouble.UNREACHABLE),
        (503, Trouble.UNREACHABLE), (599, Trouble.UNREACHABLE),
    ],
)  # fmt: skip
def test_each_status_says_what_to_do(server: Server, roster: HttpRoster, status: int, trouble: Trouble) -> None:
    server.answer = (status, {}, b"")
    error = trouble_of(lambda: roster.push(EVENT))
    assert error.trouble is trouble
    assert str(status) in error.message


def test_redirects_are_not_followed(server: Server, roster: HttpRoster) -> None:
    server.answer = (302, {"Location": server.url + "/elsewhere"}, b"")
    assert trouble_of(lambda: roster.push(EVENT)).trouble is Trouble.UNEXPECTED
    assert len(server.requests) == 1


def test_the_rosters_own_words_are_kept(server: Server, roster: HttpRoster) -> None:
    server.answer = (422, {}, b'{"detail": "This person left."}')
    assert trouble_of(lambda: roster.push(EVENT)).message.endswith("This person left.")
    server.answer = (404, {}, b"<html><body>nginx</body></html>")
    assert "nginx" not in trouble_of(lambda: roster.push(EVENT)).message


@pytest.mark.parametrize(
    ("given", "seconds"),
    [("30", 30), ("0", 0), ("999999999999", 86_400), ("-5", None), ("soon", None), ("²", None), ("", None)],
)
def test_retry_after_is_read(server: Server, roster: HttpRoster, given: str, seconds: float | None) -> None:
    server.answer = (402, {"Retry-After": given.encode().decode("latin-1")}, b"")
    assert trouble_of(lambda: roster.push(EVENT)).retry_after == seconds


def test_retry_after_may_be_a_date(server: Server, roster: HttpRoster) -> None:
    server.answer = (429, {"Retry-After": format_datetime(now() + timedelta(seconds=60), usegmt=True)}, b"")
    waits = trouble_of(lambda: roster.push(EVENT)).retry_after
    assert waits is not None
    assert 50 < waits <= 60


@pytest.mark.parametrize(
    "body",
    [b"", b"not json", b"[]", b'{"items": {}}', b'{"items": [], "next_cursor": {}}',
     b'{"items": [], "next_cursor": "c1"}', b"\xff\xfe"],
)  # fmt: skip
def test_an_answer_outside_the_contract_is_no_page(server: Server, roster: HttpRoster, body: bytes) -> None:
    server.answer = (200, {}, body)
    assert trouble_of(lambda: roster.pull("c1", "", 10)).trouble is Trouble.UNEXPECTED


def test_an_answer_too_large_is_not_read_on(
    server: Server, roster: HttpRoster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "MAX_ANSWER", 1000)
    server.answer = (200, {}, b"x" * 200_000)
    assert trouble_of(lambda: roster.about()).trouble is Trouble.UNEXPECTED


def test_no_answer_is_waited_for_without_end(
    server: Server, roster: HttpRoster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "READ_SECONDS", 0.2)
    server.hold = True
    assert trouble_of(lambda: roster.about()).trouble is Trouble.UNREACHABLE


def test_nobody_there_is_unreachable() -> None:
    roster = HttpRoster("http://127.0.0.1:9", "key", SECRET, demo=True)
    assert trouble_of(lambda: roster.about()).trouble is Trouble.UNREACHABLE


def test_production_never_asks_this_machine(server: Server) -> None:
    roster = HttpRoster(server.url, "key", SECRET)
    assert "private network" in trouble_of(lambda: roster.about()).message
    assert server.requests == []

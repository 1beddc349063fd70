"""What the stand-in roster keeps: people with their versions, and the events it was sent, each once."""

import secrets
from bisect import bisect_left, bisect_right
from datetime import datetime
from typing import Any

import orjson
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from sandbox.clock import fine_stamp, now, parse, stamp
from sandbox.journal import Journal
from sandbox.roster.people import Person, made_people

FIRST_PEOPLE = 200
MAX_PAGE = 500
NAME = "Sandbox roster"


class BadCursor(ValueError):
    """The cursor was not made by this roster."""


class Roster:
    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self.people: dict[str, Person] = {}
        self.received: list[dict[str, Any]] = []
        self._seen: set[str] = set()
        self.duplicates = 0
        self.refused = 0
        self.down = False
        self.api_key = "roster_" + secrets.token_hex(16)
        self.signing_secret = "whsec_" + secrets.token_urlsafe(24).replace("-", "A").replace("_", "B")
        self._sorted: list[tuple[str, str]] | None = None

    def load(self) -> None:
        stored = {row_id: orjson.loads(body) for row_id, body in self._journal.load("roster")}
        if not stored:
            self._journal.save("roster", "keys", lambda: orjson.dumps([self.api_key, self.signing_secret]))
            self.seed(FIRST_PEOPLE)
            return
        self.api_key, self.signing_secret = stored["keys"]
        self.people = {row_id: orjson.loads(body) for row_id, body in self._journal.load("person")}
        events = sorted(
            (orjson.loads(body) for _, body in self._journal.load("roster_event")),
            key=lambda event: int(event["number"]),
        )
        self.received = events
        self._seen = {event["webhook_id"] for event in events}

    def seed(self, count: int) -> None:
        """Exactly `count` made people instead of whoever was there."""
        for external_id in self.people:
            self._journal.delete("person", external_id)
        self.people = {}
        for person in made_people(count, now()):
            self._keep(person)

    def upsert(self, changes: list[Person]) -> list[Person]:
        """Change people by external id; what is not named stays, and each change raises the version."""
        changed = []
        for change in changes:
            known = self.people.get(change["external_id"], {"source": "sandbox-roster", "active": True, "version": 0})
            person = {**known, **change, "version": known["version"] + 1, "updated_at": _moment(change)}
            self._keep(person)
            changed.append(person)
        return changed

    def _keep(self, person: Person) -> None:
        self.people[person["external_id"]] = person
        self._sorted = None
        self._journal.save("person", person["external_id"], lambda: orjson.dumps(person))

    def page(self, updated_since: datetime | None, cursor: str | None, limit: int) -> dict[str, Any]:
        """People by rising (updated_at, external_id). A cursor continues there, also for who changed meanwhile."""
        if self._sorted is None:
            self._sorted = sorted((person["updated_at"], external_id) for external_id, person in self.people.items())
        start = bisect_left(self._sorted, (fine_stamp(updated_since), "")) if updated_since else 0
        if cursor:
            start = max(start, bisect_right(self._sorted, _read_cursor(cursor)))
        shown = self._sorted[start : start + min(limit, MAX_PAGE)]
        more = start + len(shown) < len(self._sorted)
        return {
            "items": [self.people[external_id] for _, external_id in shown],
            "next_cursor": orjson.dumps(shown[-1]).hex() if more else None,
        }

    def receive(self, body: bytes, headers: dict[str, str]) -> bool:
        """Take one signed event. False for one that is known already. Raises WebhookVerificationError on a bad
        signature.
        """
        try:
            event = Webhook(self.signing_secret).verify(body, headers)
        except WebhookVerificationError:
            self.refused += 1
            raise
        webhook_id = headers["webhook-id"]
        if webhook_id in self._seen:
            self.duplicates += 1
            return False
        self._seen.add(webhook_id)
        row = {"number": len(self.received) + 1, "webhook_id": webhook_id, "received_at": stamp(now()), "event": event}
        self.received.append(row)
        self._journal.save("roster_event", webhook_id, lambda: orjson.dumps(row))
        return True


def _read_cursor(cursor: str) -> tuple[str, str]:
    try:
        updated_at, external_id = orjson.loads(bytes.fromhex(cursor))
    except ValueError as error:
        raise BadCursor(cursor) from error
    return str(updated_at), str(external_id)


def _moment(change: Person) -> str:
    given = change.get("updated_at")
    return fine_stamp(parse(given) if given else now())

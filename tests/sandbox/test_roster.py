import unicodedata
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
from standardwebhooks.webhooks import Webhook

from sandbox.client import SandboxClient
from sandbox.roster.people import made_people


@pytest.fixture
def roster(client: SandboxClient) -> dict[str, Any]:
    client.roster_down(False)
    client.seed_roster(200)
    return client.roster()


def get(roster: dict[str, Any], path: str = "/influencers", key: str | None = None, **params: str) -> requests.Response:
    headers = {"Authorization": f"Bearer {key or roster['api_key']}"}
    return requests.get(roster["base_url"] + path, params=params, headers=headers, timeout=10)


def push(
    roster: dict[str, Any], body: str, webhook_id: str, secret: str | None = None, at: datetime | None = None
) -> requests.Response:
    moment = at or datetime.now(UTC)
    signature = Webhook(secret or roster["signing_secret"]).sign(webhook_id, moment, body)
    headers = {
        "webhook-id": webhook_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": signature,
        "Content-Type": "application/json",
    }
    return requests.post(roster["base_url"] + "/events", data=body.encode(), headers=headers, timeout=10)


def all_people(roster: dict[str, Any], **params: str) -> list[dict[str, Any]]:
    people, cursor = [], None
    while True:
        page = get(roster, **params, **({"cursor": cursor} if cursor else {})).json()
        people += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            return people


def test_the_cursor_gives_everyone_once(roster: dict[str, Any]) -> None:
    people = all_people(roster, limit="37")
    assert len(people) == len({person["external_id"] for person in people}) == 200


def test_only_what_changed_since_is_given(client: SandboxClient, roster: dict[str, Any]) -> None:
    (changed,) = client.upsert_people([{"external_id": "inf-000003", "active": False}])
    assert (changed["version"], changed["active"]) == (2, False)
    since = all_people(roster, updated_since=changed["updated_at"])
    assert [person["external_id"] for person in since] == ["inf-000003"]
    assert since[0]["display_name"] == "王芳"  # what was not named stays


def test_who_changes_during_a_pull_comes_again(client: SandboxClient, roster: dict[str, Any]) -> None:
    first = get(roster, limit="150").json()
    client.upsert_people([{"external_id": "inf-000001", "stage": "active"}])
    rest = get(roster, limit="150", cursor=first["next_cursor"]).json()["items"]
    assert rest[-1]["external_id"] == "inf-000001"


@pytest.mark.parametrize(
    ("params", "status"), [({"cursor": "zz"}, 400), ({"limit": "many"}, 400), ({"updated_since": "x"}, 400)]
)
def test_bad_questions_get_400(roster: dict[str, Any], params: dict[str, str], status: int) -> None:
    assert get(roster, **params).status_code == status


def test_the_key_is_asked_for(roster: dict[str, Any]) -> None:
    assert get(roster, key="wrong").status_code == 401
    assert get(roster, "/about").json() == {"name": "Sandbox roster", "can_read": True, "can_write": True}


def test_signed_events_are_kept_once_and_in_order(client: SandboxClient, roster: dict[str, Any]) -> None:
    before = roster["count"]
    for number in (1, 2, 2, 3):
        answer = push(roster, f'{{"type":"code.live","data":{{"n":{number}}}}}', f"evt-{before}-{number}")
        assert answer.status_code == 202
    received = client.roster(after=before)["received"]
    assert [row["event"]["data"]["n"] for row in received] == [1, 2, 3]


def test_a_wrong_or_stale_signature_is_refused(roster: dict[str, Any]) -> None:
    assert push(roster, "{}", "bad-1", secret="whsec_" + "A" * 32).status_code == 401
    assert push(roster, "{}", "bad-2", at=datetime(2026, 1, 1, tzinfo=UTC)).status_code == 401


def test_a_roster_that_is_down_takes_and_gives_nothing(client: SandboxClient, roster: dict[str, Any]) -> None:
    client.roster_down(True)
    assert (get(roster).status_code, push(roster, "{}", "down-1").status_code) == (503, 503)
    client.roster_down(False)
    assert push(roster, "{}", "down-1").status_code == 202


def test_the_made_people_are_the_same_each_time_and_hard() -> None:
    at = datetime(2026, 11, 21, tzinfo=UTC)
    people = list(made_people(200, at))
    assert people == list(made_people(200, at))
    names = [person["display_name"] for person in people]
    assert len(set(names)) < len(names)  # some share a name
    text = "".join(names)
    assert {"AL", "R"} <= {unicodedata.bidirectional(letter) for letter in text}
    assert {"Lo", "Mn", "So", "Cf"} <= {unicodedata.category(letter) for letter in text}
    assert any(name.startswith("=") for name in names)
    assert any(len(name) > 150 for name in names)
    assert "" in names
    assert [person["preferred_code"] for person in people].count("SUMMER10") == 2
    assert not all(person["email"] for person in people)


def test_a_big_roster_can_be_seeded(client: SandboxClient, roster: dict[str, Any]) -> None:
    client.seed_roster(3000)
    assert len(all_people(roster, limit="500")) == 3000

"""People from outside: idempotent, one result a row, the sender owns what it sends, nobody sinks a batch."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.config import Settings
from app.db import reading, transaction
from app.events import Event
from app.influencers import service, upsert
from app.influencers.fields import InfluencerIn
from app.influencers.models import Influencer, InfluencerLabel
from app.influencers.upsert import upsert_many
from app.stores.models import Store
from tests.support.rows import add_store
from tests.support.statements import statements

ANA = {
    "external_id": "1", "first_name": "Ana", "last_name": "Rossi", "email": "ana@example.com", "tags": ["vip"],
    "handles": [{"platform": "Instagram", "handle": "@ana"}], "commission_rate": "12.50", "active": True,
    "updated_at": "2026-11-20T09:00:00Z", "version": 3, "consent": {"email": True, "at": None, "source": "form"},
}  # fmt: skip


@pytest.fixture
def shop(database: Settings) -> Store:
    with transaction() as session:
        return add_store(session)


def put(shop: Store, *records: Any, source: str = "roster") -> list[str]:
    with transaction() as session:
        return [result.outcome for result in upsert_many(session, shop.workspace_id, source, records)]


def reasons(shop: Store, *records: Any) -> list[str]:
    with transaction() as session:
        return [result.reason for result in upsert_many(session, shop.workspace_id, "roster", records)]


def one(session: Session, external_id: str = "1") -> Influencer:
    return session.scalars(select(Influencer).where(Influencer.external_id == external_id)).one()


def test_a_person_comes_in_whole(shop: Store) -> None:
    assert put(shop, ANA) == ["created"]
    with reading() as session:
        person = one(session)
        labels = session.scalars(select(InfluencerLabel.label)).all()
    assert (person.first_name, person.email, person.tags) == ("Ana", "ana@example.com", ["vip"])
    assert person.handles == [{"platform": "Instagram", "handle": "ana", "url": "", "followers": None}]
    assert person.commission_rate == Decimal("12.5")
    assert person.roster_updated_at == datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert labels == ["vip"]


def test_the_same_again_changes_nothing(shop: Store) -> None:
    put(shop, ANA)
    assert put(shop, ANA, ANA | {"external_id": "2"}) == ["unchanged", "created"]
    assert put(shop, ANA | {"email": "new@example.com"}) == ["updated"]


def test_fields_that_are_not_sent_stay(shop: Store) -> None:
    put(shop, ANA)
    assert put(shop, {"external_id": "1", "stage": "active"}) == ["updated"]
    with reading() as session:
        person = one(session)
    assert (person.email, person.stage, person.tags) == ("ana@example.com", "active", ["vip"])


def test_null_empties_a_field(shop: Store) -> None:
    put(shop, ANA)
    put(shop, {"external_id": "1", "email": None, "tags": None, "commission_rate": None, "handles": None})
    with reading() as session:
        person = one(session)
    assert (person.email, person.tags, person.commission_rate, person.handles) == ("", [], None, [])


def test_what_is_older_changes_nothing(shop: Store) -> None:
    put(shop, ANA)
    assert put(shop, ANA | {"email": "old@example.com", "updated_at": "2026-11-19T09:00:00Z"}) == ["unchanged"]


def test_notes_and_own_tags_stay_ours(shop: Store) -> None:
    put(shop, ANA)
    with transaction() as session:
        id = one(session).id
        service.edit(session, shop.workspace_id, id, InfluencerIn(notes="calls back", tags=["vip", "mine"]))
    assert put(shop, ANA | {"tags": ["gold"], "updated_at": "2026-11-21T09:00:00Z"}) == ["updated"]
    with reading() as session:
        person = one(session)
        labels = set(session.scalars(select(InfluencerLabel.label)))
    assert (person.notes, person.tags, person.local_tags) == ("calls back", ["gold"], ["mine"])
    assert labels == {"gold", "mine"}


def test_the_roster_archives_and_brings_back(shop: Store) -> None:
    put(shop, ANA)
    assert put(shop, ANA | {"active": False}) == ["archived"]
    assert put(shop, ANA | {"active": False}) == ["unchanged"]
    with reading() as session:
        assert one(session).archived_at is not None
    assert put(shop, ANA) == ["updated"]
    with reading() as session:
        assert one(session).archived_at is None


def test_someone_archived_here_stays_archived(shop: Store) -> None:
    put(shop, ANA)
    with transaction() as session:
        service.archive(session, shop.workspace_id, one(session).id)
    put(shop, ANA | {"email": "new@example.com"})
    with reading() as session:
        assert one(session).archived_at is not None


def test_one_bad_row_does_not_sink_the_others(shop: Store) -> None:
    bad = [
        {"first_name": "No id"}, {"external_id": ""}, {"external_id": "x" * 256},
        {"external_id": "a", "email": "nobody"}, {"external_id": "b", "country": "Germany"},
        {"external_id": "c", "handles": [{"handle": "two words"}]},
        {"external_id": "d", "commission_rate": 101}, {"external_id": "e", "tags": "vip"}, "not a person", None,
        {"external_id": "f", "updated_at": "yesterday"}, {"external_id": "g", "source": "manual"},
        {"external_id": "h", "handles": [{"handle": "a", "url": "javascript:alert(1)"}]},
        {"external_id": "i", "tags": ["x" * 101]}, {"external_id": "j", "active": "perhaps"},
        {"external_id": "k", "first_name": {"a": 1}},
        {"external_id": "l", "handles": [{"handle": "a", "followers": -1}]},
    ]  # fmt: skip
    outcomes = put(shop, ANA, *bad, {"external_id": "2"})
    assert outcomes == ["created", *["refused"] * len(bad), "created"]
    assert all(reason for reason in reasons(shop, *bad))


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"email": "nobody"}, "email: Enter an e-mail address such as ana@example.com."),
        ({"country": "Germany"}, "country: Use at most 2 characters."),
        ({"country": "XX"}, "country: Enter a two-letter country code such as DE."),
        ({"first_name": "x" * 256}, "first_name: Use at most 255 characters."),
        ({"handles": [{"handle": "two words"}]}, "handles.0.handle: Enter a handle without spaces, such as ana.rossi."),
        ({"preferred_code": "{curly}" * 10}, "preferred_code: Use at most 64 characters."),
    ],
)
def test_a_reason_says_what_to_enter(shop: Store, given: dict[str, Any], reason: str) -> None:
    assert reasons(shop, {"external_id": "1", **given}) == [reason]


def test_control_characters_never_get_in(shop: Store) -> None:
    names = {"first_name": "A\x00n\x07a", "last_name": "Line\nBreak", "display_name": "\ud800x"}
    put(shop, {"external_id": "1\x00", **names})
    with reading() as session:
        person = one(session)
    assert (person.first_name, person.last_name, person.display_name) == ("Ana", "Line Break", "x")


def test_the_last_of_two_rows_with_one_id_counts(shop: Store) -> None:
    assert put(shop, ANA, ANA | {"first_name": "Eva"}) == ["refused", "created"]
    with reading() as session:
        assert one(session).first_name == "Eva"


def test_sources_and_workspaces_keep_apart(shop: Store) -> None:
    with transaction() as session:
        other = add_store(session, "other.myshopify.com")
    assert put(shop, ANA) == ["created"]
    assert put(shop, ANA, source="second") == ["created"]
    assert put(shop, ANA | {"source": "third"}) == ["created"]
    assert put(other, ANA) == ["created"]
    assert put(shop, ANA | {"email": "x@example.com"}) == ["updated"]
    with reading() as session:
        emails = session.scalars(select(Influencer.email).order_by(Influencer.id)).all()
    assert emails == ["x@example.com", *["ana@example.com"] * 3]


def test_what_comes_from_the_roster_is_not_told_to_it(shop: Store) -> None:
    put(shop, ANA)
    put(shop, ANA | {"active": False})
    with reading() as session:
        assert session.scalars(select(Event)).all() == []


def records(count: int) -> list[dict[str, Any]]:
    return [ANA | {"external_id": str(n), "email": f"{n}@example.com", "tags": [f"t{n}"]} for n in range(count)]


def test_the_number_of_statements_does_not_grow_with_the_rows(shop: Store) -> None:
    counts = {}
    for count in (10, 200):
        with transaction() as session:
            upsert_many(session, shop.workspace_id, str(count), [])
            with statements() as creating:
                upsert_many(session, shop.workspace_id, str(count), records(count))
            with statements() as updating:
                changed = [record | {"stage": "new", "tags": []} for record in records(count)]
                upsert_many(session, shop.workspace_id, str(count), changed)
        counts[count] = (len(creating), len(updating))
    assert counts[10] == counts[200]
    assert sum(counts[200]) <= 10


def test_a_row_put_in_between_is_updated(shop: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two batches bring the same new person: the look of the second came before the insert of the first."""
    put(shop, ANA)
    real = upsert.existing
    looks = []

    def late(session: Session, workspace_id: int, keys: Any) -> Any:
        looks.append(list(keys))
        return {} if len(looks) == 1 else real(session, workspace_id, keys)

    monkeypatch.setattr(upsert, "existing", late)
    assert put(shop, ANA | {"email": "new@example.com"}) == ["updated"]
    assert len(looks) == 2
    with reading() as session:
        assert one(session).email == "new@example.com"

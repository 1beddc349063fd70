"""Codes that exist already: looked up in the store, linked to the offer of their discount, given to people."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select, update

from app.assignments import importing
from app.assignments.models import Assignment
from app.codes import imports
from app.codes.import_rules import Given, faults, split
from app.codes.models import Code, CodeImport, CodeImportLine
from app.db import reading, transaction
from app.errors import Conflict, InvalidInput
from app.events import Event
from app.influencers.models import Influencer
from app.offers import service as offers
from app.offers.models import Offer
from app.platforms.port import DiscountType, Terms
from app.stores.models import Store
from tests.codes.conftest import Desk
from tests.support.fake_platform import AWAY, Killed
from tests.support.offers import add_people


@pytest.fixture(autouse=True)
def _platform(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "platform_for", lambda store_id: desk.platform)


def discount(desk: Desk, title: str, *codes: str) -> str:
    """Remote id of a discount that the merchant made in the store."""
    with reading() as session:
        offer = session.get_one(Offer, desk.offer_id)
    terms = Terms(title, DiscountType.PERCENTAGE, Decimal("12.5"), offer.starts_at, uses_per_code=3)
    made = desk.platform.create_discount(terms, codes[0])
    desk.platform.block_status(desk.platform.add_codes(made.remote_id, list(codes[1:])))
    return made.remote_id


def start(desk: Desk, strings: list[str | Given], **how: object) -> int:
    with transaction() as session:
        store = session.get_one(Store, desk.store_id)
        return imports.start(session, store, strings, actor="test", **how).id  # type: ignore[arg-type]


def outcome(import_id: int) -> dict[str, tuple[str, str]]:
    with reading() as session:
        rows = session.scalars(select(CodeImportLine).where(CodeImportLine.import_id == import_id))
        return {row.code: (row.state, row.reason) for row in rows}


def code(text: str) -> tuple[Code, Offer]:
    with reading() as session:
        row = session.execute(select(Code, Offer).join(Offer, Offer.id == Code.offer_id).where(Code.code == text)).one()
        return row[0], row[1]


def test_what_is_pasted_is_read_with_its_spelling() -> None:
    given = split("Emma-15, łukasz 20\r\n\n  50 % off?\tX")
    assert [one.code for one in given] == ["Emma-15", "łukasz 20", "50 % off?", "X"]
    assert faults([*given, Given("emma-15"), Given("y" * 151), Given(""), Given("a\x07b")]) == [
        "", "", "", "", "It is in this list twice.", "It has 151 characters; at most 150 are possible.",
        "There is no code in this row.", "It has a character that cannot be typed.",
    ]  # fmt: skip


def test_found_codes_are_linked_with_the_terms_of_their_discount(desk: Desk) -> None:
    remote_id = discount(desk, "Old friends", "Emma-15", "BEN15")
    desk.platform.plant("APPS")
    run = desk.prepare(["Anna"])
    desk.push(run)

    import_id = start(desk, ["emma-15", "BEN15", "anna15", "MISSING", "APPS"])
    importing.run(import_id)

    assert outcome(import_id) == {
        "emma-15": ("linked", ""), "BEN15": ("linked", ""), "APPS": ("linked", ""),
        "anna15": ("refused", "Shoutcode has this code already, in Winter launch."),
        "MISSING": ("refused", "The store does not have this code."),
    }  # fmt: skip
    linked, offer = code("emma-15")
    assert (linked.state, linked.source, linked.tracked, linked.made_for_id) == ("live", "imported", True, None)
    assert (offer.name, offer.source, offer.remote_id) == ("Old friends", "imported", remote_id)
    assert (offer.type, offer.value, offer.uses_per_code) == ("percentage", Decimal("12.5"), 3)
    _, others = code("APPS")
    assert (others.type, others.value, others.store_note) == ("other", None, "Another app works out this discount.")
    with pytest.raises(Conflict, match="store's own"):
        offers.must_be_open(others)
    again = start(desk, ["BEN15"])
    importing.run(again)
    assert outcome(again)["BEN15"] == ("refused", "Shoutcode has this code already, in Old friends.")


def test_missing_codes_are_kept_as_not_tracked_when_that_is_wanted(desk: Desk) -> None:
    first = start(desk, ["GIFT-1"], keep_missing=True, purpose="own_use", in_pool=True)
    importing.run(first)
    second = start(desk, ["GIFT-2"], keep_missing=True, purpose="own_use", in_pool=True)
    importing.run(second)

    kept, keeper = code("GIFT-1")
    assert (kept.tracked, kept.in_pool, kept.state) == (False, True, "live")
    assert (keeper.type, keeper.purpose, keeper.remote_id) == ("other", "own_use", None)
    assert code("GIFT-2")[1].id == keeper.id
    with reading() as session:
        shown = imports.lines(session, session.get_one(CodeImport, first), None, 0)
    assert shown[0]["code"] == "GI•••• (6)"


def test_a_file_says_whose_codes_they_are(desk: Desk) -> None:
    discount(desk, "Old friends", "EMMA15", "BEN15", "CARO15", "DORA15")
    with transaction() as session:
        emma, ben, caro, twin = add_people(session, desk.workspace_id, ["Emma", "Ben", "Caro", "Twin"])
        for id, values in {
            emma: {"external_id": "p-1"}, ben: {"email": "Ben@Example.com"},
            caro: {"handles": [{"platform": "instagram", "handle": "caro"}]}, twin: {"email": "two@example.com"},
        }.items():  # fmt: skip
            session.execute(update(Influencer).where(Influencer.id == id).values(**values))
        session.execute(update(Influencer).where(Influencer.id == caro).values(email="two@example.com"))

    file = (
        "\ufeffName;Code;E-mail;Handle\nEmma;EMMA15;;p-1\nB;BEN15;ben@example.com;\nC;CARO15;;@Caro\n"
        "X;NO;;nobody\nD;DORA15;two@example.com;\n"
    )
    import_id = start(desk, imports.read_csv(file), origin="csv")
    importing.run(import_id)

    found = outcome(import_id)
    assert [found[name][0] for name in ("EMMA15", "BEN15", "CARO15", "NO", "DORA15")] == [
        "linked", "linked", "linked", "refused", "refused",
    ]  # fmt: skip
    assert found["NO"][1] == "Nobody in your list has this external id, e-mail address or handle."
    assert found["DORA15"][1] == "2 people in your list answer to this. Use their external id."
    with reading() as session:
        held = dict(
            session.execute(select(Code.code, Assignment.influencer_id).join(Code, Code.id == Assignment.code_id)).all()
        )
        told = set(session.execute(select(Event.type, Event.influencer_id)).all())
    assert held == {"EMMA15": emma, "BEN15": ben, "CARO15": caro}
    assert {("assignment.created", emma), ("code.live", emma)} <= told
    with pytest.raises(InvalidInput) as refused:
        imports.read_csv("Name,Handle\nEmma,x\n")
    assert refused.value.errors[0].field == "csv"


def test_a_discount_of_the_store_brings_all_its_codes(desk: Desk) -> None:
    remote_id = discount(desk, "Winter launch", *(f"FRIEND-{n}" for n in range(230)))
    with transaction() as session:
        import_id = imports.start_discount(session, session.get_one(Store, desk.store_id), remote_id, actor="test").id

    importing.run(import_id)

    with reading() as session:
        shown = imports.show(session, session.get_one(CodeImport, import_id))
        names = set(session.scalars(select(Offer.name)))
    assert (shown["state"], shown["total"], shown["counts"]["linked"]) == ("finished", 230, 230)
    assert names == {"Winter launch", "Winter launch (2)"}


def test_codes_of_another_discount_do_not_join_an_offer(desk: Desk) -> None:
    desk.push(desk.prepare(["Anna"]))
    discount(desk, "Old friends", "EMMA15")
    import_id = start(desk, ["EMMA15"], offer_id=desk.offer_id)
    importing.run(import_id)
    assert outcome(import_id)["EMMA15"] == (
        "refused", "In the store it belongs to Old friends, not to Winter launch.",
    )  # fmt: skip


@pytest.mark.parametrize("kill_at", [2, 3, 4, 5])
def test_a_killed_import_is_taken_up_again(desk: Desk, kill_at: int) -> None:
    names = [f"FRIEND-{n}" for n in range(150)]
    discount(desk, "Old friends", *names)
    import_id = start(desk, [*names, "MISSING"])
    desk.platform.kill_at = len(desk.platform.calls) + kill_at - 1
    try:
        importing.run(import_id)
    except Killed:
        desk.platform.kill_at = 0
        importing.run(import_id)

    found = outcome(import_id)
    assert sum(state == "linked" for state, _ in found.values()) == 150
    with reading() as session:
        assert len(session.scalars(select(Code.id)).all()) == 150
        assert session.get_one(CodeImport, import_id).state == "finished"


def test_an_import_waits_for_a_store_that_is_away(desk: Desk) -> None:
    discount(desk, "Old friends", "EMMA15")
    import_id = start(desk, ["EMMA15"])
    desk.platform.faults["find_codes"] = [("before", AWAY)]
    importing.run(import_id)
    with reading() as session:
        waiting = session.get_one(CodeImport, import_id)
    assert (waiting.state, bool(waiting.trouble)) == ("running", True)
    importing.run(import_id)
    assert outcome(import_id)["EMMA15"] == ("linked", "")

"""The influencers' own pages: who gets in, what shows, and that nobody learns anything from outside."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, update

from app.assignments.models import Assignment
from app.campaigns.models import Campaign, CampaignMember, Incentive, IncentiveCode
from app.clock import now
from app.codes.models import Code
from app.db import reading, transaction
from app.influencers.models import Influencer
from app.messages import jobs
from app.messages.models import Message, MessageSuppression
from app.messages.portal_words import _WORDS
from app.messages.words import LANGUAGES
from app.offers.models import Offer
from app.redemptions.models import Total
from tests.messages.conftest import Shop, address_of

BASE = "https://shoutcode.test"


@pytest.fixture
def person(shop: Shop) -> int:
    return shop.people[0]


@pytest.fixture
def http(app, shop: Shop):
    return app.test_client()


def path_of(shop: Shop, person: int) -> str:
    return shop.merchant.get(f"/api/influencers/{person}/portal").json["url"].removeprefix(BASE)


def code_of(shop: Shop, person: int) -> str:
    return f"ANA{person}-{shop.offer.id}"


def test_every_language_has_every_word() -> None:
    assert set(_WORDS) == set(LANGUAGES)
    assert len({frozenset(words) for words in _WORDS.values()}) == 1


def test_the_page_shows_code_link_and_terms_and_is_shut_to_the_world(shop: Shop, http, person) -> None:
    answer = http.get(path_of(shop, person))
    assert answer.status_code == 200
    assert code_of(shop, person) in answer.text
    assert f"/discount/{code_of(shop, person)}" in answer.text
    assert "<svg" in answer.text
    assert "15% off everything for your followers" in answer.text
    assert "net sales" not in answer.text
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert len(answer.data) < 9_000
    picture = http.get(f"{path_of(shop, person)}/qr/{code_id(person)}.png")
    assert picture.data.startswith(b"\x89PNG")
    assert shop.merchant.get(f"/api/influencers/{person}/portal").json["opened_at"]


def code_id(person: int) -> int:
    with reading() as session:
        return session.scalar(select(Code.id).where(Code.made_for_id == person))


def test_it_speaks_the_persons_language_and_keeps_names_text(shop: Shop, http, person) -> None:
    path = path_of(shop, person)
    languages = {"de-DE": "Code kopieren", "fr": "Copier le code", "es_MX": "Copiar código", "ja": "Copy code"}
    for locale, words in languages.items():
        values = {"locale": locale, "first_name": "<script>alert(1)</script>{x}"}
        with transaction() as session:
            session.execute(update(Influencer).where(Influencer.id == person).values(values))
        text = http.get(path).text
        assert words in text
        assert "<script>alert" not in text


def test_a_link_is_replaced_revoked_and_cannot_be_guessed(shop: Shop, http, person) -> None:
    first = path_of(shop, person)
    other = path_of(shop, shop.people[1])
    stolen = first.replace(f"/c/{person}-", f"/c/{shop.people[1]}-")
    assert http.get(stolen).status_code in (404, 410)
    assert "ANA" not in http.get(stolen).text
    shop.merchant.post(f"/api/influencers/{person}/portal/rotate")
    second = path_of(shop, person)
    assert (http.get(first).status_code, http.get(second).status_code) == (410, 200)
    closed = shop.merchant.post(f"/api/influencers/{person}/portal/revoke").json
    assert (closed["url"], http.get(second).status_code, http.get(other).status_code) == (None, 410, 200)
    for part in ("", "/data.json", f"/qr/{code_id(person)}.png"):
        assert code_of(shop, person) not in http.get(second + part).text
    assert http.post(f"{second}/wish", data={"code": "MINE"}).status_code == 410


def test_a_lost_link_goes_to_the_known_address_only(shop: Shop, http, mail, person) -> None:
    lost = shop.merchant.get("/api/portal-settings").json["lost_url"].removeprefix(BASE)
    known = http.post(lost, data={"email": address_of(person).upper()})
    unknown = http.post(lost, data={"email": "stranger@example.com"})
    http.post(lost, data={"email": address_of(person)})  # asked twice, mailed once
    shop.work()
    assert known.text == unknown.text
    assert mail.counts == {address_of(person): 1}
    text = mail.letters(address_of(person))[0].get_body(("plain",)).get_content()
    assert path_of(shop, person) in text.replace("=\n", "")


def test_results_show_as_the_merchant_chooses(shop: Shop, http, person) -> None:
    with transaction() as session:
        session.execute(update(Influencer).where(Influencer.id == person).values(commission_rate=10))
        session.add(Total(workspace_id=shop.store.workspace_id, offer_id=shop.offer.id, influencer_id=person,
                          currency="EUR", redemptions=97, gross=Decimal(4125), refunded=Decimal(100)))
    assert "4,025" not in http.get(path_of(shop, person)).text
    shop.merchant.put("/api/portal-settings", json={"show_uses": True, "show_revenue": True, "show_commission": True,
                                                    "terms": "Be kind", "contact": "Ana"})
    text = http.get(path_of(shop, person)).text
    assert all(part in text for part in ("97", "€4,025.00", "€402.50", "earned, 10%", "Be kind", "Questions: Ana"))


def test_nothing_shows_before_its_stage(shop: Shop, http, person) -> None:
    """An incentive's code is nobody's to see until it is released; a draft's and a dead one neither."""
    with transaction() as session:
        code = session.scalar(select(Code).where(Code.made_for_id == person))
        held = add_incentive_code(session, shop, person, code.id, released=False)
    path = path_of(shop, person)
    assert code_of(shop, person) not in http.get(path).text
    assert http.get(f"{path}/qr/{code.id}.png").status_code == 404
    assert code_of(shop, person) not in http.get(f"{path}/data.json").text
    with transaction() as session:
        session.execute(update(IncentiveCode).where(IncentiveCode.id == held).values(fulfilled_at=now()))
    assert "A jacket of your choice" in http.get(path).text
    with transaction() as session:
        session.execute(update(Offer).values(published_at=None))
    assert code_of(shop, person) not in http.get(path).text


def test_a_code_that_starts_later_says_when(shop: Shop, http, person) -> None:
    with transaction() as session:
        session.execute(update(Offer).values(starts_at=now() + timedelta(days=3)))
    assert "Works from" in http.get(path_of(shop, person)).text


def add_incentive_code(session, shop: Shop, person: int, code_id: int, *, released: bool, template=None) -> int:
    at, workspace_id = now(), shop.store.workspace_id
    campaign = Campaign(workspace_id=workspace_id, name="Winter", name_key=f"winter {code_id}", state="active",
                        created_at=at, updated_at=at)
    session.add(campaign)
    session.flush()
    incentive = Incentive(workspace_id=workspace_id, campaign_id=campaign.id, store_id=shop.store.id, name="Jacket",
                          description="A jacket of your choice", timing="pre_payment", template_id=template,
                          created_at=at, updated_at=at)
    member = CampaignMember(workspace_id=workspace_id, campaign_id=campaign.id, influencer_id=person, stage_at=at,
                            added_at=at)
    session.add_all([incentive, member])
    session.flush()
    row = IncentiveCode(incentive_id=incentive.id, code_id=code_id, member_id=member.id, added_at=at, assigned_at=at,
                        fulfilled_at=at if released else None)
    session.add(row)
    session.flush()
    return row.id


def test_a_wish_waits_for_an_answer(shop: Shop, http, person) -> None:
    path = path_of(shop, person)
    assert http.post(f"{path}/wish", data={"code": "a b"}).status_code == 422
    assert http.post(f"{path}/wish", data={"code": "Ana-Loves"}).status_code == 303
    http.post(f"{path}/wish", data={"code": "ANOTHER"})
    assert "You asked for ANA-LOVES" in http.get(path).text
    (wish,) = shop.merchant.get("/api/code-wishes").json["items"]
    approved = shop.merchant.post(f"/api/code-wishes/{wish['id']}/approve").json
    assert (wish["code"], approved["state"]) == ("ANA-LOVES", "approved")
    assert shop.merchant.get(f"/api/influencers/{person}").json["preferred_code"] == "ANA-LOVES"
    assert shop.merchant.post(f"/api/code-wishes/{wish['id']}/decline").status_code == 409


def test_own_data_is_theirs_alone(shop: Shop, http, person) -> None:
    data = http.get(f"{path_of(shop, person)}/data.json").json
    assert data["email"] == address_of(person)
    assert [code["code"] for code in data["codes"]] == [code_of(shop, person)]
    assert "notes" not in data


def test_a_release_is_told_once_with_its_template(shop: Shop, mail, person) -> None:
    template = shop.template(text="{{incentive}}: {{code}} in {{campaign_name}}")
    with transaction() as session:
        code = session.scalar(select(Code.id).where(Code.made_for_id == person))
        add_incentive_code(session, shop, person, code, released=True, template=template)
    for _ in range(2):
        jobs.announce()
        shop.work()
    (letter,) = mail.letters(address_of(person))
    assert f"A jacket of your choice: {code_of(shop, person)} in Winter" in letter.get_body(("plain",)).get_content()


def test_a_message_about_an_offer_never_tells_a_kits_code(shop: Shop, mail, person) -> None:
    """A kit out of the same offer is newer, and for them alone; their followers get the offer's own code."""
    with transaction() as session:
        own = session.scalar(select(Code).where(Code.made_for_id == person))
        kit = Code(workspace_id=own.workspace_id, store_id=own.store_id, offer_id=own.offer_id, code="KITONE",
                   key="KITONE", base="KITONE", state="live", purpose="own_use", created_at=now(), live_at=now())
        session.add(kit)
        session.flush()
        add_incentive_code(session, shop, person, kit.id, released=True)
    template = shop.template(text="Yours is {{code}}")
    shop.send(template_id=template)
    shop.work()
    (letter,) = mail.letters(address_of(person))
    assert f"Yours is {code_of(shop, person)}" in letter.get_body(("plain",)).get_content()
    with transaction() as session:
        session.execute(update(Assignment).where(Assignment.influencer_id == person).values(ends_at=now()))
    shop.send(template_id=template, again=True)
    shop.work()
    assert len(mail.letters(address_of(person))) == 1


def test_a_replaced_code_is_announced_again_once(shop: Shop, mail, person) -> None:
    shop.send(template_id=shop.template(text="{{#old_code}}not {{old_code}} but {{/old_code}}{{code}}"))
    shop.work()
    with transaction() as session:
        old = session.scalar(select(Code).where(Code.made_for_id == person))
        old.state = "retired"
        new = Code(workspace_id=old.workspace_id, store_id=old.store_id, offer_id=old.offer_id, code="FRESH",
                   key="FRESH", base="FRESH", state="queued", replaces_id=old.id, made_for_id=person, created_at=now())
        session.add(new)
        session.flush()
        session.execute(update(Assignment).where(Assignment.code_id == old.id).values(ends_at=now()))
        session.add(Assignment(workspace_id=old.workspace_id, offer_id=old.offer_id, code_id=new.id,
                               influencer_id=person, starts_at=now()))
    jobs.announce()
    assert len(shop.messages()) == 3  # not live yet: nothing to tell
    with transaction() as session:
        session.execute(update(Code).where(Code.code == "FRESH").values(state="live"))
    for _ in range(2):
        jobs.announce()
        shop.work()
    letters = mail.letters(address_of(person))
    assert len(letters) == 2
    assert f"not {code_of(shop, person)} but FRESH" in letters[1].get_body(("plain",)).get_content()
    assert sum(mail.counts.values()) == 4


def test_an_unsubscribe_link_of_a_stranger_ends_nothing(shop: Shop, http) -> None:
    for token in ("1-aaaaaaaaaaaaaaaaaaaaaaaaaa", "x", "1-2-aaaaaaaaaaaaaaaaaaaaaaaaaa"):
        assert http.post(f"/u/{token}").status_code == 404
    with reading() as session:
        assert session.scalars(select(MessageSuppression)).all() == []
        assert session.scalars(select(Message)).all() == []

"""Templates and previews over the API: faults at their field, and who would get what."""

from __future__ import annotations

from sqlalchemy import update

from app.codes.models import Code
from app.db import transaction
from app.influencers.models import Influencer
from tests.messages.conftest import Shop, address_of
from tests.support.statements import statements


def fields(answer) -> dict[str, str]:
    assert answer.status_code == 422, answer.text
    return {error["field"]: error["message"] for error in answer.json["errors"]}


def test_every_fault_stands_at_its_field(merchant) -> None:
    bad = {"name": " ", "subject": "{{cod}}", "text": "{{#code}}", "html": "<script>", "disclosure": "{{",
           "reply_to": "nobody", "language": "en"}
    assert set(fields(merchant.post("/api/message-templates", json=bad))) == set(bad) - {"language"}
    assert set(fields(merchant.post("/api/message-templates", json={**bad, "language": "xx"}))) >= {"language", "name"}


def test_a_name_is_given_once_and_an_edit_changes_what_was_sent(merchant) -> None:
    good = {"name": "Spring", "subject": "s", "text": "t"}
    made = merchant.post("/api/message-templates", json=good).json
    assert fields(merchant.post("/api/message-templates", json={**good, "name": "spring"})) == {
        "name": "Another template has this name."
    }
    path = f"/api/message-templates/{made['id']}"
    edited = merchant.patch(path, json={"text": "Hello {{first_name|there}}"}).json
    assert (edited["text"], edited["subject"]) == ("Hello {{first_name|there}}", "s")
    assert fields(merchant.patch(path, json={"subject": ""})) == {"subject": "Enter a subject."}
    merchant.post(f"{path}/archive")
    assert merchant.get("/api/message-templates").json["items"] == []
    assert merchant.post(f"{path}/restore").json["archived"] is False


def test_the_log_tells_that_words_changed_and_not_the_words(merchant) -> None:
    made = merchant.post("/api/message-templates", json={"name": "Spring", "subject": "top secret", "text": "t"}).json
    merchant.patch(f"/api/message-templates/{made['id']}", json={"text": "whispered"})
    merchant.put("/api/mail-server", json={"host": "smtp.shop.example", "sender_email": "a@shop.example",
                                           "username": "u", "password": "hush-hush"})
    log = merchant.get("/api/audit").text
    assert "edit_message_template" in log
    assert "save_mail_server" in log
    for word in ("top secret", "whispered", "hush-hush"):
        assert word not in log


def test_a_preview_tells_each_person_and_why_some_wait(shop: Shop) -> None:
    ready, without, dead = shop.people
    with transaction() as session:
        session.execute(update(Influencer).where(Influencer.id == without).values(first_name="", email=""))
        session.execute(update(Code).where(Code.made_for_id == dead).values(state="retired"))
    body = {"template_id": shop.template(text="{{code}} for {{first_name|you}}"), "offer_id": shop.offer.id,
            "selection": {"ids": shop.people}}
    found = shop.merchant.post("/api/message-previews", json=body).json
    items = {item["influencer_id"]: item for item in found["items"]}

    assert (found["total"], found["ready"]) == (3, 1)
    assert {held["reason"]: held["count"] for held in found["held"]} == {"no_address": 1, "off": 1}
    assert items[ready]["state"] == "ready"
    assert items[ready]["address"] == address_of(ready)
    assert f"ANA{ready}" in items[ready]["text"]
    assert "for you" in items[without]["text"]
    assert items[dead]["detail"] == "The code was taken off the store."


def test_a_blank_shows_as_its_tag_and_is_never_sent(shop: Shop, mail) -> None:
    template = shop.template(text="{{code}} until {{ends_on}}")
    body = {"template_id": template, "offer_id": shop.offer.id, "selection": {"ids": shop.people[:1]}}
    (item,) = shop.merchant.post("/api/message-previews", json=body).json["items"]
    assert (item["state"], item["reason"]) == ("held", "empty")
    assert "until {{ends_on}}" in item["text"]
    shop.send(template_id=template)
    shop.work()
    assert (set(shop.states().values()), len(mail.arrived)) == ({"held"}, 0)


def test_a_test_goes_to_one_address_and_counts_for_nobody(shop: Shop, mail) -> None:
    words = {"subject": "Try {{code}}", "text": "{{first_name|there}}"}
    answer = shop.merchant.post("/api/message-tests", json={"words": words, "to": "me@shop.example"}).json
    assert answer == {"ok": True, "message": "Sent to me@shop.example."}
    assert mail.letters("me@shop.example")[0]["Subject"] == "Try MARIAJOSE15"
    assert shop.messages() == []


def test_previews_ask_the_database_as_often_for_many_as_for_few(shop: Shop, app) -> None:
    def asked(people: list[int]) -> int:
        body = {"template_id": template, "offer_id": shop.offer.id, "selection": {"ids": people}}
        with statements() as sent:
            assert shop.merchant.post("/api/message-previews", json=body).status_code == 200
        return len(sent)

    template = shop.template()
    assert asked(shop.people[:1]) == asked(shop.people)

"""Merge tags: what they print, what is refused, and that a value is never a template."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import InvalidInput
from app.messages.addresses import deliverable
from app.messages.letters import Reader, Words
from app.messages.merge import Faulty, parse
from app.messages.post import Sender, envelope
from app.messages.rules import Standing, hold, next_slot, retry_after
from app.messages.starters import STARTERS
from app.messages.tags import EXAMPLES, LINKS, NAMES
from app.messages.values import line
from app.messages.words import LANGUAGES

names = st.sampled_from(NAMES)
values = st.dictionaries(names, st.text(max_size=30))
plain = st.text(max_size=30).filter(lambda text: "{" not in text and "}" not in text)
tags = st.one_of(names.map("{{{{{}}}}}".format), st.tuples(names, st.from_regex(r"[a-z]{1,9}", fullmatch=True)).map(
    lambda pair: f"{{{{{pair[0]}|{pair[1]}}}}}"))
parts = st.recursive(
    st.one_of(plain, tags),
    lambda inner: st.tuples(names, st.sampled_from("#^"), st.lists(inner, max_size=4).map("".join)).map(
        lambda three: f"{{{{{three[1]}{three[0]}}}}}{three[2]}{{{{/{three[0]}}}}}"),
    max_leaves=12,
)  # fmt: skip
templates = st.lists(parts, max_size=6).map("".join)


@settings(deadline=None, max_examples=60)
@given(templates, values)
def test_a_good_template_is_filled_and_tells_its_blanks(text: str, known: dict[str, str]) -> None:
    template = parse(text, NAMES)
    filled = template.fill(known)
    blanks = template.blanks(known)
    # With something for each blank, nothing is blank; and what is printed are values, never tags.
    full = dict.fromkeys(NAMES, "x")
    assert not template.blanks({**full, **{name: value for name, value in known.items() if value}})
    assert all(not known.get(name) for name in blanks)
    assert template.printed(known) <= {name for name, value in known.items() if value}
    if not any("{{" in value for value in known.values()):
        assert "{{" not in filled


@settings(deadline=None, max_examples=60)
@given(st.text(alphabet="{}#/^|ab_ \n" + "code", max_size=40))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    with suppress(Faulty):
        parse(text, NAMES).fill({})


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=60), st.text(max_size=60))
def test_values_stay_text_in_every_part(name: str, code: str) -> None:
    read = Reader(Words(subject="{{first_name|x}}", text="{{first_name|x}}\n\n{{code|x}}", html=""))
    known = {"first_name": line(name), "code": line(code)}
    letter = read.letter(known, "")
    assert "\n" not in letter.subject
    assert "\r" not in letter.subject
    body = letter.html.partition("<body>")[2]
    opened = re.findall(r"<\s*([a-zA-Z!?/][^\s>]*)", body)
    assert set(opened) <= {"div", "/div", "p", "/p", "a", "/a", "br", "/body", "/html"}
    sent = envelope(letter, Sender("team@shop.example", name), "ana@example.com", message_id="1")
    mail = message_from_bytes(sent, policy=policy.default)
    assert mail["To"] == "ana@example.com"
    assert len(mail.get_all("Subject")) == 1
    assert mail.get_all("Bcc") is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{{frist_name}}", "{{frist_name}} is not a tag. Use {{first_name}}."),
        ("Hi\n{{nobody}}", "Line 2: {{nobody}} is not a tag."),
        ("{{#ends_on}}until", "The section {{#ends_on}} has no {{/ends_on}}."),
        ("{{/ends_on}}", "{{/ends_on}} ends a section that was never opened."),
        ("{{#code}}{{#value}}{{/code}}{{/value}}", "{{/value}} must come before {{/code}}."),
        ("{{code", "A tag is written {{name}}, on one line: braces are missing."),
        ("{{first_name|}}", "Write after the bar what stands in for {{first_name}}."),
        ("{{Code}}", "A tag is written {{name}} with small letters, for example {{first_name}}."),
    ],
)
def test_what_is_wrong_is_said(text: str, message: str) -> None:
    with pytest.raises(Faulty) as fault:
        parse(text, NAMES)
    assert str(fault.value) == message


@pytest.mark.parametrize(
    ("html", "message"),
    [
        ('<a href="{{first_name}}">x</a>', "stands inside an HTML tag"),
        ("<a href={{share_link}}>x</a>", "stands inside an HTML tag"),
        ("<script>x</script>", "Leave out <script>"),
        ("<p onclick='x'>y</p>", "Leave out onclick"),
    ],
)
def test_html_that_could_act_is_refused(html: str, message: str) -> None:
    with pytest.raises(InvalidInput) as error:
        Reader(Words(subject="s", text="t", html=html))
    assert (error.value.errors[0].field, message in error.value.errors[0].message) == ("html", True)


def test_own_html_is_filled_with_escaped_values() -> None:
    read = Reader(Words(subject="s", text="t", html='<p>{{first_name}}</p><a href="{{share_link}}">go</a>'))
    html = read.letter({"first_name": "<b>&", "share_link": 'https://x.example/?a="b"'}, "").html
    assert "<p>&lt;b&gt;&amp;</p>" in html
    assert 'href="https://x.example/?a=&quot;b&quot;"' in html


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_starter_can_be_read_and_filled(language: str) -> None:
    for starter in STARTERS:
        read = Reader(Words(starter.subject, starter.text, "", starter.disclosure, language))
        assert read.blanks(EXAMPLES) == []
        assert "{{" not in read.letter(EXAMPLES, "footer").text
        least = {name: EXAMPLES[name] for name in ("code", "value", "store_name", "starts_on", *LINKS)}
        assert read.blanks(least) == []


GOOD = Standing(address="a@b.example", has_code=True, code_state="live", offer_state="active")


@pytest.mark.parametrize(
    ("changes", "printed", "blanks", "reason"),
    [
        ({}, {"code"}, [], None),
        ({}, {"code"}, ["ends_on"], "empty"),
        ({"has_code": False}, set(), ["code"], "no_code"),
        ({"has_code": False, "awaits_release": True}, set(), ["code"], "not_released"),
        ({"code_state": "queued"}, {"share_link"}, [], "not_live"),
        ({"code_state": "disabled"}, {"code"}, [], "off"),
        ({"code_state": "disabled"}, {"portal_link"}, [], None),
        ({"offer_state": "ended"}, {"code"}, [], "offer_ended"),
        ({"offer_state": "paused"}, {"code"}, [], "offer_paused"),
        ({"offer_state": "scheduled"}, {"code"}, [], "not_started"),
        ({"offer_state": "scheduled"}, {"code", "starts_on"}, [], None),
        ({"used_up": True}, {"code"}, [], "used_up"),
        ({"address": ""}, set(), [], "no_address"),
        ({"consent": False}, set(), [], "no_consent"),
        ({"suppressed": "unsubscribed"}, set(), [], "unsubscribed"),
        ({"archived": True}, set(), [], "archived"),
    ],
)
def test_what_holds_a_message_back(changes: dict, printed: set[str], blanks: list[str], reason: str | None) -> None:
    standing = Standing(**{**{name: getattr(GOOD, name) for name in GOOD.__slots__}, **changes})
    found = hold(printed, blanks, standing)
    assert (found.reason if found else None) == reason


def test_the_pace_is_kept_over_a_minute() -> None:
    start = datetime(2026, 11, 21, tzinfo=UTC)
    slot, sent = None, 0
    for tick in range(60 * 5):  # looked at five times a second, for a minute
        at = start + timedelta(seconds=tick / 5)
        while slot is None or slot <= at:
            slot = next_slot(slot, at, 120)
            sent += 1
    assert 119 <= sent <= 121
    assert retry_after(6) is None


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("ana@example.com", "ana@example.com"), ("ana@bücher.example", "ana@xn--bcher-kva.example"),
        ("a,b@example.com", None), ("a<b>@example.com", None), ("ána@example.com", None), ("ana@localhost", None),
        ("ana@example..com", None), ("ana\r\nBcc: x@example.com", None),
    ],
)  # fmt: skip
def test_addresses_as_servers_take_them(address: str, found: str | None) -> None:
    assert deliverable(address) == found

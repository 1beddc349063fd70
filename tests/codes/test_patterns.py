"""Code patterns: what they accept, what they make."""

from __future__ import annotations

import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.codes.naming import Namer, Wisher
from app.codes.patterns import (
    MAX_BASE,
    MAX_CODE,
    Facts,
    Person,
    Randoms,
    candidate,
    for_pool,
    key,
    latin,
    parse,
    render,
    why_not,
)  # fmt: skip
from app.codes.words import rude_spans
from app.errors import InvalidInput

FACTS = Facts("Winter launch", "12.5", 2026)


def code(pattern: str, person: Person, sequence: int = 7) -> str:
    return render(parse(pattern), person, FACTS, sequence, Randoms())


@pytest.mark.parametrize(
    ("pattern", "person", "expected"),
    [
        ("{first_name}{value}", Person(1, "Łukasz", "Nowak"), "LUKASZ12-5"),
        ("{name}", Person(1, display_name="王芳"), "WANGFANG"),
        ("{name}{year}", Person(1, "Maria", "José"), "MARIAJOSE2026"),
        ("{first_name}-{last_name}", Person(1, display_name="Maria de la Cruz"), "MARIA-DELACRUZ"),
        ("{first_name}-{last_name}", Person(1, "Maria"), "MARIA"),
        ("{handle}_x{seq}", Person(1, "Maria", handle="@maria.lopez"), "MARIALOPEZ_X7"),
        ("{offer}", Person(1), "WINTERLAUNCH"),
        ("{first_name}", Person(1, "Ana 🎉✨", ""), "ANA"),
        ("{first_name}{value}", Person(1, "🎉", "", handle="party"), "PARTY12-5"),
        ("{first_name}{value}", Person(1), "CREATOR12-5"),
        ("{first_name}{last_name}", Person(1), "CREATOR"),
        ("{handle}", Person(1, "Ben"), "BEN"),
        ("{First_Name}", Person(1, "Ben"), "BEN"),
    ],
)
def test_a_pattern_names_a_person(pattern: str, person: Person, expected: str) -> None:
    assert code(pattern, person) == expected


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("", "Enter a pattern"),
        ("{", "The { at character 1 has no }"),
        ("AB}", "The } at character 3 has no {"),
        ("A-{frist_name}", "{frist_name} at character 3 is not a part we know"),
        ("{random}", "{random} at character 1 needs a length from 1 to 20"),
        ("{number:21}", "{number} at character 1 needs a length"),
        ("{letters:²}", "{letters} at character 1 needs a length"),
        ("{name:3}", "{name} at character 1 takes no number"),
        ("SALE 15", "A space at character 5"),
        ("é", "“é” at character 1 cannot be in a code"),
        ("X" * 58, "58 characters or more"),
        ("--", "Add at least one letter"),
    ],
)
def test_a_faulty_pattern_is_told_at_its_place(pattern: str, message: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse(pattern)
    assert refused.value.errors[0].field == "pattern"
    assert message in refused.value.errors[0].message


def test_names_are_shortened_and_random_parts_are_not() -> None:
    made = code("{first_name}-{last_name}-{random:8}", Person(1, "Maximiliane" * 8, "Ng"))
    assert len(made) == MAX_BASE
    assert re.fullmatch(r"[A-Z]+-NG-[A-HJKM-NP-Z2-9]{8}", made)


def test_random_parts_have_no_look_alikes_and_spell_nothing_rude() -> None:
    pattern, randoms = parse("FUC{letters:3}{number:4}{random:6}"), Randoms()
    for _ in range(3_000):
        made = render(pattern, Person(1), FACTS, 1, randoms)
        assert not set(made[3:]) & set("01OIL")
        assert not any(end > 3 for _, end in rude_spans(made))


def test_a_name_that_holds_a_rude_word_keeps_it() -> None:
    assert code("{first_name}", Person(1, "Cassandra")) == "CASSANDRA"


def test_a_pool_gets_a_random_part_for_the_name() -> None:
    made = render(for_pool(parse("{first_name}-{last_name}{value}")), Person(0), FACTS, 1, Randoms())
    assert re.fullmatch(r"[A-Z2-9]{8}-12-5", made)


def test_a_pool_without_anything_random_is_refused() -> None:
    with pytest.raises(InvalidInput, match="1 field"):
        for_pool(parse("SUMMER{seq}"))


def test_later_candidates_are_numbered_within_the_length() -> None:
    assert [candidate("ANNA15", n) for n in (1, 2, 11)] == ["ANNA15", "ANNA15-2", "ANNA15-11"]
    assert candidate("A" * 64, 12) == "A" * 61 + "-12"


@pytest.mark.parametrize(
    ("typed", "fault"),
    [("vip-anna", ""), ("", "Enter a code."), ("A B", "A space at character 2"), ("A" * 65, "at most 64")],
)
def test_codes_typed_by_hand(typed: str, fault: str) -> None:
    assert fault in why_not(typed)
    assert bool(why_not(typed)) == bool(fault)


PATTERNS = ["{first_name}{value}", "{name}-{random:6}", "{handle}", "{first_name}_{last_name}{seq}", "{offer}{name}"]
ANY = st.text(max_size=120)


@given(st.sampled_from(PATTERNS), ANY, ANY, ANY, ANY, ANY, st.integers(1, 9_999_999))
def test_any_name_gives_a_valid_code(
    pattern: str, first: str, last: str, shown: str, handle: str, offer: str, sequence: int
) -> None:
    person = Person(1, first, last, shown, handle)
    made = render(parse(pattern), person, Facts(offer, "15", 2026), sequence, Randoms())
    assert re.fullmatch(r"[A-Z0-9_-]{1,57}", made)
    assert made.strip("-_")
    for attempt in (2, 10, 99_999):
        later = candidate(made, attempt)
        assert later == f"{made}-{attempt}"
        assert len(later) <= MAX_CODE


@given(ANY)
def test_latin_is_what_it_says_and_stable(text: str) -> None:
    assert re.fullmatch(r"[A-Z0-9_-]*", latin(text))
    assert latin(latin(text)) == latin(text)


@given(ANY)
def test_any_text_as_a_pattern_is_read_or_refused(text: str) -> None:
    with suppress(InvalidInput):
        pattern = parse(text)
        assert render(pattern, Person(1, "Anna"), FACTS, 1, Randoms())


FIELDS = ["{first_name}", "{last_name}", "{name}", "{handle}", "{value}", "{offer}", "{year}", "{seq}", "{random:4}",
          "{number:3}", "{letters:2}"]  # fmt: skip
PARTS = st.lists(st.sampled_from([*FIELDS, "VIP", "-", "_", "a1"]), min_size=1, max_size=6)
NAMES = st.text(st.characters(codec="utf-8"), max_size=60)


@given(PARTS, NAMES, NAMES, st.sampled_from(["", "15", "12.5"]))
def test_any_pattern_over_any_name_keeps_its_promises(parts: list[str], first: str, last: str, value: str) -> None:
    """At most 64 with the longest ending; random parts whole and without look-alikes; never a bare separator."""
    with suppress(InvalidInput):
        pattern = parse("".join(parts))
        made = render(pattern, Person(1, first, last), Facts("Spring 🌱", value, 2027), 12, Randoms())
        assert re.fullmatch(r"[A-Z0-9_-]+", made)
        assert re.search(r"[A-Z0-9]", made)
        assert len(candidate(made, 999_999)) <= MAX_CODE
        if parts == ["{random:4}"]:
            assert len(made) == 4
            assert not set(made) & set("01OIL")


@given(st.lists(NAMES, min_size=1, max_size=12), st.sampled_from(["{first_name}{value}", "{name}", "SALE{value}"]))
def test_people_of_one_run_differ_by_number_alone(names: list[str], pattern: str) -> None:
    """Whoever comes second gets -2, then -3: no random tail, no id, and nobody shares a code ignoring case."""
    wisher, namer = Wisher(parse(pattern), FACTS), Namer()
    wishes = [wisher.for_person(Person(number, name)) for number, name in enumerate(names, 1)]
    namer.learn([wishes[0].base])
    namer.propose(wishes)
    assert len({key(wish.code) for wish in wishes}) == len(wishes)
    for base in {wish.base for wish in wishes}:
        same = [wish.code for wish in wishes if wish.base == base]
        first = 2 if base == wishes[0].base else 1
        assert same == [candidate(base, number) for number in range(first, first + len(same))] or any(
            wish.base != base and wish.code.startswith(f"{base}-") for wish in wishes
        )

"""Names: shown as written, sorted and found in Latin letters too."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies

from app.influencers.names import display, latin, search_text, sort_name, words

HANDLE = [{"platform": "instagram", "handle": "ana.rossi"}]


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        (("Ana", "Rossi", "", HANDLE, "a@example.com"), "Ana Rossi"),
        (("Ana", "Rossi", "Ana R.", HANDLE, ""), "Ana R."),
        (("", "Rossi", "", [], ""), "Rossi"),
        (("", "", "", HANDLE, "a@example.com"), "@ana.rossi"),
        (("", "", "", [], "a@example.com"), "a@example.com"),
        (("", "", "", [{"handle": ""}], ""), "Unnamed"),
        (("王", "芳", "", [], ""), "王 芳"),
    ],
)
def test_the_one_name_of_a_person(parts: tuple, name: str) -> None:
    assert display(*parts) == name


@pytest.mark.parametrize(
    ("written", "letters"),
    [
        ("Łukasz Żółty", "lukasz zolty"), ("王芳", "wangfang"), ("🌸 Sakura Tanaka", "sakura tanaka"),
        ("María-José O'Neill", "maria-jose o'neill"), ("Oluwaseun Adébáyọ̀", "oluwaseun adebayo"),
        ("ＦＵＬＬ", "full"), ("👩‍🍳 Chef", "chef"), ("", ""),
    ],
)  # fmt: skip
def test_latin_letters(written: str, letters: str) -> None:
    assert latin(written) == letters


def test_a_name_without_letters_sorts_last() -> None:
    names = ["🔥🔥🔥", "Zoë", "Łukasz", "Ana", "@bea"]
    assert sorted(names, key=sort_name) == ["Ana", "@bea", "Łukasz", "Zoë", "🔥🔥🔥"]


def test_a_person_is_found_by_any_spelling() -> None:
    text = search_text(("Łukasz Żółty", ""), HANDLE, "l.z@example.com", ["Top 20"])
    for query in ("Łukasz", "lukasz", "ZOLTY", "żółty", "ana.rossi", "@ana", "example.com", "top 20"):
        assert all(word in text for word in words(query)), query
    assert not all(word in text for word in words("lukas schmidt"))


@given(strategies.text(max_size=300))
def test_any_text_gives_a_name_to_sort_by(text: str) -> None:
    found = sort_name(text)
    assert 0 < len(found) <= 255
    assert found.startswith("~") or found.isascii()

"""Rude words that a random part must not spell, alone or together with what stands beside it."""

from __future__ import annotations

import re

WORDS = (
    "ANAL",
    "ANUS",
    "ARSE",
    "ASS",
    "BITCH",
    "BOOB",
    "BUM",
    "BUTT",
    "CACA",
    "CAZZO",
    "COCK",
    "COON",
    "CRAP",
    "CUM",
    "CUNT",
    "DAMN",
    "DICK",
    "DYKE",
    "FAG",
    "FART",
    "FCK",
    "FICK",
    "FOTZE",
    "FUCK",
    "FUK",
    "GAY",
    "GOOK",
    "HELL",
    "HOMO",
    "HURE",
    "JERK",
    "JEW",
    "KACK",
    "KKK",
    "KUNT",
    "KURVA",
    "KURWA",
    "MERDA",
    "MERDE",
    "MUFF",
    "NAZI",
    "NEGER",
    "NEGRO",
    "NIGG",
    "NUTTE",
    "PAKI",
    "PENIS",
    "PEDO",
    "PISS",
    "POOP",
    "PORN",
    "PUSSY",
    "PUTA",
    "PUTE",
    "RAPE",
    "SCHEISS",
    "SEX",
    "SHAG",
    "SHIT",
    "SLUT",
    "SPERM",
    "SPIC",
    "SUCK",
    "TARD",
    "TIT",
    "TURD",
    "TWAT",
    "VAGINA",
    "WANK",
    "WHORE",
    "XXX",
)
# Digits read as the letters they look like.
_LETTERS = str.maketrans("0134578", "OIEASTB")
_ANY = re.compile("|".join(WORDS))
# The look-ahead finds overlapping words too; it is ten times slower, so it runs only where _ANY found one.
_RUDE = re.compile(f"(?=({_ANY.pattern}))")


def rude_spans(code: str) -> list[tuple[int, int]]:
    """Start and end of every rude word, digits read as letters; `code` is upper case."""
    letters = code.translate(_LETTERS)
    return [match.span(1) for match in _RUDE.finditer(letters)] if _ANY.search(letters) else []

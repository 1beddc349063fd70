"""Made-up influencers, the same ones for the same number. Some have names that careless code breaks on."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sandbox.clock import fine_stamp, stamp

Person = dict[str, Any]

SEED = 42
FIRST_NAMES = (
    "Amara", "Björn", "Chloé", "Dario", "Elif", "Farid", "Greta", "Hana", "Ivo", "Jana", "Kofi", "Lena",
    "Mateo", "Nadia", "Oskar", "Priya", "Quentin", "Rosa", "Sven", "Talia", "Umar", "Vera", "Wanda", "Ximena",
    "Yusuf", "Zoë", "Anna", "Anna", "Maria", "Alex",
)  # fmt: skip
LAST_NAMES = (
    "Adeyemi", "Bakker", "Castro", "Dubois", "Eriksen", "Fischer", "García", "Horváth", "Ito", "Jansen",
    "Kovač", "Lindgren", "Müller", "Novák", "Okafor", "Petrov", "Quispe", "Rossi", "Schmidt", "Tanaka", "Ueda",
    "Vasquez", "Weber", "Xu", "Yilmaz", "Zając", "Schmidt",
)  # fmt: skip
TAGS = ("beauty", "fitness", "food", "home", "kids", "outdoor", "style", "tech", "travel", "vegan")
GROUPS = ("Spring launch", "Ambassadors", "Micro", "Gifting", "Press")
STAGES = ("new", "contacted", "negotiating", "active", "paused")
COUNTRIES = (
    ("DE", "de", "EUR"),
    ("FR", "fr", "EUR"),
    ("US", "en", "USD"),
    ("GB", "en", "GBP"),
    ("JP", "ja", "JPY"),
    ("SE", "sv", "SEK"),
)
PLATFORMS = ("instagram", "tiktok", "youtube", "twitch")

HARD_NAMES: tuple[tuple[str, str, str], ...] = (
    ("Łukasz", "Żółć", ""),
    ("王", "芳", ""),
    ("芳", "王", "王芳"),
    ("さくら", "田中", ""),
    ("민준", "김", ""),
    ("Дмитрий", "Щукин", ""),
    ("مريم", "الحسن", ""),
    ("נועה", "לוי", ""),
    ("อรุณ", "ศรีสุข", ""),
    ("Ελένη", "Παπαδοπούλου", ""),
    ("Seán", "O'Brien", ""),
    ("D’Arcy", "d'Ávila-Núñez", ""),
    ("Anna", "Schmidt", ""),
    ("Anna", "Schmidt", ""),
    ("anna", "schmidt", ""),
    ("ANNA", "SCHMIDT", ""),
    ("🦊 Foxy", "✨", ""),
    ("🔥🔥🔥", "", "🔥🔥🔥"),
    ("👩‍🍳 Chef", "Noor", ""),
    ("Cher", "", ""),
    ("", "Madonna", ""),
    ("", "", ""),
    ("", "", "the.nameless"),
    (" ", "  ", " "),
    ("Hubert Blaine Wolfeschlegelsteinhausenbergerdorff " * 4, "Sr.", ""),
    ("X", "Æ A-12", ""),
    ("=SUM(A1:A9)", "", ""),
    ("+49 151", "@home", ""),
    ("-1+1", '=HYPERLINK("http://example.com","x")', ""),
    ("Zero\u200bWidth", "Join\u200der", ""),
    ("\u202eRight", "ToLeft\u202c", ""),
    ("e\u0301lise", "Ange\u0301lique", ""),
    ("<script>alert(1)</script>", "<b>Bold</b>", ""),
    ("Robert'); DROP TABLE influencers;--", "", ""),
    ("{{first_name}}", "{handle}", ""),
    ("Comma, Comma", 'Quote "Q"', ""),
    ("Line\nBreak", "Tab\tbed", ""),
    ("null", "None", ""),
    ("True", "0", ""),
    ("Straße", "Groß", ""),
    ("İbrahim", "Işık", ""),
    ("Ｆｕｌｌ", "Ｗｉｄｔｈ", ""),
    ("Jean-Luc Marie", "van der Berg-de la Cruz", ""),
    ("Dr. Anne", "Smith, PhD", ""),
    ("ﬁona", "ǅordan", ""),
    ("सीता", "शर्मा", ""),
    ("ნინო", "ბერიძე", ""),
    ("Ngọc", "Nguyễn", ""),
    ("Ṃ͓a̴r̷k̶", "Z̸a̵l̴g̵o̸", ""),
    ("A", "B", ""),
)


def made_people(count: int, at: datetime) -> Iterator[Person]:
    """`count` people; the hard names come first, so that 200 hold all of them. `at` is the newest `updated_at`."""
    dice = random.Random(SEED)
    for number in range(1, count + 1):
        yield _person(number, dice, at - timedelta(seconds=count - number))


def _person(number: int, dice: random.Random, updated_at: datetime) -> Person:
    hard = number <= len(HARD_NAMES)
    first, last, shown = HARD_NAMES[number - 1] if hard else (dice.choice(FIRST_NAMES), dice.choice(LAST_NAMES), "")
    country, locale, currency = dice.choice(COUNTRIES)
    handle = f"{(first or shown or 'creator').split()[0] if (first or shown).strip() else 'creator'}.{number}".lower()
    consent = dice.random() < 0.8
    return {
        "external_id": f"inf-{number:06}",
        "source": "sandbox-roster",
        "email": None if number % 17 == 0 else f"person{number}@example.com",
        "first_name": first,
        "last_name": last,
        "display_name": shown or f"{first} {last}".strip(),
        "handles": _handles(number, handle, dice),
        "locale": locale,
        "country": country,
        "currency": currency,
        "tags": sorted(dice.sample(TAGS, dice.randint(0, 3))),
        "groups": sorted(dice.sample(GROUPS, dice.randint(0, 2))),
        "stage": dice.choice(STAGES),
        # The first 200, whom the demo and the smoke run know, are all there.
        "active": number <= 200 or number % 50 != 49,
        "consent": {
            "email": consent,
            "at": stamp(updated_at - timedelta(days=30)) if consent else None,
            "source": "form",
        },
        "preferred_code": _preferred(number, first),
        "commission_rate": dice.choice((None, "5", "10", "12.5")),
        "updated_at": fine_stamp(updated_at),
        "version": 1,
    }


def _handles(number: int, handle: str, dice: random.Random) -> list[dict[str, Any]]:
    platforms = dice.sample(PLATFORMS, 0 if number % 40 == 23 else dice.randint(1, 2))
    return [
        {
            "platform": name,
            "handle": handle,
            "url": f"https://{name}.example.com/{number}",
            "followers": dice.randint(800, 900_000),
        }
        for name in platforms
    ]


def _preferred(number: int, first: str) -> str | None:
    """Every twelfth person wants a code of their own; two of them want the same one."""
    if number in (60, 72):
        return "SUMMER10"
    return f"{first.upper()}{number}" if number > 50 and number % 12 == 0 else None

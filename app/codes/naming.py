"""From people to codes that differ: proposes candidates, remembers the refused. Pure; the caller asks what is taken."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.codes.patterns import NOBODY, Facts, Pattern, Person, Randoms, candidate, clean_code, for_pool, key, render

MOST_AHEAD = 1024


@dataclass(slots=True)
class Wish:
    """One code to be found. `code` and `attempt` are the present proposal; `owner`: the person's or the row's id."""

    owner: int
    base: str
    preferred: str = ""
    attempt: int = -1
    code: str = ""

    def next(self, last: int) -> tuple[int, str]:
        """What to try after this wish's own attempts and the base's last one."""
        if self.preferred and self.attempt < 0:
            return 0, self.preferred
        attempt = max(self.attempt, last, 0) + 1
        return attempt, candidate(self.base, attempt)


class Namer:
    """Hands out candidates so that none is proposed twice. Lives as long as a run: 100,000 people of one name stay
    cheap, since each name's last number is remembered."""

    def __init__(self) -> None:
        self._last: dict[str, int] = {}
        self.taken: set[str] = set()
        """Keys known as refused."""
        self._ahead: dict[str, int] = {}

    def propose(self, wishes: Sequence[Wish]) -> None:
        """Gives every wish its next candidate: no two alike, none known as taken."""
        now_used: set[str] = set()
        for wish in wishes:
            while True:
                wish.attempt, wish.code = wish.next(self._last.get(wish.base, 0))
                if wish.attempt > 0:
                    self._last[wish.base] = wish.attempt
                if key(wish.code) not in self.taken and key(wish.code) not in now_used:
                    break
            now_used.add(key(wish.code))

    def ahead(self, wishes: Iterable[Wish]) -> list[str]:
        """Refused wishes' next candidates, for the caller to look up and learn(): each time twice as many of a name."""
        asked: dict[str, str] = {}
        lasts: dict[str, list[int]] = {}
        for wish in wishes:
            lasts.setdefault(wish.base, []).append(max(wish.attempt, self._last.get(wish.base, 0)))
        for base, attempts in lasts.items():
            many = self._ahead[base] = min(MOST_AHEAD, max(len(attempts), self._ahead.get(base, 0) * 2))
            codes = (candidate(base, max(attempts) + n) for n in range(1, many + 1))
            asked.update((key(code), code) for code in codes)
        return [code for folded, code in asked.items() if folded not in self.taken]

    def learn(self, taken: Iterable[str]) -> None:
        self.taken.update(map(key, taken))


class Wisher:
    """What each person of an offer should be called, by its pattern."""

    def __init__(self, pattern: Pattern, facts: Facts, sequence: int = 1) -> None:
        self.sequence = sequence
        self._pattern = pattern
        self._facts = facts
        self._randoms = Randoms()
        self._pool_pattern: Pattern | None = None

    def for_person(self, person: Person, edit: str = "") -> Wish:
        """`edit`: the code somebody typed for this person; it stands in the pattern's place."""
        if edit:
            return Wish(person.id, clean_code(edit))
        preferred = clean_code(person.preferred_code)
        base = render(self._pattern, person, self._facts, self._number(), self._randoms)
        return Wish(person.id, base, preferred if preferred != base else "")

    def for_pool(self) -> Wish:
        self._pool_pattern = self._pool_pattern or for_pool(self._pattern)
        return Wish(NOBODY.id, render(self._pool_pattern, NOBODY, self._facts, self._number(), self._randoms))

    def _number(self) -> int:
        self.sequence += 1
        return self.sequence - 1

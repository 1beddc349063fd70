"""The redeem codes of one store: unique ignoring case, found by text and by discount in flat time."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

MAX_LENGTH = 255


@dataclass(slots=True)
class RedeemCode:
    id: int
    code: str
    discount_id: int
    uses: int = 0
    customers: set[int] | None = None
    """Who has used it, for once-per-customer discounts."""


@dataclass
class _Shelf:
    """The codes of one discount by rising id; deleted ids stay in `ids` until there are too many of them."""

    ids: list[int] = field(default_factory=list)
    codes: dict[int, RedeemCode] = field(default_factory=dict)

    def compact(self) -> None:
        if len(self.ids) > 2 * len(self.codes) + 1000:
            self.ids = [code_id for code_id in self.ids if code_id in self.codes]


class CodeIndex:
    def __init__(self) -> None:
        self._by_text: dict[str, RedeemCode] = {}
        self._shelves: dict[int, _Shelf] = {}
        self._by_id: dict[int, RedeemCode] = {}

    def __len__(self) -> int:
        return len(self._by_text)

    def __iter__(self) -> Iterator[RedeemCode]:
        return iter(self._by_id.values())

    def find(self, text: str) -> RedeemCode | None:
        return self._by_text.get(text.strip().lower())

    def get(self, code_id: int) -> RedeemCode | None:
        return self._by_id.get(code_id)

    def add(self, code: RedeemCode) -> None:
        """Ids must rise within a discount; the text must be free (ask `find` first)."""
        self._by_text[code.code.lower()] = code
        self._by_id[code.id] = code
        shelf = self._shelves.setdefault(code.discount_id, _Shelf())
        shelf.ids.append(code.id)
        shelf.codes[code.id] = code

    def remove(self, code: RedeemCode) -> None:
        del self._by_text[code.code.lower()]
        del self._by_id[code.id]
        shelf = self._shelves[code.discount_id]
        del shelf.codes[code.id]
        shelf.compact()

    def count(self, discount_id: int) -> int:
        shelf = self._shelves.get(discount_id)
        return len(shelf.codes) if shelf else 0

    def of(self, discount_id: int, after: int = 0) -> Iterator[RedeemCode]:
        """The codes of a discount by id, those behind `after`."""
        shelf = self._shelves.get(discount_id)
        if shelf is None:
            return
        ids = shelf.ids  # `compact` makes a new list, so an iteration under way is safe
        for position in range(bisect_right(ids, after), len(ids)):
            code = shelf.codes.get(ids[position])
            if code is not None:
                yield code

"""Sums per currency, and how money is written in JSON. Different currencies are never added up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TypedDict

from app.redemptions.models import Total
from app.redemptions.money import written


class MoneyJson(TypedDict):
    amount: str
    currency: str


def money(amount: Decimal, currency: str) -> MoneyJson:
    """{"amount": "12.50", "currency": "EUR"}."""
    return {"amount": written(amount, currency), "currency": currency}


@dataclass(slots=True)
class Amounts:
    """Totals of one person in one offer, or of many: {currency: sum}."""

    redemptions: int = 0
    gross: dict[str, Decimal] = field(default_factory=dict)
    discount: dict[str, Decimal] = field(default_factory=dict)
    refunded: dict[str, Decimal] = field(default_factory=dict)
    counted: dict[str, int] = field(default_factory=dict)
    last_order_at: datetime | None = None

    @property
    def net(self) -> dict[str, Decimal]:
        return {currency: gross - self.refunded[currency] for currency, gross in self.gross.items()}

    def add(self, row: Total) -> None:
        self._add(row.currency, row.redemptions, row.gross, row.discount, row.refunded, row.last_order_at)

    def shown(self) -> list[dict[str, object]]:
        """One total a currency."""
        return [
            {
                "currency": currency,
                "redemptions": self.counted[currency],
                "gross": money(self.gross[currency], currency),
                "discount": money(self.discount[currency], currency),
                "refunded": money(self.refunded[currency], currency),
                "net": money(net, currency),
            }
            for currency, net in sorted(self.net.items())
        ]

    @classmethod
    def of(cls, parts: Iterable[Amounts]) -> Amounts:
        found = cls()
        for part in parts:
            for currency, gross in part.gross.items():
                found._add(currency, part.counted[currency], gross, part.discount[currency], part.refunded[currency],
                           part.last_order_at)  # fmt: skip
        return found

    def _add(
        self,
        currency: str,
        redemptions: int,
        gross: Decimal,
        discount: Decimal,
        refunded: Decimal,
        last: datetime | None,
    ) -> None:
        self.redemptions += redemptions
        for sums, amount in ((self.gross, gross), (self.discount, discount), (self.refunded, refunded)):
            sums[currency] = sums.get(currency, Decimal(0)) + amount
        self.counted[currency] = self.counted.get(currency, 0) + redemptions
        if last and (self.last_order_at is None or last > self.last_order_at):
            self.last_order_at = last

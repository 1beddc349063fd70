"""Amounts of a currency: its smallest unit, and how amounts are written."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from babel.numbers import get_currency_precision

from app.db.types import MONEY_SCALE


@lru_cache(maxsize=256)
def step(currency: str) -> int:
    """The currency's smallest amount in 1/10,000 unit: 100 for EUR, 10,000 for JPY."""
    return int(MONEY_SCALE // 10 ** get_currency_precision(currency))


def written(amount: Decimal, currency: str) -> str:
    """For JSON: with the currency's decimals, and with more only where the amount has them."""
    shown = amount.quantize(Decimal(1).scaleb(-get_currency_precision(currency)))
    return str(shown if shown == amount else amount.normalize())

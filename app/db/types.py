"""Column types: secrets encrypted at rest, times in UTC, money exact."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import BigInteger, DateTime, Dialect, Text
from sqlalchemy.types import TypeDecorator

MONEY_SCALE = 10_000
_cipher: MultiFernet | None = None
_keys: tuple[str, ...] = ()


def set_encryption_keys(keys: tuple[str, ...]) -> None:
    """Called once at start. The first key encrypts; every key decrypts, so a key can be rotated in."""
    global _cipher, _keys
    _keys = keys
    _cipher = MultiFernet([Fernet(key) for key in keys])


def cipher() -> MultiFernet:
    if _cipher is None:
        raise RuntimeError("encryption keys are not set: create_app() or boot() must run first")
    return _cipher


def derived_keys(purpose: bytes) -> list[bytes]:
    """A 32-byte key for one purpose from each of the encryption keys, in their order: the first is the one in force."""
    if not _keys:
        raise RuntimeError("encryption keys are not set: create_app() or boot() must run first")
    return [_derive(base64.urlsafe_b64decode(key), purpose) for key in _keys]


def _derive(key: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), length=32, salt=None, info=purpose).derive(key)


class EncryptedText(TypeDecorator[str]):
    """Text that is only ever in the database as a Fernet token."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else cipher().encrypt(value.encode()).decode()

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else cipher().decrypt(value.encode()).decode()


class UtcDateTime(TypeDecorator[datetime]):
    """Aware datetimes, kept in UTC on both databases (SQLite has no time zones). Naive values are refused."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return dialect.type_descriptor(DateTime(timezone=dialect.name == "postgresql"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if not isinstance(value, datetime):
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


class Money(TypeDecorator[Decimal]):
    """An amount as an integer of 1/10,000 unit; Decimal in code. The currency stands in a column beside it."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        return None if value is None else to_units(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None else from_units(int(value))


def to_units(value: Decimal) -> int:
    """Raises ValueError where the amount is finer than 1/10,000."""
    scaled = value * MONEY_SCALE
    if scaled != scaled.to_integral_value():
        raise ValueError(f"{value} is finer than 1/{MONEY_SCALE}")
    return int(scaled)


def from_units(units: int) -> Decimal:
    return Decimal(units) / MONEY_SCALE

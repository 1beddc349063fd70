"""The database: engine, transaction(), column types. What the tables mean is told by each slice's models."""

from app.db.base import Base, big_id, db, pk
from app.db.session import Database, reading, transaction
from app.db.types import EncryptedText, Money, UtcDateTime

__all__ = ["Base", "Database", "EncryptedText", "Money", "UtcDateTime", "big_id", "db", "pk", "reading", "transaction"]

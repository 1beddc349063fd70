"""The declarative base, the shared column shapes, and the process's database handle."""

from __future__ import annotations

from typing import Annotated

from sqlalchemy import BigInteger, Integer, MetaData
from sqlalchemy.orm import DeclarativeBase, mapped_column

from app.db.session import Database

# SQLite only numbers rows by itself for INTEGER; PostgreSQL wants 64 bits.
big_id = BigInteger().with_variant(Integer, "sqlite")
pk = Annotated[int, mapped_column(big_id, primary_key=True, autoincrement=True)]


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = Database()

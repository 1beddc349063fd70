"""Runs migrations on the database that app.migrate (or DATABASE_URL) names."""

from __future__ import annotations

import os
from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from app.db import Base, EncryptedText, Money, UtcDateTime
from app.db.session import make_engine
from app.tables import load

# Revisions stand alone: a later change of our types must not change what an old revision does.
PLAIN_TYPES = {UtcDateTime: "sa.DateTime(timezone=True)", Money: "sa.BigInteger()", EncryptedText: "sa.Text()"}


def render_item(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    return PLAIN_TYPES.get(type(item), False) if kind == "type" else False


load()
config = context.config
url = config.attributes.get("url") or os.environ["DATABASE_URL"]
engine = make_engine(url)
with engine.connect() as connection:
    if connection.dialect.name == "postgresql":
        # A migration must not queue behind a long reader and block everybody else behind itself.
        connection.exec_driver_sql("SET lock_timeout = '5s'")
        connection.exec_driver_sql("SET statement_timeout = '10min'")
        connection.commit()
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        render_item=render_item,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()

"""The migrations: one line of them, what they make is what the models say, and they can be undone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect

from app.cli import ROOT, migrate
from app.db import Base
from app.db.session import make_engine
from app.tables import load
from tests.support.databases import PostgresDatabases, SqliteDatabases


@pytest.fixture
def empty(databases: SqliteDatabases | PostgresDatabases, tmp_path: Path) -> Iterator[Engine]:
    """A database without a table, of the kind under test."""
    with databases.without_tables(tmp_path) as url:
        engine = make_engine(url, pool_size=1)
        yield engine
        engine.dispose()


def _url(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=False)


def test_there_is_one_head() -> None:
    alembic = Config(str(ROOT / "alembic.ini"))
    alembic.set_main_option("script_location", str(ROOT / "migrations"))

    assert len(ScriptDirectory.from_config(alembic).get_heads()) == 1


def test_an_upgraded_database_is_what_the_models_say(empty: Engine) -> None:
    load()
    migrate(_url(empty))

    with empty.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []


def test_partial_indexes_are_the_models_ones(empty: Engine) -> None:
    """Alembic does not compare the condition of an index."""
    load()
    migrate(_url(empty))
    migrated = _conditions(empty)
    Base.metadata.drop_all(empty)
    Base.metadata.create_all(empty)

    assert migrated == _conditions(empty)
    assert any(migrated.values())


def _conditions(engine: Engine) -> dict[str, str]:
    found = inspect(engine)
    dialect = engine.dialect.name
    return {
        index["name"]: str(index.get("dialect_options", {}).get(f"{dialect}_where", ""))
        for table in found.get_table_names()
        for index in found.get_indexes(table)
    }


def test_a_downgrade_leaves_nothing(empty: Engine) -> None:
    migrate(_url(empty))
    migrate(_url(empty), "base")

    assert set(inspect(empty).get_table_names()) == {"alembic_version"}


def test_an_upgrade_may_be_repeated(empty: Engine) -> None:
    migrate(_url(empty))
    before = inspect(empty).get_table_names()
    migrate(_url(empty))

    assert inspect(empty).get_table_names() == before


def test_revisions_import_nothing_of_the_app() -> None:
    for revision in (ROOT / "migrations" / "versions").glob("*.py"):
        assert "app" not in {line.split()[1].split(".")[0] for line in revision.read_text().splitlines()
                             if line.startswith(("import ", "from "))}  # fmt: skip

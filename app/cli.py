"""Commands for whoever runs the app: `python -m app.cli --help`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from alembic import command
from alembic.config import Config
from cryptography.fernet import Fernet

from app import config
from app.config import ConfigError, Settings

ROOT = Path(__file__).parents[1]


def migrate(database_url: str, revision: str = "head") -> None:
    """Brings the database to `revision`; `base` undoes everything."""
    alembic = Config(str(ROOT / "alembic.ini"))
    alembic.set_main_option("script_location", str(ROOT / "migrations"))
    alembic.attributes["url"] = database_url
    if revision == "base" or revision.startswith("-"):
        command.downgrade(alembic, revision)
    else:
        command.upgrade(alembic, revision)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m app.cli", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("new-key", help="make an encryption key for SHOUTCODE_KEYS")
    commands.add_parser("check", help="check the settings and name every fault")
    upgrade = commands.add_parser("migrate", help="bring the database to the newest form")
    upgrade.add_argument("revision", nargs="?", default="head", help="head, base, -1 or a revision")
    chosen = parser.parse_args(arguments)
    if chosen.command == "new-key":
        print(Fernet.generate_key().decode())  # noqa: T201 - this command's output
        return 0
    try:
        settings = Settings.from_env()
    except ConfigError as error:
        print(error, file=sys.stderr)  # noqa: T201 - for whoever starts the program
        return 2
    config.use(settings)
    if chosen.command == "migrate":
        migrate(settings.database_url, chosen.revision)
    return 0


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    sys.exit(main())

"""The page's view of the API: `embedded_ui/openapi.json`, which its TypeScript types are generated from.

`make types` writes both; `make lint` runs it with --check and fails when the API has moved on.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from app import create_app
from app.config import Settings
from scripts.system import ROOT, System

TARGET = ROOT / "embedded_ui" / "openapi.json"


def main(arguments: list[str]) -> int:
    described = json.dumps(document(), indent=1, ensure_ascii=False) + "\n"
    if "--check" not in arguments:
        TARGET.write_text(described)
    elif not TARGET.exists() or TARGET.read_text() != described:
        print("The API has changed since the page's types were made: run `make types`.", file=sys.stderr)
        return 1
    return 0


def document() -> dict[str, object]:
    """What /openapi.json answers, without a server or a database behind it."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings.from_env(System(Path(folder)).env))
        answer = app.test_client().get("/openapi.json")
        found: dict[str, object] = answer.get_json()
    found.pop("servers", None)
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

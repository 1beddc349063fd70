"""Lock files must hold no address of a registry: whoever installs uses their own. `funding` links are no registry's."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

from scripts.system import ROOT

ADDRESS = re.compile(r"https?://|--(?:extra-)?index-url|--find-links")


def main() -> int:
    faults = [fault for path in sorted(ROOT.glob("requirements*")) for fault in in_requirements(path)]
    for path in [*ROOT.glob("*/package-lock.json"), *ROOT.glob("package-lock.json")]:
        faults += in_package_lock(path)
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


def in_requirements(path: Path) -> list[str]:
    return [f"{path.name}:{number}: {line.strip()}" for number, line in enumerate(path.read_text().splitlines(), 1)
            if ADDRESS.search(line)]


def in_package_lock(path: Path) -> list[str]:
    return [f"{path.parent.name}/{path.name}: {where}: {text}" for where, text in _texts(json.loads(path.read_text()))
            if ADDRESS.search(text)]


def _texts(value: Any, where: str = "") -> list[tuple[str, str]]:
    """Every string below `value` with its place; what is under "funding" is left out."""
    if isinstance(value, str):
        return [(where, value)]
    if isinstance(value, dict):
        return [found for key, inner in value.items() if key != "funding" for found in _texts(inner, f"{where}/{key}")]
    if isinstance(value, list):
        return [found for number, inner in enumerate(value) for found in _texts(inner, f"{where}/{number}")]
    return []


if __name__ == "__main__":
    sys.exit(main())

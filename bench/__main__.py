"""`make bench` runs all figures, `make bench ONLY=codes_made` one, `QUICK=1` smaller ones. Fails when a bar is missed.

ONLY may also name one figure of a bench, or a database: ONLY=codes_woocommerce.rest, ONLY=codes_made.postgres.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys

import bench
from bench.harness import on_database, registered


def main() -> int:
    for module in pkgutil.iter_modules(bench.__path__):
        if not module.name.startswith("_"):
            importlib.import_module(f"bench.{module.name}")
    name, _, database = os.environ.get("ONLY", "").rpartition(".")
    if database not in ("sqlite", "postgres"):
        name, database = os.environ.get("ONLY", ""), ""
    quick = os.environ.get("QUICK", "") not in ("", "0")
    wanted = {key: run for key, run in registered().items() if not name or f"{name}.".startswith(f"{key}.")}
    if not wanted:
        print(f"No figure is called {name}: {', '.join(sorted(registered()))}", file=sys.stderr)
        return 2
    missed = 0
    for run in wanted.values():
        for kind in [database] if database else ["sqlite", "postgres"]:
            with on_database(kind, quick) as settings:
                for figure in run(settings):
                    print(figure.line(), flush=True)
                    missed += not figure.ok
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())

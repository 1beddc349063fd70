"""`make schema VERSION=2027-01`: takes the Admin schema of that version out of the npm package @shopify/dev-mcp.

The package's own dependencies are not installed: `npm pack` brings its files alone. sandbox/schema/README.md tells
where the data is from and under which licence.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from graphql import GraphQLInterfaceType, GraphQLSchema, build_client_schema, print_schema, validate_schema
from graphql.type import GraphQLObjectType

from scripts.system import ROOT

PACKAGE = "@shopify/dev-mcp"
FOLDER = ROOT / "sandbox" / "schema"


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or not re.fullmatch(r"\d{4}-\d{2}", arguments[0]):
        print("Name the version: make schema VERSION=2027-01", file=sys.stderr)
        return 2
    version = arguments[0]
    with tempfile.TemporaryDirectory() as folder:
        package = unpacked(Path(folder))
        release = json.loads((package / "package.json").read_text())["version"]
        source = package / "dist" / "data" / f"admin_{version}.json.gz"
        if not source.exists():
            known = sorted(path.name[6:-8] for path in source.parent.glob("admin_*.json.gz"))
            print(f"{PACKAGE} {release} has no Admin schema {version}, only {', '.join(known)}.", file=sys.stderr)
            return 1
        introspection = json.loads(gzip.decompress(source.read_bytes()))
    schema = build_client_schema(introspection.get("data", introspection), assume_valid=True)
    without_descriptions(schema)
    dropped = drop_refused_deprecations(schema)
    if faults := validate_schema(schema):
        print("\n".join(fault.message for fault in faults), file=sys.stderr)
        return 1
    target = FOLDER / f"admin_schema_{version}.graphql.gz"
    target.write_bytes(gzip.compress(print_schema(schema).encode(), mtime=0))
    print(f"{target.relative_to(ROOT)}: {len(schema.type_map)} types, from {PACKAGE} {release}, "
          f"sha256 {hashlib.sha256(target.read_bytes()).hexdigest()}")
    print(f"@deprecated dropped from: {', '.join(dropped) or 'nothing'}")
    print("Write this into sandbox/schema/README.md, remove the older file, set the version in app/config.py.")
    return 0


def unpacked(folder: Path) -> Path:
    """The package's files, without running or installing anything of it."""
    npm = os.environ.get("NPM", "npm").split()
    packed = subprocess.run([*npm, "pack", PACKAGE, "--silent", "--pack-destination", str(folder)],
                            check=True, capture_output=True, text=True, cwd=folder)
    with tarfile.open(folder / packed.stdout.split()[-1]) as archive:
        archive.extractall(folder, filter="data")
    return folder / "package"


def without_descriptions(schema: GraphQLSchema) -> None:
    """They are most of the text, and nothing here reads them."""
    for directive in schema.directives:
        _clear(directive, *directive.args.values())
    for kind in schema.type_map.values():
        _clear(kind, *getattr(kind, "values", {}).values())
        for field in getattr(kind, "fields", {}).values():
            _clear(field, *getattr(field, "args", {}).values())
    schema.description = None


def drop_refused_deprecations(schema: GraphQLSchema) -> list[str]:
    """graphql-core refuses a current interface field whose implementation is deprecated: those marks go."""
    dropped = []
    for kind in schema.type_map.values():
        if not isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            continue
        for interface in kind.interfaces:
            for name, field in interface.fields.items():
                ours = kind.fields.get(name)
                if ours and ours.deprecation_reason is not None and field.deprecation_reason is None:
                    ours.deprecation_reason = None
                    dropped.append(f"{kind.name}.{name}")
    return dropped


def _clear(*parts: Any) -> None:
    for part in parts:
        part.description = None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

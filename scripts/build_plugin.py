"""Builds the companion plugin's zip, as WordPress installs it, for one address of the app.

    python scripts/build_plugin.py https://app.example [--out dist/shoutcode.zip]

The same source and address give the same bytes.
"""

from __future__ import annotations

import argparse
import re
import sys
import zipfile
from pathlib import Path
from urllib.parse import urlsplit

SOURCE = Path(__file__).resolve().parents[1] / "woocommerce_plugin" / "shoutcode"
EMPTY = "define( 'SHOUTCODE_APP_URL', '' );"
LONG_AGO = (2026, 1, 1, 0, 0, 0)
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.:-]+(/[A-Za-z0-9._/-]*)?", re.ASCII)


def build(app_url: str, out: Path) -> int:
    """Number of files in the zip. Raises ValueError for an address that has no place in PHP source."""
    app_url = app_url.rstrip("/")
    parts = urlsplit(app_url)
    if not _ADDRESS.fullmatch(app_url) or (
        parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost")
    ):
        raise ValueError(f"not an https address: {app_url}")
    files = sorted(path for path in SOURCE.rglob("*") if path.is_file())
    out.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in files:
            entry = zipfile.ZipInfo(f"shoutcode/{path.relative_to(SOURCE).as_posix()}", LONG_AGO)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o100644 << 16
            archive.writestr(entry, _content(path, app_url))
    return len(files)


def _content(path: Path, app_url: str) -> bytes:
    content = path.read_bytes()
    if path.name != "shoutcode.php":
        return content
    if content.count(EMPTY.encode()) != 1:
        raise ValueError("shoutcode.php has no single place for the address")
    return content.replace(EMPTY.encode(), f"define( 'SHOUTCODE_APP_URL', '{app_url}' );".encode())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("app_url", help="public https address of the app")
    parser.add_argument("--out", type=Path, default=Path("dist/shoutcode.zip"))
    options = parser.parse_args()
    try:
        number = build(options.app_url, options.out)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{options.out}: {number} files")
    return 0


if __name__ == "__main__":
    sys.exit(main())

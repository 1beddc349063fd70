"""A WordPress site's addresses: which belong to one site, and the names we keep of them. Pure."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

PLAIN = "?rest_route="
"""Ends the REST address of a site with plain permalinks."""
_SEGMENT = re.compile(r"/(?:index\.php/)?[A-Za-z0-9._~-]+", re.ASCII)
_ORIGIN = re.compile(r"https?://(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?", re.ASCII)


def rest_root(address: str) -> str:
    """Without the slash at its end, as WooClient joins it."""
    return address.rstrip("/")


def domain_of(home: str) -> str:
    """How a store is named here: host, port and folder, in lower case."""
    parts = urlsplit(home)
    return (parts.netloc + parts.path).rstrip("/").lower()


def origin_of(address: str) -> str:
    """Scheme, host and port, fit for a header; empty where the address has none that a browser would send."""
    parts = urlsplit(address)
    origin = f"{parts.scheme}://{parts.netloc}"
    return origin.lower() if _ORIGIN.fullmatch(origin) else ""


def belongs(root: str, home: str) -> bool:
    """Whether this REST address is that home's own: the same host, and directly below its folder.

    Who answers at a REST address may speak for its home and for nothing else: not for another site of the same host.
    """
    rest, site = urlsplit(root.removesuffix(PLAIN)), urlsplit(home)
    if (rest.scheme, rest.netloc.lower()) != (site.scheme, site.netloc.lower()):
        return False
    folder = site.path.rstrip("/")
    if not rest.path.startswith(folder):
        return False
    below = rest.path[len(folder) :].rstrip("/")
    if root.endswith(PLAIN):
        return below in ("", "/index.php")
    return _SEGMENT.fullmatch(below) is not None

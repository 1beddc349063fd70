"""`python -m app.serve …`: granian with granian's own arguments, after the app's modules are loaded once.

The workers are forked from this process, so what is imported here is in memory once for all of them. Nothing is
connected and no thread is started before the fork: that is create_app()'s part, in each worker.
"""

from __future__ import annotations

import ctypes
import gc
import sys
from importlib import import_module
from importlib.util import find_spec

from granian.cli import entrypoint

from app import web
from app.tables import load

_M_ARENA_MAX = -8
"""glibc's name for the number of heaps: by default eight for each core, over which many threads spread."""


def main() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 2)
    load()
    for name in (*web.API, *web.PAGES, "webhooks.routes"):
        if find_spec(name):
            import_module(name)
    gc.collect()
    gc.freeze()  # the collector would write to every shared page, and so copy it
    entrypoint()  # type: ignore[no-untyped-call]  # granian ships no types for it


if __name__ == "__main__":
    main()

"""`python -m app.serve …`: granian with granian's own arguments, after the app has been made once.

The workers are forked from this process, so what stands in memory here stands there once for all of them: two workers
take a third less. Nothing is connected and no thread is started before the fork: both come when first needed.
"""

from __future__ import annotations

import ctypes
import gc
import sys
from importlib import import_module

from granian.cli import entrypoint
from sqlalchemy.orm import configure_mappers

_M_ARENA_MAX = -8
"""glibc's name for the number of heaps: by default eight for each core, over which many threads spread."""


def main() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 2)
    import_module("app.wsgi")
    configure_mappers()
    gc.collect()
    gc.freeze()  # the collector would write to every shared page, and so copy it
    entrypoint()  # type: ignore[no-untyped-call]  # granian ships no types for it


if __name__ == "__main__":
    main()

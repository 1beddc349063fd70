"""Bulk operations of a store as facts; `bulk_query` runs them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Status = Literal["CREATED", "RUNNING", "COMPLETED", "FAILED", "CANCELED"]
MAX_RUNNING = 5


@dataclass
class Operation:
    id: int
    shop: str
    query: str
    created_at: datetime
    kind: Literal["QUERY", "MUTATION"] = "QUERY"
    status: Status = "CREATED"
    completed_at: datetime | None = None
    error_code: str | None = None
    object_count: int = 0
    root_count: int = 0
    file_size: int = 0
    file: str = ""
    """Name of the result in the state's `bulk` folder; long and random, as the address needs no token."""

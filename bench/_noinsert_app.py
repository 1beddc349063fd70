"""The real app without the insert: what the webhook path would do if it stored nothing. For webhook_ingest alone."""

from app.wsgi import app
from webhooks import intake


def store_nothing(_row: intake.Received) -> None:
    """In place of intake.store()."""


intake.store = store_nothing

__all__ = ["app"]

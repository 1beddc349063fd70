"""What every process of ours does first: logs, keys, database, queue."""

from __future__ import annotations

import sentry_sdk

from app import config, logs, queue
from app.config import Settings
from app.db import db
from app.db.types import set_encryption_keys
from app.tables import load


def boot(settings: Settings) -> None:
    """Connections are made when first needed, so a database that is away does not keep a process from starting."""
    logs.configure(secrets=(*settings.keys, *settings.shopify_api_secrets, settings.sentry_dsn))
    config.use(settings)
    set_encryption_keys(settings.keys)
    load()
    db.connect(settings.database_url)
    queue.connect(settings.redis_url)
    if settings.sentry_dsn:
        sentry_sdk.init(
            settings.sentry_dsn, send_default_pii=False, include_local_variables=False, max_request_body_size="never"
        )

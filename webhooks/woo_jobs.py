"""Entry points for the queue."""

from __future__ import annotations

import structlog

from app.clock import now
from app.db import transaction
from app.platforms.port import PlatformError
from app.platforms.woocommerce.orders_payload import deleted_snapshot
from app.redemptions.service import apply
from app.stores.service import platform_for

log = structlog.get_logger()


def confirm_deleted(store_id: int, *remote_ids: str) -> None:
    """Orders that a webhook called deleted: in the trash, gone for good, or back by now."""
    try:
        platform = platform_for(store_id)
        found = {remote_id: platform.order(remote_id) for remote_id in remote_ids}
    except PlatformError as error:
        # Reconciliation sweeps the trash within a quarter of an hour.
        log.warning("deletion_not_confirmed", store_id=store_id, code=error.code, detail=error.message)
        return
    at = now()
    orders = [order or deleted_snapshot({"id": int(remote_id)}, at) for remote_id, order in found.items()]
    with transaction() as session:
        apply(session, store_id, orders, authoritative=True)

"""What the platforms may tell us, by the address it is told at.

shopify.app.toml subscribes to the same (a test compares).
"""

from __future__ import annotations

ORDERS = frozenset({"orders/create", "orders/updated", "orders/cancelled"})
ORDER_DELETED = "orders/delete"
REFUND = "refunds/create"
APP = frozenset({"app/uninstalled", "app/scopes_update"})
NOTED = frozenset({"discounts/update", "discounts/delete", "discounts/redeemcode_removed", "bulk_operations/finish"})
"""Kept as received; what they are about is read from the store when it is needed."""
COMPLIANCE = frozenset({"customers/data_request", "customers/redact", "shop/redact"})

MAIN = ORDERS | {ORDER_DELETED, REFUND} | APP | NOTED
WITHOUT_INSTALL = APP | COMPLIANCE
"""These still come after the app is gone from the store."""

WOO_ORDERS = frozenset({"order.created", "order.updated", "order.restored"})
WOO_DELETED = "order.deleted"
WOO_PUSH = "plugin.push"
"""What the companion plugin sends, whatever changed."""
WOO_TOPICS = WOO_ORDERS | {WOO_DELETED}
WOO = WOO_TOPICS | {WOO_PUSH}

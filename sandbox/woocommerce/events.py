"""What a change sets going: webhooks into the queue, and a push of the companion plugin where it is connected."""

from sandbox.woocommerce import action_queue
from sandbox.woocommerce.stores import Action, WooStore, WooStores


def note(stores: WooStores, store: WooStore, topic: str, resource_id: int, push: str = "") -> None:
    """Called under the world's lock. While a delivery for the same webhook and resource waits, nothing is added.

    `push`: the event that the plugin tells; the last word of a request wins, but nothing follows a deletion.
    """
    if push and store.facts.plugin and store.changes.get(resource_id) != "order.deleted":
        store.changes[resource_id] = push
    waiting = {(action.webhook_id, action.resource_id) for action in store.facts.queue if action.kind == "webhook"}
    wanted = [
        Action("webhook", resource_id, webhook.id)
        for webhook in store.facts.webhooks
        if webhook.topic == topic and webhook.status == "active" and (webhook.id, resource_id) not in waiting
    ]
    if wanted:
        store.facts.queue += wanted
        stores.save(store)
        action_queue.run_soon(stores, store)


def push_only(store: WooStore, order_id: int, event: str = "order.updated") -> None:
    """What WooCommerce tells nobody: only the plugin does."""
    if store.facts.plugin and store.changes.get(order_id) != "order.deleted":
        store.changes[order_id] = event

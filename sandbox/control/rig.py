"""Control of the rig: switches, deliveries, figures, the roster."""

from typing import Any

from flask import Blueprint, jsonify, request

from sandbox.clock import fine_stamp
from sandbox.control.bodies import Down, RosterPerson, Seeds
from sandbox.edge import Refused, world
from sandbox.roster.routes import base_url
from sandbox.shopify.bulk import start_waiting
from sandbox.shopify.deliveries import Delivery
from sandbox.switches import Switches

blueprint = Blueprint("control_rig", __name__, url_prefix="/_sandbox")


@blueprint.get("/switches")
def switches() -> Any:
    return jsonify(world().switches.model_dump())


@blueprint.put("/switches")
def turn() -> Any:
    """Only the named switches change."""
    return _turned(world().switches.changed(request.get_json()))


@blueprint.post("/switches/reset")
def reset() -> Any:
    return _turned(Switches())


def _turned(switches: Switches) -> Any:
    sandbox = world()
    with sandbox.lock:
        sandbox.switches = switches
        for shop in sandbox.shops.values():
            start_waiting(sandbox, shop)
    sandbox.deliveries.wake()
    return jsonify(switches.model_dump())


@blueprint.get("/stats")
def stats() -> Any:
    with world().lock:
        return jsonify(world().stats.as_json())


@blueprint.post("/stats/reset")
def reset_stats() -> Any:
    with world().lock:
        world().stats.reset()
    return jsonify(world().stats.as_json())


@blueprint.get("/deliveries")
def deliveries() -> Any:
    """The remembered deliveries, oldest first, of one shop and one topic if asked so."""
    shop, topic = request.args.get("shop"), request.args.get("topic")
    with world().lock:
        rows = list(world().deliveries.all.values())
    return jsonify([delivery_json(row) for row in rows if shop in (None, row.shop) and topic in (None, row.topic)])


def delivery_json(delivery: Delivery) -> dict[str, Any]:
    return {
        "id": delivery.id,
        "event_id": delivery.event_id,
        "shop": delivery.shop,
        "topic": delivery.topic,
        "url": delivery.url,
        "triggered_at": fine_stamp(delivery.triggered_at),
        "attempts": delivery.attempts,
        "status": delivery.status,
        "last_status": delivery.last_status,
    }


@blueprint.get("/deliveries/<delivery_id>")
def delivery(delivery_id: str) -> Any:
    """One delivery with its body."""
    found = world().deliveries.all.get(delivery_id)
    if found is None:
        raise Refused("This delivery is not remembered.", 404, "not_found")
    return jsonify({**delivery_json(found), "body": found.body.decode()})


@blueprint.post("/deliveries/<delivery_id>/redeliver")
def redeliver(delivery_id: str) -> Any:
    if not world().deliveries.redeliver(delivery_id):
        raise Refused("This delivery is not remembered.", 404, "not_found")
    return jsonify({"planned": 1}), 202


@blueprint.post("/deliveries/flush")
def flush() -> Any:
    return jsonify({"planned": world().deliveries.flush()}), 202


@blueprint.get("/deliveries/idle")
def idle() -> Any:
    """Whether all webhooks are out."""
    return jsonify({"idle": world().deliveries.idle()})


@blueprint.get("/roster")
def roster() -> Any:
    """`?after=` gives only the events behind that number."""
    sandbox = world()
    after = int(request.args.get("after", "0"))
    with sandbox.lock:
        kept = sandbox.roster
        return jsonify(
            {
                "base_url": base_url(),
                "api_key": kept.api_key,
                "signing_secret": kept.signing_secret,
                "down": kept.down,
                "people": len(kept.people),
                "count": len(kept.received),
                "duplicates": kept.duplicates,
                "refused": kept.refused,
                "received": kept.received[after:],
            }
        )


@blueprint.post("/roster/people")
def people() -> Any:
    """One person or a list; fields that are not named stay."""
    asked = request.get_json()
    rows = [
        RosterPerson.model_validate(row).model_dump(exclude_unset=True)
        for row in (asked if isinstance(asked, list) else [asked])
    ]
    with world().lock:
        return jsonify(world().roster.upsert(rows))


@blueprint.post("/roster/down")
def down() -> Any:
    world().roster.down = Down.model_validate(request.get_json()).down
    return jsonify({"down": world().roster.down})


@blueprint.post("/roster/seed")
@blueprint.put("/roster/seed")
def seed() -> Any:
    asked = Seeds.model_validate(request.get_json())
    with world().lock:
        world().roster.seed(asked.count)
    return jsonify({"people": asked.count})

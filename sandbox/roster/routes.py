"""The roster over HTTP: the contract's API, and a page that shows what it received."""

from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, request
from standardwebhooks.webhooks import WebhookVerificationError
from werkzeug.wrappers import Response as AnyResponse

from sandbox.clock import parse
from sandbox.edge import Refused, world
from sandbox.roster.service import NAME, BadCursor, Roster

blueprint = Blueprint("roster", __name__, url_prefix="/roster")

SHOWN_PEOPLE, SHOWN_EVENTS = 100, 200


def base_url() -> str:
    return world().settings.base_url + "/roster/api"


@blueprint.get("")
def page() -> str:
    sandbox = world()
    with sandbox.lock:
        roster = sandbox.roster
        people = list(roster.people.values())
        return render_template(
            "roster.html",
            app=sandbox.settings.app,
            roster=roster,
            base_url=base_url(),
            people=people[:SHOWN_PEOPLE],
            total=len(people),
            events=list(reversed(roster.received[-SHOWN_EVENTS:])),
        )


@blueprint.post("/down")
def toggle_down() -> AnyResponse:
    roster = world().roster
    roster.down = not roster.down
    return redirect("/roster")


def _reached() -> Roster:
    """The roster, unless its down switch is on."""
    roster = world().roster
    if roster.down:
        raise Refused("The roster is down for the moment.", 503, "down")
    return roster


def _reader() -> Roster:
    roster = _reached()
    if request.headers.get("Authorization") != f"Bearer {roster.api_key}":
        raise Refused("Send the roster's API key as a bearer token.", 401, "unauthorized")
    return roster


@blueprint.get("/api/about")
def about() -> dict[str, Any]:
    _reader()
    return {"name": NAME, "can_read": True, "can_write": True}


@blueprint.get("/api/influencers")
def influencers() -> dict[str, Any]:
    roster = _reader()
    since = request.args.get("updated_since")
    try:
        limit = int(request.args.get("limit", "100"))
        updated_since = parse(since) if since else None
    except ValueError:
        raise Refused("limit is a number and updated_since an ISO 8601 time.", 400, "bad_request") from None
    try:
        with world().lock:
            return roster.page(updated_since, request.args.get("cursor"), max(1, limit))
    except BadCursor:
        raise Refused("This cursor was not made by this roster.", 400, "bad_cursor") from None


@blueprint.post("/api/events")
def events() -> Any:
    roster = _reached()
    try:
        with world().lock:
            new = roster.receive(request.get_data(), {name.lower(): value for name, value in request.headers.items()})
    except WebhookVerificationError as error:
        raise Refused(f"The signature does not hold: {error}", 401, "bad_signature") from error
    return jsonify({"received": new, "duplicate": not new}), 202

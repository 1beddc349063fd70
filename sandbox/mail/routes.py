"""The mail box over HTTP: pages that show what arrived, and its control."""

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from sandbox.edge import Refused, world

blueprint = Blueprint("mail", __name__)

SHOWN = 200


@blueprint.get("/mail")
def page() -> str:
    sandbox = world()
    box = sandbox.mail
    first = next(iter(sandbox.shops.values()))
    return render_template(
        "mail.html", app=sandbox.settings.app, box=box, letters=list(reversed(box.letters[-SHOWN:])),
        connect=f"/store/{first.facts.handle}/apps/{sandbox.settings.app.handle}/settings/mail?{_filled_in()}",
    )  # fmt: skip


def _filled_in() -> str:
    """For the address of the form: `mail_` in front, since the admin says its own `host` there."""
    return urlencode({f"mail_{name}": value for name, value in address().items()})


def address() -> dict[str, str]:
    """What a mail program is told to reach it; no name or password is asked for."""
    box = world().mail
    return {"host": box.host, "port": str(box.port), "security": "none", "sender_email": "creators@shop.example"}


@blueprint.get("/mail/<int:number>")
def letter(number: int) -> str:
    return render_template("letter.html", app=world().settings.app, letter=_letter(number))


@blueprint.post("/mail/empty")
def empty() -> AnyResponse:
    world().mail.empty()
    return redirect("/mail")


def _letter(number: int) -> dict[str, Any]:
    for found in world().mail.letters:
        if found["number"] == number:
            return found
    raise Refused(f"There is no letter {number} in the mail box.", 404, "not_found")


@blueprint.get("/_sandbox/mail")
def letters() -> Any:
    """Letters in order of arrival: `?to=` one address, `?after=` a number."""
    box, to, after = world().mail, request.args.get("to", "").lower(), request.args.get("after", 0, type=int)
    found = [row for row in list(box.letters) if row["number"] > after and to in ("", row["to"].lower())]
    return jsonify({**address(), "port": box.port, "count": box.count, "items": found})


@blueprint.delete("/_sandbox/mail")
def forget() -> Any:
    world().mail.empty()
    return "", 204


@blueprint.put("/_sandbox/mail/refusals")
def refuse() -> Any:
    """{address: answer}: in place of the ones before."""
    given = request.get_json()
    if not isinstance(given, dict) or not all(isinstance(answer, str) for answer in given.values()):
        raise Refused("Send addresses with the answers they get.")
    world().mail.refusals = {str(name).lower(): answer for name, answer in given.items()}
    return jsonify(world().mail.refusals)

"""The start page: what can be tried here, in the order to try it."""

from flask import Blueprint, render_template

from sandbox.edge import world
from sandbox.roster.routes import base_url

blueprint = Blueprint("start", __name__)


@blueprint.get("/")
def start() -> str:
    sandbox = world()
    with sandbox.lock:
        shops = list(sandbox.shops.values())
        newest = max(shops[0].codes, key=lambda code: code.id, default=None)
        return render_template(
            "start.html",
            app=sandbox.settings.app,
            shops=shops[:12],
            woo_stores=[store.facts for store in sandbox.woo.all.values()][:12],
            first=shops[0],
            codes=len(shops[0].codes),
            sample=newest.code if newest else None,
            roster=sandbox.roster,
            mail=sandbox.mail,
            roster_url=base_url(),
        )

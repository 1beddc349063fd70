"""Share links of codes: with a target page and UTM values, and as QR codes to print."""

from __future__ import annotations

import io
from typing import Annotated, Any

import segno
from apiflask import APIBlueprint
from flask import Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from app.assignments import life
from app.assignments.forms import Forms
from app.codes.sharing import MOST_TARGET, UTM_FIELDS, applies, clean_target, clean_utm, share_url
from app.codes.telling import default_utm
from app.db import reading, transaction
from app.errors import Conflict
from app.offers import service as offers
from app.offers.models import Offer
from app.stores.context import current
from app.stores.guards import signed_in
from app.stores.models import Store
from app.stores.service import get_workspace

blueprint = APIBlueprint("share_links", __name__, tag="Codes")

Value = Annotated[str, Field(max_length=200)]
NO_LINK = "Links cannot apply codes in this store without the companion plugin: shoppers type the code."
SVG: dict[int | str, Any] = {
    200: {"description": "The QR code.", "content": {"image/svg+xml": {"schema": {"type": "string"}}}}
}
PNG: dict[int | str, Any] = {
    200: {"description": "The QR code.", "content": {"image/png": {"schema": {"type": "string", "format": "binary"}}}}
}


class Utm(Forms):
    """What a link carries for the store's reports. Empty ones are left out."""

    source: Value = ""
    medium: Value = ""
    campaign: Value = ""
    content: Value = ""
    term: Value = ""


class ShareLinkQuery(BaseModel):
    """`target`: a page of the store. UTM values that are not sent are the offer's; sent empty, they are left out."""

    model_config = ConfigDict(extra="forbid")

    target: Annotated[str, Field(max_length=MOST_TARGET * 2)] = ""
    source: Value | None = None
    medium: Value | None = None
    campaign: Value | None = None
    content: Value | None = None
    term: Value | None = None


class ShareLinkOut(BaseModel):
    """`applies`: whether the link applies the code; `note` says what it does otherwise."""

    url: str
    target: str
    utm: Utm
    applies: bool
    note: str


class UtmOut(BaseModel):
    """`own`: whether the offer has values of its own; else they are the workspace's."""

    utm: Utm
    own: bool


class OfferUtm(Forms):
    """null: the workspace's values again."""

    utm: Utm | None


@blueprint.get("/codes/<int:code_id>/share-link")
@signed_in
@blueprint.input(ShareLinkQuery, location="query")
@blueprint.output(ShareLinkOut)
def show_share_link(code_id: int, query_data: ShareLinkQuery) -> dict[str, Any]:
    """Make a share link

    The store's own link that applies the code, with a target page and UTM values.
    """
    with reading() as session:
        return _link(session, code_id, query_data)


@blueprint.get("/codes/<int:code_id>/qr.svg")
@signed_in
@blueprint.input(ShareLinkQuery, location="query")
@blueprint.doc(responses=SVG)
def draw_qr_svg(code_id: int, query_data: ShareLinkQuery) -> Response:
    """Draw a share link as a QR code, SVG"""
    return _qr(code_id, query_data, "svg", "image/svg+xml")


@blueprint.get("/codes/<int:code_id>/qr.png")
@signed_in
@blueprint.input(ShareLinkQuery, location="query")
@blueprint.doc(responses=PNG)
def draw_qr_png(code_id: int, query_data: ShareLinkQuery) -> Response:
    """Draw a share link as a QR code, PNG"""
    return _qr(code_id, query_data, "png", "image/png")


def _qr(code_id: int, wanted: ShareLinkQuery, kind: str, mimetype: str) -> Response:
    with reading() as session:
        link = _link(session, code_id, wanted)
    drawn = io.BytesIO()
    # M survives a smudge of 15 %; the light border of 4 is what readers ask for.
    segno.make(link["url"], error="m", micro=False).save(drawn, kind=kind, scale=10, border=4)
    headers = {"Content-Disposition": f'attachment; filename="code-{code_id}.{kind}"'}
    return Response(drawn.getvalue(), mimetype=mimetype, headers=headers)


def _link(session: Session, code_id: int, wanted: ShareLinkQuery) -> dict[str, Any]:
    code = life.get(session, current().workspace_id, code_id)
    if code.in_pool:
        raise Conflict("Nobody holds this code yet.", code="pooled")
    store, offer = session.get_one(Store, code.store_id), session.get_one(Offer, code.offer_id)
    given = {name: value for name in UTM_FIELDS if (value := getattr(wanted, name)) is not None}
    utm = clean_utm({**default_utm(session, offer), **given})
    target = clean_target(wanted.target, store)
    return {
        "url": share_url(store, code.code, target=target, utm=utm),
        "target": target,
        "utm": utm,
        "applies": applies(store),
        "note": "" if applies(store) else NO_LINK,
    }


@blueprint.get("/share-defaults")
@signed_in
@blueprint.output(Utm)
def show_share_defaults() -> dict[str, Any]:
    """See what share links carry"""
    with reading() as session:
        return get_workspace(session, current().workspace_id).utm or {}


@blueprint.put("/share-defaults")
@signed_in
@blueprint.input(Utm)
@blueprint.output(Utm)
def set_share_defaults(json_data: Utm) -> dict[str, Any]:
    """Set what share links carry, for every offer without values of its own"""
    utm = clean_utm(json_data.model_dump(), "")
    with transaction() as session:
        get_workspace(session, current().workspace_id).utm = utm
    return utm


@blueprint.get("/offers/<int:offer_id>/share-defaults")
@signed_in
@blueprint.output(UtmOut)
def show_offer_share_defaults(offer_id: int) -> dict[str, Any]:
    """See what the share links of an offer carry"""
    with reading() as session:
        offer = offers.get(session, current().workspace_id, offer_id)
        return {"utm": default_utm(session, offer), "own": offer.utm is not None}


@blueprint.put("/offers/<int:offer_id>/share-defaults")
@signed_in
@blueprint.input(OfferUtm)
@blueprint.output(UtmOut)
def set_offer_share_defaults(offer_id: int, json_data: OfferUtm) -> dict[str, Any]:
    """Set what the share links of an offer carry"""
    utm = None if json_data.utm is None else clean_utm(json_data.utm.model_dump())
    with transaction() as session:
        offer = offers.get(session, current().workspace_id, offer_id, lock=True)
        offer.utm = utm
        return {"utm": default_utm(session, offer), "own": utm is not None}

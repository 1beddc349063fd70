"""Pages for people without an account: their own page, a lost link, the end of messages.

Each is one small document: its only style and script are named by hash in its policy, it loads nothing, no search
engine lists it, and no address of it is told to the pages it links to.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec
from urllib.parse import urlsplit

from apiflask import APIBlueprint
from flask import Response, redirect, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from app.db import reading, transaction
from app.limits import limiter
from app.messages import links, notices, portal, suppression, wishes
from app.messages.facts import owned
from app.messages.models import Message
from app.messages.portal_words import portal_words
from app.messages.words import nearest
from app.queue import enqueue
from app.stores.models import Workspace

P = ParamSpec("P")
blueprint = APIBlueprint("portal_pages", __name__, enable_openapi=False, template_folder="pages")

FOLDER = Path(__file__).parent / "pages"
STYLE = (FOLDER / "portal.css").read_text().strip()
SCRIPT = (FOLDER / "portal.js").read_text().strip()


def _named(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


POLICY = (
    f"default-src 'none'; style-src {_named(STYLE)}; script-src {_named(SCRIPT)}; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}


def private(view: Callable[P, BaseResponse]) -> Callable[P, BaseResponse]:
    """With the headers of these pages, on every answer."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> BaseResponse:
        response = view(*args, **kwargs)
        response.headers.update(HEADERS)
        return response

    return guarded


def _page(name: str, status: int = 200, **values: Any) -> Response:
    html = render_template(name, style=Markup(STYLE), script=Markup(SCRIPT), **values)  # noqa: S704 - our own files
    return Response(html, status, mimetype="text/html")


def _languages() -> list[str]:
    return [str(language) for language, _quality in request.accept_languages]


def _plain(status: int, language: str, brand: str, title: str, text: str, **form: Any) -> Response:
    said = portal_words(language)
    values = {key: said[word] for key, word in (("title", title), ("button", form.pop("button", "send_link")))}
    return _page("plain.html", status, words=said, language=language, brand=brand, text=said[text].format(store=brand),
                 **values, **form)  # fmt: skip


@blueprint.get("/c/<token>")
@limiter.limit("120 per minute")
@private
def own_page(token: str) -> BaseResponse:
    return _own_page(token)


def _own_page(token: str, fault: str = "") -> BaseResponse:
    with reading() as session:
        visitor = portal.visitor(session, token, _languages())
        if visitor is None:
            return _gone(session, token)
        values = portal.page(session, visitor)
        is_news = portal.is_news(session, visitor)
    if is_news:
        with transaction() as session:
            portal.seen(session, visitor)
    said = values["words"]
    return _page("portal.html", 422 if fault else 200, token=token, fault=said[fault] if fault else "", **values)


def _gone(session: Any, token: str) -> Response:
    """A link of ours that was replaced leads on to the new one, by mail; any other address says the same."""
    language = nearest(*_languages())
    found = links.read_portal(token)
    workspace_id = notices.workspace_of(session, found[0]) if found else None
    workspace = session.get(Workspace, workspace_id) if workspace_id else None
    if workspace is None:
        return _plain(404, language, "Shoutcode", "gone_title", "gone_text")
    brand, path = portal.brand(session, workspace), urlsplit(links.lost_url(workspace.id)).path
    return _plain(410, language, brand, "gone_title", "gone_text", action=path, field=True)


@blueprint.get("/c/<token>/qr/<int:code_id>.png")
@limiter.limit("60 per minute")
@private
def qr_picture(token: str, code_id: int) -> BaseResponse:
    with reading() as session:
        visitor = portal.visitor(session, token, [])
        codes = owned(session, visitor.person.workspace_id, visitor.person) if visitor else []
        link = next((one.told.share_link for one in codes if one.code.id == code_id and one.code.state == "live"), "")
        if not link:
            return Response(status=404)
    return Response(portal.picture(link), mimetype="image/png")


@blueprint.get("/c/<token>/data.json")
@limiter.limit("10 per minute")
@private
def own_data(token: str) -> BaseResponse:
    with reading() as session:
        visitor = portal.visitor(session, token, _languages())
        if visitor is None:
            return _gone(session, token)
        data = portal.own_data(session, visitor)
    answer = Response(json.dumps(data, ensure_ascii=False, indent=1), mimetype="application/json")
    answer.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return answer


@blueprint.post("/c/<token>/wish")
@limiter.limit("10 per minute")
@private
def ask_for_code(token: str) -> BaseResponse:
    with transaction() as session:
        visitor = portal.visitor(session, token, _languages())
        if visitor is None:
            return _gone(session, token)
        fine = wishes.ask(session, visitor.person, request.form.get("code", ""))
    if not fine:
        return _own_page(token, "wish_bad")
    return redirect(f"/c/{token}#wish", 303)


@blueprint.get("/lost/<token>")
@limiter.limit("30 per minute")
@private
def lost_link(token: str) -> BaseResponse:
    return _lost(token, done=False)


@blueprint.post("/lost/<token>")
@limiter.limit("5 per minute; 30 per hour")
@private
def send_lost_link(token: str) -> BaseResponse:
    """The answer is the same for every address: nobody learns who has a page."""
    workspace_id = links.read_lost(token)
    email = request.form.get("email", "")[:320]
    if workspace_id is not None and "@" in email:
        with transaction() as session:
            notices.write_link_to(session, workspace_id, email)
        enqueue("app.messages.jobs.send", workspace_id, unique=f"send:{workspace_id}")
    return _lost(token, done=True)


def _lost(token: str, *, done: bool) -> Response:
    workspace_id = links.read_lost(token)
    language = nearest(*_languages())
    with reading() as session:
        workspace = session.get(Workspace, workspace_id) if workspace_id else None
        brand = portal.brand(session, workspace) if workspace else ""
    if workspace is None:
        return _plain(404, language, "Shoutcode", "gone_title", "gone_text")
    if done:
        return _plain(200, language, brand, "lost_title", "lost_done")
    return _plain(200, language, brand, "lost_title", "lost_text", action=f"/lost/{token}", field=True)


@blueprint.get("/u/<token>")
@limiter.limit("60 per minute")
@private
def unsubscribe_page(token: str) -> BaseResponse:
    """Asks first: mail programs and scanners open links by themselves."""
    return _unsubscribe(token, done=False)


@blueprint.post("/u/<token>")
@limiter.limit("60 per minute")
@private
def unsubscribe(token: str) -> BaseResponse:
    """From the page's button, or in one click from the mail program (RFC 8058): the same."""
    message_id = links.read_unsubscribe(token)
    if message_id is not None:
        with transaction() as session:
            message = session.get(Message, message_id)
            if message is not None and message.address:
                suppression.suppress(session, message.workspace_id, message.address, "unsubscribed")
    return _unsubscribe(token, done=True)


def _unsubscribe(token: str, *, done: bool) -> Response:
    message_id = links.read_unsubscribe(token)
    language = nearest(*_languages())
    with reading() as session:
        message = session.get(Message, message_id) if message_id else None
        workspace = session.get(Workspace, message.workspace_id) if message else None
        brand = portal.brand(session, workspace) if workspace else "Shoutcode"
    if message_id is None:
        return _plain(404, language, brand, "gone_title", "gone_text")
    if done:
        return _plain(200, language, brand, "bye_title", "bye_text")
    return _plain(200, language, brand, "bye_title", "bye_ask", action=f"/u/{token}", button="bye_button")

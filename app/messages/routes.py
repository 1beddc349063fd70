"""Messages, the runs that send them to many, and the mail server they leave by."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from apiflask import APIBlueprint
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import func, select

from app.db import reading, transaction
from app.errors import Conflict
from app.influencers.filters import Id
from app.limits import limiter
from app.messages import runs, servers, service
from app.messages.addresses import deliverable
from app.messages.fields import (
    MailServerIn,
    MailServerOut,
    MessageOut,
    MessageRunOut,
    MessagesOut,
    SendIn,
    SentOut,
    State,
    TestSentOut,
    mail_server_out,
)
from app.messages.letters import Reader, Words
from app.messages.models import Message, MessageRun
from app.stores.context import current
from app.stores.guards import signed_in

blueprint = APIBlueprint("messages", __name__, tag="Messages")


class MessagesQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    state: State | None = None
    run_id: Id | None = None
    influencer_id: Id | None = None
    template_id: Id | None = None
    kind: Literal["bulk", "release", "rotation", "link"] | None = None
    cursor: Annotated[str, Field(max_length=40)] | None = None


class MessageRunsOut(BaseModel):
    items: list[MessageRunOut]


@blueprint.get("/messages")
@signed_in
@blueprint.input(MessagesQuery, location="query")
@blueprint.output(MessagesOut)
def list_messages(query_data: MessagesQuery) -> dict[str, Any]:
    """List messages, the newest first"""
    wanted = service.Wanted(
        query_data.state, query_data.run_id, query_data.influencer_id, query_data.template_id, query_data.kind
    )
    with reading() as session:
        return service.page(session, current().workspace_id, wanted, query_data.cursor)


@blueprint.post("/messages")
@signed_in
@blueprint.input(SendIn)
@blueprint.output(SentOut, status_code=201)
def send_messages(json_data: SendIn) -> dict[str, Any]:
    """Send a template to people

    Each message waits its turn, is held back while something in it would be missing or its code would not work, and
    is looked at once more just before it leaves. People who have it already are left out, unless `again` is set.
    """
    context = current()
    with transaction() as session:
        run, already = runs.start(
            session, context.workspace_id, json_data.template_id, json_data.selection, offer_id=json_data.offer_id,
            incentive_id=json_data.incentive_id, again=json_data.again, actor=context.actor,
        )  # fmt: skip
        session.flush()
        shown = runs.latest(session, context.workspace_id, MessageRun.id == run.id)[0]
        return {"run": shown, "already": already}


@blueprint.post("/messages/<int:message_id>/resend")
@signed_in
@blueprint.output(MessageOut)
def resend_message(message_id: int) -> dict[str, Any]:
    """Send a message again that failed, or that may have been sent"""
    with transaction() as session:
        return service.page_of(session, service.resend(session, current().workspace_id, message_id))


@blueprint.post("/messages/<int:message_id>/mark-sent")
@signed_in
@blueprint.output(MessageOut)
def mark_message_sent(message_id: int) -> dict[str, Any]:
    """Say that a message which may have been sent was sent"""
    with transaction() as session:
        return service.page_of(session, service.mark_sent(session, current().workspace_id, message_id))


@blueprint.post("/messages/<int:message_id>/withdraw")
@signed_in
@blueprint.output(MessageOut)
def withdraw_message(message_id: int) -> dict[str, Any]:
    """Take back a message that waits or is held back"""
    with transaction() as session:
        return service.page_of(session, service.withdraw(session, current().workspace_id, message_id))


@blueprint.get("/message-runs")
@signed_in
@blueprint.output(MessageRunsOut)
def list_message_runs() -> dict[str, Any]:
    """List the last sendings to many"""
    with reading() as session:
        return {"items": runs.latest(session, current().workspace_id)}


@blueprint.get("/message-runs/<int:message_run_id>")
@signed_in
@blueprint.output(MessageRunOut)
def get_message_run(message_run_id: int) -> dict[str, Any]:
    """See how a sending goes"""
    workspace_id = current().workspace_id
    with reading() as session:
        runs.get(session, workspace_id, message_run_id)
        return runs.latest(session, workspace_id, MessageRun.id == message_run_id)[0]


@blueprint.post("/message-runs/<int:message_run_id>/stop")
@signed_in
@blueprint.output(MessageRunOut)
def stop_message_run(message_run_id: int) -> dict[str, Any]:
    """Stop a sending

    What was sent stays sent; what waits or is held back is withdrawn.
    """
    workspace_id = current().workspace_id
    with transaction() as session:
        runs.stop(session, workspace_id, message_run_id)
        session.flush()
        return runs.latest(session, workspace_id, MessageRun.id == message_run_id)[0]


class ServerTestIn(BaseModel):
    """`to` empty: connect and sign in only."""

    model_config = ConfigDict(extra="forbid")

    to: Annotated[str, Field(max_length=320)] = ""


@blueprint.get("/mail-server")
@signed_in
@blueprint.output(MailServerOut)
def get_mail_server() -> dict[str, Any]:
    """See how messages are sent"""
    with reading() as session:
        return _server(session, current().workspace_id)


@blueprint.put("/mail-server")
@signed_in
@blueprint.input(MailServerIn)
@blueprint.output(MailServerOut)
def save_mail_server(json_data: MailServerIn) -> dict[str, Any]:
    """Say how messages are sent

    Through your own mail server, or handed to the roster tool as events. What waited is tried at once.
    """
    workspace_id = current().workspace_id
    with transaction() as session:
        servers.save(session, workspace_id, json_data.model_dump(exclude={"password"}), json_data.password)
        return _server(session, workspace_id)


@blueprint.delete("/mail-server")
@signed_in
@blueprint.output({}, status_code=204)
def forget_mail_server() -> str:
    """Forget the mail server and its password

    Messages that wait go on waiting.
    """
    with transaction() as session:
        servers.forget(session, current().workspace_id)
    return ""


@blueprint.post("/mail-server/test")
@signed_in
@limiter.limit("20 per minute")
@blueprint.input(ServerTestIn)
@blueprint.output(TestSentOut)
def test_mail_server(json_data: ServerTestIn) -> dict[str, Any]:
    """Try the mail server

    Connects and signs in; with an address, a short message goes there.
    """
    to = deliverable(json_data.to) if json_data.to else ""
    with reading() as session:
        server = servers.get(session, current().workspace_id)
    if server.via != "smtp":
        raise Conflict("Messages are handed to the roster tool. Try it under Settings, Roster.")
    if to is None:
        return {"ok": False, "message": "Enter an e-mail address such as ana@example.com."}
    letter = Reader(
        Words(subject="Shoutcode can send", text="This is a test. Your mail server takes messages.")
    ).letter({}, server.footer)
    outcome = servers.attempt(server, to, letter, "test")
    done = f"A test is on its way to {to}." if to else "The server lets us in."
    return {"ok": outcome.kind == "sent", "message": done if outcome.kind == "sent" else outcome.detail}


def _server(session: Any, workspace_id: int) -> dict[str, Any]:
    waiting = session.scalar(
        select(func.count())
        .select_from(Message)
        .where(Message.workspace_id == workspace_id, Message.state.in_(("queued", "sending")))
    )
    return mail_server_out(servers.find(session, workspace_id), waiting or 0)

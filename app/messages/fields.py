"""Templates, messages and mail servers in JSON: what comes in, what goes out."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from app.influencers.fields import clean
from app.influencers.filters import Id, Selection
from app.messages.letters import MOST_HTML, MOST_TEXT
from app.messages.models import MailServer, MessageTemplate


def _lines(value: Any) -> Any:
    return clean(value.replace("\r\n", "\n"), keep="\n\t") if isinstance(value, str) else value


def _line(value: Any) -> Any:
    return clean(value) if isinstance(value, str) else value


Line = Annotated[str, BeforeValidator(_line), Field(max_length=300)]
ShortLine = Annotated[str, BeforeValidator(_line), Field(max_length=120)]
Address = Annotated[str, BeforeValidator(_line), Field(max_length=320)]
Long = Annotated[str, BeforeValidator(_lines), Field(max_length=MOST_TEXT)]
Html = Annotated[str, BeforeValidator(_lines), Field(max_length=MOST_HTML)]
State = Literal["queued", "held", "sending", "sent", "failed", "uncertain", "unsubscribed", "withdrawn"]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class TemplateWords(Strict):
    """What a message says. `html` empty: it is made from the text. `language`: of dates and amounts in it."""

    language: Annotated[str, Field(max_length=5)] = "en"
    subject: Line = ""
    text: Long = ""
    html: Html = ""
    disclosure: Line = ""


class TemplateIn(TemplateWords):
    """`sender_name` and `reply_to` empty: the mail server's."""

    name: ShortLine = ""
    sender_name: ShortLine = ""
    reply_to: Address = ""


class TemplateOut(BaseModel):
    id: int
    name: str
    language: str
    subject: str
    text: str
    html: str
    disclosure: str
    sender_name: str
    reply_to: str
    archived: bool
    created_by: str
    created_at: datetime
    updated_at: datetime


def template_out(template: MessageTemplate) -> dict[str, Any]:
    names = [name for name in TemplateOut.model_fields if name != "archived"]
    return {**{name: getattr(template, name) for name in names}, "archived": template.archived_at is not None}


class About(Strict):
    """What the tags speak of: an offer's code, an incentive's, or (neither) the person's newest."""

    offer_id: Id | None = None
    incentive_id: Id | None = None


class MessagePreviewIn(About):
    """`template_id`, or `words` that are still being written. Without a selection: examples in place of people."""

    template_id: Id | None = None
    words: TemplateWords | None = None
    selection: Selection | None = None


class MessagePreviewItem(BaseModel):
    """`state`: ready, held, failed or unsubscribed; `reason` tells why in a word, `detail` in a sentence."""

    influencer_id: int | None
    name: str
    address: str
    state: str
    reason: str
    detail: str
    subject: str
    text: str
    html: str


class HeldReason(BaseModel):
    reason: str
    detail: str
    count: int


class MessagePreviewOut(BaseModel):
    """`items`: the first 20 people. The counts are of everybody, and are null above 20,000 people."""

    items: list[MessagePreviewItem]
    total: int
    ready: int | None
    held: list[HeldReason]
    already: int


class MessageTestIn(About):
    """`influencer_id`: whose values; without one, examples. It goes to `to` alone."""

    template_id: Id | None = None
    words: TemplateWords | None = None
    influencer_id: Id | None = None
    to: Address = ""


class TestSentOut(BaseModel):
    ok: bool
    message: str


class SendIn(About):
    """`again`: also to people who have this message about the same offer or incentive already."""

    template_id: Id
    selection: Selection
    again: bool = False


class MessageRunOut(BaseModel):
    """A template for many people. `rate`: messages a second. `trouble`: why nothing goes out at present."""

    id: int
    template_id: int
    template_name: str
    offer_id: int | None
    incentive_id: int | None
    state: Literal["running", "stopped", "finished"]
    total: int
    counts: dict[str, int]
    rate: float | None
    seconds_left: int | None
    trouble: str
    started_by: str
    created_at: datetime
    finished_at: datetime | None


class SentOut(BaseModel):
    """`already`: people left out, because they have it."""

    run: MessageRunOut
    already: int


class NamedRow(BaseModel):
    id: int
    name: str


class MessageOut(BaseModel):
    """`kind`: bulk, release, rotation or link. `via`: smtp or roster, once it went out."""

    id: int
    influencer: NamedRow
    template: NamedRow | None
    kind: str
    state: State
    reason: str
    detail: str
    code: str | None
    address: str
    via: str
    run_id: int | None
    created_at: datetime
    sent_at: datetime | None
    next_at: datetime | None


class MessagesOut(BaseModel):
    """`counts`: messages by state, whatever state is asked for."""

    items: list[MessageOut]
    next_cursor: str | None
    total: int
    counts: dict[str, int]


class MailServerIn(Strict):
    """`via` roster: messages are events for the roster tool. A password left out stays, unless host or user change."""

    via: Literal["smtp", "roster"] = "smtp"
    host: Annotated[str, BeforeValidator(_line), Field(max_length=255)] = ""
    port: Annotated[int, Field(ge=0, le=65_535)] = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: Address = ""
    password: Annotated[str, Field(max_length=500)] | None = None
    sender_name: ShortLine = ""
    sender_email: Address = ""
    reply_to: Address = ""
    footer: Annotated[str, BeforeValidator(_lines), Field(max_length=500)] = ""
    per_minute: Annotated[int, Field(ge=0, le=1_000_000)] = 120


class MailServerOut(BaseModel):
    """`password_set`: passwords go in and never come out. `trouble`: what is wrong with the server, if anything."""

    connected: bool
    via: str
    host: str
    port: int
    security: str
    username: str
    password_set: bool
    sender_name: str
    sender_email: str
    reply_to: str
    footer: str
    per_minute: int
    trouble: str
    retry_at: datetime | None
    waiting: int


def mail_server_out(server: MailServer | None, waiting: int) -> dict[str, Any]:
    shown = server or MailServer(
        via="smtp", host="", port=587, security="starttls", username="", password="", sender_name="", sender_email="",
        reply_to="", footer="", per_minute=120, trouble="",
    )  # fmt: skip
    names = ("via", "host", "port", "security", "username", "sender_name", "sender_email", "reply_to", "footer",
             "per_minute", "trouble", "retry_at")  # fmt: skip
    return {
        **{name: getattr(shown, name) for name in names},
        "connected": server is not None, "password_set": bool(shown.password), "waiting": waiting,
    }  # fmt: skip

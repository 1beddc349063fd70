"""Templates, messages and what they are sent by; the influencers' own pages."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Boolean, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, EncryptedText, UtcDateTime, big_id, pk


class MessageTemplate(Base):
    """Subject, text and HTML carry merge tags (merge.py). `html` empty: it is made from the text."""

    __tablename__ = "message_template"
    __table_args__ = (UniqueConstraint("workspace_id", "name_key"),)

    id: Mapped[pk]
    workspace_id: Mapped[int] = mapped_column(big_id, ForeignKey("workspace.id"))
    name: Mapped[str] = mapped_column(String(120))
    name_key: Mapped[str] = mapped_column(String(240))
    """The name, case folded: unique in the workspace, archived ones too."""
    language: Mapped[str] = mapped_column(String(5), default="en")
    """Of its words, and so of the dates and amounts in it: letters.LANGUAGES."""
    subject: Mapped[str] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text, default="")
    disclosure: Mapped[str] = mapped_column(String(300), default="")
    """The line that tells how posts are marked (#ad); it ends every message."""
    sender_name: Mapped[str] = mapped_column(String(120), default="")
    reply_to: Mapped[str] = mapped_column(String(320), default="")
    """Both empty: the mail server's own."""
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_by: Mapped[str] = mapped_column(String(120), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class MailServer(Base):
    """How a workspace's messages leave: `via` smtp, the merchant's own server, or roster, as events."""

    __tablename__ = "mail_server"
    __table_args__ = (UniqueConstraint("workspace_id"),)

    id: Mapped[pk]
    workspace_id: Mapped[int] = mapped_column(big_id, ForeignKey("workspace.id"))
    via: Mapped[str] = mapped_column(String(10), default="smtp")
    host: Mapped[str] = mapped_column(String(255), default="")
    port: Mapped[int] = mapped_column(Integer, default=587)
    security: Mapped[str] = mapped_column(String(10), default="starttls")
    """starttls, tls or (demo only) none."""
    username: Mapped[str] = mapped_column(String(320), default="")
    password: Mapped[str] = mapped_column(EncryptedText, default="")
    sender_name: Mapped[str] = mapped_column(String(120), default="")
    sender_email: Mapped[str] = mapped_column(String(320), default="")
    reply_to: Mapped[str] = mapped_column(String(320), default="")
    footer: Mapped[str] = mapped_column(String(500), default="")
    """Who writes, and their postal address: below every message."""
    per_minute: Mapped[int] = mapped_column(Integer, default=120)
    next_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the next message may go out by `per_minute`."""
    sending_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Lease of the process that sends; renewed with every message."""
    failures: Mapped[int] = mapped_column(Integer, default=0)
    """Times in a row that the server as a whole took nothing; the wait before the next try grows with it."""
    retry_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    trouble: Mapped[str] = mapped_column(String(500), default="")
    """What is wrong with the server, in words; empty while it takes messages."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class MessageRun(Base):
    """One request to send a template to many: state running, stopped or finished. Progress is counted from messages."""

    __tablename__ = "message_run"
    __table_args__ = (Index("ix_message_run_list", "workspace_id", "id"),)

    id: Mapped[pk]
    workspace_id: Mapped[int] = mapped_column(big_id, ForeignKey("workspace.id"))
    template_id: Mapped[int] = mapped_column(big_id, ForeignKey("message_template.id"))
    offer_id: Mapped[int | None] = mapped_column(big_id)
    incentive_id: Mapped[int | None] = mapped_column(big_id)
    """What the tags speak of; without either, the person's newest code."""
    state: Mapped[str] = mapped_column(String(12), default="running", index=True)
    total: Mapped[int] = mapped_column(Integer)
    request: Mapped[list[int] | None] = mapped_column(JSON(none_as_null=True))
    """Ids of the people whose messages are still to be written down."""
    made: Mapped[int] = mapped_column(Integer, default=0)
    """How many of `request` are: the mark where a killed worker is taken up again."""
    started_by: Mapped[str] = mapped_column(String(120), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Message(Base):
    """One message to one person.

    `state`: queued, held (waits; `reason` and `detail` say for what), sending (committed before the body goes out),
    sent, failed, uncertain (may have been sent: never again by itself), unsubscribed or withdrawn.
    """

    __tablename__ = "message"
    __table_args__ = (
        Index("ix_message_due", "workspace_id", "state", "next_at", "id"),
        Index("ix_message_list", "workspace_id", "id"),
        Index("ix_message_of_run", "run_id", "state", "id"),
        Index("ix_message_person", "influencer_id", "id"),
        Index("ix_message_code", "code_id", "state"),
    )

    id: Mapped[pk]
    workspace_id: Mapped[int] = mapped_column(big_id)
    run_id: Mapped[int | None] = mapped_column(big_id, ForeignKey("message_run.id"))
    template_id: Mapped[int | None] = mapped_column(big_id, ForeignKey("message_template.id"))
    """None for the product's own message: a lost link to the person's page."""
    influencer_id: Mapped[int] = mapped_column(big_id)
    kind: Mapped[str] = mapped_column(String(10))
    """bulk, release (of an incentive's code), rotation (a new code for an old one) or link."""
    offer_id: Mapped[int | None] = mapped_column(big_id)
    incentive_id: Mapped[int | None] = mapped_column(big_id)
    code_id: Mapped[int | None] = mapped_column(big_id)
    """The code that was told; before it is sent, the one it must tell where that is known (release, rotation)."""
    once: Mapped[str | None] = mapped_column(String(80), unique=True)
    """What must be told only once, as a name: two jobs that find it at a time write one message."""
    state: Mapped[str] = mapped_column(String(12), default="queued")
    reason: Mapped[str] = mapped_column(String(40), default="")
    detail: Mapped[str] = mapped_column(String(500), default="")
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    next_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When it is looked at next: queued ones to be sent, held ones to be asked again."""
    address: Mapped[str] = mapped_column(String(320), default="")
    """Where it went, or was about to go."""
    via: Mapped[str] = mapped_column(String(10), default="")
    created_by: Mapped[str] = mapped_column(String(120), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sending_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class MessageSuppression(Base):
    """An address that is not written to any more. Its keyed hash is enough, and outlives the person's erasure."""

    __tablename__ = "message_suppression"
    __table_args__ = (UniqueConstraint("workspace_id", "address_key"),)

    id: Mapped[pk]
    workspace_id: Mapped[int] = mapped_column(big_id, ForeignKey("workspace.id"))
    address_key: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(String(12))
    """unsubscribed, or bounced: a mail server answered that there is no such address."""
    detail: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PortalLink(Base):
    """The link to a person's own page, where it is no longer the first one: only `number` opens it."""

    __tablename__ = "portal_link"
    __table_args__ = (UniqueConstraint("influencer_id"),)

    id: Mapped[pk]
    workspace_id: Mapped[int] = mapped_column(big_id, ForeignKey("workspace.id"), index=True)
    influencer_id: Mapped[int] = mapped_column(big_id, ForeignKey("influencer.id"))
    number: Mapped[int] = mapped_column(Integer, default=0)
    """Counts the links given; a person without a row here has number 0."""
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the page was last opened, to the hour."""


class PortalSettings(Base):
    """What the influencers of a workspace see on their own pages. Without a row: codes and terms, no results."""

    __tablename__ = "portal_settings"
    __table_args__ = (UniqueConstraint("workspace_id"),)

    id: Mapped[pk]
    workspace_id: Mapped[int] = mapped_column(big_id, ForeignKey("workspace.id"))
    show_uses: Mapped[bool] = mapped_column(Boolean, default=False)
    show_revenue: Mapped[bool] = mapped_column(Boolean, default=False)
    show_commission: Mapped[bool] = mapped_column(Boolean, default=False)
    ask_codes: Mapped[bool] = mapped_column(Boolean, default=True)
    """Whether they may ask for a code of their liking."""
    terms: Mapped[str] = mapped_column(String(2000), default="")
    """The merchant's own terms, one a line."""
    contact: Mapped[str] = mapped_column(String(320), default="")


class CodeWish(Base):
    """A code that a person would like to have: asked, approved (then it is tried first), or declined."""

    __tablename__ = "code_wish"
    __table_args__ = (
        Index("ix_code_wish_list", "workspace_id", "state", "id"),
        Index("ix_code_wish_person", "influencer_id", "id"),
    )

    id: Mapped[pk]
    workspace_id: Mapped[int] = mapped_column(big_id, ForeignKey("workspace.id"))
    influencer_id: Mapped[int] = mapped_column(big_id, ForeignKey("influencer.id"))
    code: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(10), default="asked")
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by: Mapped[str] = mapped_column(String(120), default="")
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

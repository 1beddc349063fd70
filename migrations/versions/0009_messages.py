"""Templates, messages and influencers' own pages"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

big_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "mail_server",
        sa.Column("id", big_id, autoincrement=True, nullable=False),
        sa.Column("workspace_id", big_id, nullable=False),
        sa.Column("via", sa.String(length=10), nullable=False),
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("port", sa.Integer(), nullable=False),
        sa.Column("security", sa.String(length=10), nullable=False),
        sa.Column("username", sa.String(length=320), nullable=False),
        sa.Column("password", sa.Text(), nullable=False),
        sa.Column("sender_name", sa.String(length=120), nullable=False),
        sa.Column("sender_email", sa.String(length=320), nullable=False),
        sa.Column("reply_to", sa.String(length=320), nullable=False),
        sa.Column("footer", sa.String(length=500), nullable=False),
        sa.Column("per_minute", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sending_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("retry_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trouble", sa.String(length=500), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_mail_server_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_server")),
        sa.UniqueConstraint("workspace_id", name=op.f("uq_mail_server_workspace_id")),
    )
    op.create_table(
        "message_suppression",
        sa.Column("id", big_id, autoincrement=True, nullable=False),
        sa.Column("workspace_id", big_id, nullable=False),
        sa.Column("address_key", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=12), nullable=False),
        sa.Column("detail", sa.String(length=300), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_message_suppression_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_suppression")),
        sa.UniqueConstraint(
            "workspace_id", "address_key", name=op.f("uq_message_suppression_workspace_id_address_key")
        ),
    )
    op.create_table(
        "message_template",
        sa.Column("id", big_id, autoincrement=True, nullable=False),
        sa.Column("workspace_id", big_id, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("name_key", sa.String(length=240), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("disclosure", sa.String(length=300), nullable=False),
        sa.Column("sender_name", sa.String(length=120), nullable=False),
        sa.Column("reply_to", sa.String(length=320), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_message_template_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_template")),
        sa.UniqueConstraint("workspace_id", "name_key", name=op.f("uq_message_template_workspace_id_name_key")),
    )
    op.create_table(
        "portal_settings",
        sa.Column("id", big_id, autoincrement=True, nullable=False),
        sa.Column("workspace_id", big_id, nullable=False),
        sa.Column("show_uses", sa.Boolean(), nullable=False),
        sa.Column("show_revenue", sa.Boolean(), nullable=False),
        sa.Column("show_commission", sa.Boolean(), nullable=False),
        sa.Column("ask_codes", sa.Boolean(), nullable=False),
        sa.Column("terms", sa.String(length=2000), nullable=False),
        sa.Column("contact", sa.String(length=320), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_portal_settings_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_settings")),
        sa.UniqueConstraint("workspace_id", name=op.f("uq_portal_settings_workspace_id")),
    )
    op.create_table(
        "code_wish",
        sa.Column("id", big_id, autoincrement=True, nullable=False),
        sa.Column("workspace_id", big_id, nullable=False),
        sa.Column("influencer_id", big_id, nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=120), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["influencer_id"], ["influencer.id"], name=op.f("fk_code_wish_influencer_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_code_wish_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_wish")),
    )
    op.create_index("ix_code_wish_list", "code_wish", ["workspace_id", "state", "id"])
    op.create_index("ix_code_wish_person", "code_wish", ["influencer_id", "id"])
    op.create_table(
        "message_run",
        sa.Column("id", big_id, autoincrement=True, nullable=False),
        sa.Column("workspace_id", big_id, nullable=False),
        sa.Column("template_id", big_id, nullable=False),
        sa.Column("offer_id", big_id, nullable=True),
        sa.Column("incentive_id", big_id, nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("request", sa.JSON(), nullable=True),
        sa.Column("made", sa.Integer(), nullable=False),
        sa.Column("started_by", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["template_id"], ["message_template.id"], name=op.f("fk_message_run_template_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_message_run_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_run")),
    )
    op.create_index("ix_message_run_list", "message_run", ["workspace_id", "id"])
    op.create_index(op.f("ix_message_run_state"), "message_run", ["state"])
    op.create_table(
        "portal_link",
        sa.Column("id", big_id, autoincrement=True, nullable=False),
        sa.Column("workspace_id", big_id, nullable=False),
        sa.Column("influencer_id", big_id, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["influencer_id"], ["influencer.id"], name=op.f("fk_portal_link_influencer_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_portal_link_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_link")),
        sa.UniqueConstraint("influencer_id", name=op.f("uq_portal_link_influencer_id")),
    )
    op.create_index(op.f("ix_portal_link_workspace_id"), "portal_link", ["workspace_id"])
    op.create_table(
        "message",
        sa.Column("id", big_id, autoincrement=True, nullable=False),
        sa.Column("workspace_id", big_id, nullable=False),
        sa.Column("run_id", big_id, nullable=True),
        sa.Column("template_id", big_id, nullable=True),
        sa.Column("influencer_id", big_id, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("offer_id", big_id, nullable=True),
        sa.Column("incentive_id", big_id, nullable=True),
        sa.Column("code_id", big_id, nullable=True),
        sa.Column("once", sa.String(length=80), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("detail", sa.String(length=500), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("via", sa.String(length=10), nullable=False),
        sa.Column("created_by", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sending_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["message_run.id"], name=op.f("fk_message_run_id")),
        sa.ForeignKeyConstraint(["template_id"], ["message_template.id"], name=op.f("fk_message_template_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("once", name=op.f("uq_message_once")),
    )
    op.create_index("ix_message_code", "message", ["code_id", "state"])
    op.create_index("ix_message_due", "message", ["workspace_id", "state", "next_at", "id"])
    op.create_index("ix_message_list", "message", ["workspace_id", "id"])
    op.create_index("ix_message_of_run", "message", ["run_id", "state", "id"])
    op.create_index("ix_message_person", "message", ["influencer_id", "id"])


def downgrade() -> None:
    op.drop_index("ix_message_person", table_name="message")
    op.drop_index("ix_message_of_run", table_name="message")
    op.drop_index("ix_message_list", table_name="message")
    op.drop_index("ix_message_due", table_name="message")
    op.drop_index("ix_message_code", table_name="message")
    op.drop_table("message")
    op.drop_index(op.f("ix_portal_link_workspace_id"), table_name="portal_link")
    op.drop_table("portal_link")
    op.drop_index(op.f("ix_message_run_state"), table_name="message_run")
    op.drop_index("ix_message_run_list", table_name="message_run")
    op.drop_table("message_run")
    op.drop_index("ix_code_wish_person", table_name="code_wish")
    op.drop_index("ix_code_wish_list", table_name="code_wish")
    op.drop_table("code_wish")
    op.drop_table("portal_settings")
    op.drop_table("message_template")
    op.drop_table("message_suppression")
    op.drop_table("mail_server")

"""Campaigns, incentives and their members"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

big_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CURRENT = sa.text("member_id IS NOT NULL AND replaced_at IS NULL")
WAITING = sa.text("waits_for <> ''")


def upgrade() -> None:
    _campaigns()
    _incentives()
    _members()
    with op.batch_alter_table("code") as code:
        code.add_column(sa.Column("purpose", sa.String(length=12), nullable=True))
    with op.batch_alter_table("redemption") as redemption:
        redemption.add_column(sa.Column("purpose", sa.String(length=12), nullable=False, server_default="audience"))


def _campaigns() -> None:
    op.create_table(
        "campaign",
        sa.Column("id", big_id, autoincrement=True, nullable=False),
        sa.Column("workspace_id", big_id, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("name_key", sa.String(length=240), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("created_by", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("activated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_campaign_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
        sa.UniqueConstraint("workspace_id", "name_key", name=op.f("uq_campaign_workspace_id_name_key")),
    )


def _incentives() -> None:
    op.create_table(
        "incentive",
        sa.Column("id", big_id, autoincrement=True, nullable=False),
        sa.Column("workspace_id", big_id, nullable=False),
        sa.Column("campaign_id", big_id, nullable=False),
        sa.Column("store_id", big_id, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("timing", sa.String(length=12), nullable=False),
        sa.Column("purpose", sa.String(length=12), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=True),
        sa.Column("value_currency", sa.String(length=3), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=True),
        sa.Column("cost_currency", sa.String(length=3), nullable=False),
        sa.Column("offer_id", big_id, nullable=True),
        sa.Column("owed", sa.Integer(), nullable=False),
        sa.Column("warn_at", sa.Integer(), nullable=False),
        sa.Column("warned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("top_up", sa.Integer(), nullable=False),
        sa.Column("template_id", big_id, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_incentive_workspace_id")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_incentive_campaign_id")),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_incentive_store_id")),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_incentive_offer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incentive")),
    )
    op.create_index("ix_incentive_campaign", "incentive", ["campaign_id", "id"])
    for column in ("workspace_id", "store_id", "offer_id"):
        op.create_index(op.f(f"ix_incentive_{column}"), "incentive", [column])


def _members() -> None:
    op.create_table(
        "campaign_member",
        sa.Column("id", big_id, autoincrement=True, nullable=False),
        sa.Column("workspace_id", big_id, nullable=False),
        sa.Column("campaign_id", big_id, nullable=False),
        sa.Column("influencer_id", big_id, nullable=False),
        sa.Column("stage", sa.String(length=12), nullable=False),
        sa.Column("stage_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("waits_for", sa.String(length=12), nullable=False),
        sa.Column("waits_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("added_by", sa.String(length=120), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_campaign_member_workspace_id")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_campaign_member_campaign_id")),
        sa.ForeignKeyConstraint(["influencer_id"], ["influencer.id"], name=op.f("fk_campaign_member_influencer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_member")),
        sa.UniqueConstraint(
            "campaign_id", "influencer_id", name=op.f("uq_campaign_member_campaign_id_influencer_id")
        ),
    )
    op.create_index("ix_campaign_member_stage", "campaign_member", ["campaign_id", "stage", "stage_at", "id"])
    op.create_index(
        "ix_campaign_member_waiting", "campaign_member", ["campaign_id", "waits_since"],
        postgresql_where=WAITING, sqlite_where=WAITING,
    )
    op.create_index("ix_campaign_member_person", "campaign_member", ["influencer_id"])
    op.create_table(
        "incentive_code",
        sa.Column("id", big_id, autoincrement=True, nullable=False),
        sa.Column("incentive_id", big_id, nullable=False),
        sa.Column("code_id", big_id, nullable=False),
        sa.Column("member_id", big_id, nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fulfilled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["incentive_id"], ["incentive.id"], name=op.f("fk_incentive_code_incentive_id")),
        sa.ForeignKeyConstraint(["code_id"], ["code.id"], name=op.f("fk_incentive_code_code_id")),
        sa.ForeignKeyConstraint(["member_id"], ["campaign_member.id"], name=op.f("fk_incentive_code_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incentive_code")),
        sa.UniqueConstraint("code_id", name=op.f("uq_incentive_code_code_id")),
    )
    op.create_index(
        "uq_incentive_code_member", "incentive_code", ["incentive_id", "member_id"], unique=True,
        postgresql_where=CURRENT, sqlite_where=CURRENT,
    )
    op.create_index("ix_incentive_code_member", "incentive_code", ["member_id"])
    op.create_table(
        "stage_change",
        sa.Column("id", big_id, autoincrement=True, nullable=False),
        sa.Column("workspace_id", big_id, nullable=False),
        sa.Column("member_id", big_id, nullable=False),
        sa.Column("from_stage", sa.String(length=12), nullable=False),
        sa.Column("to_stage", sa.String(length=12), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_stage_change_workspace_id")),
        sa.ForeignKeyConstraint(["member_id"], ["campaign_member.id"], name=op.f("fk_stage_change_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_change")),
    )
    op.create_index("ix_stage_change_member", "stage_change", ["member_id", "id"])


def downgrade() -> None:
    with op.batch_alter_table("redemption") as redemption:
        redemption.drop_column("purpose")
    with op.batch_alter_table("code") as code:
        code.drop_column("purpose")
    for table in ("stage_change", "incentive_code", "campaign_member", "incentive", "campaign"):
        op.drop_table(table)

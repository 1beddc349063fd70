"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

big_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "oauth_state",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("shop", sa.String(length=255), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_oauth_state")),
    )
    op.create_index(op.f("ix_oauth_state_expires_at"), "oauth_state", ["expires_at"], unique=False)

    op.create_table(
        "workspace",
        sa.Column("id", big_id, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("attribution", sa.String(length=20), nullable=False),
        sa.Column("with_tax", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workspace")),
    )
    op.create_table(
        "event",
        sa.Column("id", big_id, autoincrement=True, nullable=False),
        sa.Column("workspace_id", big_id, nullable=False),
        sa.Column("influencer_id", big_id, nullable=True),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_event_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("key", name=op.f("uq_event_key")),
    )
    op.create_index("ix_event_workspace_id_id", "event", ["workspace_id", "id"], unique=False)

    op.create_table(
        "influencer",
        sa.Column("id", big_id, autoincrement=True, nullable=False),
        sa.Column("workspace_id", big_id, nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("external_id", sa.String(length=255), nullable=True),
        sa.Column("first_name", sa.String(length=255), nullable=False),
        sa.Column("last_name", sa.String(length=255), nullable=False),
        sa.Column("display_name", sa.String(length=255), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("handles", sa.JSON(), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("local_tags", sa.JSON(), nullable=False),
        sa.Column("groups", sa.JSON(), nullable=False),
        sa.Column("stage", sa.String(length=60), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("locale", sa.String(length=20), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("consent", sa.JSON(), nullable=True),
        sa.Column("preferred_code", sa.String(length=64), nullable=False),
        sa.Column("commission_rate", sa.Numeric(precision=7, scale=4), nullable=True),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("roster_fields", sa.JSON(), nullable=False),
        sa.Column("roster_active", sa.Boolean(), nullable=True),
        sa.Column("roster_version", sa.String(length=60), nullable=False),
        sa.Column("roster_updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sort_name", sa.String(length=255), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_influencer_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_influencer")),
        sa.UniqueConstraint(
            "workspace_id", "source", "external_id", name=op.f("uq_influencer_workspace_id_source_external_id")
        ),
    )
    op.create_index(
        "ix_influencer_archived",
        "influencer",
        ["workspace_id", "sort_name", "id"],
        unique=False,
        postgresql_where=sa.text("archived_at IS NOT NULL"),
        sqlite_where=sa.text("archived_at IS NOT NULL"),
    )
    op.create_index(
        "ix_influencer_by_age",
        "influencer",
        ["workspace_id", "created_at", "id"],
        unique=False,
        postgresql_where=sa.text("archived_at IS NULL"),
        sqlite_where=sa.text("archived_at IS NULL"),
    )
    op.create_index(
        "ix_influencer_by_name",
        "influencer",
        ["workspace_id", "sort_name", "id"],
        unique=False,
        postgresql_where=sa.text("archived_at IS NULL"),
        sqlite_where=sa.text("archived_at IS NULL"),
    )

    op.create_table(
        "roster_connection",
        sa.Column("id", big_id, autoincrement=True, nullable=False),
        sa.Column("workspace_id", big_id, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("base_url", sa.String(length=500), nullable=False),
        sa.Column("api_key", sa.Text(), nullable=False),
        sa.Column("signing_secret", sa.Text(), nullable=False),
        sa.Column("cursor", sa.String(length=2000), nullable=False),
        sa.Column("updated_since", sa.String(length=60), nullable=False),
        sa.Column("pulling_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pulled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pull_progress", sa.JSON(), nullable=False),
        sa.Column("pushing_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("push_failures", sa.Integer(), nullable=False),
        sa.Column("push_next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("push_error", sa.String(length=500), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_roster_connection_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_connection")),
        sa.UniqueConstraint("workspace_id", name=op.f("uq_roster_connection_workspace_id")),
    )
    op.create_table(
        "store",
        sa.Column("id", big_id, autoincrement=True, nullable=False),
        sa.Column("workspace_id", big_id, nullable=False),
        sa.Column("platform", sa.String(length=20), nullable=False),
        sa.Column("domain", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("plan", sa.String(length=60), nullable=False),
        sa.Column("scopes", sa.String(length=1000), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("installed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uninstalled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("facts_read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("orders_complete_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_delivery_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reconciled_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reconciled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reconciled_missed", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_store_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_store")),
        sa.UniqueConstraint("platform", "domain", name=op.f("uq_store_platform_domain")),
    )
    op.create_index(op.f("ix_store_workspace_id"), "store", ["workspace_id"], unique=False)

    op.create_table(
        "delivery",
        sa.Column("id", big_id, autoincrement=True, nullable=False),
        sa.Column("store_id", big_id, nullable=False),
        sa.Column("topic", sa.String(length=60), nullable=False),
        sa.Column("delivery_id", sa.String(length=100), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("triggered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("worked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_delivery_store_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("store_id", "delivery_id", name=op.f("uq_delivery_store_id_delivery_id")),
    )
    op.create_index(
        "ix_delivery_waiting",
        "delivery",
        ["id"],
        unique=False,
        postgresql_where=sa.text("state = 0"),
        sqlite_where=sa.text("state = 0"),
    )
    op.create_index(
        "ix_delivery_worked",
        "delivery",
        ["worked_at"],
        unique=False,
        postgresql_where=sa.text("body IS NOT NULL"),
        sqlite_where=sa.text("body IS NOT NULL"),
    )

    op.create_table(
        "event_pending",
        sa.Column("event_id", big_id, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_event_pending_event_id")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_event_pending")),
    )
    op.create_table(
        "influencer_label",
        sa.Column("influencer_id", big_id, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("label", sa.String(length=100), nullable=False),
        sa.Column("workspace_id", big_id, nullable=False),
        sa.ForeignKeyConstraint(["influencer_id"], ["influencer.id"], name=op.f("fk_influencer_label_influencer_id")),
        sa.PrimaryKeyConstraint("influencer_id", "kind", "label", name=op.f("pk_influencer_label")),
    )
    op.create_index(
        "ix_influencer_label_lookup",
        "influencer_label",
        ["workspace_id", "kind", "label", "influencer_id"],
        unique=False,
    )

    op.create_table(
        "offer",
        sa.Column("id", big_id, autoincrement=True, nullable=False),
        sa.Column("workspace_id", big_id, nullable=False),
        sa.Column("store_id", big_id, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("name_key", sa.String(length=240), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("type", sa.String(length=20), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("pattern", sa.String(length=200), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("uses_per_code", sa.Integer(), nullable=True),
        sa.Column("once_per_customer", sa.Boolean(), nullable=False),
        sa.Column("minimum_subtotal", sa.BigInteger(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_in_store_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("remote_id", sa.String(length=255), nullable=True),
        sa.Column("next_sequence", sa.Integer(), nullable=False),
        sa.Column("draft", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("created_by", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_offer_store_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_offer_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
        sa.UniqueConstraint("workspace_id", "name_key", name=op.f("uq_offer_workspace_id_name_key")),
    )
    op.create_index("ix_offer_list", "offer", ["workspace_id", "created_at"], unique=False)
    op.create_index(op.f("ix_offer_remote_id"), "offer", ["remote_id"], unique=False)
    op.create_index(op.f("ix_offer_store_id"), "offer", ["store_id"], unique=False)

    op.create_table(
        "orders",
        sa.Column("id", big_id, autoincrement=True, nullable=False),
        sa.Column("workspace_id", big_id, nullable=False),
        sa.Column("store_id", big_id, nullable=False),
        sa.Column("remote_id", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("remote_updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("gross", sa.BigInteger(), nullable=False),
        sa.Column("discount", sa.BigInteger(), nullable=False),
        sa.Column("refunded", sa.BigInteger(), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("customer_key", sa.String(length=64), nullable=True),
        sa.Column("new_customer", sa.Boolean(), nullable=True),
        sa.Column("presentment_currency", sa.String(length=3), nullable=True),
        sa.Column("presentment_total", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_orders_store_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_orders_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
        sa.UniqueConstraint("store_id", "remote_id", name=op.f("uq_orders_store_id_remote_id")),
    )
    op.create_index("ix_orders_customer", "orders", ["store_id", "customer_key"], unique=False)

    op.create_table(
        "privacy_request",
        sa.Column("id", big_id, autoincrement=True, nullable=False),
        sa.Column("store_id", big_id, nullable=False),
        sa.Column("topic", sa.String(length=40), nullable=False),
        sa.Column("delivery_id", sa.String(length=100), nullable=False),
        sa.Column("customer_keys", sa.String(length=1000), nullable=False),
        sa.Column("found", sa.String(length=4000), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_privacy_request_store_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_privacy_request")),
        sa.UniqueConstraint(
            "store_id", "topic", "delivery_id", name=op.f("uq_privacy_request_store_id_topic_delivery_id")
        ),
    )
    op.create_table(
        "roster_push",
        sa.Column("id", big_id, autoincrement=True, nullable=False),
        sa.Column("connection_id", big_id, nullable=False),
        sa.Column("event_id", big_id, nullable=False),
        sa.Column("influencer_id", big_id, nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("error", sa.String(length=500), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["connection_id"], ["roster_connection.id"], name=op.f("fk_roster_push_connection_id")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_roster_push_event_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_push")),
        sa.UniqueConstraint("connection_id", "event_id", name=op.f("uq_roster_push_connection_id_event_id")),
    )
    op.create_index("ix_roster_push_due", "roster_push", ["connection_id", "state", "event_id"], unique=False)
    op.create_index(
        "ix_roster_push_person", "roster_push", ["connection_id", "influencer_id", "state", "event_id"], unique=False
    )

    op.create_table(
        "store_token",
        sa.Column("store_id", big_id, autoincrement=False, nullable=False),
        sa.Column("access_token", sa.Text(), nullable=True),
        sa.Column("access_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("obtained_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refresh_token", sa.Text(), nullable=True),
        sa.Column("refresh_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("refreshing_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_store_token_store_id")),
        sa.PrimaryKeyConstraint("store_id", name=op.f("pk_store_token")),
    )
    op.create_table(
        "code_run",
        sa.Column("id", big_id, autoincrement=True, nullable=False),
        sa.Column("workspace_id", big_id, nullable=False),
        sa.Column("offer_id", big_id, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("started_by", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_live_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stop_asked", sa.Boolean(), nullable=False),
        sa.Column("worker_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("worker", sa.String(length=40), nullable=False),
        sa.Column("trouble", sa.String(length=500), nullable=False),
        sa.Column("request", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("made", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_code_run_offer_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_code_run_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_run")),
    )
    op.create_index(op.f("ix_code_run_offer_id"), "code_run", ["offer_id"], unique=False)
    op.create_index(op.f("ix_code_run_state"), "code_run", ["state"], unique=False)
    op.create_index(op.f("ix_code_run_workspace_id"), "code_run", ["workspace_id"], unique=False)

    op.create_table(
        "redemption_total",
        sa.Column("id", big_id, autoincrement=True, nullable=False),
        sa.Column("workspace_id", big_id, nullable=False),
        sa.Column("offer_id", big_id, nullable=False),
        sa.Column("influencer_id", big_id, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("redemptions", sa.Integer(), nullable=False),
        sa.Column("gross", sa.BigInteger(), nullable=False),
        sa.Column("discount", sa.BigInteger(), nullable=False),
        sa.Column("refunded", sa.BigInteger(), nullable=False),
        sa.Column("last_order_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_redemption_total_offer_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_redemption_total_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redemption_total")),
        sa.UniqueConstraint(
            "workspace_id",
            "offer_id",
            "influencer_id",
            "currency",
            name=op.f("uq_redemption_total_workspace_id_offer_id_influencer_id_currency"),
        ),
    )
    op.create_index("ix_redemption_total_person", "redemption_total", ["influencer_id"], unique=False)

    op.create_table(
        "code_block",
        sa.Column("id", big_id, autoincrement=True, nullable=False),
        sa.Column("run_id", big_id, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("job_id", sa.String(length=255), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["code_run.id"], name=op.f("fk_code_block_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_block")),
    )
    op.create_index(op.f("ix_code_block_run_id"), "code_block", ["run_id"], unique=False)

    op.create_table(
        "code",
        sa.Column("id", big_id, autoincrement=True, nullable=False),
        sa.Column("workspace_id", big_id, nullable=False),
        sa.Column("store_id", big_id, nullable=False),
        sa.Column("offer_id", big_id, nullable=False),
        sa.Column("run_id", big_id, nullable=True),
        sa.Column("code", sa.String(length=150), nullable=False),
        sa.Column("key", sa.String(length=300), nullable=False),
        sa.Column("base", sa.String(length=150), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("message", sa.String(length=500), nullable=False),
        sa.Column("can_retry", sa.Boolean(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("remote_id", sa.String(length=255), nullable=True),
        sa.Column("block_id", big_id, nullable=True),
        sa.Column("in_pool", sa.Boolean(), nullable=False),
        sa.Column("made_for_id", big_id, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("live_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["block_id"], ["code_block.id"], name=op.f("fk_code_block_id")),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_code_offer_id")),
        sa.ForeignKeyConstraint(["run_id"], ["code_run.id"], name=op.f("fk_code_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code")),
        sa.UniqueConstraint("store_id", "key", name=op.f("uq_code_store_id_key")),
    )
    op.create_index(op.f("ix_code_block_id"), "code", ["block_id"], unique=False)
    op.create_index("ix_code_made_for", "code", ["offer_id", "made_for_id"], unique=False)
    op.create_index("ix_code_offer", "code", ["offer_id", "state", "id"], unique=False)
    op.create_index("ix_code_run", "code", ["run_id", "state", "id"], unique=False)

    op.create_table(
        "assignment",
        sa.Column("id", big_id, autoincrement=True, nullable=False),
        sa.Column("workspace_id", big_id, nullable=False),
        sa.Column("offer_id", big_id, nullable=False),
        sa.Column("code_id", big_id, nullable=False),
        sa.Column("influencer_id", big_id, nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("assigned_by", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["code_id"], ["code.id"], name=op.f("fk_assignment_code_id")),
        sa.ForeignKeyConstraint(["influencer_id"], ["influencer.id"], name=op.f("fk_assignment_influencer_id")),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_assignment_offer_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_assignment_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
    )
    op.create_index("ix_assignment_code", "assignment", ["code_id", "starts_at"], unique=False)
    op.create_index("ix_assignment_offer", "assignment", ["offer_id", "influencer_id"], unique=False)
    op.create_index("ix_assignment_person", "assignment", ["influencer_id", "offer_id"], unique=False)
    op.create_index(
        "uq_assignment_open_code",
        "assignment",
        ["code_id"],
        unique=True,
        postgresql_where=sa.text("ends_at IS NULL"),
        sqlite_where=sa.text("ends_at IS NULL"),
    )

    op.create_table(
        "redemption",
        sa.Column("id", big_id, autoincrement=True, nullable=False),
        sa.Column("workspace_id", big_id, nullable=False),
        sa.Column("store_id", big_id, nullable=False),
        sa.Column("order_id", big_id, nullable=False),
        sa.Column("code_id", big_id, nullable=False),
        sa.Column("offer_id", big_id, nullable=False),
        sa.Column("assignment_id", big_id, nullable=True),
        sa.Column("influencer_id", big_id, nullable=True),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("gross", sa.BigInteger(), nullable=False),
        sa.Column("discount", sa.BigInteger(), nullable=False),
        sa.Column("refunded", sa.BigInteger(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignment.id"], name=op.f("fk_redemption_assignment_id")),
        sa.ForeignKeyConstraint(["code_id"], ["code.id"], name=op.f("fk_redemption_code_id")),
        sa.ForeignKeyConstraint(["influencer_id"], ["influencer.id"], name=op.f("fk_redemption_influencer_id")),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_redemption_offer_id")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_redemption_order_id")),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_redemption_store_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_redemption_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redemption")),
        sa.UniqueConstraint("order_id", "code_id", name=op.f("uq_redemption_order_id_code_id")),
    )
    op.create_index("ix_redemption_code", "redemption", ["code_id", "placed_at"], unique=False)
    op.create_index("ix_redemption_day", "redemption", ["workspace_id", "placed_at"], unique=False)
    op.create_index("ix_redemption_offer", "redemption", ["workspace_id", "offer_id", "placed_at"], unique=False)
    op.create_index("ix_redemption_person", "redemption", ["workspace_id", "influencer_id", "placed_at"], unique=False)

    op.create_table(
        "ledger_entry",
        sa.Column("id", big_id, autoincrement=True, nullable=False),
        sa.Column("workspace_id", big_id, nullable=False),
        sa.Column("redemption_id", big_id, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("gross", sa.BigInteger(), nullable=False),
        sa.Column("discount", sa.BigInteger(), nullable=False),
        sa.Column("refunded", sa.BigInteger(), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["redemption_id"], ["redemption.id"], name=op.f("fk_ledger_entry_redemption_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_ledger_entry_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entry")),
        sa.UniqueConstraint("redemption_id", "number", name=op.f("uq_ledger_entry_redemption_id_number")),
    )


def downgrade() -> None:
    op.drop_table("ledger_entry")
    op.drop_index("ix_redemption_person", table_name="redemption")
    op.drop_index("ix_redemption_offer", table_name="redemption")
    op.drop_index("ix_redemption_day", table_name="redemption")
    op.drop_index("ix_redemption_code", table_name="redemption")

    op.drop_table("redemption")
    op.drop_index(
        "uq_assignment_open_code",
        table_name="assignment",
        postgresql_where=sa.text("ends_at IS NULL"),
        sqlite_where=sa.text("ends_at IS NULL"),
    )
    op.drop_index("ix_assignment_person", table_name="assignment")
    op.drop_index("ix_assignment_offer", table_name="assignment")
    op.drop_index("ix_assignment_code", table_name="assignment")

    op.drop_table("assignment")
    op.drop_index("ix_code_run", table_name="code")
    op.drop_index("ix_code_offer", table_name="code")
    op.drop_index("ix_code_made_for", table_name="code")
    op.drop_index(op.f("ix_code_block_id"), table_name="code")

    op.drop_table("code")
    op.drop_index(op.f("ix_code_block_run_id"), table_name="code_block")

    op.drop_table("code_block")
    op.drop_index("ix_redemption_total_person", table_name="redemption_total")

    op.drop_table("redemption_total")
    op.drop_index(op.f("ix_code_run_workspace_id"), table_name="code_run")
    op.drop_index(op.f("ix_code_run_state"), table_name="code_run")
    op.drop_index(op.f("ix_code_run_offer_id"), table_name="code_run")

    op.drop_table("code_run")
    op.drop_table("store_token")
    op.drop_index("ix_roster_push_person", table_name="roster_push")
    op.drop_index("ix_roster_push_due", table_name="roster_push")

    op.drop_table("roster_push")
    op.drop_table("privacy_request")
    op.drop_index("ix_orders_customer", table_name="orders")

    op.drop_table("orders")
    op.drop_index(op.f("ix_offer_store_id"), table_name="offer")
    op.drop_index(op.f("ix_offer_remote_id"), table_name="offer")
    op.drop_index("ix_offer_list", table_name="offer")

    op.drop_table("offer")
    op.drop_index("ix_influencer_label_lookup", table_name="influencer_label")

    op.drop_table("influencer_label")
    op.drop_table("event_pending")
    op.drop_index(
        "ix_delivery_worked",
        table_name="delivery",
        postgresql_where=sa.text("body IS NOT NULL"),
        sqlite_where=sa.text("body IS NOT NULL"),
    )
    op.drop_index(
        "ix_delivery_waiting",
        table_name="delivery",
        postgresql_where=sa.text("state = 0"),
        sqlite_where=sa.text("state = 0"),
    )

    op.drop_table("delivery")
    op.drop_index(op.f("ix_store_workspace_id"), table_name="store")

    op.drop_table("store")
    op.drop_table("roster_connection")
    op.drop_index(
        "ix_influencer_by_name",
        table_name="influencer",
        postgresql_where=sa.text("archived_at IS NULL"),
        sqlite_where=sa.text("archived_at IS NULL"),
    )
    op.drop_index(
        "ix_influencer_by_age",
        table_name="influencer",
        postgresql_where=sa.text("archived_at IS NULL"),
        sqlite_where=sa.text("archived_at IS NULL"),
    )
    op.drop_index(
        "ix_influencer_archived",
        table_name="influencer",
        postgresql_where=sa.text("archived_at IS NOT NULL"),
        sqlite_where=sa.text("archived_at IS NOT NULL"),
    )

    op.drop_table("influencer")
    op.drop_index("ix_event_workspace_id_id", table_name="event")

    op.drop_table("event")
    op.drop_table("workspace")
    op.drop_index(op.f("ix_oauth_state_expires_at"), table_name="oauth_state")

    op.drop_table("oauth_state")

"""WooCommerce stores and their secrets"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

big_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
time = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("store") as store:
        empty = sa.text("''")
        store.add_column(sa.Column("plugin_version", sa.String(length=20), nullable=False, server_default=empty))
        store.add_column(sa.Column("price_decimals", sa.Integer(), nullable=True))
    _create_connection()
    _create_grant()


def _create_connection() -> None:
    op.create_table(
        "woocommerce_connection",
        sa.Column("store_id", big_id, autoincrement=False, nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("rest_root", sa.String(length=500), nullable=False),
        sa.Column("admin_url", sa.String(length=500), nullable=False),
        sa.Column("consumer_key", sa.Text(), nullable=False),
        sa.Column("consumer_secret", sa.Text(), nullable=False),
        sa.Column("key_granted_at", time, nullable=False),
        sa.Column("signing_secret", sa.Text(), nullable=True),
        sa.Column("other_secret", sa.Text(), nullable=True),
        sa.Column("rotating", sa.Boolean(), nullable=False),
        sa.Column("secret_since", time, nullable=False),
        sa.Column("page_secret", sa.Text(), nullable=True),
        sa.Column("webhook_token", sa.Text(), nullable=False),
        sa.Column("webhook_token_digest", sa.String(length=64), nullable=False),
        sa.Column("webhook_secret", sa.Text(), nullable=False),
        sa.Column("webhooks_at", time, nullable=True),
        sa.Column("health", sa.JSON(), nullable=True),
        sa.Column("health_at", time, nullable=True),
        sa.Column("connected_at", time, nullable=False),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_woocommerce_connection_store_id")),
        sa.PrimaryKeyConstraint("store_id", name=op.f("pk_woocommerce_connection")),
        sa.UniqueConstraint("public_id", name=op.f("uq_woocommerce_connection_public_id")),
        sa.UniqueConstraint("webhook_token_digest", name=op.f("uq_woocommerce_connection_webhook_token_digest")),
    )


def _create_grant() -> None:
    op.create_table(
        "key_grant",
        sa.Column("id", big_id, autoincrement=True, nullable=False),
        sa.Column("workspace_id", big_id, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("store_url", sa.String(length=500), nullable=False),
        sa.Column("asked_by", sa.String(length=120), nullable=False),
        sa.Column("expires_at", time, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("message", sa.String(length=300), nullable=False),
        sa.Column("consumer_key", sa.Text(), nullable=True),
        sa.Column("consumer_secret", sa.Text(), nullable=True),
        sa.Column("granted_at", time, nullable=True),
        sa.Column("store_id", big_id, nullable=True),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_key_grant_store_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_key_grant_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key_grant")),
        sa.UniqueConstraint("digest", name=op.f("uq_key_grant_digest")),
    )
    op.create_index(op.f("ix_key_grant_workspace_id"), "key_grant", ["workspace_id"])
    op.create_index(op.f("ix_key_grant_expires_at"), "key_grant", ["expires_at"])


def downgrade() -> None:
    op.drop_table("key_grant")
    op.drop_table("woocommerce_connection")
    with op.batch_alter_table("store") as store:
        store.drop_column("price_decimals")
        store.drop_column("plugin_version")

"""Roles, approvals, the audit log, API keys, idempotency and linked stores"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

big_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
REFUSED = "the audit log is never edited"

APPROVAL = (
    ("approval_asked_by", sa.String(length=120)),
    ("approval_asked_at", sa.DateTime(timezone=True)),
    ("approval_reason", sa.String(length=200)),
    ("approved_by", sa.String(length=120)),
    ("approved_at", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("id", big_id, autoincrement=True, nullable=False),
        sa.Column("workspace_id", big_id, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("action", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("subject_id", big_id, nullable=True),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_audit_entry_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    op.create_index("ix_audit_entry_list", "audit_entry", ["workspace_id", "id"])
    op.create_index("ix_audit_entry_subject", "audit_entry", ["workspace_id", "subject", "subject_id", "id"])
    _refuse_changes()
    op.create_table(
        "user_account",
        sa.Column("id", big_id, autoincrement=True, nullable=False),
        sa.Column("workspace_id", big_id, nullable=False),
        sa.Column("store_id", big_id, nullable=False),
        sa.Column("platform_user", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("is_owner", sa.Boolean(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("known", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_user_account_store_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_user_account_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("store_id", "platform_user", name=op.f("uq_user_account_store_id_platform_user")),
    )
    op.create_index(op.f("ix_user_account_workspace_id"), "user_account", ["workspace_id"])
    op.create_table(
        "api_key",
        sa.Column("id", big_id, autoincrement=True, nullable=False),
        sa.Column("workspace_id", big_id, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("prefix", sa.String(length=20), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("scope", sa.String(length=20), nullable=False),
        sa.Column("created_by", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_api_key_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("digest", name=op.f("uq_api_key_digest")),
    )
    op.create_index(op.f("ix_api_key_workspace_id"), "api_key", ["workspace_id"])
    op.create_table(
        "idempotency_key",
        sa.Column("id", big_id, autoincrement=True, nullable=False),
        sa.Column("workspace_id", big_id, nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.Column("acted", sa.Boolean(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("content_type", sa.String(length=100), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_idempotency_key_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idempotency_key")),
        sa.UniqueConstraint("workspace_id", "key", name=op.f("uq_idempotency_key_workspace_id_key")),
    )
    op.create_index(op.f("ix_idempotency_key_created_at"), "idempotency_key", ["created_at"])
    with op.batch_alter_table("workspace") as workspace:
        workspace.add_column(sa.Column("approve_above_percentage", sa.BigInteger(), nullable=True))
        workspace.add_column(sa.Column("approve_above_codes", sa.Integer(), nullable=True))
        workspace.add_column(sa.Column("joined_into_id", big_id, nullable=True))
        workspace.create_foreign_key(op.f("fk_workspace_joined_into_id"), "workspace", ["joined_into_id"], ["id"])
    op.create_table(
        "link_code",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("workspace_id", big_id, nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_link_code_workspace_id")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_link_code")),
    )
    op.create_index(op.f("ix_link_code_workspace_id"), "link_code", ["workspace_id"])
    op.create_index(op.f("ix_link_code_expires_at"), "link_code", ["expires_at"])
    with op.batch_alter_table("offer") as offer:
        for name, kind in APPROVAL:
            offer.add_column(sa.Column(name, kind, nullable=True))


def _refuse_changes() -> None:
    """No path of ours, and no slip of an operator, edits the log."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_entry_no_{verb.lower()} BEFORE {verb} ON audit_entry "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION audit_entry_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$BEGIN RAISE EXCEPTION '{REFUSED}'; END$$"
    )
    op.execute(
        "CREATE TRIGGER audit_entry_no_change BEFORE UPDATE OR DELETE ON audit_entry "
        "FOR EACH ROW EXECUTE FUNCTION audit_entry_refuse()"
    )


def downgrade() -> None:
    with op.batch_alter_table("offer") as offer:
        for name, _ in APPROVAL:
            offer.drop_column(name)
    op.drop_table("link_code")
    with op.batch_alter_table("workspace") as workspace:
        workspace.drop_constraint(op.f("fk_workspace_joined_into_id"), type_="foreignkey")
        workspace.drop_column("joined_into_id")
        workspace.drop_column("approve_above_percentage")
        workspace.drop_column("approve_above_codes")
    op.drop_table("idempotency_key")
    op.drop_table("api_key")
    op.drop_table("user_account")
    op.drop_table("audit_entry")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_entry_refuse()")

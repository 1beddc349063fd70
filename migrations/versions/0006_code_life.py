"""Imported, rotated and disabled codes, share links"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

big_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
REPLACING = sa.text("replaces_id IS NOT NULL")
CHANGED = sa.text("change_id IS NOT NULL")
DUE = sa.text("due <> ''")


def upgrade() -> None:
    with op.batch_alter_table("code") as code:
        code.add_column(sa.Column("source", sa.String(length=10), nullable=False, server_default="made"))
        code.add_column(sa.Column("tracked", sa.Boolean(), nullable=False, server_default=sa.true()))
        code.add_column(sa.Column("replaces_id", big_id, nullable=True))
        code.add_column(sa.Column("due", sa.String(length=10), nullable=False, server_default=sa.text("''")))
        code.add_column(sa.Column("change_id", big_id, nullable=True))
    op.create_index("ix_code_due", "code", ["store_id", "id"], postgresql_where=DUE, sqlite_where=DUE)
    op.create_index("ix_code_replaces", "code", ["replaces_id"], postgresql_where=REPLACING, sqlite_where=REPLACING)
    op.create_index("ix_code_change", "code", ["change_id", "due"], postgresql_where=CHANGED, sqlite_where=CHANGED)
    with op.batch_alter_table("offer") as offer:
        offer.add_column(sa.Column("source", sa.String(length=10), nullable=False, server_default="made"))
        offer.add_column(sa.Column("utm", sa.JSON(none_as_null=True), nullable=True))
    with op.batch_alter_table("workspace") as workspace:
        workspace.add_column(sa.Column("utm", sa.JSON(none_as_null=True), nullable=True))
    with op.batch_alter_table("store") as store:
        store.add_column(sa.Column("taking_off_until", sa.DateTime(timezone=True), nullable=True))
    _changes()
    _imports()


def _changes() -> None:
    op.create_table(
        "code_change",
        sa.Column("id", big_id, autoincrement=True, nullable=False),
        sa.Column("workspace_id", big_id, nullable=False),
        sa.Column("action", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("request", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.String(length=500), nullable=False),
        sa.Column("started_by", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_code_change_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_change")),
    )
    op.create_index(op.f("ix_code_change_workspace_id"), "code_change", ["workspace_id"])
    op.create_index(op.f("ix_code_change_state"), "code_change", ["state"])


def _imports() -> None:
    op.create_table(
        "code_import",
        sa.Column("id", big_id, autoincrement=True, nullable=False),
        sa.Column("workspace_id", big_id, nullable=False),
        sa.Column("store_id", big_id, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("origin", sa.String(length=10), nullable=False),
        sa.Column("remote_id", sa.String(length=255), nullable=True),
        sa.Column("offer_id", big_id, nullable=True),
        sa.Column("incentive_id", big_id, nullable=True),
        sa.Column("purpose", sa.String(length=12), nullable=False),
        sa.Column("in_pool", sa.Boolean(), nullable=False),
        sa.Column("keep_missing", sa.Boolean(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.String(length=500), nullable=False),
        sa.Column("started_by", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_code_import_store_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_code_import_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_import")),
    )
    op.create_index(op.f("ix_code_import_workspace_id"), "code_import", ["workspace_id"])
    op.create_index(op.f("ix_code_import_state"), "code_import", ["state"])
    op.create_table(
        "code_import_line",
        sa.Column("id", big_id, autoincrement=True, nullable=False),
        sa.Column("import_id", big_id, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=200), nullable=False),
        sa.Column("person", sa.String(length=320), nullable=False),
        sa.Column("influencer_id", big_id, nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("code_id", big_id, nullable=True),
        sa.ForeignKeyConstraint(["import_id"], ["code_import.id"], name=op.f("fk_code_import_line_import_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_import_line")),
    )
    op.create_index("ix_code_import_line_list", "code_import_line", ["import_id", "state", "number"])


def downgrade() -> None:
    op.drop_table("code_import_line")
    op.drop_table("code_import")
    op.drop_table("code_change")
    with op.batch_alter_table("store") as store:
        store.drop_column("taking_off_until")
    with op.batch_alter_table("workspace") as workspace:
        workspace.drop_column("utm")
    with op.batch_alter_table("offer") as offer:
        offer.drop_column("utm")
        offer.drop_column("source")
    op.drop_index("ix_code_change", "code")
    op.drop_index("ix_code_replaces", "code")
    op.drop_index("ix_code_due", "code")
    with op.batch_alter_table("code") as code:
        for name in ("change_id", "due", "replaces_id", "tracked", "source"):
            code.drop_column(name)

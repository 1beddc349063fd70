"""Imports, merges and erasures of people"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MAILED = sa.text("email <> ''")
MERGED = sa.text("merged_into_id IS NOT NULL")
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("influencer", sa.Column("merged_into_id", ID, nullable=True))
    op.add_column("influencer", sa.Column("erased_at", TIME, nullable=True))
    op.add_column("influencer", sa.Column("forgotten_at", TIME, nullable=True))
    op.create_index(
        "ix_influencer_email", "influencer", ["workspace_id", "email"], postgresql_where=MAILED, sqlite_where=MAILED
    )
    op.create_index(
        "ix_influencer_merged", "influencer", ["merged_into_id"], postgresql_where=MERGED, sqlite_where=MERGED
    )
    op.create_table(
        "erased_key",
        sa.Column("workspace_id", ID, autoincrement=False, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name="fk_erased_key_workspace_id"),
        sa.PrimaryKeyConstraint("workspace_id", "digest", name="pk_erased_key"),
    )
    op.create_table(
        "influencer_import",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("encoding", sa.String(20), nullable=False),
        sa.Column("separator", sa.String(1), nullable=False),
        sa.Column("head", sa.JSON(), nullable=False),
        sa.Column("sample", sa.JSON(), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("checked", sa.Integer(), nullable=False),
        sa.Column("applied", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("message", sa.String(500), nullable=False),
        sa.Column("started_by", sa.String(120), nullable=False),
        sa.Column("worker_until", TIME, nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("finished_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name="fk_influencer_import_workspace_id"),
        sa.PrimaryKeyConstraint("id", name="pk_influencer_import"),
    )
    op.create_index("ix_influencer_import_list", "influencer_import", ["workspace_id", "id"])
    op.create_index("ix_influencer_import_state", "influencer_import", ["state"])
    op.create_table(
        "influencer_import_part",
        sa.Column("import_id", ID, autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["influencer_import.id"], name="fk_influencer_import_part_import_id"),
        sa.PrimaryKeyConstraint("import_id", "number", name="pk_influencer_import_part"),
    )
    op.create_table(
        "influencer_import_row",
        sa.Column("import_id", ID, autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("external_id", sa.String(255), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("outcome", sa.String(10), nullable=False),
        sa.Column("field", sa.String(60), nullable=False),
        sa.Column("message", sa.String(500), nullable=False),
        sa.Column("influencer_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["import_id"], ["influencer_import.id"], name="fk_influencer_import_row_import_id"),
        sa.PrimaryKeyConstraint("import_id", "number", name="pk_influencer_import_row"),
    )
    op.create_index("ix_influencer_import_row_outcome", "influencer_import_row", ["import_id", "outcome", "number"])
    op.create_index("ix_influencer_import_row_influencer_id", "influencer_import_row", ["influencer_id"])


def downgrade() -> None:
    op.drop_table("influencer_import_row")
    op.drop_table("influencer_import_part")
    op.drop_table("influencer_import")
    op.drop_table("erased_key")
    op.drop_index("ix_influencer_merged", "influencer")
    op.drop_index("ix_influencer_email", "influencer")
    op.drop_column("influencer", "forgotten_at")
    op.drop_column("influencer", "erased_at")
    op.drop_column("influencer", "merged_into_id")

"""Codes cost less to make: their run is not checked again, and only codes in a block are indexed by it"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

IN_BLOCK = sa.text("block_id IS NOT NULL")


def upgrade() -> None:
    op.drop_index("ix_code_block_id", table_name="code")
    with op.batch_alter_table("code") as code:
        code.drop_constraint("fk_code_run_id", type_="foreignkey")
    op.create_index("ix_code_block_id", "code", ["block_id"], postgresql_where=IN_BLOCK, sqlite_where=IN_BLOCK)


def downgrade() -> None:
    op.drop_index("ix_code_block_id", table_name="code")
    with op.batch_alter_table("code") as code:
        code.create_foreign_key("fk_code_run_id", "code_run", ["run_id"], ["id"])
    op.create_index("ix_code_block_id", "code", ["block_id"])

"""Indexes for the filters of the influencer table"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

HELD = {"ix_assignment_person": ["influencer_id", "offer_id"], "ix_assignment_offer": ["offer_id", "influencer_id"]}
COVERED = ["code_id", "ends_at"]


def upgrade() -> None:
    for name, columns in HELD.items():
        op.drop_index(name, "assignment")
        op.create_index(name, "assignment", columns + COVERED)
    for column in ("country", "stage"):
        _partial(f"ix_influencer_{column}", "influencer", ["workspace_id", column, "id"], "archived_at IS NULL")
    _partial("ix_code_off", "code", ["workspace_id", "state", "id"], "state IN ('failed', 'disabled', 'retired')")


def downgrade() -> None:
    op.drop_index("ix_code_off", "code")
    for column in ("stage", "country"):
        op.drop_index(f"ix_influencer_{column}", "influencer")
    for name, columns in HELD.items():
        op.drop_index(name, "assignment")
        op.create_index(name, "assignment", columns)


def _partial(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, postgresql_where=sa.text(where), sqlite_where=sa.text(where))

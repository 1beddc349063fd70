"""Every term of an offer, its versions"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

big_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

FILLED = (
    ("scope", sa.JSON(), '{"kind": "all", "ids": [], "titles": []}'),
    ("combines_with", sa.JSON(), '{"orders": false, "products": false, "shipping": false}'),
    ("applies_to", sa.String(length=16), "both"),
    ("purpose", sa.String(length=12), "audience"),
    ("with_shipping", sa.Boolean(), sa.false()),
    ("store_note", sa.String(length=1000), ""),
)
EMPTY = (
    ("minimum_quantity", sa.Integer()),
    ("free_product", sa.JSON()),
    ("previous_id", big_id),
    ("paused_at", sa.DateTime(timezone=True)),
    ("issuing_ended_at", sa.DateTime(timezone=True)),
    ("pending_change", sa.JSON()),
)


def upgrade() -> None:
    with op.batch_alter_table("offer") as offer:
        for name, kind, value in FILLED:
            offer.add_column(sa.Column(name, kind, nullable=False, server_default=value))
        for name, kind in EMPTY:
            offer.add_column(sa.Column(name, kind, nullable=True))
    with op.batch_alter_table("offer") as offer:
        for name, kind, _ in FILLED:
            offer.alter_column(name, existing_type=kind, existing_nullable=False, server_default=None)
        offer.create_foreign_key(op.f("fk_offer_previous_id"), "offer", ["previous_id"], ["id"])
        offer.create_index(op.f("ix_offer_previous_id"), ["previous_id"])


def downgrade() -> None:
    with op.batch_alter_table("offer") as offer:
        offer.drop_index(op.f("ix_offer_previous_id"))
        offer.drop_constraint(op.f("fk_offer_previous_id"), type_="foreignkey")
        for name, *_ in (*FILLED, *EMPTY):
            offer.drop_column(name)

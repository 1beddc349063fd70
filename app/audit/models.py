"""The audit log: who changed what, when, from what to what. Rows are only ever added."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Connection, ForeignKey, Index, String, Table, event
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, UtcDateTime, big_id, pk


class AuditEntry(Base):
    """`before` and `after` hold the fields that changed; both are empty where many rows changed at once."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_list", "workspace_id", "id"),
        Index("ix_audit_entry_subject", "workspace_id", "subject", "subject_id", "id"),
    )

    id: Mapped[pk]
    workspace_id: Mapped[int] = mapped_column(big_id, ForeignKey("workspace.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(120))
    """`shopify:<user id>`, `key:<id of the API key>` or the name of a platform."""
    action: Mapped[str] = mapped_column(String(80))
    """The API's operation: "end_offer"; or what the platform told us: "uninstall"."""
    subject: Mapped[str] = mapped_column(String(40), default="")
    subject_id: Mapped[int | None] = mapped_column(big_id)
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    request_id: Mapped[str] = mapped_column(String(64), default="")


REFUSED = "the audit log is never edited"


def _on_create(dialect: str, statement: str) -> None:
    def create(_table: Table, connection: Connection, **_: Any) -> None:
        if connection.dialect.name == dialect:
            connection.exec_driver_sql(statement)

    event.listen(AuditEntry.__table__, "after_create", create)


# The database itself refuses: no path of ours, and no slip of an operator, edits the log.
for _verb in ("UPDATE", "DELETE"):
    _on_create(
        "sqlite",
        f"CREATE TRIGGER audit_entry_no_{_verb.lower()} BEFORE {_verb} ON audit_entry "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END",
    )
_on_create(
    "postgresql",
    f"CREATE OR REPLACE FUNCTION audit_entry_refuse() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$BEGIN RAISE EXCEPTION '{REFUSED}'; END$$",
)
_on_create(
    "postgresql",
    "CREATE TRIGGER audit_entry_no_change BEFORE UPDATE OR DELETE ON audit_entry "
    "FOR EACH ROW EXECUTE FUNCTION audit_entry_refuse()",
)

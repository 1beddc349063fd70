"""The audit log: read and export. There is no route that changes it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from apiflask import APIBlueprint
from flask import Response
from pydantic import BaseModel, ConfigDict, Field

from app import spreadsheets
from app.db import reading
from app.stores.context import current
from app.stores.guards import signed_in
from app.views import audit

blueprint = APIBlueprint("audit", __name__, tag="Trust")

CSV: dict[int | str, dict[str, str | dict[str, dict[str, Any]]]] = {
    200: {"description": "The log as CSV.", "content": {"text/csv": {"schema": {"type": "string"}}}}
}
Word = Annotated[str, Field(max_length=120, pattern=r"^[\x21-\x7e]*$")]


class AuditFilter(BaseModel):
    """All given must match. `subject`: offer, influencer, code, run, store, roster, workspace …"""

    model_config = ConfigDict(extra="forbid")

    actor: Word = ""
    action: Word = ""
    subject: Word = ""
    subject_id: Annotated[int | None, Field(ge=1, le=2**63 - 1)] = None

    def wanted(self) -> audit.Wanted:
        return audit.Wanted(self.actor, self.action, self.subject, self.subject_id)


class AuditQuery(AuditFilter):
    cursor: Annotated[str, Field(max_length=200)] = ""
    limit: Annotated[int, Field(ge=1, le=audit.MOST)] = 50


class AuditOut(BaseModel):
    """`before` and `after`: the fields that changed. Personal and secret values are not kept in the log."""

    id: int
    at: datetime
    actor: str
    action: str
    subject: str
    subject_id: int | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    request_id: str


class AuditPage(BaseModel):
    items: list[AuditOut]
    next_cursor: str | None


@blueprint.get("/audit")
@signed_in
@blueprint.input(AuditQuery, location="query")
@blueprint.output(AuditPage)
def list_audit(query_data: AuditQuery) -> dict[str, Any]:
    """Read the audit log, the newest first"""
    with reading() as session:
        return audit.listed(session, current().workspace_id, query_data.wanted(), query_data.cursor, query_data.limit)


@blueprint.get("/audit.csv")
@signed_in
@blueprint.input(AuditFilter, location="query")
@blueprint.doc(responses=CSV)
def export_audit(query_data: AuditFilter) -> Response:
    """Export the audit log as CSV"""
    rows = audit.everything(current().workspace_id, query_data.wanted())
    headers = {"Content-Disposition": 'attachment; filename="audit-log.csv"'}
    return Response(spreadsheets.lines(audit.COLUMNS, rows), mimetype="text/csv", headers=headers)

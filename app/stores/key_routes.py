"""API keys."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from apiflask import APIBlueprint
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from app.db import reading, transaction
from app.stores import keys
from app.stores.context import current
from app.stores.guards import signed_in
from app.stores.models import ApiKey

blueprint = APIBlueprint("keys", __name__, tag="Trust")

Scope = Literal["read", "issue", "manage"]


def _printable(value: Any) -> Any:
    return "".join(c for c in value if c.isprintable()).strip() if isinstance(value, str) else value


class KeyIn(BaseModel):
    """`scope`: read, issue (and read), or manage (everything but people and keys)."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, BeforeValidator(_printable), Field(min_length=1, max_length=120)]
    scope: Scope


class KeyOut(BaseModel):
    """`prefix`: the first letters of the key, to tell it from others."""

    id: int
    name: str
    prefix: str
    scope: Scope
    created_by: str
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


class NewKeyOut(KeyOut):
    """`key` is shown this once."""

    key: str


class KeyList(BaseModel):
    items: list[KeyOut]
    total: int


@blueprint.get("/keys")
@signed_in
@blueprint.output(KeyList)
def list_keys() -> dict[str, Any]:
    """List the API keys, the newest first"""
    with reading() as session:
        rows = keys.listed(session, current().workspace_id)
    return {"items": [_key(row) for row in rows], "total": len(rows)}


@blueprint.post("/keys")
@signed_in
@blueprint.input(KeyIn)
@blueprint.output(NewKeyOut, status_code=201)
def create_key(json_data: KeyIn) -> dict[str, Any]:
    """Make an API key

    The answer holds the key, which cannot be read again.
    """
    context = current()
    with transaction() as session:
        row, token = keys.create(session, context.workspace_id, json_data.name, json_data.scope, actor=context.actor)
        return _key(row) | {"key": token}


@blueprint.post("/keys/<int:key_id>/revoke")
@signed_in
@blueprint.output(KeyOut)
def revoke_key(key_id: int) -> dict[str, Any]:
    """Revoke an API key

    Its next request is refused.
    """
    with transaction() as session:
        return _key(keys.revoke(session, current().workspace_id, key_id))


def _key(row: ApiKey) -> dict[str, Any]:
    return {name: getattr(row, name) for name in KeyOut.model_fields}

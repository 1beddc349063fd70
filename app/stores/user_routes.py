"""People and roles."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from pydantic import BaseModel, ConfigDict

from app.db import reading, transaction
from app.stores import users
from app.stores.context import current
from app.stores.guards import signed_in
from app.stores.models import Store, User
from app.stores.roles import Role
from app.stores.service import get_store

blueprint = APIBlueprint("users", __name__, tag="Trust")


class RoleIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    role: Role


class UserAccount(BaseModel):
    """`name` is empty while the store has not told who this is. `actor`: as the audit log names them."""

    id: int
    actor: str
    name: str
    store_name: str
    is_owner: bool
    role: Role
    is_me: bool


class UserList(BaseModel):
    items: list[UserAccount]
    total: int


@blueprint.get("/users")
@signed_in
@blueprint.output(UserList)
def list_users() -> dict[str, Any]:
    """List the people who have opened Shoutcode, with their roles"""
    with reading() as session:
        rows = users.listed(session, current().workspace_id)
    return {"items": [_account(user, store) for user, store in rows], "total": len(rows)}


@blueprint.patch("/users/<int:user_id>")
@signed_in
@blueprint.input(RoleIn)
@blueprint.output(UserAccount)
def change_role(user_id: int, json_data: RoleIn) -> dict[str, Any]:
    """Change somebody's role

    It counts from their next request. An owner always manages, and somebody has to.
    """
    workspace_id = current().workspace_id
    with transaction() as session:
        user = users.change_role(session, workspace_id, user_id, json_data.role)
        return _account(user, get_store(session, workspace_id, user.store_id))


def _account(user: User, store: Store) -> dict[str, Any]:
    return {
        "id": user.id, "actor": f"{store.platform}:{user.platform_user}", "name": user.name,
        "store_name": store.name or store.domain, "is_owner": user.is_owner, "role": user.role,
        "is_me": user.id == current().user_id,
    }  # fmt: skip

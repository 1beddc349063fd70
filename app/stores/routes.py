"""The session and the stores, as the page asks for them."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import request
from pydantic import BaseModel

from app.db import reading
from app.stores import service
from app.stores.context import Context, current
from app.stores.guards import signed_in
from app.stores.models import Store, User, Workspace
from app.stores.roles import ROLES, Role, allows

blueprint = APIBlueprint("stores", __name__, tag="Stores")


class WorkspaceOut(BaseModel):
    id: int
    name: str
    time_zone: str


class CapabilitiesOut(BaseModel):
    start_dates: bool
    pause_single_code: bool
    apply_links: bool
    pause_discount: bool
    discount_types: list[str]
    amount_decimals: int
    percentage_decimals: int
    minimum_quantity: bool
    subscriptions: bool
    combining: list[str]
    scopes: list[str]
    collections_called: str
    free_product_buys: bool
    comped_shipping: bool
    picker: bool
    missing: dict[str, str]


class StoreOut(BaseModel):
    id: int
    name: str
    domain: str
    platform: str
    currency: str
    time_zone: str
    state: str
    capabilities: CapabilitiesOut


class UserOut(BaseModel):
    """`can`: every role whose work this one may do."""

    id: str
    name: str
    role: Role
    can: list[Role]


class SessionOut(BaseModel):
    workspace: WorkspaceOut
    store: StoreOut
    stores: list[StoreOut]
    user: UserOut
    locale: str


class StoresOut(BaseModel):
    items: list[StoreOut]
    next_cursor: str | None = None
    total: int


@blueprint.get("/session")
@signed_in
@blueprint.output(SessionOut)
@blueprint.doc(summary="Who is signed in, in which store")
def session() -> SessionOut:
    context = current()
    with reading() as db:
        workspace = service.get_workspace(db, context.workspace_id)
        stores = [store_out(store) for store in service.list_stores(db, context.workspace_id)]
        user = db.get(User, context.user_id) if context.user_id else None
    return SessionOut(
        workspace=_workspace_out(workspace),
        store=next(store for store in stores if store.id == context.store_id),
        stores=stores,
        user=_user_out(context, user),
        locale=request.accept_languages.best or "en",
    )


@blueprint.get("/stores")
@signed_in
@blueprint.output(StoresOut)
@blueprint.doc(summary="The workspace's stores")
def stores() -> StoresOut:
    with reading() as db:
        items = [store_out(store) for store in service.list_stores(db, current().workspace_id)]
    return StoresOut(items=items, total=len(items))


def store_out(store: Store) -> StoreOut:
    return StoreOut(
        id=store.id,
        name=store.name or store.domain,
        domain=store.domain,
        platform=store.platform,
        currency=store.currency,
        time_zone=store.time_zone,
        state=store.state,
        capabilities=_capabilities_out(store),
    )


def _capabilities_out(store: Store) -> CapabilitiesOut:
    able = service.capabilities_of(store)
    return CapabilitiesOut(
        start_dates=able.start_dates, pause_single_code=able.pause_single_code, apply_links=able.apply_links,
        discount_types=[str(type) for type in able.discount_types], amount_decimals=able.amount_decimals,
        pause_discount=able.pause_discount, percentage_decimals=able.percentage_decimals,
        minimum_quantity=able.minimum_quantity, subscriptions=able.subscriptions, combining=list(able.combining),
        scopes=[str(kind) for kind in able.scopes], collections_called=able.collections_called,
        free_product_buys=able.free_product_buys, comped_shipping=able.comped_shipping, picker=able.picker,
        missing=able.missing,
    )  # fmt: skip


def _user_out(context: Context, user: User | None) -> UserOut:
    can: list[Role] = [role for role in ROLES if allows(context.role, role)]
    return UserOut(id=context.actor.partition(":")[2], name=user.name if user else "", role=can[-1], can=can)


def _workspace_out(workspace: Workspace) -> WorkspaceOut:
    return WorkspaceOut(id=workspace.id, name=workspace.name, time_zone=workspace.time_zone)

"""The people of a workspace: who they are, asked once, and what they may do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.auth.identity import StoreIdentity
from app.clock import now
from app.db import reading, transaction
from app.errors import Conflict, NotFound
from app.platforms.port import PlatformError
from app.platforms.shopify.tokens import GrantRefused, Visitor
from app.stores.install import StaleIdToken
from app.stores.models import Store, User, Workspace
from app.stores.roles import Role
from app.stores.tokens import endpoint_for

log = structlog.get_logger()

ASK_AGAIN = timedelta(minutes=1)


def visiting(workspace_id: int, store_id: int, identity: StoreIdentity, id_token: str) -> User:
    """The person behind a verified visit. At their first one the store is asked who they are.

    No transaction is open while it is asked; should it not answer, they may look, and it is asked again a minute later.
    """
    with reading() as session:
        user = _find(session, store_id, identity.user)
    if user is not None and (user.known or now() - user.asked_at < ASK_AGAIN):
        return user
    visitor = _ask(identity, id_token) if identity.manages is None else Visitor(identity.name, is_owner=False)
    return _save(workspace_id, store_id, identity, visitor)


def _ask(identity: StoreIdentity, id_token: str) -> Visitor | None:
    try:
        return endpoint_for(identity.domain).visitor(id_token)
    except GrantRefused as error:
        if error.error == "invalid_subject_token":
            raise StaleIdToken from error
        log.warning("visitor_unknown", error=error.error)
    except PlatformError as error:
        log.warning("visitor_unknown", error=error.code)
    return None


def _save(workspace_id: int, store_id: int, identity: StoreIdentity, visitor: Visitor | None) -> User:
    try:
        with transaction() as session:
            return _noted(session, workspace_id, store_id, identity, visitor)
    except IntegrityError:  # the page asks several things at once, and another request was first
        with transaction() as session:
            return _noted(session, workspace_id, store_id, identity, visitor)


def _noted(
    session: Session, workspace_id: int, store_id: int, identity: StoreIdentity, visitor: Visitor | None
) -> User:
    at = now()
    user = _find(session, store_id, identity.user)
    if user is None:
        user = User(
            workspace_id=workspace_id, store_id=store_id, platform_user=identity.user,
            role="manage" if identity.manages else "view", is_owner=False, created_at=at,
        )  # fmt: skip
        session.add(user)
    user.asked_at = at
    if visitor is not None and not user.known:
        user.name, user.is_owner, user.known = visitor.name, visitor.is_owner, True
        user.role = "manage" if visitor.is_owner else user.role
    session.flush()
    return user


def _find(session: Session, store_id: int, number: str) -> User | None:
    return session.scalar(select(User).where(User.store_id == store_id, User.platform_user == number))


def listed(session: Session, workspace_id: int) -> Sequence[tuple[User, Store]]:
    """Everybody with the store they come from."""
    rows = session.execute(
        select(User, Store)
        .join(Store, Store.id == User.store_id)
        .where(User.workspace_id == workspace_id)
        .order_by(User.is_owner.desc(), User.name, User.id)
    )
    return [(user, store) for user, store in rows]


def change_role(session: Session, workspace_id: int, user_id: int, role: Role) -> User:
    """Takes effect with the person's next request. Raises Conflict for an owner and for the last who manages."""
    # Two who take the role from each other at once: the second one waits here and then sees what the first did.
    session.execute(select(Workspace.id).where(Workspace.id == workspace_id).with_for_update())
    user = session.scalar(select(User).where(User.workspace_id == workspace_id, User.id == user_id))
    if user is None:
        raise NotFound("This person is not in your workspace.")
    if user.is_owner and role != "manage":
        raise Conflict("The store's owner always manages.", code="owner")
    if user.role == "manage" and role != "manage" and not _another_manages(session, user):
        raise Conflict("Nobody else manages: give somebody that role first.", code="last_manager")
    user.role = role
    return user


def _another_manages(session: Session, user: User) -> bool:
    others = (
        select(User.id)
        .join(Store, Store.id == User.store_id)
        .where(
            User.workspace_id == user.workspace_id,
            User.role == "manage",
            User.id != user.id,
            Store.state != "uninstalled",
        )
    )
    return session.scalar(others.limit(1)) is not None

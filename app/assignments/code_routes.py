"""What can be done with codes that are made: disable, enable, retire, replace, edit. Reading one: app.views."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal

from apiflask import APIBlueprint
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.assignments import life
from app.assignments.forms import Id
from app.codes import runs
from app.codes.models import Code, CodeChange
from app.codes.routes import RunOut
from app.codes.rules import masked
from app.db import reading, transaction
from app.db.bulk import among
from app.errors import FieldError, InvalidInput, NotFound
from app.stores.context import current
from app.stores.guards import signed_in

blueprint = APIBlueprint("codes", __name__, tag="Codes")

Typed = Annotated[str, Field(max_length=200)]


class Forms(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ReplaceIn(Forms):
    """`code`: what the new one is called; empty: as the pattern says."""

    code: Typed = ""


class EditIn(Forms):
    code: Typed


class CodesChangeIn(Forms):
    """Which codes: by their ids, all of a person, or all of an offer."""

    action: Literal["disable", "enable", "retire"]
    code_ids: Annotated[list[Id], Field(max_length=10_000)] | None = None
    influencer_id: Id | None = None
    offer_id: Id | None = None


class CodeState(BaseModel):
    """`due`: what the store has yet to be told (off, or rotate: off when the new one is live); empty otherwise."""

    id: int
    code: str
    state: str
    due: str
    run_id: int | None


class CodeChangeOut(BaseModel):
    """A change of codes: `done` of `total` are known to the store. `trouble`: why it waits, in words."""

    id: int
    action: str
    state: Literal["running", "finished"]
    total: int
    done: int
    trouble: str
    started_by: str
    created_at: datetime
    finished_at: datetime | None


class CodesChangedOut(BaseModel):
    """`change` where codes go off, `runs` where they come back."""

    change: CodeChangeOut | None
    runs: list[RunOut]


@blueprint.post("/codes/<int:code_id>/disable")
@signed_in
@blueprint.output(CodeState)
def disable_code(code_id: int) -> dict[str, Any]:
    """Take a code off the store

    It can be enabled again. Whoever holds it keeps it, and earlier orders stay counted.
    """
    return _with_code(code_id, lambda session, code: life.disable(session, [code], actor=current().actor))


@blueprint.post("/codes/<int:code_id>/enable")
@signed_in
@blueprint.output(CodeState)
def enable_code(code_id: int) -> dict[str, Any]:
    """Put a disabled code back

    Under the same string. Shopify then counts its uses anew; WooCommerce goes on counting.
    """
    return _with_code(code_id, lambda session, code: life.enable(session, [code], actor=current().actor))


@blueprint.post("/codes/<int:code_id>/retire")
@signed_in
@blueprint.output(CodeState)
def retire_code(code_id: int) -> dict[str, Any]:
    """Take a code off for good

    Nobody holds it from then on, and its string is never given out again.
    """
    return _with_code(code_id, lambda session, code: life.retire(session, [code], actor=current().actor))


@blueprint.post("/codes/<int:code_id>/edit")
@signed_in
@blueprint.input(EditIn)
@blueprint.output(CodeState)
def edit_code(code_id: int, json_data: EditIn) -> dict[str, Any]:
    """Edit a code that could not be made, and try again"""
    return _with_code(code_id, lambda session, code: life.rename(session, code, json_data.code))


@blueprint.post("/codes/<int:code_id>/replace")
@signed_in
@blueprint.input(ReplaceIn)
@blueprint.output(CodeState, status_code=201)
def replace_code(code_id: int, json_data: ReplaceIn) -> dict[str, Any]:
    """Replace a code by a new one

    Answers with the new code. The old one is retired as soon as the new one is live; orders stay with whoever held the
    code when they were placed.
    """
    context = current()
    with transaction() as session:
        old = life.get(session, context.workspace_id, code_id, lock=True)
        return _state(life.rotate(session, old, actor=context.actor, wanted=json_data.code))


def _with_code(code_id: int, act: Callable[[Session, Code], object]) -> dict[str, Any]:
    with transaction() as session:
        code = life.get(session, current().workspace_id, code_id, lock=True)
        act(session, code)
        session.flush()
        session.refresh(code)
        return _state(code)


def _state(code: Code) -> dict[str, Any]:
    text = masked(code.code) if code.in_pool else code.code
    return {"id": code.id, "code": text, "state": code.state, "due": code.due, "run_id": code.run_id}


@blueprint.post("/code-changes")
@signed_in
@blueprint.input(CodesChangeIn)
@blueprint.output(CodesChangedOut, status_code=202)
def change_codes(json_data: CodesChangeIn) -> dict[str, Any]:
    """Disable, enable or retire many codes

    Codes that the action does not fit are left as they are: `total` says how many were changed.
    """
    context = current()
    with transaction() as session:
        ids = _chosen(session, context.workspace_id, json_data)
        if json_data.action == "enable":
            started = life.enable(session, _disabled(session, context.workspace_id, ids), actor=context.actor)
            session.flush()
            return {"change": None, "runs": [runs.show(session, context.workspace_id, run.id) for run in started]}
        change = life.start(session, context.workspace_id, json_data.action, ids, actor=context.actor)
        session.flush()
        return {"change": _change(session, change), "runs": []}


def _chosen(session: Session, workspace_id: int, wanted: CodesChangeIn) -> list[int]:
    given = [wanted.code_ids is not None, wanted.influencer_id is not None, wanted.offer_id is not None]
    if sum(given) != 1:
        raise InvalidInput.at(FieldError("code_ids", "Send code_ids, influencer_id or offer_id."))
    states = ("disabled",) if wanted.action == "enable" else life.FROM[wanted.action]
    if wanted.influencer_id is not None:
        return life.held_by(session, workspace_id, wanted.influencer_id, states)
    if wanted.offer_id is not None:
        return life.of_offer(session, workspace_id, wanted.offer_id, states)
    if not wanted.code_ids:
        raise InvalidInput.at(FieldError("code_ids", "Select at least one code."))
    return wanted.code_ids


def _disabled(session: Session, workspace_id: int, ids: list[int]) -> list[Code]:
    if len(ids) > life.MOST_ENABLED:
        raise InvalidInput.at(FieldError("code_ids", f"Enable at most {life.MOST_ENABLED:,} codes at a time."))
    found = session.scalars(
        select(Code).where(Code.workspace_id == workspace_id, among(session, Code.id, ids)).order_by(Code.id)
    ).all()
    if len(found) < len(set(ids)):
        raise NotFound("One of these codes is not in your workspace.")
    return list(found)


@blueprint.get("/code-changes/<int:code_change_id>")
@signed_in
@blueprint.output(CodeChangeOut)
def show_code_change(code_change_id: int) -> dict[str, Any]:
    """Show how far a change of codes is"""
    with reading() as session:
        found = session.scalar(
            select(CodeChange).where(CodeChange.workspace_id == current().workspace_id, CodeChange.id == code_change_id)
        )
        if found is None:
            raise NotFound("This change is not in your workspace.")
        return _change(session, found)


def _change(session: Session, change: CodeChange) -> dict[str, Any]:
    waiting = session.scalar(
        select(func.count()).select_from(Code).where(Code.change_id == change.id, Code.due == "off")
    )
    unchanged = len(change.request) - change.changed if change.request is not None else 0
    return {
        "id": change.id,
        "action": change.action,
        "state": change.state,
        "total": change.total,
        "done": max(change.total - (waiting or 0) - unchanged, 0),
        "trouble": change.trouble,
        "started_by": change.started_by,
        "created_at": change.created_at,
        "finished_at": change.finished_at,
    }

"""What a change of a published offer would do where, before it is made."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.assignments import approvals
from app.codes.models import Code
from app.codes.patterns import clean_code
from app.codes.service import value_text
from app.errors import InvalidInput
from app.offers import changes, service
from app.offers.fields import offer_terms
from app.offers.given import Checked
from app.offers.models import Offer
from app.redemptions.models import Redemption

SHOWN = (
    "name", "title", "value", "starts_at", "ends_at", "uses_per_code", "once_per_customer", "minimum_subtotal",
    "minimum_quantity", "scope", "combines_with", "applies_to", "free_product", "with_shipping",
)  # fmt: skip


def of_change(
    session: Session, workspace_id: int, offer_id: int, given: Mapping[str, Any], pattern: str | None
) -> dict[str, Any]:
    """Faults are told in `errors`; then nothing else is known of the change."""
    offer = service.get(session, workspace_id, offer_id)
    changes.must_be_editable(offer)
    store = service.store_of(session, offer)
    codes = _codes(session, offer)
    impact: dict[str, Any] = {
        "store_name": store.name or store.domain, "in_store": offer.remote_id is not None, **codes, "changes": [],
        "saying_old_value": 0, "used_up": 0, "approval": None, "errors": [],
    }  # fmt: skip
    try:
        terms = changes.checked(session, offer, store, given)
    except InvalidInput as refused:
        return {**impact, "errors": [{"field": fault.field, "message": fault.message} for fault in refused.errors]}
    before, after = offer_terms(offer, store), offer_terms(_changed(offer, terms), store)
    told = [name for name in SHOWN if name in changes.changed_columns(offer, terms)]
    impact["changes"] = [{"field": name, "before": before[name], "after": after[name]} for name in told]
    if pattern is not None and pattern.strip() != offer.pattern:
        impact["changes"].append({"field": "pattern", "before": offer.pattern, "after": pattern.strip()})
    if "value" in told:
        impact["saying_old_value"] = _saying_value(session, offer)
    if "uses_per_code" in told and terms.uses_per_code is not None:
        impact["used_up"] = _used_up(session, offer, terms.uses_per_code)
    impact["approval"] = approvals.change_reason(session, offer, terms)
    return impact


def _changed(offer: Offer, terms: Checked) -> Offer:
    """A copy that no session knows of."""
    columns = {column.key: getattr(offer, column.key) for column in Offer.__table__.columns}
    return Offer(**{**columns, **service.columns(terms)})


def _codes(session: Session, offer: Offer) -> dict[str, int]:
    """`live`: in the store. `coming`: they get the changed terms when they are made. `pooled`: nobody holds them."""
    rows = session.execute(
        select(Code.state, Code.in_pool, func.count())
        .where(Code.offer_id == offer.id)
        .group_by(Code.state, Code.in_pool)
    ).all()
    return {
        "live": sum(count for state, _, count in rows if state == "live"),
        "coming": sum(count for state, _, count in rows if state in ("queued", "creating", "failed")),
        "pooled": sum(count for state, in_pool, count in rows if in_pool and state == "live"),
    }


def _saying_value(session: Session, offer: Offer) -> int:
    """Codes with the old value in them, where the pattern puts it there: SAVE15 with {value} or with a typed 15."""
    said = clean_code(value_text(offer).replace(".", "-"))
    literal = re.sub(r"\{[^}]*\}", " ", offer.pattern)
    if not said or ("{value}" not in offer.pattern and said not in literal):
        return 0
    saying = (Code.offer_id == offer.id, Code.state.in_(("queued", "creating", "live")), Code.key.contains(said))
    return session.scalar(select(func.count()).select_from(Code).where(*saying)) or 0


def _used_up(session: Session, offer: Offer, limit: int) -> int:
    """Codes that have been used as often as the new limit allows, or more."""
    used = (
        select(Redemption.code_id)
        .where(Redemption.offer_id == offer.id, Redemption.counted)
        .group_by(Redemption.code_id)
        .having(func.count() >= limit)
        .subquery()
    )
    return session.scalar(select(func.count()).select_from(used)) or 0

"""A code that nobody holds yet is masked at every door: pages, exports, events, the audit log, the log lines.

Walks the route map: a new route is looked at without being told of here.
"""

from __future__ import annotations

import logging
import re
import sys

import pytest
from apiflask import APIFlask
from sqlalchemy import select, text, update

from app.audit.models import AuditEntry
from app.codes.models import Code, CodeImportLine
from app.db import reading, transaction
from app.events import Event
from app.redemptions.models import Order, Redemption
from app.stores.models import Store
from tests.support.actors import Merchant
from tests.support.fake_platform import FakePlatform
from tests.support.redeeming import order, take
from tests.support.rows import add_user
from tests.support.workspaces import Workspace, add_workspace
from tests.test_tenants import routes

POOLED = "OWNMARK17"
"""The pooled code of add_workspace()."""


@pytest.fixture
def own(app: APIFlask, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Its pooled code failed once and has been used by somebody all the same; more are made for the pool."""
    platform = FakePlatform()
    for name, module in list(sys.modules.items()):
        if name.startswith("app.") and hasattr(module, "platform_for"):
            monkeypatch.setattr(module, "platform_for", lambda _store_id, **_: platform)
    with transaction() as session:
        own = add_workspace(session, "own.myshopify.com", "OWNMARK")
        session.execute(update(Code).where(Code.key == POOLED).values(message=f"{POOLED} is taken", state="failed"))
        taken = session.scalars(select(Code.id).where(Code.key == POOLED)).one()
        line = CodeImportLine(import_id=own.code_import_id, number=2, code=POOLED, state="linked", code_id=taken)
        session.add(line)
        add_user(session, session.get_one(Store, own.store_id), "viewer", role="view")
        store = session.get_one(Store, own.store_id)
    take(store, order("77", "10", codes=[POOLED]))
    me = Merchant(app, own.domain)
    assert me.post(f"/api/offers/{own.offer_id}/codes", json={"pool": 3}).status_code < 300
    return own


def pooled() -> set[str]:
    with reading() as session:
        return set(session.scalars(select(Code.code).where(Code.in_pool)))


def doors(app: APIFlask, me: Merchant, own: Workspace) -> dict[str, str]:
    """What every readable route and export answers."""
    found = {}
    for method, rule in routes(app):
        if method == "GET" and rule.startswith("/api/"):
            path = re.sub(r"<int:(\w+)>", lambda found: str(getattr(own, found[1], 1)), rule)
            found[path] = me.get(path).get_data().decode(errors="replace")
    with reading() as session:
        used = session.scalars(select(Redemption.id).join(Order).where(Order.remote_id == "77")).one()
    everybody = {"selection": {"filter": {}}, "columns": [own.offer_id]}
    found["export"] = me.post("/api/exports/influencers", json=everybody).text
    searched = f"/api/influencers?q={POOLED}"
    for path in (f"/api/redemptions/{used}", f"/api/redemptions?offer_id={own.offer_id}", searched):
        found[path] = me.get(path).text
    return found


@pytest.mark.parametrize("user", ["42", "viewer"])
def test_no_door_shows_a_pooled_code(
    app: APIFlask, own: Workspace, user: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    codes = pooled()
    assert len(codes) >= 4
    found = doors(app, Merchant(app, own.domain, user), own)
    assert len(found) > 25
    with reading() as session:
        found["events"] = str([row.data for row in session.scalars(select(Event))])
        found["audit"] = str([(row.before, row.after) for row in session.scalars(select(AuditEntry))])
        found["answers kept"] = str(session.execute(text("SELECT body FROM idempotency_key")).all())
    found["log"] = caplog.text
    leaks = {door: code for door, shown in found.items() for code in codes if code in shown.upper()}
    assert not leaks


def test_the_walk_would_see_one(app: APIFlask, own: Workspace) -> None:
    """The twin: the same code, not in the pool, is shown at several of these doors."""
    with transaction() as session:
        session.execute(update(Code).where(Code.key == POOLED).values(in_pool=False))
    found = doors(app, Merchant(app, own.domain), own)
    shown = {door for door, answer in found.items() if POOLED in answer}
    codes = f"/api/offers/{own.offer_id}/codes"
    brought = f"/api/code-imports/{own.code_import_id}"
    assert {codes, f"{codes}.csv", "/api/redemptions.csv", f"{brought}/lines", f"{brought}/result.csv"} <= shown

"""No route shows or changes another workspace's rows. Walks the route map: a new route without a rule fails here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from apiflask import APIFlask
from werkzeug.test import TestResponse

from app.boot import boot
from app.config import Settings
from app.db import transaction
from app.web import build
from tests.support.actors import Merchant
from tests.support.workspaces import Workspace, add_workspace, rows_of

# Routes outside the API, each with what keeps it from telling one workspace of another.
OUTSIDE = {
    "/openapi.json": "the same for everybody",
    "/docs": "the same for everybody",
    "/healthz": "no data",
    "/readyz": "no data",
    "/metrics": "counts over all workspaces, without names; not served to the public",
    "/webhooks/shopify": "signed by the platform for one store",
    "/webhooks/shopify/compliance": "signed by the platform for one store",
    "/webhooks/woocommerce/plugin/<public_id>": "signed by one store",
    "/webhooks/woocommerce/<token>/<topic>": "signed by one store",
    "/woocommerce/connect": "proved by one store's own code", "/woocommerce/keys": "proved by a one-time secret",
    "/woocommerce/keys/done": "no data",
    "/": "the page without data", "/influencers": "the page", "/influencers/<path:path>": "the page",
    "/messages": "the page", "/messages/<path:path>": "the page",
    "/c/<token>": "signed by us for one person", "/c/<token>/qr/<int:code_id>.png": "signed by us for one person",
    "/c/<token>/data.json": "signed by us for one person", "/c/<token>/wish": "signed by us for one person",
    "/lost/<token>": "signed by us for one workspace; tells nothing", "/u/<token>": "signed by us for one message",
    "/campaigns": "the page", "/campaigns/<path:path>": "the page",
    "/offers": "the page", "/offers/<path:path>": "the page", "/redemptions": "the page",
    "/redemptions/<path:path>": "the page", "/settings": "the page", "/settings/<path:path>": "the page",
    "/stores": "the page", "/stores/<path:path>": "the page",
    "/auth/patch-id-token": "the page without data", "/auth/install": "signed by the platform for one store",
    "/auth/install/top": "signed by the platform for one store",
    "/auth/callback": "signed by the platform for one store",
    "/assets/<path:path>": "built files",
}  # fmt: skip
# The id that a path parameter stands for.
PARAMETERS = (
    "code_id", "code_change_id", "code_import_id",
    "view_id", "change_id",
    "influencer_import_id", "user_id", "key_id", "grant_id", "influencer_id", "offer_id", "run_id", "redemption_id",
    "store_id",
    "campaign_id", "incentive_id", "member_id", "template_id", "message_id", "message_run_id", "wish_id",
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    """A request of one workspace that names something of another. `status`: what it may answer."""

    method: str
    rule: str
    body: Any = None
    query: str = ""
    status: tuple[int, ...] = (404,)


def offer_for(store_id: int, person: int, name: str = "Mine") -> dict[str, Any]:
    return {
        "name": name, "store_id": store_id, "type": "percentage", "value": "15", "pattern": "{first_name}",
        "starts_at": None, "ends_at": None, "selection": {"ids": [person]},
    }  # fmt: skip


def preview(store_id: int, person: int, offer_id: int | None = None) -> dict[str, Any]:
    return {"store_id": store_id, "pattern": "{first_name}", "type": "percentage", "value": "15", "offer_name": "Mine",
            "selection": {"ids": [person]}, "offer_id": offer_id}


def bodies(own: Workspace) -> dict[tuple[str, str], Any]:
    """Good bodies for routes whose path names the other workspace's row: nothing but the row is wrong with them."""
    return {
        ("PATCH", "/api/campaigns/<int:campaign_id>"): {"notes": "mine now"},
        ("POST", "/api/offers/<int:offer_id>/reopen"): {},
        ("POST", "/api/offers/<int:offer_id>/send-again"): {},
        ("POST", "/api/offers/<int:offer_id>/versions"): {"name": "Mine now"},
        ("POST", "/api/offers/<int:offer_id>/change-previews"): {"name": "Mine now"},
        ("POST", "/api/campaigns/<int:campaign_id>/members"): {"selection": {"ids": [own.influencer_id]}},
        ("POST", "/api/campaigns/<int:campaign_id>/members/remove"): {"members": {"filter": {}}},
        ("POST", "/api/campaigns/<int:campaign_id>/move-previews"): {"members": {"filter": {}}, "to": "confirmed"},
        ("POST", "/api/campaigns/<int:campaign_id>/moves"): {"members": {"filter": {}}, "to": "confirmed"},
        ("POST", "/api/campaigns/<int:campaign_id>/content-done"): {"influencer_ids": [own.influencer_id]},
        ("POST", "/api/campaigns/<int:campaign_id>/incentives"): {"name": "Mine"},
        ("PATCH", "/api/incentives/<int:incentive_id>"): {"name": "Mine now"},
        ("POST", "/api/incentives/<int:incentive_id>/codes"): {"codes": "A1, B2"},
        ("PATCH", "/api/influencers/<int:influencer_id>"): {"notes": "mine now"},
        ("POST", "/api/influencers/<int:influencer_id>/merge-preview"): {"other_id": own.influencer_id},
        ("POST", "/api/influencers/<int:influencer_id>/merge"): {"other_id": own.influencer_id},
        ("POST", "/api/influencers/<int:influencer_id>/erase"): {"name": "Somebody"},
        ("POST", "/api/influencer-imports/<int:influencer_import_id>/check"): {"mapping": {"external_id": 0}},
        ("PATCH", "/api/offers/<int:offer_id>"): {"name": "Mine now"},
        ("PATCH", "/api/users/<int:user_id>"): {"role": "issue"},
        ("POST", "/api/codes/<int:code_id>/edit"): {"code": "MINE"},
        ("POST", "/api/codes/<int:code_id>/replace"): {"code": ""},
        ("PUT", "/api/offers/<int:offer_id>/share-defaults"): {"utm": {"source": "mine"}},
        ("PATCH", "/api/message-templates/<int:template_id>"): {"name": "Mine", "subject": "s", "text": "t"},
        ("PATCH", "/api/views/<int:view_id>"): {"name": "Mine now"},
        ("POST", "/api/offers/<int:offer_id>/codes"): {"selection": {"ids": [own.influencer_id]}},
    }


def crossings(own: Workspace, other: Workspace) -> list[Case]:
    """For the routes without an id in the path: every other way to name somebody else's row."""
    theirs = other.influencer_id
    table = "/api/influencers"
    return [
        Case("POST", "/api/offers", offer_for(other.store_id, own.influencer_id)),
        Case("POST", "/api/offers", offer_for(own.store_id, theirs)),
        Case("POST", "/api/code-previews", preview(other.store_id, own.influencer_id)),
        Case("POST", "/api/code-previews", preview(own.store_id, theirs)),
        Case("POST", "/api/code-previews", preview(own.store_id, own.influencer_id, other.offer_id)),
        Case("POST", f"/api/offers/{own.offer_id}/codes", {"selection": {"ids": [theirs]}}),
        Case("PATCH", f"/api/offers/{own.draft_id}", {"selection": {"ids": [theirs]}}, status=(200, 404)),
        Case("POST", "/api/influencers", {"first_name": "Eve", "workspace_id": other.workspace_id}, status=(422,)),
        Case("POST", f"{table}/archive", {"selection": {"ids": [theirs]}}),
        Case("POST", f"{table}/restore", {"selection": {"ids": [theirs]}}),
        Case("POST", f"{table}/restore", {"selection": {"filter": {"archived": True}}}, status=(202,)),
        Case("POST", "/api/views", {"name": "Mine", "offers": [other.offer_id]}),
        Case("POST", "/api/views", {"name": "Mine", "filter": {"offer_id": other.offer_id}}),
        Case("PATCH", f"/api/views/{own.view_id}", {"content": {"offers": [other.offer_id]}}),
        Case("GET", "/api/views", status=(200,)),
        *_campaign_cases(own, other),
        Case("GET", table, query=f"?columns={other.offer_id}"),
        Case("GET", table, query=f"?offer_id={other.offer_id}"),
        Case("GET", table, query=f"?columns={own.offer_id}&q={other.mark}", status=(200,)),
        Case("GET", table, query=f"?tag={other.mark}+tag", status=(200,)),
        Case("GET", "/api/offers", query=f"?q={other.mark}", status=(200,)),
        Case("GET", "/api/redemptions", query=f"?influencer_id={theirs}", status=(200,)),
        Case("GET", "/api/redemptions", query=f"?offer_id={other.offer_id}", status=(200,)),
        Case("GET", "/api/redemptions", query=f"?code_id={other.code_id}", status=(200,)),
        Case("POST", "/api/influencer-imports", status=(422,)),
        Case("POST", "/api/exports/influencers", {"selection": {"ids": [theirs]}}),
        Case("POST", "/api/exports/influencers", {"selection": {"filter": {}}, "columns": [other.offer_id]}),
        Case("POST", "/api/exports/influencers", {"selection": {"filter": {}}}, status=(200,)),
        Case("GET", "/api/redemptions.csv", query=f"?offer_id={other.offer_id}", status=(200,)),
        Case("GET", "/api/redemptions.csv", status=(200,)),
        Case("POST", f"/api/influencers/{own.influencer_id}/merge", {"other_id": theirs}),
        Case("POST", f"/api/influencers/{own.influencer_id}/merge-preview", {"other_id": theirs}),
        Case("GET", "/api/influencer-imports", status=(200,)),
        *(Case("GET", rule, status=(200,)) for rule in
          ("/api/session", "/api/home", "/api/stores", table, "/api/influencers/labels", "/api/offers",
           "/api/redemptions", "/api/roster", "/api/audit", "/api/audit.csv", "/api/users", "/api/keys",
           "/api/approval-limits")),
        *(Case("GET", rule, status=(200,)) for rule in
          ("/api/message-tags", "/api/message-templates", "/api/messages", "/api/message-runs", "/api/mail-server",
           "/api/portal-settings", "/api/code-wishes")),
        Case("GET", "/api/messages", query=f"?influencer_id={theirs}", status=(200,)),
        Case("POST", "/api/message-templates", {"name": "Mine", "subject": "s", "text": "t"}, status=(201,)),
        Case("POST", "/api/messages", {"template_id": other.template_id, "selection": {"ids": [own.influencer_id]}}),
        Case("POST", "/api/messages", {"template_id": own.template_id, "selection": {"ids": [theirs]}}),
        Case("POST", "/api/messages", {"template_id": own.template_id, "selection": {"ids": [own.influencer_id]},
                                       "offer_id": other.offer_id}),
        Case("POST", "/api/message-previews", {"template_id": other.template_id}),
        Case("POST", "/api/message-previews", {"template_id": own.template_id, "selection": {"ids": [theirs]}}),
        Case("POST", "/api/message-tests", {"template_id": other.template_id, "to": "a@example.com"}),
        Case("POST", "/api/message-tests", {"template_id": own.template_id, "to": "a@example.com",
                                            "influencer_id": theirs}),
        Case("POST", "/api/mail-server/test", {}, status=(200,)),
        Case("PUT", "/api/portal-settings", {"terms": "Mine"}, status=(200,)),
        Case("PUT", "/api/mail-server", {"host": "smtp.own.example", "sender_email": "a@own.example"}, status=(200,)),
        Case("DELETE", "/api/mail-server", status=(204,)),
        Case("POST", "/api/link-codes", status=(201,)),
        Case("POST", "/api/key-grants", {"store_url": "https://shop.example"}, status=(201,)),
        Case("POST", "/api/stores/link", {"code": "AAAAA-AAAAA"}, status=(422,)),
        Case("GET", "/api/share-defaults", status=(200,)),
        Case("PUT", "/api/share-defaults", {"source": "mine"}, status=(200,)),
        Case("POST", "/api/code-changes", {"action": "disable", "code_ids": [other.code_id]}),
        Case("POST", "/api/code-changes", {"action": "enable", "code_ids": [other.code_id]}),
        Case("POST", "/api/code-changes", {"action": "retire", "influencer_id": theirs}),
        Case("POST", "/api/code-changes", {"action": "disable", "offer_id": other.offer_id}),
        Case("POST", "/api/code-imports", {"store_id": other.store_id, "codes": "MINE"}),
        Case("POST", "/api/code-imports", {"store_id": own.store_id, "codes": "MINE", "offer_id": other.offer_id}),
        Case("PUT", "/api/approval-limits", {"percentage": "30", "codes": 1000}, status=(200,)),
        # These name nothing: they work on the signed-in workspace's roster alone. The test is one of their effect.
        Case("POST", "/api/keys", {"name": "Mine", "scope": "read"}, status=(201,)),
        Case("POST", "/api/roster/test", status=(200,)),
        Case("POST", "/api/roster/pull", status=(202,)),
        Case("POST", "/api/roster/retry", status=(202,)),
        Case("PUT", "/api/roster", {"base_url": "https://own.example.com/api", "api_key": "k",
                                    "signing_secret": "whsec_" + "B" * 32}, status=(200,)),
        Case("DELETE", "/api/roster", status=(204,)),
    ]  # fmt: skip


def _campaign_cases(own: Workspace, other: Workspace) -> list[Case]:
    mine, moves = f"/api/campaigns/{own.campaign_id}", {"members": {"ids": [other.member_id]}, "to": "confirmed"}
    incentive = {"name": "Kit", "store_id": own.store_id, "confirm": True}
    return [  # fmt: skip
        Case("GET", "/api/campaigns", status=(200,)),
        Case("POST", "/api/campaigns", {"name": "Mine"}, status=(201,)),
        Case("POST", f"{mine}/members", {"selection": {"ids": [other.influencer_id]}}),
        Case("POST", f"{mine}/moves", moves),
        Case("POST", f"{mine}/move-previews", moves),
        Case("POST", f"{mine}/members/remove", {"members": {"ids": [other.member_id]}}),
        Case("POST", f"{mine}/content-done", {"influencer_ids": [other.influencer_id]}, status=(200,)),
        Case("POST", f"{mine}/incentives", {**incentive, "store_id": other.store_id}),
        Case("POST", f"{mine}/incentives", {**incentive, "offer_id": other.offer_id}),
        Case("PATCH", f"/api/incentives/{own.incentive_id}", {"offer_id": other.offer_id, "confirm": True}),
        Case("PATCH", f"/api/incentives/{own.incentive_id}", {"template_id": other.template_id, "confirm": True},
             status=(422,)),
        Case("GET", f"{mine}/orders", query=f"?incentive_id={other.incentive_id}"),
        Case("GET", f"{mine}/orders", query=f"?influencer_id={other.influencer_id}", status=(200,)),
        Case("GET", f"{mine}/members", query=f"?incentive_id={other.incentive_id}", status=(200,)),
    ]


@pytest.fixture
def own(app: APIFlask) -> Workspace:
    with transaction() as session:
        return add_workspace(session, "own.myshopify.com", "OWNMARK")


@pytest.fixture
def other(own: Workspace) -> Workspace:
    with transaction() as session:
        return add_workspace(session, "other.myshopify.com", "CANARY")


@pytest.fixture
def me(app: APIFlask, own: Workspace) -> Merchant:
    return Merchant(app, own.domain)


def routes(app: APIFlask) -> Iterator[tuple[str, str]]:
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield method, rule.rule


def path_of(rule: str, ids: Workspace) -> str:
    return re.sub(r"<int:(\w+)>", lambda found: str(getattr(ids, found[1])), rule)


def send(me: Merchant, method: str, path: str, body: Any) -> TestResponse:
    options = {} if body is None else {"json": body}
    return getattr(me, method.lower())(path, **options)


def test_every_route_has_a_rule(app: APIFlask, own: Workspace, other: Workspace) -> None:
    crossed = {(case.method, case.rule) for case in crossings(own, other)}
    missing = []
    for method, rule in routes(app):
        names = re.findall(r"<int:(\w+)>", rule)
        known = (
            rule in OUTSIDE
            or (names and all(name in PARAMETERS for name in names))
            or (rule.startswith("/api/") and (method, rule) in crossed)
        )
        if not known:
            missing.append(f"{method} {rule}")
    assert not missing, f"say in tests/test_tenants.py what keeps these routes apart: {missing}"


def test_ids_of_another_workspace_are_not_there(app: APIFlask, me: Merchant, own: Workspace, other: Workspace) -> None:
    before = rows_of(other)
    good = bodies(own)
    walked = 0
    for method, rule in routes(app):
        if not rule.startswith("/api/") or "<int:" not in rule:
            continue
        answer = send(me, method, path_of(rule, other), good.get((method, rule)))
        assert answer.status_code == 404, f"{method} {rule} answered {answer.status_code}: {answer.text}"
        assert other.mark not in answer.text, f"{method} {rule} leaks: {answer.text}"
        walked += 1
    assert walked >= 15
    assert rows_of(other) == before


def test_the_same_requests_work_on_the_own_rows(app: APIFlask, me: Merchant, own: Workspace, other: Workspace) -> None:
    """The twin: a 404 above is about the workspace and nothing else."""
    good = bodies(own)
    refused = []
    for method, rule in routes(app):
        if not rule.startswith("/api/") or "<int:" not in rule:
            continue
        answer = send(me, method, path_of(rule, own), good.get((method, rule)))
        if answer.status_code == 404:
            refused.append(f"{method} {rule}: {answer.text}")
    assert not refused


def test_no_other_way_leads_to_another_workspace(me: Merchant, own: Workspace, other: Workspace) -> None:
    before = rows_of(other)
    for case in crossings(own, other):
        answer = send(me, case.method, case.rule + case.query, case.body)
        told = f"{case.method} {case.rule}{case.query} {case.body} answered {answer.status_code}: {answer.text}"
        assert answer.status_code in case.status, told
        assert other.mark not in answer.text, told
        assert rows_of(other) == before, told


def test_nothing_is_answered_without_a_token(app: APIFlask, own: Workspace) -> None:
    client = app.test_client()
    walked = 0
    for method, rule in routes(app):
        if not rule.startswith("/api/"):
            continue
        for headers in ({}, {"Authorization": "Bearer x.y.z"}, {"Authorization": "Basic eA=="}):
            answer = client.open(path_of(rule, own), method=method, headers=headers, json={})
            assert answer.status_code == 401, f"{method} {rule} with {headers} answered {answer.status_code}"
            assert own.mark not in answer.text
            walked += 1
    assert walked >= 90


def test_a_route_without_a_rule_would_be_found(settings: Settings) -> None:
    """The twin of the first test: the walk sees routes that are added."""
    boot(settings)
    app = build(settings)
    app.get("/api/secret-door")(lambda: "everything")
    assert ("GET", "/api/secret-door") in set(routes(app))

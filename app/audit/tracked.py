"""Which tables the audit log follows, and what of a row it may keep. A table in neither list fails a test."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Table

from app.db import EncryptedText

PERSONAL = "(personal)"
SECRET = "(secret)"  # noqa: S105 - what stands in place of one


@dataclass(frozen=True, slots=True)
class Tracked:
    """`kind`: the subject in the log. `hidden`: fields whose change is told and whose text is not kept."""

    kind: str
    without: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()
    inserts: bool = True


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ALWAYS_LEFT_OUT = _names("id workspace_id created_at updated_at")
TRACKED = {
    "workspace": Tracked("workspace"),
    "store": Tracked(
        "store",
        _names(
            "facts_read_at last_delivery_at reconciled_until reconciled_at reconciled_missed orders_complete_from "
            "scopes plugin_version price_decimals taking_off_until"
        ),
    ),
    "user_account": Tracked("user", _names("asked_at known")),
    "api_key": Tracked("key", _names("last_used_at created_by digest")),
    "offer": Tracked(
        "offer", _names("name_key draft remote_id next_sequence ended_in_store_at pending_change store_note drift")
    ),
    # The log outlives a person's erasure, so it never holds what an erasure has to remove.
    "influencer": Tracked(
        "influencer",
        _names("sort_name search_text roster_fields roster_active roster_version roster_updated_at"),
        _names("first_name last_name display_name email handles notes external_id preferred_code consent"),
    ),
    "influencer_import": Tracked(
        "import",
        _names(
            "encoding separator head sample mapping rows checked applied counts round message started_by worker_until "
            "finished_at"
        ),
        _names("name"),
    ),
    # Pooled codes are nobody's to read; the log names a code by its id.
    "code": Tracked("code", _names("code key base attempt block_id message remote_id due change_id"), inserts=False),
    "code_run": Tracked("run", _names("request made worker worker_until trouble started_by")),
    "code_change": Tracked("code_change", _names("request changed trouble started_by")),
    "code_import": Tracked("code_import", _names("trouble started_by remote_id")),
    "campaign": Tracked("campaign", _names("name_key")),
    "incentive": Tracked("incentive", _names("owed warned_at")),
    "saved_view": Tracked("view", _names("name_key created_by")),
    "people_change": Tracked("people", _names("ids done started_by finished_at")),
    "roster_connection": Tracked(
        "roster",
        _names(
            "cursor updated_since pulled_at pull_progress pulling_until pushing_until push_failures "
            "push_next_at push_error"
        ),
    ),
    "message_template": Tracked("template", _names("name_key created_by"), _names("subject text html")),
    "mail_server": Tracked("mail", _names("next_at sending_until failures retry_at trouble")),
    "message_run": Tracked("message_run", _names("request made started_by")),
    "portal_link": Tracked("portal", _names("opened_at")),
    "portal_settings": Tracked("portal_settings"),
    "code_wish": Tracked("code_wish", _names("asked_at"), _names("code")),
}
UNTRACKED = {
    "audit_entry": "the log itself",
    "idempotency_key": "a day's memory of answers",
    "store_token": "renewed by the hour, nobody's act; installing and uninstalling are told of the store",
    "woocommerce_connection": "secrets and health; connecting and disconnecting are told of the store",
    "key_grant": "half an hour's secret; the store that comes of it is told",
    "oauth_state": "a minute's secret",
    "link_code": "a quarter of an hour's secret; its use is told of the store",
    "privacy_request": "the platform's own request, shown on the store's page",
    "event": "follows from the change that is logged", "event_pending": "a mark for the relay",
    "influencer_label": "the labels of the person, who is tracked",
    "influencer_import_part": "a file on its way in", "influencer_import_row": "the result of an import",
    "erased_key": "follows from an erasure, which is told of the person",
    "assignment": "made with the run's codes; its own history",
    "code_block": "the pace of a run",
    "campaign_member": "stage_change tells each move", "stage_change": "its own history",
    "incentive_code": "follows from moves and from the codes added",
    "code_import_line": "told of the import and of its offer",
    "orders": "the platform's", "redemption": "worked out from orders", "ledger_entry": "its own history",
    "redemption_total": "worked out from the ledger", "roster_push": "follows from events",
    "delivery": "the platform's",
    "message": "its own history, by person and run",
    "message_suppression": "the recipient's own act, or their server's",
}  # fmt: skip


def follows(tracked: Tracked, table: Table) -> list[str]:
    return [column.name for column in table.columns if column.name not in _ALWAYS_LEFT_OUT | tracked.without]


def kept(tracked: Tracked, table: Table, name: str, value: Any) -> Any:
    """A value as the log may keep it, in JSON's types."""
    if value is None or value == "" or isinstance(value, bool | int):
        return value
    if isinstance(table.columns[name].type, EncryptedText):
        return SECRET
    if name in tracked.hidden:
        return PERSONAL
    if isinstance(value, date):  # and times, which are dates too
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value

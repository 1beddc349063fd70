"""What each role may do. A role may do everything that the roles before it may."""

from __future__ import annotations

from typing import Literal

Role = Literal["view", "issue", "approve", "manage"]
ROLES: tuple[Role, ...] = ("view", "issue", "approve", "manage")
MEANINGS = {
    "view": "look at everything",
    "issue": "make offers and codes, and edit influencers",
    "approve": "approve other people's offers",
    "manage": "manage stores, the roster, people, keys and settings",
}
# What each operation that changes something asks for. One that is missing here asks for the most, and fails a test.
WRITES: dict[str, Role] = {
    "preview_codes": "view",
    "create_offer": "issue", "edit_offer": "issue", "publish_offer": "issue", "end_offer": "issue",
    "add_version": "issue", "pause_offer": "issue", "reopen_offer": "issue", "archive_offer": "issue",
    "restore_offer": "issue", "send_offer_again": "issue", "duplicate_offer": "issue", "preview_change": "view",
    "end_all_offers": "manage",
    "disable_code": "issue", "enable_code": "issue", "retire_code": "issue", "edit_code": "issue",
    "accept_drift": "issue", "restore_drift": "issue", "replace_code": "issue",
    "change_codes": "issue", "import_codes": "issue", "set_share_defaults": "issue",
    "set_offer_share_defaults": "issue",
    "add_codes": "issue", "stop_run": "issue", "resume_run": "issue", "retry_run": "issue",
    "add_influencer": "issue", "edit_influencer": "issue", "archive_influencer": "issue",
    "restore_influencer": "issue", "archive_influencers": "issue", "restore_influencers": "issue",
    "undo_change": "issue", "save_view": "issue", "edit_view": "issue", "delete_view": "issue",
    "send_import": "issue", "check_import": "issue", "apply_import": "issue",
    "export_influencers": "view", "preview_merge": "view", "merge_influencers": "issue", "erase_influencer": "manage",
    "connect_roster": "manage", "disconnect_roster": "manage", "test_roster": "manage", "pull_roster": "issue",
    "retry_roster": "issue",
    "reconcile_store": "issue",
    "approve_offer": "approve", "decline_offer": "issue", "set_approval_limits": "manage",
    "make_link_code": "manage", "link_store": "manage", "ask_for_keys": "manage", "disconnect_store": "manage",
    "preview_messages": "view",
    "create_message_template": "issue", "edit_message_template": "issue", "archive_message_template": "issue",
    "restore_message_template": "issue", "test_message": "issue", "send_messages": "issue", "resend_message": "issue",
    "mark_message_sent": "issue", "withdraw_message": "issue", "stop_message_run": "issue",
    "save_mail_server": "manage", "forget_mail_server": "manage", "test_mail_server": "manage",
    "save_portal_settings": "manage", "rotate_portal_link": "issue", "revoke_portal_link": "issue",
    "send_portal_link": "issue", "write_again": "issue", "approve_code_wish": "issue", "decline_code_wish": "issue",
    "change_role": "manage", "create_key": "manage", "revoke_key": "manage",
    "create_campaign": "issue", "edit_campaign": "issue", "activate_campaign": "issue", "end_campaign": "issue",
    "delete_campaign": "issue", "add_members": "issue", "remove_members": "issue", "preview_move": "view",
    "move_members": "issue", "mark_content_done": "issue", "create_incentive": "issue", "edit_incentive": "issue",
    "delete_incentive": "issue", "add_incentive_codes": "issue",
}  # fmt: skip
# Reading is for everybody, but for these.
READS: dict[str, Role] = {
    "list_audit": "manage", "export_audit": "manage", "list_keys": "manage", "get_portal": "issue",
}  # fmt: skip
# An API key never does these, whatever its scope: they decide about people and keys.
PEOPLE_ONLY = frozenset({"change_role", "create_key", "revoke_key", "approve_offer", "set_approval_limits",
                         "make_link_code", "link_store", "ask_for_keys"})  # fmt: skip
SCOPES: dict[str, Role] = {"read": "view", "issue": "issue", "manage": "manage"}
"""What the scope of an API key stands for."""


def needed(method: str, operation: str) -> Role:
    """The role that an operation asks for."""
    if method in ("GET", "HEAD", "OPTIONS"):
        return READS.get(operation, "view")
    return WRITES.get(operation, "manage")


def allows(role: str, needed: str) -> bool:
    return role in ROLES and ROLES.index(role) >= ROLES.index(needed)

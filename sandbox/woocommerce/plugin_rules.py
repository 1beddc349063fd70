"""The companion plugin's rules, letter by letter as its PHP has them: signature, page token, checks of codes and terms,
meta rows. Pure; the shared vectors (tests/contract/plugin) run on both.
"""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

Json = dict[str, Any]
TOLERANCE = 300
TOKEN_SECONDS = 60
MOST_CODES = 5000
MARK, STARTS = "_shoutcode_mark", "_shoutcode_starts_at"
FIELDS = (
    "title", "discount_type", "amount", "starts_at", "expires_at", "usage_limit", "usage_limit_per_user",
    "minimum_amount", "free_shipping", "individual_use", "limit_usage_to_x_items", "product_ids", "product_categories",
)  # fmt: skip
WHOLE = ("usage_limit", "usage_limit_per_user", "limit_usage_to_x_items", "starts_at", "expires_at")
_TIME = re.compile(r"\d{1,12}", re.ASCII)
_ID = re.compile(r"[A-Za-z0-9_-]{16,64}", re.ASCII)
_CODE = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_MARK = re.compile(r"shoutcode:[a-z0-9]{8,40}", re.ASCII)


def sign(secret: str, method: str, path: str, timestamp: str, request_id: str, body: bytes) -> str:
    text = "\n".join(("v1", method.upper(), path, timestamp, request_id, hashlib.sha256(body).hexdigest()))
    return "v1=" + hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def signature_fault(
    secrets: Iterable[str], method: str, path: str, headers: Mapping[str, str], body: bytes, now: int
) -> str:
    """Why a request is refused, '' where its signature holds. `headers`: timestamp, id, signature."""
    timestamp, request_id, given = (headers.get(name, "") for name in ("timestamp", "id", "signature"))
    if not (timestamp and request_id and given):
        return "unsigned"
    if not _TIME.fullmatch(timestamp) or not _ID.fullmatch(request_id):
        return "malformed"
    if abs(now - int(timestamp)) > TOLERANCE:
        return "stale"
    wanted = [sign(secret, method, path, timestamp, request_id, body).encode() for secret in secrets]
    return "" if any(hmac.compare_digest(given.encode("utf-8", "replace"), one) for one in wanted) else "forged"


def page_token(secret: str, claims: Json, now: int) -> str:
    """A JWT (HS256) of one minute."""
    full = {**claims, "iat": now, "nbf": now, "exp": now + TOKEN_SECONDS}
    head = base64url(b'{"alg":"HS256","typ":"JWT"}')
    body = base64url(json.dumps(full, separators=(",", ":"), ensure_ascii=False).encode())
    mac = hmac.new(secret.encode(), f"{head}.{body}".encode(), hashlib.sha256).digest()
    return f"{head}.{body}.{base64url(mac)}"


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def is_mark(mark: object) -> bool:
    return isinstance(mark, str) and _MARK.fullmatch(mark) is not None


def is_code(code: object) -> bool:
    return isinstance(code, str) and _CODE.fullmatch(code) is not None


def terms_fault(terms: object, decimals: int) -> str:
    """The first fault of the terms in words, or ''."""
    if not isinstance(terms, dict):
        return "terms must be an object"
    if unknown := [name for name in terms if name not in FIELDS]:
        return "unknown term: " + ", ".join(unknown)
    title = terms.get("title")
    if not isinstance(title, str) or len(title.encode()) > 255:
        return "title must be a text of at most 255 bytes"
    kind = terms.get("discount_type")
    if kind not in ("percent", "fixed_cart", "fixed_product"):
        return "discount_type must be percent, fixed_cart or fixed_product"
    for name in ("amount", "minimum_amount"):
        if terms.get(name) is not None and not _is_money(terms[name], decimals):
            return f"{name} must be a decimal text with at most {decimals} decimals"
    if terms.get("amount") is None:
        return "amount is missing"
    if kind == "percent" and Decimal(terms["amount"]) > 100:
        return "amount must be at most 100 percent"
    return _fault_of_numbers(terms)


def _fault_of_numbers(terms: Json) -> str:
    for name in WHOLE:
        if terms.get(name) is not None and (not _is_whole(terms[name]) or terms[name] < 1):
            return f"{name} must be a whole number above 0"
    starts, ends = terms.get("starts_at"), terms.get("expires_at")
    if starts is not None and ends is not None and starts >= ends:
        return "expires_at must be after starts_at"
    for name in ("free_shipping", "individual_use"):
        if terms.get(name) is not None and not isinstance(terms[name], bool):
            return f"{name} must be true or false"
    for name in ("product_ids", "product_categories"):
        ids = terms.get(name)
        if ids is not None and (not isinstance(ids, list) or any(not _is_whole(id) or id < 1 for id in ids)):
            return f"{name} must be a list of ids"
    return ""


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_money(amount: object, decimals: int) -> bool:
    pattern = rf"[0-9]{{1,9}}(\.[0-9]{{1,{decimals}}})?" if decimals > 0 else "[0-9]{1,9}"
    return isinstance(amount, str) and re.fullmatch(pattern, amount) is not None


def meta_rows(terms: Json, mark: str) -> dict[str, str]:
    """Meta of one coupon as the database has it: WooCommerce's own keys, then the plugin's."""
    rest = {"usage_count": "0", "exclude_sale_items": "no", MARK: mark}
    return {**meta_of_terms(terms), **rest}


def meta_of_terms(terms: Json) -> dict[str, str]:
    """The part that new terms rewrite; what is not set has no row."""
    rows = {
        "discount_type": terms["discount_type"],
        "coupon_amount": terms["amount"],
        "product_ids": ",".join(map(str, terms.get("product_ids") or ())),
        "product_categories": _serialized(terms.get("product_categories") or ()),
        "usage_limit": _text(terms.get("usage_limit"), "0"),
        "usage_limit_per_user": _text(terms.get("usage_limit_per_user"), "0"),
        "limit_usage_to_x_items": _text(terms.get("limit_usage_to_x_items")),
        "date_expires": _text(terms.get("expires_at")),
        "free_shipping": "yes" if terms.get("free_shipping") else "no",
        "individual_use": "yes" if terms.get("individual_use") else "no",
        "minimum_amount": _text(terms.get("minimum_amount")),
        STARTS: _text(terms.get("starts_at")),
    }
    return {key: value for key, value in rows.items() if value != ""}


def _serialized(ids: Sequence[int]) -> str:
    """As PHP writes an array of numbers."""
    items = "".join(f"i:{place};i:{id};" for place, id in enumerate(ids))
    return f"a:{len(ids)}:{{{items}}}" if ids else ""


def _text(value: object, missing: str = "") -> str:
    return missing if value is None else str(value)


def sort_out(codes: Sequence[object], held: Mapping[str, Json], mark: str) -> tuple[list[str], list[Json]]:
    """(lower-case codes to make, one result per code in order). `held`: {code: {id, mark}} of what the store has."""
    make: list[str] = []
    results: list[Json] = []
    asked: set[str] = set()
    for code in codes:
        key = _lower(code) if isinstance(code, str) else ""
        if not is_code(code):
            result: Json = {"status": "invalid"}
        elif key in asked:
            result = {"status": "repeated"}
        elif key in held:
            is_ours = held[key]["mark"] == mark
            status = "returned" if held[key].get("status") == "draft" else "exists"
            result = {"status": status, "id": held[key]["id"]} if is_ours else {"status": "taken"}
        else:
            make.append(key)
            result = {"status": "created"}
        asked.add(key)
        results.append({"code": code, **result})
    return make, results


def erasure(email: str) -> Json:
    """The push about a buyer that WordPress' eraser was given."""
    return {"erase": {"email": email.strip()}}


def erased(is_told: bool | None) -> Json:
    """What that eraser answers. None: there is no app to tell."""
    again = (
        "Shoutcode did not answer, so it still keeps a hash of this e-mail address. "
        "Erase once more when the Shoutcode page opens again."
    )
    return {
        "items_removed": is_told is True,
        "items_retained": is_told is False,
        "messages": [again] if is_told is False else [],
        "done": True,
    }


def _lower(text: str) -> str:
    """strtolower(): letters A to Z alone."""
    return "".join(chr(ord(letter) + 32) if "A" <= letter <= "Z" else letter for letter in text)

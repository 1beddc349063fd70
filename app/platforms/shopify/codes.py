"""Redeem codes of a discount: added in blocks, looked up many at once, listed by a bulk query."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

import orjson
import requests

from app.platforms.port import BlockStatus, CodeResult, Failure, PlatformError
from app.platforms.shopify import documents
from app.platforms.shopify.client import AdminClient
from app.platforms.shopify.errors import failure_of, refuse_user_errors
from app.platforms.shopify.http import TIMEOUT, http

BLOCK = 250
"""Codes a call takes at most; the longest input list Shopify allows."""
LOOKUP = 200
"""Codes asked for in one document: a point each, and a request may cost 1,000."""
RESULT_PAGE = 200
BULK_SECONDS = 600.0
DELETE_SECONDS = 300.0
ASKED_ONE_BY_ONE = 20
"""So few codes are looked up for their ids by text; more by one list of the discount's codes."""


def add(client: AdminClient, discount_id: str, codes: Sequence[str]) -> str:
    variables = {"discountId": discount_id, "codes": [{"code": code} for code in codes]}
    answer = client.execute(documents.CODES_BULK_ADD, variables, idempotent=True)["discountRedeemCodeBulkAdd"]
    refuse_user_errors(answer)
    return str(answer["bulkCreation"]["id"])


def status(client: AdminClient, job_id: str) -> BlockStatus:
    creation = client.execute(documents.CODES_BULK_STATUS, {"id": job_id}, idempotent=True)[
        "discountRedeemCodeBulkCreation"
    ]
    if creation is None:
        raise PlatformError(Failure.NOT_FOUND, "The store does not know this block of codes.")
    return BlockStatus(bool(creation["done"]), int(creation["importedCount"]), int(creation["failedCount"]))


def results(client: AdminClient, job_id: str) -> Iterator[CodeResult]:
    after = None
    while True:
        variables = {"id": job_id, "first": RESULT_PAGE, "after": after}
        creation = client.execute(documents.CODES_BULK_RESULT, variables, idempotent=True)[
            "discountRedeemCodeBulkCreation"
        ]
        if creation is None:
            raise PlatformError(Failure.NOT_FOUND, "The store does not know this block of codes.")
        page = creation["codes"]
        yield from map(_result, page["nodes"])
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]


def _result(node: dict[str, Any]) -> CodeResult:
    made = node["discountRedeemCode"]
    if made is not None:
        return CodeResult(node["code"], made["id"])
    first = (node["errors"] or [{}])[0]
    return CodeResult(node["code"], None, failure_of(first.get("code")), first.get("message") or "")


def find(client: AdminClient, codes: Sequence[str]) -> dict[str, str]:
    found = {}
    for start in range(0, len(codes), LOOKUP):
        asked = codes[start : start + LOOKUP]
        variables = {f"c{n}": code for n, code in enumerate(asked)}
        data = client.execute(documents.codes_by_text(len(asked)), variables, idempotent=True)
        found.update({code: data[f"c{n}"]["id"] for n, code in enumerate(asked) if data.get(f"c{n}")})
    return found


def listed(client: AdminClient, discount_id: str) -> Iterator[CodeResult]:
    """By a bulk query, which is outside Shopify's cost limits."""
    query = documents.BULK_DISCOUNT_CODES % int(discount_id.rsplit("/", 1)[-1])
    answer = client.execute(documents.BULK_QUERY_RUN, {"query": query}, idempotent=False)["bulkOperationRunQuery"]
    refuse_user_errors(answer)
    url = _finished(client, answer["bulkOperation"]["id"])
    for line in _lines(client, url) if url else ():
        row = orjson.loads(line)
        if "code" in row:
            yield CodeResult(row["code"], row["id"])


def _finished(client: AdminClient, operation_id: str) -> str | None:
    """Waits for a bulk operation; the address of its result, None where that is empty."""
    pause = 0.2
    until = time.monotonic() + BULK_SECONDS
    while time.monotonic() < until:
        time.sleep(pause)
        pause = min(pause * 1.5, 3.0)
        operation = client.execute(documents.BULK_OPERATION, {"id": operation_id}, idempotent=True)["bulkOperation"]
        if operation is None or operation["status"] in ("FAILED", "CANCELED", "EXPIRED"):
            raise PlatformError(Failure.UNEXPECTED, "The store gave up listing the discount's codes.", can_retry=True)
        if operation["status"] == "COMPLETED":
            url: str | None = operation["url"]
            return url
    raise PlatformError(Failure.UNREACHABLE, "The store took too long to list the discount's codes.", can_retry=True)


def _lines(client: AdminClient, url: str) -> Iterator[bytes]:
    """The address is signed in itself: no token goes along, and it must be Shopify's own or Google's storage."""
    host = urlsplit(url).hostname or ""
    own = urlsplit(client.base_url).hostname
    if host != own and not host.endswith((".googleapis.com", ".shopify.com")):
        raise PlatformError(Failure.UNEXPECTED, "The store pointed to an unknown address for its list of codes.")
    try:
        with http().get(url, stream=True, timeout=TIMEOUT, allow_redirects=False) as answer:
            if answer.status_code != 200:
                raise PlatformError(
                    Failure.UNREACHABLE, f"The store's list of codes answered {answer.status_code}.", can_retry=True
                )
            yield from (line for line in answer.iter_lines(chunk_size=65_536) if line)
    except requests.RequestException as error:
        raise PlatformError(Failure.UNREACHABLE, "The store's list of codes was cut off.", can_retry=True) from error


def take_off(client: AdminClient, discount_id: str, codes: Sequence[str]) -> None:
    """Deletes redeem codes by their text. Only their ids can be deleted, and those are not kept with us."""
    wanted = {code.upper() for code in codes}
    ids = _ids_by_text(client, discount_id, list(codes)) if len(codes) <= ASKED_ONE_BY_ONE else None
    if ids is None:
        ids = [row.remote_id for row in listed(client, discount_id) if row.code.upper() in wanted and row.remote_id]
    if ids:
        delete(client, discount_id, ids)


def _ids_by_text(client: AdminClient, discount_id: str, codes: Sequence[str]) -> list[str] | None:
    """None where a code of the discount was not among those its search showed: how it searches is not documented."""
    variables = {f"c{n}": code for n, code in enumerate(codes)}
    data = client.execute(documents.code_ids_by_text(len(codes)), variables, idempotent=True)
    ids = []
    for n, code in enumerate(codes):
        node = data.get(f"c{n}")
        if node is None or node["id"] != discount_id:
            continue
        shown = (node["codeDiscount"].get("codes") or {"nodes": []})["nodes"]
        id = next((row["id"] for row in shown if row["code"].upper() == code.upper()), None)
        if id is None:
            return None
        ids.append(id)
    return ids


def delete(client: AdminClient, discount_id: str, code_ids: Sequence[str]) -> None:
    for start in range(0, len(code_ids), BLOCK):
        variables = {"discountId": discount_id, "ids": list(code_ids[start : start + BLOCK])}
        answer = client.execute(documents.CODES_BULK_DELETE, variables, idempotent=True)[
            "discountCodeRedeemCodeBulkDelete"
        ]
        refuse_user_errors(answer)
        _await_job(client, answer["job"]["id"])


def _await_job(client: AdminClient, job_id: str) -> None:
    pause = 0.2
    until = time.monotonic() + DELETE_SECONDS
    while time.monotonic() < until:
        time.sleep(pause)
        pause = min(pause * 1.5, 3.0)
        job = client.execute(documents.JOB_STATUS, {"id": job_id}, idempotent=True)["job"]
        if job is None or job["done"]:
            return
    raise PlatformError(Failure.UNREACHABLE, "The store took too long to delete codes.", can_retry=True)

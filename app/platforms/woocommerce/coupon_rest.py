"""Coupons by WooCommerce's own REST: batches of 100, every answer compared with what was asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from app.platforms.port import CodeResult, Failure, PlatformError
from app.platforms.woocommerce.client import WooClient
from app.platforms.woocommerce.kept import differences, meta
from app.platforms.woocommerce.terms import MARK, Coupon, is_code

BATCH = 100
"""The most that create, update and delete lists may hold together; more is refused whole (413)."""
EXISTS = "woocommerce_rest_coupon_code_already_exists"
NOT_A_CODE = "Codes for WooCommerce are letters A to Z, digits, - and _."
TAKEN = "The code belongs to another coupon of this store."


class RestCoupons:
    block_size = BATCH
    blocks_in_flight = 3  # the client lets two requests go at once; the third block's thread keeps both busy

    def __init__(self, client: WooClient) -> None:
        self._client = client

    def add(
        self, mark: str, fields: Coupon, meta_data: list[Coupon], codes: Sequence[str], *, put_back: bool
    ) -> list[CodeResult]:
        """One result per code, in order. The same call again is safe: what exists is asked for its mark.

        With `put_back`, a coupon of ours that was put aside is published again: a second one would forget how often it
        was used. Looking for them reads every coupon of the store.
        """
        good = [code for code in dict.fromkeys(codes) if is_code(code)]
        aside = {str(coupon["code"]): coupon["id"] for coupon in self._marked(mark, "draft")} if put_back else {}
        asked = {
            code: {**fields, "code": code.lower(), "meta_data": meta_data}
            | ({"id": aside[code.lower()], "status": "publish"} if code.lower() in aside else {})
            for code in good
        }
        again = [code for code in good if "id" in asked[code]]
        anew = [code for code in good if "id" not in asked[code]]
        answers = self._batch({"create": [asked[code] for code in anew], "update": [asked[code] for code in again]})
        made = {
            code: self._outcome(mark, code, asked[code], answer)
            for code, answer in zip(anew + again, answers, strict=True)
        }
        self.delete([result.remote_id for result in made.values() if result.failure and result.remote_id])
        return [made.get(code) or CodeResult(code, failure=Failure.INVALID, message=NOT_A_CODE) for code in codes]

    def _outcome(self, mark: str, code: str, asked: Coupon, answer: dict[str, Any]) -> CodeResult:
        error = answer.get("error")
        if error is None:
            message = "; ".join(differences(asked, answer))
            return CodeResult(code, str(answer["id"]), Failure.INVALID if message else None, message)
        if error.get("code") != EXISTS:
            return CodeResult(code, failure=Failure.INVALID, message=str(error.get("message", "")))
        found = self.coupon(code)
        if found is not None and meta(found, MARK) == mark:
            return CodeResult(code, str(found["id"]))
        return CodeResult(code, failure=Failure.TAKEN, message=TAKEN)

    def coupon(self, code: str) -> Coupon | None:
        """The published coupon with this code, ignoring case; where there are several, the newest as in the cart."""
        found: list[Coupon] = self._client.get("coupons", code=code.lower())
        return found[0] if found else None

    def find(self, codes: Sequence[str]) -> dict[str, str]:
        found = {}
        for code in codes:
            if (coupon := self.coupon(code)) is not None:
                found[code] = meta(coupon, MARK) or f"coupon:{coupon['id']}"
        return found

    def listed(self, mark: str) -> Iterator[CodeResult]:
        yield from (CodeResult(coupon["code"], str(coupon["id"])) for coupon in self._marked(mark, "publish"))

    def _marked(self, mark: str, status: str) -> Iterator[Coupon]:
        """REST cannot search meta data: the mark in the description narrows down, the meta data decides."""
        page = 1
        while True:
            found = self._client.get(
                "coupons", search=mark, status=status, per_page=BATCH, page=page, orderby="id", order="asc",
                _fields="id,code,meta_data",
            )  # fmt: skip
            yield from (coupon for coupon in found if meta(coupon, MARK) == mark)
            if len(found) < BATCH:
                return
            page += 1

    def change(self, mark: str, fields: Coupon, meta_data: list[Coupon]) -> tuple[str, ...]:
        """New terms for every coupon of the mark, those put aside too; what the store keeps otherwise, in words.

        One that refuses holds up none of the others; one that is gone by now is no trouble.
        """
        ids = [coupon["id"] for status in ("publish", "draft") for coupon in self._marked(mark, status)]
        troubles: list[str] = []
        for start in range(0, len(ids), BATCH):
            asked = [{**fields, "id": id, "meta_data": meta_data} for id in ids[start : start + BATCH]]
            for sent, answer in zip(asked, self._batch({"update": asked}), strict=True):
                if (error := answer.get("error")) is None:
                    troubles += (f"{answer['code'].upper()}: {text}" for text in differences(sent, answer))
                elif not _is_gone(error):
                    troubles.append(f"coupon {sent['id']}: {error.get('message', '')}")
        return tuple(troubles)

    def put_aside(self, mark: str, codes: Sequence[str]) -> None:
        """These coupons of the mark become drafts: no cart takes them, and their count of uses stays."""
        wanted = {code.lower() for code in codes}
        ids = [coupon["id"] for coupon in self._marked(mark, "publish") if coupon["code"] in wanted]
        for start in range(0, len(ids), BATCH):
            drafts = [{"id": id, "status": "draft"} for id in ids[start : start + BATCH]]
            for sent, answer in zip(drafts, self._batch({"update": drafts}), strict=True):
                error = answer.get("error")
                if (error is None and answer.get("status") != "draft") or (error and not _is_gone(error)):
                    raise PlatformError(Failure.INVALID, f"The store did not take coupon {sent['id']} off.")

    def delete_of(self, mark: str, ids: Sequence[str]) -> None:
        """Only what carries the mark: an id may have become something else in the meantime."""
        for start in range(0, len(ids), BATCH):
            include = ",".join(ids[start : start + BATCH])
            found = self._client.get("coupons", include=include, per_page=BATCH, _fields="id,meta_data")
            self.delete([str(coupon["id"]) for coupon in found if meta(coupon, MARK) == mark])

    def delete(self, ids: Sequence[str | None]) -> None:
        """For good (a batch has no trash); what is gone already is no error."""
        wanted = [int(id) for id in ids if id]
        for start in range(0, len(wanted), BATCH):
            for answer in self._batch({"delete": wanted[start : start + BATCH]}):
                error = answer.get("error") or {}
                if error and not _is_gone(error):
                    raise PlatformError(Failure.INVALID, str(error.get("message", "")))

    def _batch(self, lists: dict[str, list[Any]]) -> list[dict[str, Any]]:
        """Results in the order of the lists. The status is 200 even where every item failed."""
        lists = {kind: items for kind, items in lists.items() if items}
        if not lists:
            return []
        answer = self._client.write("POST", "coupons/batch", lists)
        results: list[dict[str, Any]] = []
        for kind, items in lists.items():
            part = answer.get(kind) if isinstance(answer, dict) else None
            if not isinstance(part, list) or len(part) != len(items):
                raise PlatformError(Failure.UNEXPECTED, "The store answered for another number of coupons than asked.")
            results += part
        return results


def _is_gone(error: dict[str, Any]) -> bool:
    return bool((error.get("data") or {}).get("status") == 404 or str(error.get("code", "")).endswith("_invalid_id"))

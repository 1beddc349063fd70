"""Coupons by WooCommerce's own REST: batches of 100, every answer compared with what was asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from app.platforms.port import CodeResult, Failure, PlatformError
from app.platforms.woocommerce.client import WooClient
from app.platforms.woocommerce.terms import MARK, Coupon, differences, is_code, meta

BATCH = 100
"""The most that create, update and delete lists may hold together; more is refused whole (413)."""
EXISTS = "woocommerce_rest_coupon_code_already_exists"


class RestCoupons:
    block_size = BATCH
    blocks_in_flight = 2  # shared hosts have few PHP workers, and shoppers need them

    def __init__(self, client: WooClient) -> None:
        self._client = client
        self._aside: dict[str, dict[str, str]] = {}

    def add(self, mark: str, fields: Coupon, meta_data: list[Coupon], codes: Sequence[str]) -> list[CodeResult]:
        """One result per code, in order. The same call again is safe: what exists is asked for its mark."""
        back = self.put_back(mark, codes)
        good = [code for code in dict.fromkeys(codes) if is_code(code) and code not in back]
        asked = [{**fields, "code": code.lower(), "meta_data": meta_data} for code in good]
        answers = self._batch("create", asked) if asked else []
        made = {
            code: self._outcome(mark, code, sent, answer)
            for code, sent, answer in zip(good, asked, answers, strict=True)
        }
        self.delete([result.remote_id for result in made.values() if result.failure and result.remote_id])
        made |= {code: CodeResult(code, id) for code, id in back.items()}
        bad = "Codes for WooCommerce are letters A to Z, digits, - and _."
        return [made.get(code) or CodeResult(code, failure=Failure.INVALID, message=bad) for code in codes]

    def _outcome(self, mark: str, code: str, asked: Coupon, answer: dict[str, Any]) -> CodeResult:
        error = answer.get("error")
        if error is None:
            changed = differences(asked, answer)
            message = f"The store kept {', '.join(changed)} otherwise than asked." if changed else ""
            return CodeResult(code, str(answer["id"]), Failure.INVALID if changed else None, message)
        if error.get("code") != EXISTS:
            return CodeResult(code, failure=Failure.INVALID, message=str(error.get("message", "")))
        found = self.coupon(code)
        if found is not None and meta(found, MARK) == mark:
            return CodeResult(code, str(found["id"]))
        return CodeResult(code, failure=Failure.TAKEN, message="The code belongs to another coupon of this store.")

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
        yield from (CodeResult(coupon["code"], str(coupon["id"])) for coupon in self._marked(mark))

    def _marked(self, mark: str, status: str = "publish") -> Iterator[Coupon]:
        """REST cannot search meta data: the mark in the description narrows down, the meta data decides."""
        page = 1
        while True:
            found = self._client.get(
                "coupons", search=mark, per_page=BATCH, page=page, orderby="id", order="asc",
                status=status, _fields="id,code,meta_data",
            )  # fmt: skip
            yield from (coupon for coupon in found if meta(coupon, MARK) == mark)
            if len(found) < BATCH:
                return
            page += 1

    def change(self, mark: str, fields: Coupon, meta_data: list[Coupon]) -> None:
        """New terms for every coupon of the mark. Raises INVALID where the store keeps one otherwise than asked."""
        ids = [int(result.remote_id) for result in self.listed(mark) if result.remote_id]
        for start in range(0, len(ids), BATCH):
            asked = [{**fields, "id": id, "meta_data": meta_data} for id in ids[start : start + BATCH]]
            for sent, answer in zip(asked, self._batch("update", asked), strict=True):
                if "error" in answer:
                    raise PlatformError(Failure.INVALID, str(answer["error"].get("message", "")))
                if changed := differences(sent, answer):
                    names = ", ".join(changed)
                    raise PlatformError(Failure.INVALID, f"The store kept {names} of {answer['code']} otherwise.")

    def set_status(self, ids: Sequence[str], status: str) -> None:
        """What is gone already is no error."""
        for start in range(0, len(ids), BATCH):
            asked = [{"id": int(id), "status": status} for id in ids[start : start + BATCH]]
            self._refuse_but_gone(self._batch("update", asked))

    def put_back(self, mark: str, codes: Sequence[str]) -> dict[str, str]:
        """{code: id} of those that were put aside as drafts and are published again, with the uses they had."""
        drafts = self._drafts(mark)
        found = {code: drafts[code.lower()] for code in codes if code.lower() in drafts}
        if found:
            self.set_status(list(found.values()), "publish")
            for code in found:
                del drafts[code.lower()]
        return found

    def _drafts(self, mark: str) -> dict[str, str]:
        """Asked once: a run adds hundreds of blocks, and codes are put aside by other jobs."""
        if mark not in self._aside:
            self._aside[mark] = {str(row["code"]).lower(): str(row["id"]) for row in self._marked(mark, status="draft")}
        return self._aside[mark]

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
            self._refuse_but_gone(self._batch("delete", wanted[start : start + BATCH]))

    @staticmethod
    def _refuse_but_gone(answers: Sequence[dict[str, Any]]) -> None:
        for answer in answers:
            error = answer.get("error") or {}
            if error and (error.get("data") or {}).get("status") != 404:
                raise PlatformError(Failure.INVALID, str(error.get("message", "")))

    def _batch(self, kind: str, items: Sequence[Any]) -> list[dict[str, Any]]:
        """Results in the order of `items`. The status is 200 even where every item failed."""
        answer = self._client.write("POST", "coupons/batch", {kind: list(items)})
        results = answer.get(kind) if isinstance(answer, dict) else None
        if not isinstance(results, list) or len(results) != len(items):
            raise PlatformError(Failure.UNEXPECTED, "The store answered for another number of coupons than asked.")
        return results

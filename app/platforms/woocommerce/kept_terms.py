"""Where an offer's terms are kept in the store: one draft coupon of its mark, which no cart accepts."""

from __future__ import annotations

from app import clock
from app.platforms.port import Failure, PlatformError, StoreDiscount, Terms
from app.platforms.woocommerce.client import WooClient
from app.platforms.woocommerce.kept import differences, meta, read_terms, store_discount
from app.platforms.woocommerce.terms import REFERENCE, TERMS_OF, Coupon, rest_fields, start_meta, terms_code


class KeptTerms:
    """Ids are remembered, terms only for `known`, whose caller reads them again afterwards."""

    def __init__(self, client: WooClient) -> None:
        self._client = client
        self._ids: dict[str, int] = {}
        self._known: dict[str, Terms] = {}

    def known(self, mark: str) -> Terms:
        """As last seen here: a run adds hundreds of blocks."""
        return self._known[mark] if mark in self._known else self.read(mark)

    def read(self, mark: str) -> Terms:
        """As the store has them now. Raises NOT_FOUND."""
        coupon = self._coupon(mark)
        if coupon is None:
            raise PlatformError(Failure.NOT_FOUND, "The store does not have this offer's terms any more.")
        self._known[mark] = terms = read_terms(coupon)
        return terms

    def described(self, mark: str) -> StoreDiscount | None:
        coupon = self._coupon(mark)
        return store_discount(mark, coupon, clock.now(), codes=-1, first_code="") if coupon else None

    def write(self, mark: str, terms: Terms) -> None:
        """Made, or written anew. Raises INVALID where the store keeps them otherwise."""
        coupon = self._coupon(mark)
        meta_data = [
            {"key": TERMS_OF, "value": mark},
            {"key": REFERENCE, "value": terms.reference},
            start_meta(terms),
        ]
        asked = {**rest_fields(terms, mark), "code": terms_code(mark), "status": "draft", "meta_data": meta_data}
        path = "coupons" if coupon is None else f"coupons/{coupon['id']}"
        answer = self._client.write("POST" if coupon is None else "PUT", path, asked)
        if changed := differences(asked, answer):
            raise PlatformError(Failure.INVALID, f"The store keeps it otherwise: {'; '.join(changed)}.")
        self._ids[mark] = answer["id"]
        # As read() will tell them: the store keeps whole seconds and no words of ours.
        self._known[mark] = read_terms(answer)

    def _coupon(self, mark: str) -> Coupon | None:
        """By its id where we know it: looking for it reads every coupon of the store."""
        if mark in self._ids and (coupon := self._by_id(self._ids[mark], mark)) is not None:
            return coupon
        rows: list[Coupon] = self._client.get("coupons", search=terms_code(mark), status="draft")
        found = next((coupon for coupon in rows if meta(coupon, TERMS_OF) == mark), None)
        if found is not None:
            self._ids[mark] = found["id"]
        return found

    def _by_id(self, id: int, mark: str) -> Coupon | None:
        try:
            coupon: Coupon = self._client.get(f"coupons/{id}")
        except PlatformError as error:
            if error.code is Failure.NOT_FOUND:
                return None
            raise
        return coupon if coupon.get("status") == "draft" and meta(coupon, TERMS_OF) == mark else None

"""The companion plugin's coupon routes as the app sees them, signature check included; for FakeStore."""

import time

from requests.structures import CaseInsensitiveDict

from app.platforms.woocommerce.signing import fault

SIGNING_SECRET = "a1" * 32


class FakePlugin:
    def __init__(self):
        self.coupons, self.seen = {}, set()

    def answer(self, method, path, headers, raw, query, body):
        """(status, body)."""
        refused = fault([SIGNING_SECRET], method, path, CaseInsensitiveDict(headers), raw, int(time.time()))
        if refused or headers["Shoutcode-Id"] in self.seen:
            return 401, {"code": "shoutcode_unauthorized", "message": refused or "seen before"}
        self.seen.add(headers["Shoutcode-Id"])
        action = path.removeprefix("/wc-shoutcode/v1")
        if action == "/health":
            return 200, {"price_decimals": 2}
        if action == "/coupons" and method == "GET":
            after, limit = int(query["after"]), int(query["limit"])
            items = [c for c in self.coupons.values() if c["mark"] == query["mark"] and c["id"] > after]
            return 200, {"items": items[:limit]}
        if action == "/coupons":
            return 200, {"results": [self.make(code, body["mark"], body["terms"]) for code in body["codes"]]}
        if action == "/coupons/find":
            return 200, {
                "held": {c.lower(): self.coupons[c.lower()] for c in body["codes"] if c.lower() in self.coupons}
            }
        mine = [c for c in self.coupons.values() if c["mark"] == body["mark"]]
        if action == "/coupons/update":
            for coupon in mine:
                coupon["terms"] = body["terms"]
        if action == "/coupons/delete":
            for coupon in mine:
                if coupon["id"] in body["ids"]:
                    del self.coupons[coupon["code"]]
        return 200, {"count": len(mine)}

    def make(self, code, mark, terms):
        key = code.lower()
        if key in self.coupons:
            held = self.coupons[key]
            return (
                {"code": code, "status": "exists", "id": held["id"]}
                if held["mark"] == mark
                else {"code": code, "status": "taken"}
            )
        number = len(self.coupons) + 1
        self.coupons[key] = {"id": number, "code": key, "status": "publish", "mark": mark, "terms": terms}
        return {"code": code, "status": "created", "id": number}

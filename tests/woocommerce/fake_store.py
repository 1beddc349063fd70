"""A small WooCommerce over real HTTP, with a memory and switches for its failures. Odd where WooCommerce is odd."""

import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from urllib.parse import parse_qs, urlsplit

from tests.woocommerce.fake_plugin import FakePlugin

KEY, SECRET = "ck_" + "a" * 40, "cs_" + "b" * 40


class FakeStore:
    def __init__(self):
        self.coupons, self.orders, self.refunds, self.webhooks = {}, {}, {}, {}
        self.requests = []
        self.fail_next = []
        """Per request: a status to answer with, 'cut' (acts, then cuts the line) or 'html'."""
        self.skew = {}
        """Fields that the store keeps otherwise than asked."""
        self.plugin = FakePlugin()
        self._ids, self._lock = count(100), threading.RLock()

    def start(self):
        store = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def handle_any(self):
                store.handle(self)

            do_GET = do_POST = do_PUT = do_DELETE = handle_any

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return f"http://127.0.0.1:{self._server.server_port}/wp-json"

    def stop(self):
        self._server.shutdown()
        self._server.server_close()

    def handle(self, http):
        url = urlsplit(http.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        raw = http.rfile.read(int(http.headers.get("Content-Length") or 0))
        body = json.loads(raw or b"{}")
        path = url.path.removeprefix("/wp-json/").removeprefix("wc/v3/")
        with self._lock:
            self.requests.append((http.command, path, query, body))
            fault = self.fail_next.pop(0) if self.fail_next else None
            if isinstance(fault, int):
                return self.reply(http, fault, {"code": "broken", "message": "Broken."})
            if path.startswith("wc-shoutcode/"):
                status, answer = self.plugin.answer(http.command, "/" + path, http.headers, raw, query, body)
                return self.finish(http, fault, status, answer)
            wanted = "Basic " + base64.b64encode(f"{KEY}:{SECRET}".encode()).decode()
            if http.headers.get("Authorization") != wanted:
                return self.reply(http, 401, {"code": "woocommerce_rest_cannot_view", "message": "No."})
            return self.finish(http, fault, *self.act(http.command, path, query, body))

    def finish(self, http, fault, status, answer):
        if fault == "cut":
            http.close_connection = True
            http.connection.close()
            return None
        return self.reply(http, status, "<b>Notice</b>" if fault == "html" else answer)

    def reply(self, http, status, answer):
        data = answer.encode() if isinstance(answer, str) else json.dumps(answer).encode()
        http.send_response(status)
        http.send_header("Content-Length", str(len(data)))
        if status == 429:
            http.send_header("Retry-After", "7")
        http.end_headers()
        http.wfile.write(data)

    def act(self, method, path, query, body):
        parts = path.split("/")
        if path == "settings/general/woocommerce_price_num_decimals":
            return 200, {"value": "2"}
        if path == "coupons/batch":
            return self.batch(body)
        if parts[0] == "coupons" and method == "GET":
            return 200, self.search(query)
        if parts[0] == "coupons":
            made = self.save(body, int(parts[1]) if len(parts) > 1 else None)
            return (400, made["error"]) if "error" in made else (201, made)
        if parts[0] == "orders" and len(parts) == 3:
            return 200, self.refunds.get(int(parts[1]), [])
        if parts[0] == "orders" and len(parts) == 2:
            order = self.orders.get(int(parts[1]))
            return (200, order) if order else (404, {"code": "woocommerce_rest_shop_order_invalid_id", "message": ""})
        if parts[0] == "orders":
            return 200, self.changed_orders(query)
        if parts[0] == "webhooks":
            return self.webhook(method, parts, body)
        return 404, {"code": "rest_no_route", "message": "No route."}

    def batch(self, body):
        if sum(len(items) for items in body.values()) > 100:
            return 413, {"code": "woocommerce_rest_request_entity_too_large", "message": "Too many."}
        deleted = []
        for coupon_id in body.get("delete", []):
            gone = self.coupons.pop(coupon_id, None)
            missing = {"code": "woocommerce_rest_shop_coupon_invalid_id", "data": {"status": 404}}
            deleted.append(gone or {"id": coupon_id, "error": missing})
        return 200, {
            "create": [self.save(item, None) for item in body.get("create", [])],
            "update": [self.save(item, item["id"]) for item in body.get("update", [])],
            "delete": deleted,
        }

    def save(self, fields, coupon_id):
        code = fields.get("code", "").lower()
        if coupon_id is None and any(c["code"] == code and c["status"] == "publish" for c in self.coupons.values()):
            message = "The coupon code already exists"
            error = {"code": "woocommerce_rest_coupon_code_already_exists", "message": message, "data": {"status": 400}}
            return {"id": 0, "error": error}
        coupon = self.coupons.setdefault(coupon_id or next(self._ids), {"status": "publish", "meta_data": []})
        # What is null is skipped, as WooCommerce does: it clears nothing.
        coupon.update({name: value for name, value in fields.items() if value is not None and name != "meta_data"})
        kept = {entry["key"]: entry for entry in coupon["meta_data"] + fields.get("meta_data", [])}
        coupon["meta_data"] = list(kept.values())
        coupon["id"] = coupon_id or max(self.coupons)
        coupon["code"] = coupon["code"].lower()
        coupon["date_expires_gmt"] = coupon.get("date_expires", "").removesuffix("Z") or None
        for limit in ("usage_limit", "usage_limit_per_user"):
            coupon[limit] = coupon.get(limit) or None
        coupon.update(self.skew)
        return dict(coupon)

    def search(self, query):
        found = list(self.coupons.values())
        if "code" in query:
            return [c for c in found if c["code"] == query["code"].lower() and c["status"] == "publish"][-1:]
        if "include" in query:
            found = [c for c in found if c["id"] in map(int, query["include"].split(","))]
        found = [c for c in found if c["status"] == query.get("status", "publish")]
        found = [c for c in found if query.get("search", "") in c["code"] + c["description"]]
        size, page = int(query.get("per_page", 10)), int(query.get("page", 1))
        return found[(page - 1) * size : page * size]

    def changed_orders(self, query):
        status, after, until = query["status"], query["modified_after"][:-1], query["modified_before"][:-1]
        hidden = {"trash", "checkout-draft"}
        kept = [
            order
            for order in self.orders.values()
            if (order["status"] == status or (status == "any" and order["status"] not in hidden))
            and after < order["date_modified_gmt"] < until
        ]
        kept.sort(key=lambda order: (order["date_modified_gmt"], order["id"]))
        size, page = int(query["per_page"]), int(query["page"])
        return kept[(page - 1) * size : page * size]

    def webhook(self, method, parts, body):
        if method == "GET":
            return 200, list(self.webhooks.values())
        if method == "DELETE":
            return 200, self.webhooks.pop(int(parts[1]))
        webhook_id = next(self._ids)
        self.webhooks[webhook_id] = {"id": webhook_id, "status": "active", **body}
        return 201, self.webhooks[webhook_id]

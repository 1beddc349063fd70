"""The commands for WooCommerce stores: `woo-order`, `woo-refund`, `woo-status`."""

import argparse
import os
import sys
from collections.abc import Callable
from typing import Any

from sandbox.client import SandboxClient
from sandbox.config import DEFAULT_PORT
from sandbox.woo_client import WooSandbox

WORDS = ("trash", "restore", "erase")
"""Beside WooCommerce's statuses."""


def register(commands: Any) -> None:
    order = _command(commands, "woo-order", "place an order in a WooCommerce store", _order)
    order.add_argument("--code", action="append", default=[], help="a coupon code; may be given several times")
    order.add_argument("--amount", default="80.00", help="goods before the codes, default 80.00")
    order.add_argument("--shipping", help="price of the shipping")
    order.add_argument("--tax", default="0", help="tax rate, 0.19 is 19 %%")
    order.add_argument("--email", default="ana@example.test", help="of the buyer")

    refund = _command(commands, "woo-refund", "refund an order of a WooCommerce store, in part or whole", _refund)
    refund.add_argument("order", help="its number")
    refund.add_argument("--amount", help="this much, without naming lines; default is all that is left")

    status = _command(commands, "woo-status", "change what an order of a WooCommerce store is", _status)
    status.add_argument("order", help="its number")
    status.add_argument("status", help=f"cancelled, completed, on-hold ...; or {', '.join(WORDS)} (for good)")


def _command(commands: Any, name: str, text: str, run: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(name, help=text)
    command.set_defaults(run=run)
    command.add_argument("--store", help="handle of the store, default the first one")
    command.add_argument(
        "--url", default=os.environ.get("SANDBOX_URL", f"http://127.0.0.1:{DEFAULT_PORT}"), help="the sandbox"
    )
    return command


def _store(arguments: argparse.Namespace) -> WooSandbox:
    client = SandboxClient(arguments.url)
    return WooSandbox(client, arguments.store or client.call("GET", "/woo")[0]["handle"])


def _order(arguments: argparse.Namespace) -> int:
    order = _store(arguments).order(
        arguments.code, arguments.amount, shipping=arguments.shipping, tax_rate=arguments.tax, email=arguments.email
    )
    used = ", ".join(f"{line['code']} took {line['discount']} off" for line in order["coupon_lines"]) or "no code"
    _say(f"Order #{order['number']}: {order['total']} {order['currency']}, {used}.")
    return 0


def _refund(arguments: argparse.Namespace) -> int:
    refund = _store(arguments).refund(arguments.order, arguments.amount)
    _say(f"Order #{arguments.order}: {refund['amount']} refunded.")
    return 0


def _status(arguments: argparse.Namespace) -> int:
    store = _store(arguments)
    if arguments.status in WORDS:
        getattr(store, arguments.status)(arguments.order)
    else:
        store.status(arguments.order, arguments.status)
    _say(f"Order #{arguments.order}: {arguments.status}.")
    return 0


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")

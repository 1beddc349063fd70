"""The command line: `serve` runs the sandbox; `order`, `refund`, `cancel`, `edit` and `woo-…` talk to a running one."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

from sandbox import woo_cli
from sandbox.client import SandboxClient, SandboxError
from sandbox.config import DEFAULT_APP_URL, DEFAULT_PORT, ConfigError, read_settings

THREADS = 64
"""Requests that wait at once: each Admin API answer is delayed, so there are more of them than processors."""


def main(argv: Sequence[str]) -> int:
    arguments = _parser().parse_args(argv)
    run: Callable[[argparse.Namespace], int] = arguments.run
    try:
        return run(arguments)
    except (SandboxError, ConfigError) as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    commands = parser.add_subparsers(required=True)

    serve = commands.add_parser("serve", help="run the stand-in store and roster")
    serve.set_defaults(run=_serve)
    serve.add_argument("--port", help=f"default {DEFAULT_PORT} (SANDBOX_PORT)")
    serve.add_argument("--state", metavar="DIR", help="where its state is kept (SANDBOX_STATE)")
    serve.add_argument("--app-url", help=f"where the app runs, default {DEFAULT_APP_URL} (SANDBOX_APP_URL)")
    serve.add_argument("--api-key", help="the app's client id, default the one of the toml (SHOPIFY_API_KEY)")
    serve.add_argument("--api-secret", help="the app's client secret (SHOPIFY_API_SECRET)")
    serve.add_argument("--config", help="the app's toml, default shopify.app.toml (SANDBOX_APP_CONFIG)")

    order = _store_command(commands, "order", "place an order", _order)
    order.add_argument("--code", action="append", default=[], help="a discount code; may be given several times")
    order.add_argument("--amount", default="80.00", help="goods before the discount, default 80.00")
    order.add_argument("--shipping", help="price of the shipping")
    order.add_argument("--tax", default="0", help="tax rate, 0.19 is 19 %%")
    order.add_argument("--customer", type=int, help="number of the customer")
    order.add_argument("--test", action="store_true", help="a test order")

    refund = _store_command(commands, "refund", "refund an order, in part or whole", _refund)
    refund.add_argument("order", help="id or number of the order")
    refund.add_argument("--amount", help="refund this much of the goods, without naming lines")
    refund.add_argument("--quantity", type=int, help="refund units of the first line")

    cancel = _store_command(commands, "cancel", "cancel an order", _cancel)
    cancel.add_argument("order", help="id or number of the order")
    cancel.add_argument("--no-refund", action="store_true", help="keep the money")

    edit = _store_command(commands, "edit", "change the lines of an order", _edit)
    edit.add_argument("order", help="id or number of the order")
    edit.add_argument("--remove", type=int, default=0, help="units to take off the first line")
    edit.add_argument("--add", metavar="PRICE", help="add one item of this price")
    woo_cli.register(commands)
    return parser


def _store_command(
    commands: Any, name: str, text: str, run: Callable[[argparse.Namespace], int]
) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(name, help=text)
    command.set_defaults(run=run)
    command.add_argument("--shop", help="the store, default the first one")
    command.add_argument(
        "--url", default=os.environ.get("SANDBOX_URL", f"http://127.0.0.1:{DEFAULT_PORT}"), help="the sandbox"
    )
    return command


def _serve(arguments: argparse.Namespace) -> int:
    names = {
        "port": "SANDBOX_PORT",
        "state": "SANDBOX_STATE",
        "app_url": "SANDBOX_APP_URL",
        "api_key": "SHOPIFY_API_KEY",
        "api_secret": "SHOPIFY_API_SECRET",
        "config": "SANDBOX_APP_CONFIG",
    }
    given = {name: getattr(arguments, flag) for flag, name in names.items() if getattr(arguments, flag) is not None}
    os.environ.update(given)  # granian's worker reads its settings from the environment
    settings = read_settings(os.environ)

    from granian.constants import Interfaces
    from granian.server import Server

    server = Server(
        "sandbox.web:create_app",
        address="127.0.0.1",
        port=settings.port,
        interface=Interfaces.WSGI,
        factory=True,
        workers=1,
        blocking_threads=THREADS,
        backpressure=1024,
        log_access=False,
    )
    server.serve()
    return 0


def _client(arguments: argparse.Namespace) -> tuple[SandboxClient, str]:
    client = SandboxClient(arguments.url)
    return client, arguments.shop or client.shops()[0]["shop"]


def _order(arguments: argparse.Namespace) -> int:
    client, shop = _client(arguments)
    order = client.order(
        shop,
        codes=arguments.code,
        amount=arguments.amount,
        shipping=arguments.shipping,
        tax_rate=arguments.tax,
        customer_id=arguments.customer,
        test=arguments.test,
    )
    used = ", ".join(f"{row['code']} took {row['amount']} off" for row in order["discount_codes"]) or "no code"
    _say(f"Order {order['name']} ({order['id']}): {order['total_price']} {order['currency']}, {used}.")
    return 0


def _refund(arguments: argparse.Namespace) -> int:
    client, shop = _client(arguments)
    lines = [{"quantity": arguments.quantity}] if arguments.quantity else []
    answer = client.refund(shop, arguments.order, amount=arguments.amount, lines=lines)
    order = answer["order"]
    _say(f"Order {order['name']}: refunded, now {order['financial_status'].replace('_', ' ')}.")
    return 0


def _cancel(arguments: argparse.Namespace) -> int:
    client, shop = _client(arguments)
    order = client.cancel(shop, arguments.order, refund=not arguments.no_refund)
    _say(f"Order {order['name']} is cancelled, {order['financial_status'].replace('_', ' ')}.")
    return 0


def _edit(arguments: argparse.Namespace) -> int:
    client, shop = _client(arguments)
    remove = [{"quantity": arguments.remove}] if arguments.remove else []
    add = [{"price": arguments.add}] if arguments.add else []
    order = client.edit(shop, arguments.order, remove=remove, add=add)
    _say(f"Order {order['name']} is edited: goods are now {order['current_subtotal_price']} {order['currency']}.")
    return 0


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")

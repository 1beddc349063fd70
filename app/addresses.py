"""Addresses that merchants give us never lead into private networks.

The check is made on the address that is then connected to, so no name can answer one thing to the check and another
to the connection, and no spelling (octal, decimal, mapped IPv6) gets around it.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import urlsplit

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import NameResolutionError, NewConnectionError

Resolver = Callable[[str, int], list[str]]
# Prefixes whose last 32 bits are an IPv4 address that a gateway goes on to (RFC 6052, RFC 8215).
NAT64 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
# What ipaddress counts as global and a cloud answers itself: metadata and host services live here.
HOSTS_OWN = (IPv4Network("192.0.0.0/24"), IPv4Network("192.88.99.0/24"), IPv4Network("168.63.129.16/32"))


class Forbidden(Exception):
    """The address leads where no request of ours may go."""


def resolve(host: str, port: int) -> list[str]:
    """Numeric addresses of a host, as the system finds them. Raises OSError."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def is_allowed(address: str, *, loopback: bool = False) -> bool:
    """Whether a request may go to this numeric address. `loopback`: the demo's services run on this machine."""
    try:
        ip = _inner(ip_address(address.partition("%")[0]))
    except ValueError:
        return False
    if loopback and ip.is_loopback:
        return True
    if isinstance(ip, IPv6Address):
        return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_site_local)
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or any(ip in network for network in HOSTS_OWN))


def _inner(ip: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 one stands for, where it does."""
    if isinstance(ip, IPv4Address):
        return ip
    if any(ip in network for network in NAT64):
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None) or ip


def fault_of(url: str, *, demo: bool, example: str = "https://roster.example.com/api") -> str:
    """What is wrong with an address as typed, in a sentence; empty where it may be tried."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return f"Enter an address such as {example}."
    if parts.scheme not in ("https", "http") or not parts.hostname or port == 0:
        return f"Enter an address such as {example}."
    if parts.scheme == "http" and not (demo and parts.hostname in ("127.0.0.1", "localhost", "::1")):
        return "Enter an address that starts with https://."
    if parts.username is not None or parts.query or parts.fragment:
        return "Enter the address alone, without a name, a password, ? or #."
    return ""


def guarded_adapter(*, loopback: bool, resolver: Resolver = resolve, size: int = 8) -> HTTPAdapter:
    """For a requests session: connects to allowed addresses only, and raises Forbidden before a byte goes elsewhere."""

    def open_socket(connection: HTTPConnection) -> socket.socket:
        try:
            found = resolver(connection.host, connection.port)
        except (OSError, UnicodeError) as error:
            raise NameResolutionError(connection.host, connection, socket.gaierror(str(error))) from error
        allowed = [address for address in found if is_allowed(address, loopback=loopback)]
        # One forbidden address among many makes the name a trap: refuse it all.
        if not allowed or len(allowed) < len(found):
            raise Forbidden(connection.host)
        try:
            return socket.create_connection((allowed[0], connection.port), connection.timeout)
        except OSError as error:
            raise NewConnectionError(connection, str(error)) from error

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return open_socket(self)

    class Tls(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return open_socket(self)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class TlsPool(HTTPSConnectionPool):
        ConnectionCls = Tls

    class Adapter(HTTPAdapter):
        def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
            super().init_poolmanager(*args, **kwargs)
            self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": TlsPool}

    return Adapter(pool_maxsize=size)

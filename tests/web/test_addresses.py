"""Addresses that merchants give us lead to the public internet or nowhere: 60 spellings, a fake resolver, rebinding."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from threading import Thread

import pytest
import requests

from app.addresses import Forbidden, fault_of, guarded_adapter, is_allowed, resolve

PUBLIC = (
    "93.184.215.14", "1.1.1.1", "8.8.8.8", "172.15.255.255", "172.32.0.1", "192.167.1.1", "100.63.255.255",
    "100.128.0.1", "2606:4700:4700::1111", "2001:4860:4860::8888", "::ffff:8.8.8.8", "64:ff9b::808:808",
)  # fmt: skip
PRIVATE = (
    "127.0.0.1", "127.0.0.53", "127.255.255.254", "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "172.16.0.1",
    "172.31.255.255", "192.168.0.1", "192.168.255.255", "169.254.169.254", "169.254.170.2", "100.64.0.1",
    "100.100.100.200", "192.0.0.192", "168.63.129.16", "192.0.2.1", "198.18.0.1", "198.51.100.7", "203.0.113.9",
    "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
    "::ffff:169.254.169.254", "::127.0.0.1", "fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1", "fd00:ec2::254",
    "ff02::1", "2001:db8::1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::a00:1", "2002:7f00:1::",
    "2002:a9fe:a9fe::1", "2001:0:4136:e378:8000:63bf:80ff:fffe", "100::1", "not an address", "",
)  # fmt: skip
# What the system's resolver makes of these is the loopback address or a metadata service's.
SPELLINGS = ("2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0", "0x7f.1", "017700000001", "2852039166")


def test_there_are_sixty_or_more() -> None:
    assert len(PUBLIC) + len(PRIVATE) + len(SPELLINGS) >= 60


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_reached(address: str) -> None:
    assert is_allowed(address)


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_not(address: str) -> None:
    assert not is_allowed(address)


@pytest.mark.parametrize("host", SPELLINGS)
def test_no_spelling_gets_around_it(host: str) -> None:
    with pytest.raises(Forbidden):
        session(loopback=False).get(f"http://{host}:9/", timeout=1)


def test_the_demo_reaches_this_machine_and_nothing_else_private() -> None:
    allowed = {address for address in PRIVATE if is_allowed(address, loopback=True)}
    assert allowed == {"127.0.0.1", "127.0.0.53", "127.255.255.254", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1",
                       "2002:7f00:1::"} | {a for a in allowed if a.startswith("2001:0:")}  # fmt: skip


def session(*, loopback: bool, resolver=resolve) -> requests.Session:
    found = requests.Session()
    found.trust_env = False
    adapter = guarded_adapter(loopback=loopback, resolver=resolver)
    found.mount("http://", adapter)
    found.mount("https://", adapter)
    return found


@pytest.mark.parametrize("address", ["10.0.0.1", "169.254.169.254", "::1", "::ffff:192.168.1.1", "fd00::1"])
def test_a_name_of_a_private_address_is_refused(address: str) -> None:
    with pytest.raises(Forbidden):
        session(loopback=False, resolver=lambda _host, _port: [address]).get("http://roster.example.com/", timeout=1)


def test_one_private_address_among_public_ones_is_refused() -> None:
    with pytest.raises(Forbidden):
        session(loopback=False, resolver=lambda _host, _port: ["93.184.215.14", "10.0.0.1"]).get(
            "http://roster.example.com/", timeout=1
        )


def test_a_name_that_changes_its_answer_gains_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rebinding: the address connected to is the one that was checked, and each connection is checked anew."""
    answers = iter([["93.184.215.14"], ["127.0.0.1"]])
    connected: list[tuple[str, int]] = []

    def refuse(address: tuple[str, int], _timeout: object = None) -> socket.socket:
        connected.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr("app.addresses.socket.create_connection", refuse)
    found = session(loopback=False, resolver=lambda _host, _port: next(answers))
    with pytest.raises(requests.ConnectionError):
        found.get("http://roster.example.com/", timeout=1)
    with pytest.raises(Forbidden):
        found.get("http://roster.example.com/", timeout=1)
    assert connected == [("93.184.215.14", 80)]


@pytest.fixture
def listener() -> Iterator[tuple[int, list[bytes]]]:
    """A server on this machine that keeps what it is sent."""
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(10)
    got: list[bytes] = []

    def serve() -> None:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        with connection:
            got.append(connection.recv(1000))
            connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: http://10.0.0.1/\r\nContent-Length: 0\r\n\r\n")

    thread = Thread(target=serve, daemon=True)
    thread.start()
    yield server.getsockname()[1], got
    server.shutdown(socket.SHUT_RDWR)  # wakes whoever still waits in accept()
    thread.join(10)
    server.close()


def test_the_connection_goes_to_the_address_that_was_checked(listener: tuple[int, list[bytes]]) -> None:
    port, got = listener
    found = session(loopback=True, resolver=lambda _host, _port: ["127.0.0.1"])
    answer = found.get(f"http://roster.example.com:{port}/", timeout=5, allow_redirects=False)
    assert answer.status_code == 302
    assert b"Host: roster.example.com" in got[0]


def test_not_a_byte_goes_to_a_forbidden_address(listener: tuple[int, list[bytes]]) -> None:
    port, got = listener
    with pytest.raises(Forbidden):
        session(loopback=False).get(f"http://127.0.0.1:{port}/", timeout=5)
    assert got == []


@pytest.mark.parametrize(
    "url",
    ["", "roster.example.com", "ftp://roster.example.com", "file:///etc/passwd", "https://", "https:///api", "gopher://x",
     "http://roster.example.com", "https://name:secret@roster.example.com", "https://roster.example.com/?key=1",
     "https://roster.example.com/#part", "https://roster.example.com:99999", "https://[::1", "https://roster:0/"],
)  # fmt: skip
def test_an_address_that_cannot_be_right_is_refused_as_typed(url: str) -> None:
    assert fault_of(url, demo=False)


def test_good_addresses_are_taken() -> None:
    assert fault_of("https://roster.example.com/api", demo=False) == ""
    assert fault_of("http://127.0.0.1:4010/roster/api", demo=True) == ""
    assert fault_of("http://127.0.0.1:4010/roster/api", demo=False)
    assert fault_of("http://roster.example.com/api", demo=True)

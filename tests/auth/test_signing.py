"""Signatures over bytes: Shopify's known answers, and whatever a stranger may send instead."""

from __future__ import annotations

import pytest

from app.auth.signing import is_signed_base64, is_signed_hex

# From Shopify's documentation and libraries: secret "hush".
BODY = b'{"id":1}'
SIGNATURE = "VnKUjZsLuN5iZWjn5EntcBVCF9kMN43LglzCE1/GSeY="


def test_shopifys_known_answer() -> None:
    assert is_signed_base64(BODY, SIGNATURE, ["hush"])


def test_the_previous_secret_is_good_too() -> None:
    assert is_signed_base64(BODY, SIGNATURE, ["new", "hush"])
    assert not is_signed_base64(BODY, SIGNATURE, ["new"])
    assert not is_signed_base64(BODY, SIGNATURE, [])


@pytest.mark.parametrize(
    "signature",
    ["", " ", "é", "\ud800", "\x00", "====", SIGNATURE[:-1], SIGNATURE + "=", SIGNATURE.lower(), SIGNATURE + "\n",
     "\n" + SIGNATURE, SIGNATURE.replace("/", "_"), "A" * 10_000, SIGNATURE * 2, "null", SIGNATURE[:20]],
)  # fmt: skip
def test_any_other_text_is_a_plain_no(signature: str) -> None:
    assert not is_signed_base64(BODY, signature, ["hush"])


@pytest.mark.parametrize("body", [b"", b'{"id":1} ', b'{"id":2}', b"\xff\xfe", BODY * 2])
def test_any_other_body_is_a_plain_no(body: bytes) -> None:
    assert not is_signed_base64(body, SIGNATURE, ["hush"])


@pytest.mark.parametrize("signature", ["", "zz", "é", "ab", "AB" * 32, "20 64", "\ud800" * 64])
def test_hex_is_as_strict(signature: str) -> None:
    assert not is_signed_hex(b"x", signature, ["hush"])

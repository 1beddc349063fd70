"""Bodies at rest: compressed, then encrypted with AES-256-GCM under a key derived for the inbox alone.

A sealed body is: version (1 byte), key mark (4 bytes), nonce (12 bytes), ciphertext. The mark finds the key after a
rotation; the store's id is authenticated with it, so a body cannot be moved to another store.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from zstandard import ZstdCompressor, ZstdDecompressor, ZstdError

from app.db.types import derived_keys

VERSION = b"\x01"
NONCE_BYTES = 12
COMPRESSION = 1
"""Of Zstandard: a body is written and read once. zlib's fastest level takes five times as long for the same size."""


class BrokenSeal(Exception):
    """Not sealed by us, changed since, or by a key that is no longer in SHOUTCODE_KEYS."""


@dataclass(frozen=True, slots=True)
class _Key:
    mark: bytes
    cipher: AESGCM


class Sealer:
    def __init__(self, keys: list[bytes]) -> None:
        made = [_Key(hashlib.sha256(key).digest()[:4], AESGCM(key)) for key in keys]
        self._current = made[0]
        self._by_mark = {key.mark: key.cipher for key in made}

    @classmethod
    def from_settings(cls) -> Sealer:
        """With the keys that boot() has set."""
        return cls(derived_keys(b"shoutcode inbox body"))

    def seal(self, body: bytes, store_id: int) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        packed = ZstdCompressor(COMPRESSION).compress(body)  # one for each call: they are not for several threads
        key = self._current
        return b"".join((VERSION, key.mark, nonce, key.cipher.encrypt(nonce, packed, _bound_to(store_id))))

    def open(self, sealed: bytes, store_id: int) -> bytes:
        """Raises BrokenSeal."""
        mark, nonce, rest = sealed[1:5], sealed[5:17], sealed[17:]
        cipher = self._by_mark.get(mark)
        if sealed[:1] != VERSION or cipher is None:
            raise BrokenSeal("the body was sealed with a key that is not in SHOUTCODE_KEYS any more")
        try:
            return ZstdDecompressor().decompress(cipher.decrypt(nonce, rest, _bound_to(store_id)))
        except (InvalidTag, ValueError, ZstdError) as error:
            raise BrokenSeal("the stored body was changed") from error


def _bound_to(store_id: int) -> bytes:
    return b"%d" % store_id

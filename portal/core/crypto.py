"""Sealing and finding of personal data with explicit keys. Which key belongs to whom is the vault's business."""

import hashlib
import hmac
import os
from collections.abc import Callable
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION = b"\x01"
NONCE_BYTES = 12
KEY_BYTES = 32


class CannotUnseal(Exception):
    """The bytes were changed, moved to another row or column, or sealed under another key."""


@lru_cache(maxsize=4096)
def _cipher(key: bytes) -> AESGCM:
    """Give the cipher of a key; a list of fifty members opens fifty values with one."""
    return AESGCM(key)


def seal(key: bytes, plain: bytes, *, bound_to: bytes) -> bytes:
    """Encrypt and authenticate (AES-256-GCM); `bound_to` ties the result to its place and must be given again."""
    nonce = os.urandom(NONCE_BYTES)
    return VERSION + nonce + _cipher(key).encrypt(nonce, plain, bound_to)


def unseal(key: bytes, sealed: bytes, *, bound_to: bytes) -> bytes:
    """Decrypt what seal() made for the same key and place; raises CannotUnseal otherwise."""
    if sealed[:1] != VERSION:
        raise CannotUnseal("unknown version")
    nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    try:
        return _cipher(key).decrypt(nonce, body, bound_to)
    except InvalidTag as error:
        raise CannotUnseal("wrong key, place or bytes") from error


def opener(key: bytes) -> Callable[[bytes, bytes], bytes]:
    """Give unseal() for one key, as `(sealed, bound_to)`: for whoever opens values by the hundred thousand."""
    decrypt = _cipher(key).decrypt

    def open_one(sealed: bytes, bound_to: bytes) -> bytes:
        if sealed[:1] != VERSION:
            raise CannotUnseal("unknown version")
        try:
            return decrypt(sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :], bound_to)
        except InvalidTag as error:
            raise CannotUnseal("wrong key, place or bytes") from error

    return open_one


def derive(key: bytes, purpose: str) -> bytes:
    """Give a 32-byte key for one purpose from another key."""
    return hmac.digest(key, purpose.encode(), hashlib.sha256)


def keyed_hash(key: bytes, text: str) -> bytes:
    """Give 32 bytes by which equal texts are found without keeping them readable."""
    return hmac.digest(key, text.encode(), hashlib.sha256)

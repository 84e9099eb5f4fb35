"""Passwords of our own users: kept as scrypt hashes, compared in constant time."""

import base64
import hashlib
import hmac
import os

_N, _R, _P = 2**15, 8, 1
_MEMORY = 64 * 1024 * 1024


def hashed(password: str) -> str:
    """What is kept of a password: scheme, salt and hash."""
    salt = os.urandom(16)
    return "$".join(("scrypt", _text(salt), _text(_derive(password, salt))))


def matches(password: str, kept: str | None) -> bool:
    """Whether this is the password. Takes as long for a user who does not exist (kept None) as for one who does."""
    scheme, salt, digest = (kept or f"none${_text(bytes(16))}${_text(bytes(32))}").split("$")
    derived = _derive(password, base64.b64decode(salt))
    return hmac.compare_digest(derived, base64.b64decode(digest)) and scheme == "scrypt"


def _derive(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=_N, r=_R, p=_P, maxmem=_MEMORY, dklen=32)


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")

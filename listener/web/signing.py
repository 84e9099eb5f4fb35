"""Values that we hand out and recognise when they come back: cookies and form tokens. HMAC-SHA256, no encryption."""

import base64
import binascii
import hmac
import json
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any


class Signer:
    """Signs small JSON objects for one purpose each; a value signed for one purpose is worthless for another."""

    def __init__(self, secret: str) -> None:
        self._key = secret.encode()

    def _digest(self, purpose: str, body: str) -> str:
        return hmac.new(self._key, f"{purpose}\0{body}".encode(), sha256).hexdigest()

    def token(self, purpose: str, value: str) -> str:
        """A token that only we can make for this value."""
        return self._digest(purpose, value)

    def is_token(self, token: str, purpose: str, value: str) -> bool:
        """Compared in constant time."""
        return hmac.compare_digest(token.encode(), self.token(purpose, value).encode())

    def sign(self, purpose: str, value: dict[str, str], now: datetime) -> str:
        """value and the moment, signed: printable ASCII fit for a cookie."""
        raw = json.dumps({"at": int(now.timestamp()), "value": value}, separators=(",", ":")).encode()
        body = base64.urlsafe_b64encode(raw).decode().rstrip("=")
        return f"{body}.{self._digest(purpose, body)}"

    def read(self, purpose: str, signed: str, now: datetime, max_age: timedelta) -> dict[str, str] | None:
        """What was signed; None where it was altered, is not ours, or is older than max_age."""
        body, _, digest = signed.partition(".")
        if not hmac.compare_digest(digest.encode(), self._digest(purpose, body).encode()):
            return None
        try:
            held: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        except (ValueError, binascii.Error):
            return None
        age = now.timestamp() - held["at"]
        value: dict[str, str] = held["value"]
        return value if -60 <= age <= max_age.total_seconds() else None

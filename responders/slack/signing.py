"""Whether a request over HTTP is Slack's own: its signature over the raw body, not older than five minutes."""

import hashlib
import hmac
from datetime import datetime

from listener.errors import Forged

WINDOW = 300
"""Seconds that Slack's clock and ours may be apart; an older request is a replay."""

_WHERE = "Slack over HTTP"
_MEND = "check [slack] signing_secret (api.slack.com/apps > Basic Information), and this machine's clock"


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """The value of X-Slack-Signature."""
    base = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


def verify(secret: str, timestamp: str, signature: str, body: bytes, now: datetime) -> None:
    """Forged unless signature is that of the raw body at timestamp (X-Slack-Request-Timestamp, seconds), by our
    secret, at most WINDOW away from now (UTC)."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 20):
        raise Forged("the request carries no time", where=_WHERE, mend=_MEND)
    # compared first, so that the answer to a wrong signature is the same at any age
    if not hmac.compare_digest(sign(secret, timestamp, body).encode(), signature.encode("utf-8", "replace")):
        raise Forged("the signature does not fit", where=_WHERE, mend=_MEND)
    if abs(now.timestamp() - int(timestamp)) > WINDOW:
        raise Forged("the request is too old, or our clock is wrong", where=_WHERE, mend=_MEND)

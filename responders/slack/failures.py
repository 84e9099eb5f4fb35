"""What Slack's refusals mean: wait, or mend something; and what to mend."""

from collections.abc import Mapping

from slack_sdk.errors import SlackApiError

from listener.errors import DeliveryError, PermanentDelivery, TransientDelivery

GONE = frozenset(("message_not_found", "cant_update_message", "edit_window_closed", "thread_not_found"))
_WAIT = frozenset(
    (
        "ratelimited",
        "rate_limited",
        "message_limit_exceeded",
        "service_unavailable",
        "internal_error",
        "fatal_error",
        "request_timeout",
        "team_added_to_org",
        "accesslimited",
    )
)
_FRESH = (
    "put the bot token of the app (xoxb-...) into SLACK_BOT_TOKEN; api.slack.com/apps > OAuth & Permissions shows it"
)
_MENDS: Mapping[str, str] = {
    "invalid_auth": _FRESH,
    "not_authed": _FRESH,
    "token_revoked": f"the token was withdrawn: install the app again and {_FRESH}",
    "token_expired": "token rotation is on for this app: make it anew from `listener slack manifest`",
    "account_inactive": "the app or its user was switched off: install the app in the workspace again",
    "channel_not_found": "write the channel's ID (C...) as [slack] channel, and invite the app to it",
    "not_in_channel": "invite the app to the channel: /invite @listener",
    "is_archived": "the channel is archived: unarchive it or write another one as [slack] channel",
    "missing_scope": "give the app the scopes of `listener slack manifest` and install it again",
    "restricted_action": "the workspace does not let the app post there: ask its administrator",
    "invalid_blocks": "a card that Slack refuses is a fault of this program: report it with the ticket's number",
    "invalid_blocks_format": "a card that Slack refuses is a fault of this program: report it with the ticket's number",
    "msg_too_long": "a card that Slack refuses is a fault of this program: report it with the ticket's number",
    "msg_blocks_too_long": "a card that Slack refuses is a fault of this program: report it with the ticket's number",
    "no_text": "a card that Slack refuses is a fault of this program: report it with the ticket's number",
    "ekm_access_denied": "the workspace's key management refuses: ask its administrator",
}
_UNKNOWN = "look the error up under chat.postMessage at docs.slack.dev"
_SHORT_WAIT = 30.0


def failure(error: SlackApiError, where: str) -> DeliveryError:
    """The error to raise for an answer that is not ok. Never holds the token."""
    response = error.response
    status = getattr(response, "status_code", 200)
    code = str(_get(response, "error") or f"HTTP {status}")
    if status == 429 or code in _WAIT or status >= 500:
        return TransientDelivery(f"Slack says {code}", where=where, retry_after=retry_after(response))
    metadata = _get(response, "response_metadata")
    detail = ", ".join(str(m) for m in metadata.get("messages", ())[:3]) if isinstance(metadata, dict) else ""
    needed = f", needs {_get(response, 'needed')}" if _get(response, "needed") else ""
    message = f"Slack refuses: {code}{needed}" + (f" ({detail})" if detail else "")
    return PermanentDelivery(message, where=where, mend=_MENDS.get(code, _UNKNOWN))


def retry_after(response: object) -> float:
    """Seconds to wait, from the Retry-After header where it is there and sane."""
    headers = getattr(response, "headers", None) or {}
    value = next((v for k, v in headers.items() if str(k).lower() == "retry-after"), None)
    if isinstance(value, list | tuple):
        value = value[0] if value else None
    try:
        return min(max(float(str(value)), 0.0), 3600.0)
    except ValueError:
        return _SHORT_WAIT


def _get(response: object, key: str) -> object:
    data = getattr(response, "data", response)
    return data.get(key) if isinstance(data, dict) else None

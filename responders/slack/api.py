"""Calls of Slack's Web API for deliveries: what it refuses becomes an error of ours, without the token in it."""

import http.client
import logging
from collections.abc import Callable, Mapping
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from listener.errors import TransientDelivery
from responders.slack.failures import GONE, failure

_TIMEOUT = 15
_UNREACHABLE_WAIT = 20.0


def make_client(token: str, base_url: str | None = None) -> WebClient:
    """A Web API client that never repeats a request by itself: attempts are counted and recorded by the house."""
    url = base_url or WebClient.BASE_URL
    base = url if url.endswith("/") else f"{url}/"
    return WebClient(token=token, base_url=base, timeout=_TIMEOUT, retry_handlers=[], logger=_quiet())


def _quiet() -> logging.Logger:
    # at DEBUG slack_sdk writes whole requests and answers down: what people said is not for a log
    logger = logging.getLogger("listener.slack.web")
    logger.setLevel(logging.WARNING)
    return logger


class Gone(Exception):
    """The message to change or answer is not there any more. It never leaves this package."""


class Api:
    """client: with the bot token. silence: told for how many seconds Slack wants to be left alone, and where."""

    def __init__(self, client: WebClient, silence: Callable[[float, str], None]) -> None:
        self._client = client
        self._silence = silence

    def call(
        self,
        method: str,
        arguments: Mapping[str, Any],
        *,
        where: str,
        form: bool = False,
        doubt: Callable[[], None] = lambda: None,
    ) -> dict[str, Any]:
        """The answer. form: for methods that take no JSON; doubt: told where Slack may have done it without our
        knowing. Raises Gone, TransientDelivery or PermanentDelivery."""
        try:
            if form:
                answer = self._client.api_call(method, params=dict(arguments))
            else:
                answer = self._client.api_call(method, json=dict(arguments))
        except SlackApiError as error:
            if error.response.status_code >= 500:
                doubt()
            raise self._refusal(error, where) from None  # the cause would carry the request, and the request the token
        except (SlackClientError, OSError, http.client.HTTPException) as error:
            doubt()
            message = f"Slack cannot be reached: {type(error).__name__}"
            raise TransientDelivery(message, where=_place(where), retry_after=_UNREACHABLE_WAIT) from None
        return answer.data if isinstance(answer.data, dict) else {}

    def _refusal(self, error: SlackApiError, where: str) -> Exception:
        data = getattr(error.response, "data", None)
        if isinstance(data, dict) and data.get("error") in GONE:
            return Gone()
        refusal = failure(error, _place(where))
        if isinstance(refusal, TransientDelivery) and refusal.retry_after:
            self._silence(refusal.retry_after, where)
        return refusal


def _place(where: str) -> str:
    return f"Slack channel {where}"

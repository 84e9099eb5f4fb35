"""What we show people in Slack when they did something: forms, cards, home tabs, words for one person alone.

Refusals are logged, never raised: what a person did is done, and the next event brings their card up to date.
"""

import http.client
import json
import logging
import time
import urllib.request
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLong
from typing import Any
from urllib.parse import urlsplit

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from responders.slack.blocks import Card, message
from responders.slack.blocks import changed as changed_card
from responders.slack.commands import Place
from responders.slack.failures import failure, retry_after
from responders.slack.modals import View, loading
from responders.slack.text import fitted

log = logging.getLogger("listener.slack")

_PATIENCE = 3.0  # seconds that a person waits for Slack's Retry-After; after that the next event brings the news
_UNREACHABLE = (SlackClientError, OSError, http.client.HTTPException)
_SLACK = "slack.com"
_AT_ONCE = 1.0  # seconds that a form may take before an empty one is opened for it


class Screen:
    """client: with the bot token. lang: of what we say by ourselves. sleep: waits seconds."""

    def __init__(self, client: WebClient, *, lang: str = "pl", sleep: Callable[[float], None] = time.sleep) -> None:
        self._client = client
        self._lang = lang
        self._sleep = sleep

    def card(self, place: Place, card: Card) -> None:
        """Changes the message at a place."""
        if place.channel and place.ts and not place.fleeting:
            self._call("chat.update", {"channel": place.channel, "ts": place.ts, **changed_card(card)})

    def open(self, trigger_id: str, make: Callable[[], View]) -> bool:
        """Opens the form that make() gives; where that takes long, an empty one first, for the trigger is good for
        three seconds. False where Slack did not open it. What make() raises comes out, with nothing opened if it was
        quick."""
        with ThreadPoolExecutor(1, thread_name_prefix="slack-form") as aside:
            work = aside.submit(make)
            try:
                return bool(self._opened(trigger_id, work.result(timeout=_AT_ONCE)))
            except TooLong:
                opened = self._opened(trigger_id, loading(self._lang))
            if opened:
                self.change(str(opened["id"]), str(opened.get("hash", "")), _first(work.result(), make))
            return bool(opened)

    def _opened(self, trigger_id: str, view: View) -> dict[str, Any]:
        answer = self._call("views.open", {"trigger_id": trigger_id, "view": view}) or {}
        opened = answer.get("view")
        return opened if isinstance(opened, dict) else {}

    def change(self, view_id: str, view_hash: str, make: Callable[[], View]) -> None:
        """Changes an open form. Where somebody was faster (hash_conflict), it is made anew once from what is so now."""
        arguments: dict[str, Any] = {"view_id": view_id, "view": make()}
        if self._call("views.update", arguments | ({"hash": view_hash} if view_hash else {}), conflict=True) is None:
            self._call("views.update", {"view_id": view_id, "view": make()})

    def home(self, user_id: str, view_hash: str, make: Callable[[], View]) -> None:
        """Publishes somebody's home tab."""
        arguments: dict[str, Any] = {"user_id": user_id, "view": make()}
        if self._call("views.publish", arguments | ({"hash": view_hash} if view_hash else {}), conflict=True) is None:
            self._call("views.publish", {"user_id": user_id, "view": make()})

    def tell(self, user_id: str, place: Place, text: str) -> None:
        """Says something to one person alone: where they are, or directly where they are in no channel."""
        shown = message([], fitted(text, 3000))
        if place.channel.startswith(("C", "G")):
            thread = {"thread_ts": place.thread} if place.thread else {}
            arguments = {"channel": place.channel, "user": user_id, **changed_card(shown), **thread}
            if self._call("chat.postEphemeral", arguments):
                return
        self.direct(user_id, shown)

    def direct(self, user_id: str, card: Card) -> None:
        """A message to one person."""
        opened = self._call("conversations.open", {"users": user_id})
        channel = (opened or {}).get("channel")
        if isinstance(channel, dict):
            self._call("chat.postMessage", {"channel": channel.get("id"), **card})

    def respond(self, response_url: str, card: Card) -> None:
        """Answers a command later. The address is only used where it is Slack's own."""
        if not self._is_slacks(response_url):
            log.warning("a response_url that is not Slack's: not used")
            return
        body = json.dumps({"response_type": "ephemeral", **changed_card(card)}).encode()
        request = urllib.request.Request(  # noqa: S310 - the scheme was looked at
            response_url, data=body, headers={"Content-Type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=10):  # noqa: S310
                pass
        except OSError as error:
            log.warning("response_url: %s", type(error).__name__)

    def _is_slacks(self, url: str) -> bool:
        there, ours = urlsplit(url), urlsplit(self._client.base_url)
        host = there.hostname or ""
        if there.scheme == "https" and (host == _SLACK or host.endswith(f".{_SLACK}")):
            return True
        return (there.scheme, there.netloc) == (ours.scheme, ours.netloc)

    def email(self, user_id: str) -> str | None:
        """Somebody's address as Slack has it; None where the app may not know."""
        answer = self._call("users.info", {"user": user_id}, form=True)
        profile = ((answer or {}).get("user") or {}).get("profile") or {}
        return str(profile["email"]).strip().lower() if profile.get("email") else None

    def _call(
        self, method: str, arguments: Mapping[str, Any], *, conflict: bool = False, form: bool = False
    ) -> dict[str, Any] | None:
        """What Slack answers; {} where it refused. conflict: None for hash_conflict. A short 429 is sat out once."""
        for last in (False, True):
            try:
                answer = (
                    self._client.api_call(method, params=dict(arguments))
                    if form
                    else self._client.api_call(method, json=dict(arguments))
                )
            except SlackApiError as error:
                code = str(error.response.get("error")) if isinstance(error.response.data, dict) else ""
                if conflict and code == "hash_conflict":
                    return None
                wait = retry_after(error.response)
                if error.response.status_code == 429 and not last and wait <= _PATIENCE:
                    self._sleep(wait)
                    continue
                log.warning("%s", failure(error, method))
                return {}
            except _UNREACHABLE as error:
                log.warning("%s: Slack cannot be reached: %s", method, type(error).__name__)
                return {}
            else:
                return answer.data if isinstance(answer.data, dict) else {}
        return {}


def _first(made: View, make: Callable[[], View]) -> Callable[[], View]:
    """What was made already, and then what is made anew."""
    waiting = [made]
    return lambda: waiting.pop() if waiting else make()

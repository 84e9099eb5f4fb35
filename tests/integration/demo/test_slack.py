"""The stand-in for Slack, spoken to by slack_sdk."""

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from listener.demo.slack import CHANNEL, TOKEN
from tests.integration.demo.conftest import Demo

BLOCKS = [{"type": "section", "text": {"type": "mrkdwn", "text": "*Zgłoszenie*"}}]


def client(demo: Demo, token: str = TOKEN) -> WebClient:
    return WebClient(token=token, base_url=f"{demo.servers.url('slack')}api/")


def test_cards_are_kept_as_last_updated_latest_first(demo: Demo) -> None:
    slack = client(demo)
    assert slack.auth_test()["ok"]
    first = slack.chat_postMessage(channel=CHANNEL, text="pierwsza", blocks=BLOCKS)
    second = slack.chat_postMessage(channel=CHANNEL, text="druga")
    assert first["ts"] != second["ts"]
    slack.chat_update(channel=CHANNEL, ts=str(first["ts"]), text="pierwsza, wzięta", blocks=BLOCKS)
    cards = demo.slack.cards()[:2]
    assert [(card["text"], card["ts"]) for card in cards] == [
        ("druga", second["ts"]),
        ("pierwsza, wzięta", first["ts"]),
    ]
    assert cards[1]["blocks"] == BLOCKS


@pytest.mark.parametrize(
    ("method", "arguments", "error"),
    [
        ("chat.postMessage", {"channel": CHANNEL}, "no_text"),
        ("chat.postMessage", {"text": "x"}, "channel_not_found"),
        ("chat.update", {"channel": CHANNEL, "ts": "1.1", "text": "x"}, "message_not_found"),
        ("chat.teleport", {}, "unknown_method"),
    ],
)
def test_what_slack_would_refuse(demo: Demo, method: str, arguments: dict[str, str], error: str) -> None:
    with pytest.raises(SlackApiError) as caught:
        client(demo).api_call(method, json=arguments)
    assert caught.value.response["error"] == error


def test_another_token_is_refused(demo: Demo) -> None:
    with pytest.raises(SlackApiError) as caught:
        client(demo, "xoxb-other").auth_test()
    assert caught.value.response["error"] == "invalid_auth"


def test_a_body_that_is_no_json(demo: Demo) -> None:
    with demo.client("slack") as http:
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
        for body in (b"{", b"\xff", b"[1]", b'"x"'):
            assert http.post("/api/auth.test", content=body, headers=headers).json()["error"] == "invalid_json"

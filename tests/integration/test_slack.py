"""The service with Slack in front of it: a card comes, a person answers in it, the board has the reply."""

import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.board import Board, Topic
from tests.integration.test_crash import CONFIG, ROOT
from tests.integration.test_run import LISTENER, inbox_address, until
from tests.standins.slack import Message, SlackStandIn

SLACK = """
[web]
port = 0

[slack]
channel = "C0ALERTS"
bot_token = "{slack.bot_token}"
app_token = "{slack.app_token}"
base_url = "{slack.base_url}"
"""


@pytest.fixture
def slack() -> Iterator[SlackStandIn]:
    with SlackStandIn(pace=True) as standin:
        yield standin


@pytest.fixture
def topic(board: Board) -> Topic:
    board.calm()
    return board.add_topic(
        board.add_user(type(board.admin)("slackowy", "haslo-slackowe-1")),
        "Zimno",
        "Od trzech tygodni nikt nie odpowiada na moją reklamację. Okna Wintermanna przepuszczają zimno!",
    )


@pytest.fixture
def service(board: Board, topic: Topic, slack: SlackStandIn, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    config = tmp_path / "listener.toml"
    user, password = board.admin.name, board.admin.password
    text = CONFIG.format(database="sqlite:///listener.db", url=topic.url, user=user, password=password)
    config.write_text(text + SLACK.format(slack=slack), encoding="utf-8")
    with subprocess.Popen(
        [LISTENER, "run", "--config", config], cwd=ROOT, stderr=subprocess.PIPE, text=True
    ) as process:
        inbox_address(process)
        yield process
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0


def click(message: Message, action: str) -> dict[str, Any]:
    """What Slack sends when somebody presses a button of a card."""
    buttons = [
        element
        for block in message.now["blocks"]
        for element in block.get("elements", [])
        if element.get("action_id") == action
    ]
    assert buttons, f"the card has no button {action}"
    return {
        "type": "block_actions",
        "user": {"id": "U1", "username": "ala"},
        "container": {"channel_id": message.channel, "message_ts": message.ts},
        "trigger_id": "t1",
        "actions": [{**buttons[0], "action_ts": "1"}],
    }


def submit(view: dict[str, Any], text: str) -> dict[str, Any]:
    """What Slack sends when somebody submits the reply form."""
    block = next(block for block in view["blocks"] if block["type"] == "input")
    state = {
        "values": {block["block_id"]: {block["element"]["action_id"]: {"type": "plain_text_input", "value": text}}}
    }
    return {"type": "view_submission", "user": {"id": "U1", "username": "ala"}, "view": {**view, "state": state}}


@pytest.mark.usefixtures("service")
def test_a_card_is_answered_in_slack_and_the_board_has_the_reply(
    slack: SlackStandIn, board: Board, topic: Topic
) -> None:
    (card,) = until(lambda: slack.parents() or None)
    assert "przepuszczają" in str(card.now["blocks"])
    until(lambda: slack.sockets >= 2 or None)

    slack.push(click(card, "claim"))
    until(lambda: "ala" in str(card.now["blocks"]) or None)

    slack.push(click(card, "reply"))
    view = until(lambda: next(iter(slack.views.values()), None))
    draft = next(block["element"]["initial_value"] for block in view["blocks"] if block["type"] == "input")
    assert len(draft) > 40, "the form opens with a suggestion in it"
    slack.push(submit(view, draft))

    def ours() -> list[str] | None:
        return [one["text"] for one in board.comments(topic) if one["author"] == board.admin.name] or None

    (posted,) = until(ours)
    words = re.findall(r"\w+", draft)
    assert re.findall(r"\w+", posted)[: len(words)] == words
    until(lambda: "opublikowan" in str([message.now for message in slack.messages]) or None)
    assert slack.complaints == [], "everything that was sent kept Slack's rules"
    assert len(slack.parents()) == 1

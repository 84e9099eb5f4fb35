"""The service with Slack in front of it: a card comes, a person answers in it, the board has the reply."""

import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.board import Board, Topic
from tests.integration.test_crash import CONFIG, ROOT
from tests.integration.test_run import LISTENER, inbox_address, until
from tests.standins.slack import SlackStandIn
from tests.standins.slack_person import Person

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


@pytest.mark.usefixtures("service")
def test_a_card_is_answered_in_slack_and_the_board_has_the_reply(
    slack: SlackStandIn, board: Board, topic: Topic
) -> None:
    (card,) = until(lambda: slack.parents() or None)
    assert "przepuszczają" in str(card.now["blocks"])
    until(lambda: slack.sockets >= 2 or None)
    ala = Person(slack, "U1", "ala")

    ala.press(card, "claim")
    until(lambda: "ala" in str(card.now["blocks"]) or None)

    ala.press(card, "reply")
    form = ala.form("reply", seconds=20)
    draft = next(block["element"]["initial_value"] for block in form["blocks"] if block["type"] == "input")
    assert len(draft) > 40, "the form opens with a suggestion in it"
    assert not ala.submit(form), "the form closes: the text breaks no rule"

    def ours() -> list[str] | None:
        return [one["text"] for one in board.comments(topic) if one["author"] == board.admin.name] or None

    (posted,) = until(ours)
    words = re.findall(r"\w+", draft)
    assert re.findall(r"\w+", posted)[: len(words)] == words
    until(lambda: "opublikowan" in str([message.now for message in slack.messages]) or None)
    assert slack.complaints == [], "everything that was sent kept Slack's rules"
    assert len(slack.parents()) == 1

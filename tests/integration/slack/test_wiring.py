"""What the settings make of Slack: who delivers, and which way in."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from listener import settings
from listener.errors import ConfigError
from listener.model import EventKind
from listener.slack_door.making import slack_responders, slack_way_in
from listener.web.slack import SlackRequests
from responders.slack import SlackResponder
from responders.slack.calls import SlackCalls
from responders.slack.over_http import SlackHttp
from responders.slack.socket import SlackSocket
from tests.integration.slack.workplace import Workplace, quick_folder, workplace
from tests.unit.responders.alerts import alert

SMALL = """
[listener]
database = "sqlite:///{folder}/listener.db"

[[brand]]
name = "Okna Wintermann"
queries = ["Wintermann"]

[slack]
channel = "C0ALERTS"
bot_token = "xoxb-1"
"""


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workplace]:
    with quick_folder(tmp_path_factory) as folder, workplace("none", folder) as opened:
        yield opened


def load(tmp_path: Path, more: str) -> settings.Settings:
    path = tmp_path / "listener.toml"
    path.write_text(SMALL.format(folder=tmp_path) + more, encoding="utf-8")
    return settings.load(path, {})


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ('app_token = "xapp-1"', SlackSocket),
        ('signing_secret = "s"', SlackHttp),
        ('app_token = "xapp-1"\nsigning_secret = "s"\nmode = "http"', SlackHttp),
        ("", None),
    ],
)
def test_the_way_in_is_by_what_there_is_a_secret_for(
    work: Workplace, tmp_path: Path, more: str, kind: type | None
) -> None:
    loaded = load(tmp_path, more)
    assert loaded.slack is not None
    door = slack_way_in(loaded, work.desk, work.storage, lambda number: None, work.clock)
    try:
        assert (type(door) if door else None) is kind
        assert isinstance(door, SlackRequests) is (kind is SlackHttp)
        cards, calls = slack_responders(loaded.slack, work.desk)
        assert isinstance(cards, SlackResponder)
        assert isinstance(calls, SlackCalls)
        assert calls.handles(alert(EventKind.TICKET_DUE_SOON).event)
        assert not calls.handles(alert(EventKind.TICKET_OPENED).event)
    finally:
        if door is not None:
            door.close()


@pytest.mark.parametrize(("more", "wrong"), [('mode = "http"', "signing_secret"), ('mode = "socket"', "app_token")])
def test_a_mode_without_its_secret_is_told(tmp_path: Path, more: str, wrong: str) -> None:
    with pytest.raises(ConfigError, match=wrong):
        load(tmp_path, more)


def test_secrets_are_known_as_such(tmp_path: Path) -> None:
    loaded = load(tmp_path, 'signing_secret = "sig-1"\napp_token = "xapp-1"')
    assert {"xoxb-1", "xapp-1", "sig-1"} <= set(loaded.secrets)

"""Clicks read as commands, and the form for a reply."""

import pytest

from listener.errors import ParseError
from responders.slack.actions import Claim, NotRelevant, OpenReply, Resolve, read_click
from responders.slack.cards import ticket_card
from responders.slack.modals import reply_form
from tests.standins import blockkit
from tests.unit.responders.alerts import alert
from tests.unit.responders.clicks import PLACE, clicked


@pytest.mark.parametrize(
    ("action", "wanted"),
    [
        ("claim", Claim(ticket_id=7, version=1)),
        ("resolve", Resolve(ticket_id=7, version=1)),
        ("not_relevant", NotRelevant(ticket_id=7, version=1)),
        ("reply", OpenReply(ticket_id=7, version=1)),
    ],
)
def test_buttons_are_read_as_commands(action: str, wanted: object) -> None:
    click = read_click(clicked(action))
    assert click is not None
    assert (click.command, click.user_id, click.user_name) == (wanted, "U1", "ola")
    assert (click.channel, click.ts) == ("C0ALERTS", PLACE.ts)


def test_links_and_strangers_need_no_answer() -> None:
    assert read_click(clicked("open_inbox")) is None
    assert read_click({"type": "view_closed"}) is None


@pytest.mark.parametrize("value", ["", "7", "7:x", "a:1", "7:1:2"])
def test_forged_values_are_an_error_and_no_crash(value: str) -> None:
    with pytest.raises(ParseError):
        read_click(clicked("claim", value))
    with pytest.raises(ParseError):
        read_click({"type": "view_submission", "user": {"id": "U1"}, "view": {"private_metadata": value}})


def test_buttons_of_the_card_are_the_commands_we_read() -> None:
    card = ticket_card(alert(), buttons=True)
    (doors,) = [block for block in card["blocks"] if block["type"] == "actions"]
    read = [read_click(clicked(button["action_id"], button.get("value", ""))) for button in doors["elements"]]
    assert [type(click.command).__name__ for click in read if click] == ["Claim", "OpenReply", "Resolve", "NotRelevant"]


def test_forms_are_ones_that_slack_takes() -> None:
    for lang in ("pl", "en"):
        for index in (0, 1, 7):
            view = alert().view
            assert view is not None
            assert blockkit.modal(reply_form(view, PLACE, picked=index, lang=lang)) == []
        empty = alert(suggestions=()).view
        assert empty is not None
        assert blockkit.modal(reply_form(empty, PLACE, lang=lang)) == []

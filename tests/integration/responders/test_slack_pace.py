"""Slack takes one message a second; by the real clock."""

import time

from responders.slack import make_responder
from tests.standins.slack import SlackStandIn
from tests.unit.responders.alerts import alert


def test_a_burst_keeps_within_one_message_a_second() -> None:
    with SlackStandIn(pace=True) as strict:
        to_slack = make_responder(channel="C0ALERTS", token=strict.bot_token, base_url=strict.base_url)
        started = time.monotonic()
        for number in range(2):
            to_slack.deliver(alert(event_id=number), None)
        assert len(strict.messages) == 2
        assert time.monotonic() - started >= 1
        assert strict.complaints == []

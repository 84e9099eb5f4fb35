"""A burst through the running service, killed in the middle: every card arrives, none twice, within the limits.

In small and fifty times as fast as Slack allows; benchmarks/slack.py does it with five hundred.
"""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.integration.slack import service
from tests.integration.slack.workplace import quick_folder
from tests.integration.test_crash import ROOT
from tests.standins.slack import SlackStandIn

TICKETS = 24
SCALE = 0.02


@contextmanager
def running(config: Path, posts: int, apart: float) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "tests.integration.slack.service", str(config), str(posts), "0", str(apart)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.kill()


def test_a_burst_survives_a_kill_and_a_disconnect(tmp_path_factory: pytest.TempPathFactory) -> None:
    with quick_folder(tmp_path_factory) as folder, SlackStandIn(pace=SCALE) as slack:
        config = service.config(folder, slack)
        with running(config, TICKETS, SCALE * 1.05) as first:
            assert slack.wait(lambda: len(slack.parents()) >= 8, 180)
            first.send_signal(signal.SIGKILL)
            first.wait(10)
        with running(config, TICKETS, SCALE * 1.05) as second:
            assert slack.wait(lambda: slack.sockets >= 1, 180)
            slack.disconnect("warning")
            assert slack.wait(lambda: len(slack.parents()) >= TICKETS, 180)
            second.send_signal(signal.SIGTERM)
            assert second.wait(60) == 0
        cards = [message.now["blocks"][0]["block_id"] for message in slack.parents()]
        assert len(set(cards)) == TICKETS
        assert len(cards) == TICKETS, "none twice"
        assert slack.complaints == []

"""The service as a process of its own, to be killed: takes in posts and tells Slack of them until SIGTERM.

    python -m tests.integration.slack.service CONFIG POSTS EVERY APART

POSTS that are not there yet are taken in, one every EVERY seconds (0: all at once); APART: seconds between two messages
of a channel, Slack's own 1.05 or a scaled one. Everything else is the service as `listener run` makes it, but for the
classifier, which calls every post a complaint.
"""

import asyncio
import os
import random
import sys
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from listener import serve, settings
from listener.app import Listener, make_listener
from listener.intake import Haul
from responders.slack import SlackResponder, make_client
from tests.fakes import AngryClassifier
from tests.making import a_post
from tests.standins.slack import SlackStandIn

CONFIG = """
[listener]
database = "sqlite:///{database}"

[web]
port = 0

[[brand]]
id = "wintermann"
name = "Okna Wintermann"
queries = ["Wintermann"]
disclosure = ["Zespół Okien Wintermann"]

[alerts]
flood = 0
crisis_volume = 0

[slack]
channel = "C0ALERTS"
bot_token = "{slack.bot_token}"
app_token = "{slack.app_token}"
base_url = "{slack.base_url}"
"""
_SYLLABLES = [
    "ba",
    "be",
    "bo",
    "da",
    "de",
    "do",
    "ga",
    "go",
    "ka",
    "ke",
    "ko",
    "la",
    "le",
    "lo",
    "ma",
    "me",
    "mo",
    "na",
    "ne",
    "no",
    "pa",
    "pe",
    "po",
    "ra",
    "re",
    "ro",
    "sa",
    "se",
    "so",
    "ta",
    "te",
    "to",
    "wa",
    "we",
]


def config(folder: Path, slack: SlackStandIn) -> Path:
    """A configuration for the process."""
    path = folder / "listener.toml"
    path.write_text(CONFIG.format(database=folder / "listener.db", slack=slack), encoding="utf-8")
    return path


def text(number: int) -> str:
    """Words like nobody else's, so that no two posts are taken for copies."""
    chance = random.Random(number)
    words = ["".join(chance.choices(_SYLLABLES, k=3)) for _ in range(30)]
    return f"Okna Wintermanna przeciekają, wpis {number}. {' '.join(words)}."


def take_in(house: Listener, posts: int, every: float, stopping: threading.Event) -> None:
    """Posts that are not there yet, each in a thread of its own."""
    intake = replace(house.intake, classifier=AngryClassifier())
    with house.storage.read() as tx:
        there = len(tx.tickets.listing(None, posts))
    for number in range(there, posts):
        now = datetime.now(UTC)
        post = a_post(str(number), thread_id=f"w{number}", text=text(number), author=f"autor{number}", seen_at=now)
        intake.take(Haul(source="forum", posts=(replace(post, published_at=now),)), now)
        if every and stopping.wait(every):
            return


def main(path: Path, posts: int, every: float, apart: float) -> int:
    """Runs until SIGTERM."""
    loaded = settings.load(path, os.environ)
    client = make_client("xoxb-standin", loaded.slack.base_url if loaded.slack else None)
    house = make_listener(loaded, responders=[SlackResponder("C0ALERTS", client, buttons=True, apart=apart)])
    stopping = threading.Event()
    try:
        with house.storage.exclusive(), serve.bind("127.0.0.1", 0) as listening:
            if not every:
                take_in(house, posts, every, stopping)
            taking = threading.Thread(target=take_in, args=(house, posts, every, stopping))

            def ready() -> None:
                print("ready", time.time(), flush=True)
                taking.start()

            code = asyncio.run(serve.serve(house, listening, ready=ready))
            stopping.set()
            taking.join()
            return code
    finally:
        house.close()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), float(sys.argv[4])))

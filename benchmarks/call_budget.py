"""What a page costs of its Graph API budget over a simulated day: `python -m benchmarks.call_budget`.

The stand-in for the Graph API counts the calls while the house polls one page for 24 hours after a day of getting to
know it, minute by minute, by the house's own schedule (`every = "15m"`). Pages: one on which nothing happens, one with
a dozen comments, and the same told of by webhook. Beside each stands what a poller without a memory would spend: the
list of posts and the comments of every post of the last two weeks, every 15 minutes.
"""

import argparse
import asyncio
import random
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from listener.arrivals import Arrivals
from listener.crawl import Crawl, Target
from listener.demo.standins.graph import GraphStandIn
from listener.intake import Intake
from listener.model import Brand
from listener.protocols import SourceConfig
from listener.storage import Sent, Storage
from listener.triage import TriagePolicy
from sources.facebook import Facebook
from sources.facebook_hook import FacebookHook
from tests.fakes import AngryClassifier, Clock, NamedMatcher
from tests.graph import ANNA, PAGE, GraphHttp, a_config, a_graph

EVERY = timedelta(minutes=15)
POSTS = 14
"""One post a day for two weeks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What a day came to. naive: calls of a poller without a memory."""

    name: str
    calls: int
    naive: int
    comments: int
    found: int


class Page:
    """A page, the house that reads it, and a clock that only moves when told."""

    def __init__(self, folder: Path, *, told: bool) -> None:
        self.clock, self.told = Clock(), told
        self.graph: GraphStandIn = a_graph(self.clock)
        self.http, config = GraphHttp(self.graph), a_config(self.graph)
        self.storage = Storage.open(f"sqlite:///{folder / 'day.db'}")
        with self.storage.begin() as tx:
            tx.sources.configure([("facebook", "facebook", config.url)], self.clock())
        brands = {"wintermann": Brand(id="wintermann", name="Okna Wintermann")}
        intake = Intake(
            storage=self.storage,
            matcher=NamedMatcher(),
            classifier=AngryClassifier(),
            brands=brands,
            policy=TriagePolicy(),
        )
        hooks = {"facebook": FacebookHook(config)}
        self.arrivals = Arrivals(storage=self.storage, intake=intake, hooks=hooks, clock=self.clock)
        self.crawl = Crawl(
            storage=self.storage,
            intake=intake,
            targets={"facebook": target(config)},
            clock=self.clock,
            roll=lambda: 0.5,
        )

    def live(self, hours: int, comments: int, chance: random.Random) -> int:
        """So many hours, minute by minute, with so many comments at random moments; how many were made."""
        minutes = hours * 60
        moments = sorted(chance.sample(range(minutes), comments))
        for minute in range(minutes):
            self.clock.advance(minutes=1)
            if minute in moments:
                post = chance.choice(self.graph.posts[PAGE])
                self.graph.comment(post, f"Okna Wintermann: uwaga {minute}", ANNA)
                self._tell()
            for name in self.crawl.due():
                asyncio.run(self.crawl.run(name, self.http, asyncio.Event()))
        return comments

    def _tell(self) -> None:
        self.graph.batch()
        for delivery in self.graph.due():
            self.graph.answered(delivery, 200)
            if self.told:
                sent = Sent(source="facebook", headers={}, body=delivery.body, received_at=self.clock())
                self.arrivals.keep([sent])
                self.arrivals.work()


def target(config: SourceConfig) -> Target:
    """The page as the house polls it."""
    return Target(
        name="facebook", url=config.url, every=EVERY, allow_private=False, kind="facebook",
        detect=lambda page: ("facebook", config.url), make=lambda kind, url: Facebook(config),
    )  # fmt: skip


def day(name: str, comments: int, *, told: bool) -> Day:
    """The second day of a page."""
    chance = random.Random(7)
    with tempfile.TemporaryDirectory() as folder:
        page = Page(Path(folder), told=told)
        for number in range(POSTS):
            page.clock.advance(hours=20)
            page.graph.add_post(PAGE, f"Wpis {number}")
        page.graph.changes.clear()
        page.live(24, comments, chance)
        before = len(page.graph.calls)
        made = page.live(24, comments, chance)
        with page.storage.read() as tx:
            found = sum(
                tx.posts.find("facebook", one.id) is not None
                for post in page.graph.posts[PAGE]
                for one in post.comments
            )
        page.storage.close()
        naive = int(timedelta(hours=24) / EVERY) * (1 + POSTS)
        return Day(name=name, calls=len(page.graph.calls) - before, naive=naive, comments=made, found=found - comments)


def main() -> None:
    argparse.ArgumentParser(description="calls of a page over a simulated day").parse_args()
    print(f"{'page':<34}{'calls a day':>12}{'without memory':>16}{'share':>8}{'comments found':>16}")
    for one in (
        day("quiet: nothing happens", 0, told=False),
        day("quiet: 12 comments, polled", 12, told=False),
        day("quiet: 12 comments, by webhook", 12, told=True),
        day("busy: 300 comments, by webhook", 300, told=True),
    ):
        print(
            f"{one.name:<34}{one.calls:>12}{one.naive:>16}{one.calls / one.naive:>8.1%}{one.found:>9} of {one.comments}"
        )
    print("Meta grants a page 4800 calls a day for each person who engaged with it.")


if __name__ == "__main__":
    main()

"""What an hour without news costs a forum: `python -m benchmarks.quiet_hour [--every 5]`.

A simulated forum of 30 topics lives three days with news by day and none by night, and is read all the while. Then
an hour passes in which nobody writes, once by day and once by night. A crawler without a memory would read every page
of the forum at every wished interval; the table says how many of those requests were not made, or answered 304.
Pages are asked for conditionally where a kind does so, and the forum then answers 304 where nothing changed.
"""

import argparse
import logging
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from listener.errors import FetchError
from listener.storage import Storage
from tests.simulated.dialects import Dialect, MessageFeed, PhpbbForum, SpiritBoard
from tests.simulated.discourse import DiscourseBoard
from tests.simulated.world import World

DIALECTS: dict[str, Dialect] = {
    "feed": MessageFeed(items=20),
    "phpbb": PhpbbForum(),
    "phpbb, its feed": PhpbbForum(feed=15),
    "spirit": SpiritBoard(),
    "discourse": DiscourseBoard(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hour:
    """What an hour came to. naive: requests of a crawler without a memory."""

    looks: int
    requests: int
    not_modified: int
    naive: int

    @property
    def spared(self) -> float:
        """Share of the naive crawler's requests that were skipped or answered 304."""
        return 1 - (self.requests - self.not_modified) / self.naive


def pages_of(world: World) -> int:
    """Pages that a stranger would read to know the whole forum."""
    queue, seen = list(world.source().requests({})), set[str]()
    while queue:
        request = queue.pop()
        if request.url in seen:
            continue
        seen.add(request.url)
        try:
            queue += world.source().parse(world.web.page(request), {}).follow
        except FetchError:
            continue
    return len(seen)


def live(world: World, hours: int, every: timedelta, *, posting: bool) -> Hour:
    """So many hours, minute by minute. posting: somebody writes now and then from 8 to 22."""
    requests, unchanged, looks = world.web.requests, world.web.not_modified, 0
    end = world.clock() + timedelta(hours=hours)
    while world.clock() < end:
        world.clock.advance(minutes=1)
        if posting and 8 <= world.clock().hour < 22 and world.forum.chance.random() < 0.05:
            world.forum.act("post")
        if world.crawl.due():
            world.look()
            looks += 1
    return Hour(
        looks=looks,
        requests=world.web.requests - requests,
        not_modified=world.web.not_modified - unchanged,
        naive=int(timedelta(hours=hours) / every) * pages_of(world),
    )


def measure(dialect: Dialect, every: timedelta) -> tuple[Hour, Hour]:
    """A quiet hour of the day, and one of the night."""
    with tempfile.TemporaryDirectory() as folder:
        storage = Storage.open(f"sqlite:///{Path(folder) / 'house.db'}")
        world = World(storage, dialect, seed=3, every=every)
        for _ in range(30):
            world.forum.act("open")
        live(world, 3 * 24 + 6, every, posting=True)  # from 7 in the morning to 13 three days later
        by_day = live(world, 1, every, posting=False)
        live(world, 12, every, posting=True)
        by_night = live(world, 1, every, posting=False)
        storage.close()
    return by_day, by_night


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", type=float, default=5.0, help="wished interval, minutes")
    every = timedelta(minutes=parser.parse_args().every)
    logging.disable(logging.WARNING)
    print("kind             hour    looks  requests  answered 304  without a memory  skipped or 304")
    for kind, dialect in DIALECTS.items():
        for name, hour in zip(("day", "night"), measure(dialect, every), strict=True):
            print(
                f"{kind:<17}{name:<8}{hour.looks:>5}{hour.requests:>10}{hour.not_modified:>14}{hour.naive:>18}"
                f"{hour.spared:>15.1%}"
            )


if __name__ == "__main__":
    main()

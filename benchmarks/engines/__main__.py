"""Prints the tables."""

import argparse
import logging
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from os import cpu_count
from pathlib import Path
from platform import platform, python_version

from benchmarks.engines import peers, recorded
from benchmarks.engines.flaskbb import FlaskBoard, Missing
from benchmarks.engines.house import EVERY, House, Traffic
from benchmarks.engines.living import START, FlaskHands, Living, SpiritHands
from benchmarks.engines.truth import HEADER, Found, score
from tests.integration.board.board import Board

AGAIN = 10
Peer = tuple[Callable[[], peers.Crawler], Callable[[Path], list[Found]]]
CRAWLERS: dict[str, Peer] = {
    "forumscraper 0.1.21": (peers.forumscraper, peers.scraped),
    "forum-dl 0.3.0": (peers.forum_dl, peers.downloaded),
}


@contextmanager
def spirit() -> Iterator[Living]:
    """A filled django-spirit board."""
    with tempfile.TemporaryDirectory() as folder, Board(Path(folder)) as board:
        living = Living(SpiritHands(board))
        living.fill()
        yield living


@contextmanager
def flaskbb() -> Iterator[Living]:
    """A filled FlaskBB board."""
    with tempfile.TemporaryDirectory() as folder, FlaskBoard(Path(folder)) as board:
        living = Living(FlaskHands(board))
        living.fill()
        yield living


def told(name: str, first: Traffic, again: Traffic, quiet: Traffic) -> str:
    """A line on what reading cost. quiet: a day. Without a memory the whole board is read at every wished interval."""
    naive = first.requests * int(timedelta(days=1) / EVERY)
    spared = 1 - (quiet.requests - quiet.unchanged) / naive
    return (
        f"{name}: first reading {first.requests} requests, {first.seconds:.1f} s; {again.looks} more looks "
        f"{again.requests} requests; a quiet day {quiet.requests} requests, {quiet.unchanged} of them 304, "
        f"{naive} without a memory: {spared:.1%} skipped or 304"
    )


def live(name: str, living: Living) -> None:
    """A board that is written on while it is read, ours alone: the other programs know neither engine."""
    house = House(living.hands.url, START, living.hands.clock)
    try:
        first = house.measured(1)
        print(f"{name + ', first reading':36}{score(list(living.standing.values()), house.posts()).line()}")
        again = Traffic(looks=0, requests=0, unchanged=0, seconds=0.0)
        for _ in range(AGAIN):
            house.clock.at += timedelta(hours=3)
            living.change(house.clock.at)
            one = house.measured(1)
            again = Traffic(
                looks=again.looks + 1, requests=again.requests + one.requests, unchanged=0, seconds=again.seconds
            )
        print(f"{'  read ten times more':36}{score(list(living.standing.values()), house.posts()).line()}")
        stands, later = list(living.standing.values()), 0
        for days, looks, apart in ((4, 4, 1), (16, 6, 2)):
            later += house.measured(looks, apart=timedelta(days=apart)).requests
            print(f"{f'  and {days} days on':36}{score(stands, house.posts()).line()}")
        print("  " + told(name, first, again, house.hours(24)) + f"; the sixteen days {later} requests in ten looks")
    finally:
        house.close()


def known(name: str, site: recorded.Site, *, beside: bool) -> None:
    """A recorded board, ours and the others."""
    url, stands = f"http://localhost:{site.port}/", recorded.truth(site)
    house = House(url, recorded.RECORDED_AT)
    try:
        first = house.measured(1)
        again = house.measured(AGAIN)
        print(f"{name + ', read eleven times':36}{score(stands, house.posts()).line()}")
        cost = told(name, first, again, house.hours(24))
    finally:
        house.close()
    if beside:
        for peer in CRAWLERS if site.name.startswith("phpbb") else ():
            crawled(peer, url, site)
        page_reader(site)
    print("  " + cost)


def crawled(name: str, url: str, site: recorded.Site) -> None:
    """Another crawler, eleven times over the same board."""
    make, read = CRAWLERS[name]
    stands, before = recorded.truth(site), site.requests
    with tempfile.TemporaryDirectory() as place:
        folder = peers.emptied(Path(place) / "out")
        try:
            crawl, started = make(), time.perf_counter()
            crawl(url, folder)
            seconds, once = time.perf_counter() - started, site.requests - before
            for _ in range(AGAIN):
                crawl(url, folder)
            posts = read(folder)
        except Missing as error:
            print(f"{name:36}does not run: {error}")
            return
    more = site.requests - before - once
    print(f"{name:36}{score(stands, posts).line()}")
    print(f"  {name}: first reading {once} requests, {seconds:.1f} s; {AGAIN} more looks {more} requests")


def page_reader(site: recorded.Site) -> None:
    """harvest-webforum on the thread pages, which it must be handed."""
    name = "harvest-webforum 1.1.0, thread pages"
    try:
        run = peers.harvested(recorded.thread_pages(site))
    except Missing as error:
        print(f"{name:36}does not run: {error}")
        return
    print(f"{name:36}{score(recorded.truth(site), run.posts).line()}")
    print(f"  {name}: {run.seconds:.1f} s without fetching")


def main() -> None:
    """All boards, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--no-peers", action="store_true", help="our own reading alone")
    beside = not parser.parse_args().no_peers
    logging.disable(logging.WARNING)
    print(f"{platform()}, Python {python_version()}, {cpu_count()} cores")
    print(HEADER)
    for name, start in {"django-spirit 0.14.3": spirit, "FlaskBB 3.0.0rc5": flaskbb}.items():
        with ExitStack() as stack:
            try:
                living = stack.enter_context(start())
            except Missing as error:
                print(f"{name:36}{error}")
                continue
            live(name, living)
    if not recorded.PAGES.exists():
        print(f"{recorded.PAGES} is absent: no recorded boards to read")
        return
    for name, folder in recorded.BOARDS.items():
        with recorded.serve(folder) as site:
            known(name, site, beside=beside)


if __name__ == "__main__":
    main()

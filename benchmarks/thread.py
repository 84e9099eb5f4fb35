"""How well posts are found on pages of engines that the reader has no layout for, and how fast.

    python -m benchmarks.thread [--all]     all: harvest-webforum on every page, not on every fourth (minutes)

Reads ../shared/pages/web-forum-dev.jsonl.gz (34 annotated threads of 17 sites; WEB-FORUM-52). A post counts when the
Dice overlap of character 5-grams with the annotation is 0.8 or more; the annotators kept quotes in the text, so they
are put back. The reader's constants were set by hand, no search over them was run on any page, so there is no tuning to
leave an engine out of: each site and each engine is given by itself. Annotations that the page itself contradicts are
set aside and counted: a "user" that leads to the form for a quote, a date that the page marks as that of an edit
(itemprop dateModified). The peer is the package harvest-webforum, where it can be imported (pip install
harvest-webforum==1.1.0, in an environment of its own added to PYTHONPATH). Its speed and ours come from the same pages,
one after the other.
"""

import gzip
import importlib
import json
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from listener.markup import decode
from listener.model import Post
from listener.protocols import Page, Request, SourceConfig
from sources.detect import by_prints
from sources.thread import Thread

DATA = Path(__file__).resolve().parents[2] / "shared" / "pages" / "web-forum-dev.jsonl.gz"
WHEN = datetime(2020, 7, 10, tzinfo=UTC)  # the pages were saved about then: it decides what dates without a year mean
Record = dict[str, Any]


@dataclass(slots=True)
class Tally:
    """Posts found, given and wanted; and of the found, the fields that are right."""

    hits: int = 0
    given: int = 0
    wanted: int = 0
    authors: int = 0
    dates: int = 0
    no_authors: int = 0
    no_dates: int = 0

    def add(self, other: "Tally") -> None:
        self.hits += other.hits
        self.given += other.given
        self.wanted += other.wanted
        self.authors += other.authors
        self.dates += other.dates
        self.no_authors += other.no_authors
        self.no_dates += other.no_dates

    def line(self) -> str:
        f1 = 2 * self.hits / max(1, self.given + self.wanted)
        aside = (self.no_authors, self.no_dates)
        share = [
            found / max(1, self.hits - less) for found, less in zip((self.authors, self.dates), aside, strict=True)
        ]
        precision, recall = self.hits / max(1, self.given), self.hits / max(1, self.wanted)
        return f"P {precision:.3f}  R {recall:.3f}  F1 {f1:.3f}  author {share[0]:.3f}  date {share[1]:.3f}"


def grams(text: str) -> Counter[str]:
    flat = " ".join(text.lower().split())
    return Counter(flat[n : n + 5] for n in range(max(1, len(flat) - 4)))


def dice(a: Counter[str], b: Counter[str]) -> float:
    return 2 * (a & b).total() / max(1, a.total() + b.total())


def read(record: Record) -> tuple[Post, ...]:
    config = SourceConfig(name="b", kind="thread", url=record["url"], zone="Europe/Berlin")
    return Thread(config).parse(page_of(record), {}).posts


def page_of(record: Record) -> Page:
    url, body = record["url"], record["html"].encode("utf-8", "replace")
    return Page(url=url, status=200, headers={}, body=body, fetched_at=WHEN, request=Request(url=url))


def texts(post: Post) -> list[Counter[str]]:
    whole = " ".join([*(f"{quote.author or ''} wrote: {quote.text}" for quote in post.quotes), post.text])
    return [grams(post.text), grams(whole)]


def pair(wanted: Sequence[str], given: Sequence[list[Counter[str]]]) -> list[int | None]:
    """The index of what was given for each wanted text, each used once."""
    free, found = set(range(len(given))), list[int | None]()
    for text in wanted:
        target = grams(text)
        best = max(free, key=lambda n: max(dice(target, one) for one in given[n]), default=None)
        good = best is not None and max(dice(target, one) for one in given[best]) >= 0.8
        found.append(best if good else None)
        free -= {best} if good else set()
    return found


def tally(record: Record, posts: Sequence[Post]) -> Tally:
    truth = record["posts"]
    pairs = pair([one["post_text"]["surface_form"] for one in truth], [texts(post) for post in posts])
    result = Tally(given=len(posts), wanted=len(truth), hits=sum(n is not None for n in pairs))
    for one, n in zip(truth, pairs, strict=True):
        if n is None:
            continue
        who, when = one["user"]["surface_form"], one["datetime"]["surface_form"]
        if "posting.php" in who:
            result.no_authors += 1
        else:
            result.authors += same_author(who, posts[n], record["url"])
        if re.search(rf"itemprop=.dateModified[^>]*>\s*{re.escape(when)}", record["html"]):
            result.no_dates += 1
        else:
            result.dates += same_date(when, posts[n])
    return result


def engine(record: Record) -> str:
    """The software that a page shows its marks of."""
    page = page_of(record)
    return by_prints(page, decode(page.body))[0] or "own software"


def same_author(truth: str, post: Post, url: str) -> bool:
    """The annotation is a name, or the address that the name leads to."""
    address = re.sub(r"[?&;](?:sid|s)=[0-9a-f]+", "", truth.removeprefix("./"))
    return post.author == truth or (bool(post.author_url) and (
        address in (post.author_url or "") or urljoin(url, address) == post.author_url
    ))  # fmt: skip


def same_date(truth: str, post: Post) -> bool:
    letters = re.compile(r"\W")
    printed = letters.sub("", (post.published_raw or "").lower())
    return post.published_at is not None and letters.sub("", truth.lower()) in printed


def harvested() -> Callable[[Record], list[str]] | None:
    try:
        extract = importlib.import_module("harvest").extract_data
    except ImportError:
        return None

    def run(record: Record) -> list[str]:
        return [one["post_text"] for one in extract(record["html"], record["url"])["posts"]]

    return run


def timed(run: Callable[[Record], object], records: Iterable[Record]) -> float:
    """Seconds of processor time a page."""
    started, count = time.process_time(), 0
    for record in records:
        run(record)
        count += 1
    return (time.process_time() - started) / count


def ours(records: Sequence[Record]) -> None:
    sites: dict[str, Tally] = defaultdict(Tally)
    engines: dict[str, Tally] = defaultdict(Tally)
    total = Tally()
    for record in records:
        one = tally(record, read(record))
        sites[urlsplit(record["url"]).netloc].add(one)
        engines[engine(record)].add(one)
        total.add(one)
    for name, one in [*sorted(sites.items()), *((f"engine: {name}", one) for name, one in sorted(engines.items()))]:
        print(f"{name:34} {one.line()}")
    print(f"{'all sites':34} {total.line()}")
    print(f"annotations set aside: {total.no_authors} users, {total.no_dates} dates")


def beside(peer: Callable[[Record], list[str]], records: Sequence[Record]) -> None:
    """harvest-webforum and the reader on the same pages."""
    theirs, mine = Tally(), Tally()
    for record in records:
        found = peer(record)
        wanted = [one["post_text"]["surface_form"] for one in record["posts"]]
        hits = sum(n is not None for n in pair(wanted, [[grams(text)] for text in found]))
        theirs.add(Tally(hits=hits, given=len(found), wanted=len(wanted)))
        mine.add(tally(record, read(record)))
    print(f"{'harvest-webforum, ' + str(len(records)) + ' pages':34} {theirs.line().partition('  author')[0]}")
    print(f"{'thread, the same pages':34} {mine.line().partition('  author')[0]}")
    slow, fast = timed(peer, records), timed(read, records)
    print(f"processor time a page: harvest-webforum {slow:.3f} s, thread {fast:.4f} s: {slow / fast:.0f} times faster")


def main() -> None:
    if not DATA.exists():
        sys.exit(f"{DATA} is absent: there are no annotated pages to measure on")
    with gzip.open(DATA, "rt", encoding="utf-8") as lines:
        records: list[Record] = [json.loads(line) for line in lines]
    ours(records)
    peer = harvested()
    if peer is None:
        print("harvest-webforum cannot be imported here: no comparison (see the text at the top)")
        return
    beside(peer, records if "--all" in sys.argv else records[::4])


if __name__ == "__main__":
    main()

"""Thread pages parsed a second on one core, beside BeautifulSoup with html.parser doing the same extraction.

    python -m benchmarks.parse_pages

Pages: those recorded from a phpBB board in ../shared/pages, or without them the page in tests/data/phpbb many times
over. Every parser must give the same ids, authors, times and texts, or the run says so. What the readers remember from
page to page (dates, names of elements, links) is forgotten before each round over the board, so that a round costs what
the first look at a board costs. Ratios are what to read; "selectolax, bare" parses and reads nothing.
"""

import gc
import json
import sys
import tarfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bs4 import BeautifulSoup
from selectolax.lexbor import LexborHTMLParser

from listener.protocols import Page, Request, SourceConfig
from sources.phpbb import PhpBB
from sources.thread import Thread

ROOT = Path(__file__).resolve().parents[1]
BOARD = ROOT.parent / "shared" / "pages" / "phpbb-3.3.tar.gz"
NOW = datetime(2026, 11, 22, 17, 17, tzinfo=UTC)
Told = list[tuple[str, str | None, str, str]]


def pages() -> list[Page]:
    if not BOARD.exists():
        body = (ROOT / "tests" / "data" / "phpbb" / "thread.html").read_bytes()
        return [page("https://forum.example.org/viewtopic.php?t=5", body)] * 30
    with tarfile.open(BOARD) as archive:
        files = {Path(one.name).name: archive.extractfile(one) for one in archive.getmembers() if one.isfile()}
        index = files["index.jsonl"]
        records = [json.loads(line) for line in index.read().decode().splitlines()] if index else []
        threads = [one for one in records if "viewtopic" in one["url"]]
        return [page(one["url"], found.read()) for one in threads if (found := files[one["file"]])]


def page(url: str, body: bytes) -> Page:
    request = Request(url=url, tag="thread")
    return Page(url=url, status=200, headers={}, body=body, fetched_at=NOW, request=request)


def flat(text: str) -> str:
    return "".join(text.split())


def by_board(one: Page) -> Told:
    posts = PhpBB(SourceConfig(name="b", kind="phpbb", url=one.url, zone="UTC")).parse(one, {}).posts
    return [(p.native_id, p.author, p.published_at.isoformat() if p.published_at else "", flat(p.text)) for p in posts]


def by_thread(one: Page) -> Told:
    posts = Thread(SourceConfig(name="b", kind="thread", url=one.url, zone="UTC")).parse(one, {}).posts
    return [(p.native_id, p.author, p.published_at.isoformat() if p.published_at else "", flat(p.text)) for p in posts]


def by_soup(one: Page, parser: str = "html.parser") -> Told:
    """What one writes for phpBB with BeautifulSoup: selectors, quotes and notes of edits taken out."""
    soup = BeautifulSoup(one.body, parser)
    found: Told = []
    for post in soup.select("div.post[id^=p]"):
        author, date, body = post.select_one(".postprofile .username, .postprofile .username-coloured"), None, None
        date, body = post.select_one("p.author time"), post.select_one("div.content")
        if author is None or date is None or body is None:
            continue
        for quote in body.select("blockquote"):
            quote.decompose()
        for smiley in body.select("img.smilies"):
            smiley.replace_with(str(smiley.get("alt") or ""))
        at = datetime.fromisoformat(str(date["datetime"])).astimezone(UTC).isoformat()
        found.append((str(post["id"])[1:], author.get_text(), at, flat(body.get_text())))
    return found


def by_lxml_soup(one: Page) -> Told:
    return by_soup(one, "lxml")


def bare(one: Page) -> Told:
    """What any reader must do at least."""
    LexborHTMLParser(one.body)
    return []


def memories() -> list[Callable[[], None]]:
    """What empties the functions of ours that remember."""
    ours = [name for name in sys.modules if name.partition(".")[0] in ("listener", "sources")]
    members = [member for name in ours for member in vars(sys.modules[name]).values()]
    return [member.cache_clear for member in members if hasattr(member, "cache_clear")]


def rate(run: Callable[[Page], Told], batch: Sequence[Page], seconds: float = 3.0) -> float:
    """Pages a second of processor time; the batch again and again until the time is over."""
    forgetting = memories()
    gc.collect()  # what the reader before left behind is none of this one's business
    started, count = time.process_time(), 0
    while time.process_time() - started < seconds:
        for forget in forgetting:
            forget()
        for one in batch:
            run(one)
        count += len(batch)
    return count / (time.process_time() - started)


def main() -> None:
    batch = pages()
    wanted = [by_soup(one) for one in batch]
    for run in (by_board, by_thread, by_lxml_soup):
        same = sum(run(one) == told for one, told in zip(batch, wanted, strict=True))
        print(f"{run.__name__}: {same} of {len(batch)} pages as BeautifulSoup with html.parser reads them")
    base = rate(by_soup, batch)
    print(f"BeautifulSoup + html.parser   1.0x  ({base:.0f} pages a second)")
    rows = (
        ("BeautifulSoup + lxml", by_lxml_soup),
        ("selectolax, bare", bare),
        ("kind phpbb", by_board),
        ("kind thread", by_thread),
    )
    for name, run in rows:
        speed = rate(run, batch)
        print(f"{name:27} {speed / base:5.1f}x  ({speed:.0f} pages a second)")


if __name__ == "__main__":
    main()

"""Other programs on the same boards: forumscraper and forum-dl crawl, harvest-webforum reads pages that it is given.

Each runs in an environment of its own; what it says is read as kindly as can be: dates in any spelling, quotes taken
off where they are marked as such, addresses relative or not.
"""

import gzip
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bs4 import BeautifulSoup

from benchmarks.engines.flaskbb import Missing, environment, newer_python
from benchmarks.engines.truth import Found
from listener.dates import parse_date

HARVEST = Path(__file__).with_name("harvest_driver.py")
PATIENCE = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a program gave, and the seconds that it took."""

    posts: list[Found]
    seconds: float


Crawler = Callable[[str, Path], None]
"""Crawls the board of a URL into a folder; what lies there already is its own business."""


def _run(command: Sequence[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=PATIENCE)
    if done.returncode:
        last = (done.stderr.strip() or done.stdout.strip() or "no word").splitlines()[-1]
        raise Missing(f"ended with {done.returncode}: {last[:200]}")


def forumscraper() -> Crawler:
    """forumscraper 0.1.21, told that it is phpBB."""
    python = environment("forumscraper-0.1.21", newer_python(), "forumscraper==0.1.21")
    return lambda url, folder: _run([str(python.with_name("forumscraper")), "phpbb.guess", url], folder)


def forum_dl() -> Crawler:
    """forum-dl 0.3.0, with the pydantic that it was written for."""
    python = environment("forum-dl-0.3.0", sys.executable, "forum-dl==0.3.0", "pydantic<2")

    def crawl(url: str, folder: Path) -> None:
        _run([str(python.with_name("forum-dl")), "-q", "-f", "jsonl", "-o", str(folder / "out.jsonl"), url], folder)

    return crawl


def scraped(folder: Path) -> list[Found]:
    """forumscraper's files, one a thread."""
    posts = []
    for file in sorted(folder.rglob("*")):
        body = file.read_bytes() if file.is_file() else b""
        body = gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body
        if not body.startswith(b"{"):
            continue
        for one in json.loads(body).get("posts", ()):
            # it names no address, only a number: the one that phpBB gives to a post is made of it
            link = f"viewtopic.php?p={one['postid']}#p{one['postid']}"
            text = _own_words(one["content"])
            posts.append(Found(author=one["user"], at=moment(one["date"]), text=text, link=link))
    return posts


def downloaded(folder: Path) -> list[Found]:
    """forum-dl's lines."""
    lines = (folder / "out.jsonl").read_text(encoding="utf-8").splitlines()
    items = [said["item"] for said in map(json.loads, lines) if said["type"] == "post"]
    return [
        Found(author=one["author"], at=moment(one["creation_time"]), text=_own_words(one["content"]), link=one["url"])
        for one in items
    ]


def harvested(pages: Sequence[tuple[str, str]]) -> Run:
    """harvest-webforum 1.1.0 on (url, html) of thread pages."""
    python = environment("harvest-1.1.0", sys.executable, "harvest-webforum==1.1.0")
    told = "".join(json.dumps({"url": url, "html": html}) + "\n" for url, html in pages)
    started = time.perf_counter()
    done = subprocess.run(
        [str(python), str(HARVEST)], input=told, capture_output=True, text=True, check=False, timeout=PATIENCE
    )
    if done.returncode:
        raise Missing(f"ended with {done.returncode}: {done.stderr.strip().splitlines()[-1][:200]}")
    found = [post for line in done.stdout.splitlines() for post in json.loads(line)]
    posts = [
        Found(author=one.get("user"), at=moment(one.get("datetime")), text=one["post_text"], link=one.get("post_link"))
        for one in found
    ]
    return Run(posts=posts, seconds=time.perf_counter() - started)


def _own_words(html: str) -> str:
    tree = BeautifulSoup(html, "html.parser")
    for quote in tree.select("blockquote"):
        quote.decompose()
    for line in tree.select("br"):
        line.replace_with("\n")
    for picture in tree.select("img[alt]"):
        picture.replace_with(str(picture["alt"]))
    return tree.get_text()


def moment(said: object) -> datetime | None:
    """A date as a program wrote it, in UTC where it names no zone."""
    text = str(said or "").strip()
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return parse_date(" ".join(text.split()), now=datetime.now(UTC), zone="UTC")
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def emptied(folder: Path) -> Path:
    """A folder with nothing in it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder

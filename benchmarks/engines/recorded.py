"""Recorded boards, served again on loopback as they were. None of the three answers 304: phpBB's feed names when it
changed and does not look at the question, the others name nothing.
"""

import contextlib
import json
import re
import tarfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from bs4 import BeautifulSoup

from benchmarks.engines.truth import Truth, address, flat

PAGES = Path(__file__).resolve().parents[3] / "shared" / "pages"
RECORDED_AT = datetime(2026, 11, 22, 17, 17, tzinfo=UTC)
"""The boards show some times relative to the moment of recording."""
BOARDS = {"phpBB 3.3": "phpbb-3.3", "MyBB 1.8": "mybb-1.8", "FlaskBB 3": "flaskbb-3"}
BOXES = {"phpbb-3.3": "div.post", "mybb-1.8": "div.post", "flaskbb-3": "div.post-row"}
MISSING = b'<!DOCTYPE html><html dir="ltr"><body>There is no such page.</body></html>'
Answer = tuple[int, dict[str, str], bytes]


@dataclass(slots=True)
class Site:
    """A board's pages by address. requests: how many it answered so far."""

    name: str
    port: int
    pages: dict[str, Answer]
    requests: int = 0

    def answer(self, path: str) -> Answer:
        """What the board says to a GET."""
        self.requests += 1
        return self.pages.get(address(path), (404, {"Content-Type": "text/html"}, MISSING))


def _load(name: str) -> tuple[list[tuple[str, Answer]], int]:
    with tarfile.open(PAGES / f"{name}.tar.gz") as archive:
        files = {Path(one.name).name: archive.extractfile(one) for one in archive.getmembers() if one.isfile()}
        told = [json.loads(line) for line in (files["index.jsonl"] or ()) if line.strip()]
        found = [(one, files[one["file"]]) for one in told]
        pages = [(one["url"], (one["status"], one["headers"], file.read())) for one, file in found if file]
    return pages, int(re.findall(r":(\d+)/", told[0]["url"])[0])


@contextlib.contextmanager
def serve(name: str) -> Iterator[Site]:
    """The board under `localhost`, on a port of its own. A post's own address leads to its page, as on the board."""
    pages, old = _load(name)
    site = Site(name=name, port=0, pages={})
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(site))
    site.port = server.server_address[1]
    for url, (status, headers, body) in pages:
        moved = body.replace(f"127.0.0.1:{old}".encode(), f"localhost:{site.port}".encode())
        site.pages[address(url)] = (status, headers, moved)
        for number in re.findall(rb'id="p(\d+)"', body):
            site.pages.setdefault(address(f"viewtopic.php?p={number.decode()}"), (status, headers, moved))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            status, headers, body = site.answer(self.path)
            self.send_response(status)
            for name, value in headers.items():
                if name.lower() not in ("content-length", "transfer-encoding", "content-encoding"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's name
            """Nothing on the terminal."""

    return Handler


def truth(site: Site) -> list[Truth]:
    """Every post that was put on the board, with its addresses there as another parser reads them."""
    told = json.loads((PAGES / "truth.json").read_text(encoding="utf-8"))
    posts = [post for thread in told["threads"] for post in thread["posts"]]
    boxes = {box.number: box for page in _html(site) for box in _boxes(site.name, page)}
    # they were put in one by one, so their numbers rise in the order of the list
    ours = [box for _, box in sorted(boxes.items()) if box.author in told["users"]]
    pairs = list(zip(posts, ours, strict=True))
    if [post["user"] for post, _ in pairs] != [box.author for _, box in pairs]:
        raise SystemExit(f"{site.name}: the recorded pages and truth.json do not go together")
    return [
        Truth(
            author=post["user"],
            at=datetime.fromtimestamp(post["time"], UTC),
            text=post["body"],
            links=box.links,
            profiles=box.profiles,
        )
        for post, box in pairs
    ]


def thread_pages(site: Site) -> list[tuple[str, str]]:
    """(url, html) of the pages that hold posts."""
    pages = [(where, body) for where, (_, headers, body) in site.pages.items() if "html" in str(headers).lower()]
    found = {body: where for where, body in pages if any(_boxes(site.name, body))}
    return [(f"http://localhost:{site.port}/{where}", body.decode("utf-8")) for body, where in found.items()]


def _html(site: Site) -> list[bytes]:
    return [body for _, headers, body in site.pages.values() if "html" in str(headers).lower()]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Box:
    """A post's place on a page. links: those that name its number; profiles: where its author's name leads."""

    number: int
    author: str
    links: frozenset[str]
    profiles: frozenset[str]


def _boxes(name: str, body: bytes) -> Iterator[_Box]:
    html = BeautifulSoup(body, "html.parser")
    for node in html.select(BOXES[name]):
        number = "".join(re.findall(r"\d+", str(node.get("id", ""))))
        links = [(str(a["href"]), flat(a.get_text())) for a in node.select("a[href]")]
        named = [(href, text) for href, text in links if text and re.search(r"\bu=\d|uid=\d|/user/", href)]
        if not number or not named:
            continue
        own = [
            href for href, _ in links if "posting." not in href and re.search(rf"(?:\bp=|pid=|/post/){number}\b", href)
        ]
        profiles = [href for href, text in named if text == named[0][1]]
        yield _Box(
            number=int(number),
            author=named[0][1],
            links=frozenset(map(address, own)),
            profiles=frozenset(map(address, profiles)),
        )

"""Records pages of a running board for the unit tests: `python -m tests.integration.board.record`.

Each page goes to tests/data/spirit/NAME.html, with its address and the moment in NAME.json beside it. What a page
should give (NAME.expected.json) is written by hand, from what was put into the board here.
"""

import asyncio
import json
import re
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from listener.errors import DeliveryError
from listener.http import Http, HttpPolicy, converse
from listener.protocols import Conversation, Page, Request
from tests.integration.board.board import ROOT, Account, Board, Topic

DATA = ROOT / "tests" / "data" / "spirit"
PORT = 8099
TOKEN = re.compile(rb'(csrfmiddlewaretoken" value="|csrfToken: ")\w+')
ENGLISH = {"Accept-Language": "en"}


def keep(name: str, page: Page, board: Board) -> None:
    """Writes one page, with the board's port and tokens made the same in every recording."""
    port = board.url.rstrip("/").rpartition(":")[2]
    body = TOKEN.sub(rb"\1token", page.body).replace(port.encode(), str(PORT).encode())
    (DATA / f"{name}.html").write_bytes(re.sub(rb"[ \t]+\n|\n{2,}", b"\n", body))
    about = {"url": page.url.replace(port, str(PORT)), "status": page.status, "fetched_at": page.fetched_at.isoformat()}
    (DATA / f"{name}.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")


def fill(board: Board) -> Topic:
    """A board with a long topic of many shapes, and enough topics for a second page of the list."""
    ewa, jan = board.add_user(Account("ewa", "haslo-ewy-1")), board.add_user(Account("jan", "haslo-jana-1"))
    for number in range(20):
        board.add_topic(jan, f"Stary temat {number}", "Cisza", at=datetime(2026, 1, 2, 3, number, tzinfo=UTC))
    opened = datetime(2026, 7, 1, 10, 5, tzinfo=UTC)
    topic = board.add_topic(
        ewa, "Okna Wintermann – odradzam & żałuję", "Spóźnili się **3 tygodnie**.\n\nCisza\nw słuchawce", at=opened
    )
    answer = board.add_comment(
        topic, jan, "> @ewa\n> Cisza\n\nU mnie podobnie: http://example.com/x\n\n- raz\n- dwa\n\n<b>nie</b> &amp;"
    )
    board.edit(
        answer.id,
        "> @ewa\n> Cisza\n>\n> > głębiej\n\nU mnie podobnie: http://example.com/x\n\n- raz\n- dwa\n\n<b>nie</b> &amp;",
    )
    board.remove(board.add_comment(topic, jan, "do usunięcia").id)
    board.add_comment(topic, jan, "samo południe", at=datetime(2026, 7, 2, 12, 0, tzinfo=UTC))
    board.add_comment(topic, jan, "północ", at=datetime(2026, 9, 3, 0, 0, tzinfo=UTC))
    for number in range(20):
        board.add_comment(topic, ewa, f"wpis {number}")
    return topic


def pages(board: Board, topic: Topic) -> Conversation[None]:
    """Reads the board as a guest, then as our account, as far as the tests need it."""
    keep("list", (yield Request(url=board.url, headers=ENGLISH)), board)
    keep("list-2", (yield Request(url=f"{board.url}?page=2", headers=ENGLISH)), board)
    keep("topic", (yield Request(url=topic.url, headers=ENGLISH)), board)
    keep("topic-2", (yield Request(url=f"{topic.url}?page=2", headers=ENGLISH)), board)
    login = f"{board.url}user/login/"
    page = yield Request(url=f"{login}?next={topic.url[len(board.url) - 1 :]}", headers=ENGLISH)
    keep("login", page, board)
    page = yield post(page, login, username=board.admin.name, password="nie-to")
    keep("login-refused", page, board)
    for _ in range(6):
        page = yield post(page, login, username=board.admin.name, password="nie-to")
    keep("login-limited", page, board)
    board.calm()
    page = yield post(
        page,
        f"{login}?next={topic.url[len(board.url) - 1 :]}",
        username=board.admin.name,
        password=board.admin.password,
    )
    keep("topic-as-us", page, board)
    publish = f"{board.url}comment/{topic.id}/publish/"
    keep("posted", (yield post(page, publish, comment="Dzień dobry, sprawdzamy.")), board)
    keep("flood", (yield post(page, publish, comment="Zaraz po tym.")), board)
    board.calm()
    keep("too-long", (yield post(page, publish, comment="a" * 3001)), board)
    board.close(topic)
    keep("closed", (yield Request(url=topic.url, headers=ENGLISH)), board)
    keep("not-found", (yield post(page, publish, comment="Za późno.")), board)


def post(page: Page, url: str, **fields: str) -> Request:
    """The form of a page, sent."""
    token = re.search(rb'csrfmiddlewaretoken" value="(\w+)"', page.body)
    form = [("csrfmiddlewaretoken", token[1].decode() if token else ""), *fields.items()]
    return Request(url=url, method="POST", form=form, headers={**ENGLISH, "Referer": url})


async def _record() -> None:
    with tempfile.TemporaryDirectory() as folder, Board(Path(folder)) as board:
        topic = fill(board)
        async with Http(HttpPolicy()) as http:
            await converse(http, pages(board, topic), allow_private=True)


if __name__ == "__main__":
    DATA.mkdir(parents=True, exist_ok=True)
    try:
        asyncio.run(_record())
    except DeliveryError as error:
        raise SystemExit(str(error)) from error

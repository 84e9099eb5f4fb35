"""A board that writes, edits, removes, moves and shifts at random while a crawler reads it at random times with random
failures: at the end everything that stands there is stored, with its last text."""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import escape
from typing import TypeVar

import pytest

from listener.protocols import Page, Request, SourceConfig
from sources.spirit import Spirit

T = TypeVar("T")
ROOT = "https://board.example.org/"
START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
PER_PAGE = 4
SEEDS = 5
"""More of them find rarer things: set it higher to look."""
MONTHS = ("Jan.", "Feb.", "March", "April", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec.")


def printed(moment: datetime) -> str:
    """A time as the board prints it, to the minute."""
    hour = moment.strftime("%I").lstrip("0")
    half = "a.m." if moment.hour < 12 else "p.m."
    return f"{MONTHS[moment.month - 1]} {moment.day}, {moment.year}, {hour}:{moment:%M} {half}"


@dataclass
class Comment:
    id: int
    text: str
    at: datetime
    removed: bool = False


@dataclass
class Topic:
    id: int
    comments: list[Comment]
    active: datetime
    count: int = 1
    gone: bool = False


@dataclass
class Board:
    """What people did, and the pages that show it."""

    chance: random.Random
    now: datetime = START
    topics: list[Topic] = field(default_factory=list)
    last_id: int = 0

    def comment(self, text: str) -> Comment:
        self.last_id += 1
        return Comment(self.last_id, text, self.now)

    def act(self) -> None:
        """One thing that somebody does."""
        standing = [topic for topic in self.topics if not topic.gone]
        deed = self.chance.choice(["open", "open", "write", "write", "write", "edit", "remove", "move", "take down"])
        if deed == "open" or not standing:
            self.last_id += 1
            self.topics.append(Topic(self.last_id, [self.comment("pierwszy")], self.now))
            return
        topic = self.chance.choice(standing)
        comment = self.chance.choice(topic.comments) if topic.comments else None
        if deed == "write":
            topic.comments.append(self.comment(f"wpis {self.last_id}"))
            topic.active, topic.count = self.now, topic.count + 1
        elif deed == "edit" and comment:
            comment.text += " (zmiana)"
        elif deed == "remove" and comment:
            comment.removed = True
        elif deed == "move" and comment:
            self._move(comment, topic, self.chance.choice(standing))
        elif deed == "take down" and self.chance.random() < 0.3:
            topic.gone = True

    def _move(self, comment: Comment, topic: Topic, to: Topic) -> None:
        if to is topic or len(topic.comments) == 1:
            return
        topic.comments.remove(comment)
        topic.count -= 1
        to.comments = sorted([*to.comments, comment], key=lambda one: (one.at, one.id))
        to.active, to.count = self.now, to.count + 1

    def page(self, request: Request) -> bytes | None:
        """The page at an address, None where there is none."""
        address, _, query = request.url.removeprefix(ROOT).partition("?page=")
        number = int(query or 1)
        if not address:
            return self._list(number)
        topic = next(one for one in self.topics if str(one.id) == address.split("/")[1])
        return None if topic.gone else self._topic(topic, number)

    def _list(self, number: int) -> bytes:
        standing = sorted(
            (one for one in self.topics if not one.gone), key=lambda one: (one.active, one.id), reverse=True
        )
        lines = "".join(
            f'<div class="layout__topics__topic"><a class="topic__link" href="/topic/{one.id}/x/">T</a>'
            f'<div class="topic__comments">{one.count}</div>'
            f'<div class="topic__date" title="{printed(one.active)}">1 Mar</div></div>'
            for one in cut(standing, number)
        )
        return f'<div class="layout__topics">{lines}</div>{further(standing, number)}'.encode()

    def _topic(self, topic: Topic, number: int) -> bytes | None:
        shown = cut(topic.comments, number)
        if not shown and number > 1:
            return None
        return (
            f'<div class="comments_list">{"".join(map(drawn, shown))}</div>{further(topic.comments, number)}'.encode()
        )

    def truth(self) -> dict[str, tuple[str, str]]:
        """Text and topic of every comment that stands."""
        standing = [
            (one, topic) for topic in self.topics if not topic.gone for one in topic.comments if not one.removed
        ]
        return {str(one.id): (one.text, str(topic.id)) for one, topic in standing}


def cut(rows: list[T], number: int) -> list[T]:
    return rows[(number - 1) * PER_PAGE : number * PER_PAGE]


def further(rows: list[Topic] | list[Comment], number: int) -> str:
    link = f'<a href="?page={number + 1}">' if len(rows) > number * PER_PAGE else ""
    return f'<ul class="paginator">{link}</ul>'


def drawn(one: Comment) -> str:
    if one.removed:
        return f'<div class="comments_list__item" data-pk="{one.id}"><i class="fa fa-trash-o"></i></div>'
    date = f'<ul class="comment__info__date"><li title="{printed(one.at)}">1 Mar</li></ul>'
    text = f'<div class="comment__text">{escape(one.text)}</div>'
    return f'<div class="comments_list__comment" data-pk="{one.id}">{date}{text}</div>'


@dataclass
class Crawler:
    """A crawl with the promise that the house makes: a mark holds when everything below its page is stored."""

    board: Board
    failing: float = 0.0
    busy: float = 0.0
    source: Spirit = field(default_factory=lambda: Spirit(SourceConfig(name="b", kind="spirit", url=ROOT, zone="UTC")))
    cursor: dict[str, str] = field(default_factory=dict)
    stored: dict[str, tuple[str, str]] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    requests: int = 0

    def go(self) -> None:
        """One pass."""
        kept = dict(self.cursor)
        for request in self.source.requests(kept):
            self._visit(request, kept)

    def read_again(self) -> None:
        """The turn of every topic that is known, for what no list tells of."""
        for topic in sorted({thread for _, thread in self.stored.values()}):
            self._visit(self.source.whole(topic, f"{ROOT}topic/{topic}/x/"), dict(self.cursor))

    def _visit(self, request: Request, kept: dict[str, str]) -> bool:
        """Whether the page and all below it are stored."""
        chance = self.board.chance
        if chance.random() < self.busy:
            self.board.act()
        self.requests += 1
        if chance.random() < self.failing:
            return False
        body = self.board.page(request)
        if body is None:
            return True
        page = Page(url=request.url, status=200, headers={}, body=body, fetched_at=self.board.now, request=request)
        parsed = self.source.parse(page, kept)
        self.stored |= {post.native_id: (post.text, post.thread_id or "") for post in parsed.posts}
        self.gone |= set(parsed.gone)
        below = [self._visit(one, kept) for one in parsed.follow]
        if all(below):
            self._save(dict(parsed.marks))
        return all(below)

    def _save(self, marks: dict[str, str | None]) -> None:
        for name, value in marks.items():
            if value is None:
                self.cursor.pop(name, None)
            else:
                self.cursor[name] = value


@pytest.mark.parametrize("seed", range(SEEDS))
def test_nothing_that_stands_is_missed(seed: int) -> None:
    chance = random.Random(seed)
    board = Board(chance)
    crawler = Crawler(board, failing=0.15, busy=0.3)
    for _ in range(25):
        for _ in range(chance.randrange(6)):
            board.act()
            board.now += timedelta(seconds=chance.choice([0, 0, 20, 600, 7200]))
        if chance.random() < 0.6:
            crawler.go()
    crawler.failing = crawler.busy = 0.0
    for days in (1, 5):
        board.now += timedelta(days=days)
        crawler.go()
    crawler.read_again()
    truth = board.truth()
    assert {name: crawler.stored.get(name) for name in truth} == truth
    assert not crawler.gone & set(truth)


@pytest.mark.parametrize("seed", range(5))
def test_new_comments_are_read_in_the_next_pass_that_succeeds(seed: int) -> None:
    board = Board(random.Random(seed))
    crawler = Crawler(board)
    for _ in range(30):
        board.act()
        board.now += timedelta(minutes=7)
    crawler.go()
    for _ in range(20):
        topic = board.chance.choice([one for one in board.topics if not one.gone])
        topic.comments.append(board.comment("nowy"))
        topic.active, topic.count = board.now, topic.count + 1
        crawler.go()
        assert str(board.last_id) in crawler.stored
        board.now += timedelta(minutes=7)


def test_a_quiet_day_is_cheap() -> None:
    board = Board(random.Random(1))
    crawler = Crawler(board)
    for _ in range(60):
        board.act()
        board.now += timedelta(minutes=7)
    crawler.go()
    first, crawler.requests = crawler.requests, 0
    for _ in range(24):
        board.now += timedelta(minutes=15)
        crawler.go()
    assert crawler.requests < 24 + 3 * first

"""Boards that run: filled with known posts, written on while they are read."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Protocol

from benchmarks.engines.flaskbb import FlaskBoard
from benchmarks.engines.truth import Truth, address
from tests.integration.board.board import Account, Board, Topic

START = datetime(2026, 1, 10, 12, 0, tzinfo=UTC)
"""When reading begins, by the reader's clock. What is written carries times of those days."""
NAMES = ("ewa", "jan_k", "żaba", "old.timer")
SAID = (
    "Montaż przesunęli trzeci raz, nikt nie odbiera telefonu.",
    'Reklamacja "w toku" od sześciu tygodni & ani słowa.\n\nCo teraz?',
    "Zażółć gęślą jaźń: 2 < 3, a rabatu 15% nie było…",
    "Five stars from me.",
    "Polecam, ekipa w jeden dzień, szyby bez rys 🙂",
    "Adres serwisu: https://example.com/serwis?id=7",
)


class Hands(Protocol):
    """What a board lets its people do. open and answer: the post's id and address. clock: what it takes for now."""

    url: str

    def open(self, author: str, title: str, text: str, at: datetime) -> tuple[object, int, str]: ...

    def answer(self, topic: object, author: str, text: str, at: datetime) -> tuple[int, str]: ...

    def edit(self, post: int, text: str) -> None: ...

    def remove(self, post: int) -> None: ...

    def clock(self, at: datetime) -> None: ...


class FlaskHands:
    """FlaskBB's."""

    def __init__(self, board: FlaskBoard) -> None:
        self.url, self._board = board.url, board
        for name in NAMES:
            board.do("user", name=name)

    def open(self, author: str, title: str, text: str, at: datetime) -> tuple[object, int, str]:
        made = self._board.do("topic", user=author, title=title, text=text, at=at)
        return made["id"], made["post"], made["url"]

    def answer(self, topic: object, author: str, text: str, at: datetime) -> tuple[int, str]:
        made = self._board.do("post", user=author, topic=topic, text=text, at=at)
        return made["post"], made["url"]

    def edit(self, post: int, text: str) -> None:
        self._board.do("edit", post=post, text=text)

    def remove(self, post: int) -> None:
        self._board.do("remove", post=post)

    def clock(self, at: datetime) -> None:
        self._board.do("clock", at=at)


class SpiritHands:
    """django-spirit's."""

    def __init__(self, board: Board) -> None:
        self.url, self._board = board.url, board
        self._people = {name: board.add_user(Account(name, "haslo-na-tablice-1")) for name in NAMES}

    def open(self, author: str, title: str, text: str, at: datetime) -> tuple[object, int, str]:
        made = self._board.add_topic(self._people[author], title, text, at=at)
        return made, made.comment, self._address(made.comment)

    def answer(self, topic: object, author: str, text: str, at: datetime) -> tuple[int, str]:
        assert isinstance(topic, Topic)
        made = self._board.add_comment(topic, self._people[author], text, at=at)
        return made.id, self._address(made.id)

    def _address(self, comment: int) -> str:
        return f"{self.url}comment/{comment}/find/"

    def edit(self, post: int, text: str) -> None:
        self._board.edit(post, text)

    def remove(self, post: int) -> None:
        self._board.remove(post)

    def clock(self, at: datetime) -> None:
        """It prints whole dates of what is older than a day: its own clock does not show."""


@dataclass
class Living:
    """A board and what stands on it. standing: by id."""

    hands: Hands
    chance: Random = field(default_factory=lambda: Random(7))
    topics: list[object] = field(default_factory=list)
    standing: dict[int, Truth] = field(default_factory=dict)
    first: set[int] = field(default_factory=set)
    written: int = 0

    def fill(self, topics: int = 16) -> None:
        """Ten days of talk, ended the hour before reading begins; one topic runs over several pages."""
        at = START - timedelta(days=9)
        for number in range(topics):
            self.open(at)
            for _ in range(45 if number == 3 else self.chance.randrange(9)):
                at += timedelta(minutes=self.chance.randrange(1, 40))
                self.answer(at, self.topics[-1])
            at += timedelta(hours=self.chance.randrange(1, 6))
        assert at < START - timedelta(hours=1), "the past is not long enough"

    def open(self, at: datetime) -> None:
        """A topic with its first post."""
        author, text = self._words()
        title = f"Okna Wintermann {len(self.topics) + 1}: warto?"
        topic, post, url = self.hands.open(author, title, text, at)
        self.topics.append(topic)
        self.first.add(post)
        self._stands(post, url, author, text, at)

    def answer(self, at: datetime, topic: object | None = None) -> None:
        """A further post; half a time with somebody's words quoted above it."""
        author, text = self._words()
        quoted = f"> {self.chance.choice(SAID).splitlines()[0]}\n\n" if self.chance.random() < 0.3 else ""
        post, url = self.hands.answer(topic or self.chance.choice(self.topics), author, quoted + text, at)
        self._stands(post, url, author, text, at)

    def change(self, at: datetime) -> None:
        """What happens between two looks: some write, one has second thoughts, one is taken down."""
        for minute in range(self.chance.randrange(1, 6)):
            self.answer(at - timedelta(minutes=10 - minute))
        if self.chance.random() < 0.3:
            self.open(at - timedelta(minutes=2))
        edited = self.chance.choice(sorted(self.standing))
        text = f"{self._words()[1]}\n\nDopisane po namyśle."
        self.hands.edit(edited, text)
        old = self.standing[edited]
        self.standing[edited] = Truth(author=old.author, at=old.at, text=text, links=old.links)
        removed = self.chance.choice(sorted(set(self.standing) - self.first))
        self.hands.remove(removed)
        del self.standing[removed]

    def _words(self) -> tuple[str, str]:
        self.written += 1
        return self.chance.choice(NAMES), f"{self.chance.choice(SAID)} ({self.written})"

    def _stands(self, post: int, url: str, author: str, text: str, at: datetime) -> None:
        self.standing[post] = Truth(author=author, at=at, text=text, links=frozenset({address(url)}))


Start = Callable[[], Living]

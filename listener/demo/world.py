"""What stands in the demo world at a moment: pure, `now` passed in. Nothing is ever unsaid, so a number once given
to a thread or a post stays with it however many replies people add in between.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from listener.demo.content import Content, ForumPost, PagePost, Person, Review

FAST = 10.0
"""How much faster `--fast` plays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LivePost:
    """A reply that somebody posted on the demo forum while it ran. thread: its number."""

    thread: int
    author: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardPost:
    """number: unique on the board, in order of time; place: in its thread, from 1."""

    number: int
    place: int
    author: Person
    text: str
    at: datetime
    edits: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardThread:
    """A thread with the posts that stand there."""

    number: int
    title: str
    category: str
    posts: tuple[BoardPost, ...]

    @property
    def last_active(self) -> datetime:
        """When its last post came."""
        return self.posts[-1].at


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownReview:
    """A review with its number on the site and its moment."""

    number: int
    at: datetime
    review: Review


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownComment:
    """A comment under a page post. number: its place there, from 1."""

    number: int
    at: datetime
    author: str
    text: str
    official: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPost:
    """A post of the page with its comments, oldest first."""

    number: int
    at: datetime
    text: str
    comments: tuple[ShownComment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visible:
    """All that can be seen. threads: last active first; reviews and page posts: newest first."""

    threads: tuple[BoardThread, ...]
    reviews: tuple[ShownReview, ...]
    page: tuple[ShownPost, ...]

    def thread(self, number: int) -> BoardThread | None:
        """The thread of this number, or None."""
        return next((thread for thread in self.threads if thread.number == number), None)

    def find(self, number: int) -> tuple[BoardThread, BoardPost] | None:
        """The post of this number with its thread, or None."""
        pairs = ((thread, post) for thread in self.threads for post in thread.posts)
        return next((pair for pair in pairs if pair[1].number == number), None)


@dataclass(frozen=True, slots=True)
class World:
    """content, played from started_at on; speed: seconds of content a second (the past is not squeezed)."""

    content: Content
    started_at: datetime
    speed: float = 1.0

    def moment(self, offset: float) -> datetime:
        """When something at this offset happens."""
        return self.started_at + timedelta(seconds=offset / self.speed if offset > 0 else offset)

    def offset(self, now: datetime) -> float:
        """The other way round: how far the content has played."""
        seconds = (now - self.started_at).total_seconds()
        return seconds * self.speed if seconds > 0 else seconds

    def visible(self, now: datetime, live: Sequence[LivePost] = ()) -> Visible:
        """What stands there now. live: what people posted themselves."""
        return Visible(threads=self._threads(now, live), reviews=self._reviews(now), page=self._page(now))

    def person(self, name: str) -> Person:
        """The account of this name; a bare one where it is not in people.toml."""
        return next((person for person in self.content.people if person.name == name), Person(name=name))

    def _threads(self, now: datetime, live: Sequence[LivePost]) -> tuple[BoardThread, ...]:
        reached = self.offset(now)
        begun = sorted((t for t in self.content.forum.thread if t.post[0].at <= reached), key=lambda t: t.post[0].at)
        said: list[_Said] = [(p.at, p.thread, p) for p in live if p.at <= now]
        for number, thread in enumerate(begun, 1):
            said += [(self.moment(post.at), number, post) for post in thread.post if post.at <= reached]
        posts = self._board_posts(said, reached)
        threads = [
            BoardThread(number=number, title=thread.title, category=thread.category, posts=tuple(posts[number]))
            for number, thread in enumerate(begun, 1)
        ]
        return tuple(sorted(threads, key=lambda thread: (thread.last_active, thread.number), reverse=True))

    def _board_posts(self, said: "list[_Said]", reached: float) -> dict[int, list[BoardPost]]:
        """Thread number -> its posts. What people add comes after the script where both fall on one moment."""
        posts: dict[int, list[BoardPost]] = {}
        said.sort(key=lambda row: (row[0], isinstance(row[2], LivePost), row[1]))
        for number, (at, thread, what) in enumerate(said, 1):
            text, edits = what.text_at(reached) if isinstance(what, ForumPost) else (what.text, 0)
            author, before = self.person(what.author), posts.setdefault(thread, [])
            place = len(before) + 1
            before.append(BoardPost(number=number, place=place, author=author, text=text, at=at, edits=edits))
        return posts

    def _reviews(self, now: datetime) -> tuple[ShownReview, ...]:
        reached = self.offset(now)
        shown = sorted((r for r in self.content.reviews.review if r.at <= reached), key=lambda r: r.at)
        rows = [ShownReview(number=n, at=self.moment(review.at), review=review) for n, review in enumerate(shown, 1)]
        return tuple(reversed(rows))

    def _page(self, now: datetime) -> tuple[ShownPost, ...]:
        reached = self.offset(now)
        posts = sorted((p for p in self.content.page.post if p.at <= reached), key=lambda p: p.at)
        return tuple(reversed([self._page_post(number, post, reached) for number, post in enumerate(posts, 1)]))

    def _page_post(self, number: int, post: PagePost, reached: float) -> ShownPost:
        said = sorted((c for c in post.comment if c.at <= reached), key=lambda c: c.at)
        comments = (
            ShownComment(number=place, at=self.moment(c.at), author=c.author, text=c.text, official=c.official)
            for place, c in enumerate(said, 1)
        )
        return ShownPost(number=number, at=self.moment(post.at), text=post.text, comments=tuple(comments))


_Said = tuple[datetime, int, ForumPost | LivePost]

"""The demo forum as it stands: threads of the world, what visitors added, and where each of them is found."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote

from listener.demo.content import Person
from listener.demo.rendering import slug
from listener.demo.world import BoardPost, BoardThread, LivePost, Visible, World

POSTS_A_PAGE = 20
THREADS_A_PAGE = 20
LONGEST_POST = 3000

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One page of a longer list, from 1."""

    number: int
    of: int


def cut(count: int, size: int, number: int) -> Leaf | None:
    """The leaf of this number, or None where the list has no such leaf."""
    of = max(1, -(-count // size))
    return Leaf(number=number, of=of) if 1 <= number <= of else None


@dataclass(slots=True)
class Board:
    """The forum as it stands: the world's threads and what visitors added. marks: of each author's last post."""

    world: World
    clock: Clock
    live: list[LivePost] = field(default_factory=list)
    marks: dict[str, str] = field(default_factory=dict)

    def now(self) -> Visible:
        """What can be seen at this moment."""
        return self.world.visible(self.clock(), self.live)

    def publish(self, thread: BoardThread, author: Person, text: str, mark: str) -> int:
        """The number of the new post. Where this author's last post had the same mark it is the same post, sent
        twice: the number of the thread's last one then."""
        if self.marks.get(author.name) == mark:
            return thread.posts[-1].number
        self.marks[author.name] = mark
        self.live.append(LivePost(thread=thread.number, author=author.name, text=text, at=self.clock()))
        found = self.now().thread(thread.number)
        assert found is not None, "a thread never goes away"
        return next(post.number for post in reversed(found.posts) if post.author.name == author.name)


def thread_path(thread: BoardThread) -> str:
    """/topic/3/okna-od-wintermanna/, percent-encoded."""
    return quote(f"/topic/{thread.number}/{slug(thread.title)}/")


def post_path(thread: BoardThread, post: BoardPost) -> str:
    """Where a post stands: its page and its place there."""
    leaf = -(-post.place // POSTS_A_PAGE)
    return f"{thread_path(thread)}{f'?page={leaf}' if leaf > 1 else ''}#c{post.place}"


def safe_next(target: object) -> str:
    """A path of this site and nothing else."""
    path = target if isinstance(target, str) else ""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) else "/"


def quotation(post: BoardPost) -> str:
    """A post as the start of an answer to it."""
    lines = "\n".join(f"> {line}" for line in post.text.splitlines())
    return f"> @{post.author.name} napisał:\n{lines}\n\n"


def complaint_about(text: str) -> str:
    """What the form says against a text; empty where it is fine."""
    if not text:
        return "To pole jest wymagane."
    if len(text) > LONGEST_POST:
        return f"Upewnij się, że ta wartość ma co najwyżej {LONGEST_POST} znaków (obecnie ma {len(text)})."
    return ""

"""Friendly stand-ins for what lies outside: a place that answers requests, a kind that reads it, a board that is
posted to. They keep the promises of listener.protocols, so whoever writes a source or publisher can use them too.
"""

import json
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar, TypeVar

from listener.errors import DeliveryError, Failure, FetchError, PermanentDelivery
from listener.model import Classification, Event, Mention, Post, Query
from listener.protocols import (
    Ability,
    Alert,
    Conversation,
    Cursor,
    Outcome,
    OutgoingReply,
    Page,
    Parsed,
    PrivateMessage,
    Published,
    Receipt,
    Request,
    SourceConfig,
)
from tests.making import NOW, QUERY, a_mention, a_post, an_opinion

T = TypeVar("T")


@dataclass
class Clock:
    """Time that moves only when told."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **delta: float) -> None:
        """Moves on."""
        self.now += timedelta(**delta)


@dataclass
class Site:
    """A place of threads: index -> {thread: number of posts}, thread pages -> posts. down: URLs that fail once. hints:
    what it says of itself; gone: by thread, ids of posts of which only the place is left. etag: it answers 304."""

    clock: Clock
    threads: dict[str, list[list[str]]] = field(default_factory=dict)
    down: dict[str, Failure] = field(default_factory=dict)
    hints: dict[str, str] = field(default_factory=dict)
    gone: dict[str, list[str]] = field(default_factory=dict)
    etag: bool = False
    asked: list[str] = field(default_factory=list)

    async def fetch(
        self, request: Request, *, allow_private: bool = False, validators: Mapping[str, str] | None = None
    ) -> Page:
        """What listener.http.Http.fetch promises."""
        self.asked.append(request.url)
        if failure := self.down.pop(request.url, None):
            raise FetchError("it is down", failure=failure, where=request.url)
        body = self._body(request.url)
        tag = str(hash(body))
        headers = {"etag": tag} if self.etag else {}
        fresh = not (self.etag and validators and validators.get("etag") == tag)
        return Page(
            url=request.url,
            status=200 if fresh else 304,
            headers=headers,
            body=body.encode() if fresh else b"",
            fetched_at=self.clock.now,
            request=request,
        )

    def _body(self, url: str) -> str:
        if url == "index":
            counts = {thread: sum(map(len, pages)) for thread, pages in self.threads.items()}
            return json.dumps({"threads": counts, "hints": self.hints})
        thread, page = url.split("/")
        if thread not in self.threads:
            raise FetchError("not found", failure=Failure.GONE, where=url)
        pages = self.threads[thread]
        further = f"{thread}/{int(page) + 1}" if int(page) + 1 < len(pages) else None
        return json.dumps({"posts": pages[int(page)], "next": further, "gone": self.gone.get(thread, [])})


class SiteSource:
    """Reads a Site. A thread is followed when the index counts other than its mark says. Trips over "BUG"."""

    kind: ClassVar[str] = "site"
    abilities: ClassVar[frozenset[Ability]] = frozenset()
    example: ClassVar[str] = "index"

    def __init__(self, config: SourceConfig) -> None:
        self._name = config.name

    def requests(self, cursor: Cursor) -> Sequence[Request]:
        return (Request(url="index", conditional=True),)

    def parse(self, page: Page, cursor: Cursor) -> Parsed:
        said = json.loads(page.body)
        if page.url == "index":
            follow = tuple(
                Request(url=f"{thread}/0", context={"thread_id": thread, "count": str(count)})
                for thread, count in said["threads"].items()
                if cursor.get(thread) != str(count)
            )
            return Parsed(follow=follow, hints=said["hints"])
        if any("BUG" in text for text in said["posts"]):
            raise ValueError("a bug in the kind")
        context = page.request.context
        follow = (Request(url=said["next"]),) if said["next"] else ()
        marks = {context["thread_id"]: context["count"]} if "count" in context else {}
        thread = page.url.split("/")[0]
        posts = tuple(
            a_post(
                text.partition(":")[0],
                source=self._name,
                text=text,
                seen_at=page.fetched_at,
                thread_id=thread,
                thread_url=f"{thread}/0",
            )
            for text in said["posts"]
        )
        hints = {} if posts else {"thread_gone": thread}
        return Parsed(posts=posts, follow=follow, marks=marks, gone=tuple(said["gone"]), hints=hints)


class NamedMatcher:
    """Matches posts that hold the word Wintermann in any form."""

    queries: tuple[Query, ...] = (QUERY,)

    def match(self, post: Post) -> tuple[Mention, ...]:
        return (a_mention(),) if "winterman" in post.text.lower() else ()


class AngryClassifier:
    """Calls everything a complaint."""

    version = "test"

    def classify(self, texts: Sequence[str]) -> list[Classification]:
        return [an_opinion() for _ in texts]


@dataclass
class Board:
    """A Publisher over a list of posts. script: what each publish does: an error to raise, before or after the
    text is up."""

    kind: ClassVar[str] = "board"
    absence_is_certain: bool = True
    up: list[str] = field(default_factory=list)
    script: list[tuple[str, DeliveryError]] = field(default_factory=list)
    moderated: bool = False

    def publish(self, reply: OutgoingReply) -> Conversation[Published]:
        yield Request(url="form")
        when, error = self.script.pop(0) if self.script else ("never", None)
        if when == "before" and error:
            raise error
        if self.moderated:
            return Published(outcome=Outcome.PENDING_MODERATION)
        self.up.append(reply.text)
        if when == "after" and error:
            raise error
        return Published(outcome=Outcome.PUBLISHED, url="https://board.example/#1", native_id="900")

    def find(self, reply: OutgoingReply) -> Conversation[Published | None]:
        yield Request(url="thread")
        if self.script and self.script[0][0] == "find":
            raise self.script.pop(0)[1]
        if reply.text not in self.up:
            return None
        return Published(outcome=Outcome.PUBLISHED, url="https://board.example/#1", native_id="900")


@dataclass
class Guestbook(Board):
    """A Board with a letter box and a curtain: it takes one private reply a post, and hides posts. shows: whether it
    says that a post was answered privately; letter_script, curtain_script: as script, for these."""

    letters: list[tuple[str, str]] = field(default_factory=list)
    shows: bool = True
    within: timedelta | None = timedelta(days=7)
    letter_script: list[tuple[str, DeliveryError]] = field(default_factory=list)
    hidden: set[str] = field(default_factory=set)
    curtain_script: list[tuple[str, DeliveryError]] = field(default_factory=list)
    asked_to_hide: int = 0

    @property
    def private_within(self) -> timedelta | None:
        return self.within

    def send_privately(self, message: PrivateMessage) -> Conversation[Published]:
        yield Request(url="letters")
        when, error = self.letter_script.pop(0) if self.letter_script else ("never", None)
        if when == "before" and error:
            raise error
        if any(to == message.post.native_id for to, _ in self.letters):
            raise PermanentDelivery("one private reply for each comment, and this one has had it")
        self.letters.append((message.post.native_id, message.text))
        if when == "after" and error:
            raise error
        return Published(outcome=Outcome.PUBLISHED, url=message.post.url)

    def find_private(self, message: PrivateMessage) -> Conversation[Published | None]:
        yield Request(url="letters")
        there = any(to == message.post.native_id for to, _ in self.letters)
        return Published(outcome=Outcome.ACCEPTED, url=message.post.url) if there and self.shows else None

    def can_hide(self, post: Post) -> bool:
        return post.native_id != "not to be hidden"

    def hide(self, post: Post, *, hidden: bool) -> Conversation[None]:
        yield Request(url="curtain")
        self.asked_to_hide += 1
        when, error = self.curtain_script.pop(0) if self.curtain_script else ("never", None)
        if when == "before" and error:
            raise error
        self.hidden = self.hidden | {post.native_id} if hidden else self.hidden - {post.native_id}
        if when == "after" and error:
            raise error

    def is_hidden(self, post: Post) -> Conversation[bool | None]:
        yield Request(url="curtain")
        return post.native_id in self.hidden


def talk(source: str, conversation: Generator[Request, Page, T]) -> T:
    """Drives a conversation as listener.http.converse does, with pages that say nothing."""
    try:
        request = next(conversation)
        while True:
            page = Page(url=request.url, status=200, headers={}, body=b"", fetched_at=NOW, request=request)
            request = conversation.send(page)
    except StopIteration as end:
        outcome: T = end.value
        return outcome


@dataclass
class Pigeon:
    """A Responder that remembers, and fails as told."""

    name: str = "pigeon"
    script: list[Exception] = field(default_factory=list)
    sent: list[tuple[Alert, Receipt | None]] = field(default_factory=list)

    def handles(self, event: Event) -> bool:
        return True

    def deliver(self, alert: Alert, previous: Receipt | None) -> Receipt:
        if self.script:
            raise self.script.pop(0)
        self.sent.append((alert, previous))
        return Receipt(reference=f"{self.name}:{len(self.sent)}")

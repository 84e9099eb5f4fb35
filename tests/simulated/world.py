"""A forum, the web in between with its accidents, and a house that listens; and what must be true at the end."""

import asyncio
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

from listener.crawl import Crawl, PassReport, Target
from listener.errors import Failure, FetchError
from listener.intake import Intake
from listener.model import Brand, StoredPost
from listener.protocols import Page, Request, Source, SourceConfig
from listener.storage import Storage
from listener.triage import TriagePolicy
from tests.fakes import AngryClassifier, Clock, NamedMatcher
from tests.making import NOW
from tests.simulated.dialects import Dialect
from tests.simulated.forum import Forum, Message, Topic

SOURCE = "forum"
BRANDS = {"wintermann": Brand(id="wintermann", name="Okna Wintermann")}
INTERLEAVED = ("post", "remove", "open", "approve", "edit", "close", "move", "merge")


class PowerCut(Exception):
    """The process is no more: nothing that it would still do happens."""


class Life:
    """Stands in for listener.failpoints.hit: ends at a given hit, and stays ended."""

    def __init__(self) -> None:
        self.left: int | None = None

    def hit(self, name: str) -> None:
        """One hit less to live, where the end is set."""
        if self.left is None:
            return
        self.left -= 1
        if self.left < 0:
            raise PowerCut(name)


@dataclass
class Web:
    """What lies between: answers of the forum, or none. trouble, bustle: how often a request fails, and how often the
    forum changes under the reader between two requests. served: texts of messages by id, the last one last. moved: how
    addresses begin and what redirects make of it."""

    forum: Forum
    dialect: Dialect
    chance: Random
    trouble: float = 0.0
    bustle: float = 0.0
    served: dict[str, list[str]] = field(default_factory=dict)
    requests: int = 0
    not_modified: int = 0
    moved: tuple[str, str] | None = None

    async def fetch(
        self, request: Request, *, allow_private: bool = False, validators: Mapping[str, str] | None = None
    ) -> Page:
        """What listener.http.Http.fetch promises."""
        self.requests += 1
        self.forum.clock.advance(seconds=2)
        if self.chance.random() < self.bustle:
            self.forum.act(self.chance.choice(INTERLEAVED))
        if self.chance.random() < self.trouble:
            raise self._accident(request.url)
        return self.page(request, validators)

    def page(self, request: Request, validators: Mapping[str, str] | None = None) -> Page:
        """What the forum answers. FetchError: there is no such page."""
        body, messages = self.dialect.draw(self.forum, request.url)
        tag = str(hash(body))
        fresh = not (request.conditional and validators and validators.get("etag") == tag)
        for message in messages if fresh else ():
            self.served.setdefault(str(message.id), []).append(message.text)
        self.not_modified += not fresh
        return Page(
            url=request.url.replace(*self.moved) if self.moved else request.url,
            status=200 if fresh else 304,
            headers={"etag": tag, "content-type": "text/html; charset=utf-8"},
            body=body.encode() if fresh else b"",
            fetched_at=self.forum.clock(),
            request=request,
        )

    def _accident(self, url: str) -> FetchError:
        kinds = (
            FetchError("timed out", failure=Failure.TRANSIENT, where=url),
            FetchError("503", failure=Failure.TRANSIENT, where=url),
            FetchError("429", failure=Failure.RATE_LIMITED, where=url, retry_after=30.0),
            FetchError("the body is cut short", failure=Failure.TRANSIENT, where=url),
        )
        return self.chance.choice(kinds)


class World:
    """All of it. pages: the page limit of a pass."""

    def __init__(
        self,
        storage: Storage,
        dialect: Dialect,
        seed: int,
        pages: int | None = None,
        every: timedelta = timedelta(minutes=10),
    ) -> None:
        self.clock, self.life = Clock(), Life()
        self.forum = Forum(self.clock, Random(seed))
        self.web = Web(self.forum, dialect, Random(seed + 1))
        self.storage, self.dialect = storage, dialect
        with storage.begin() as tx:
            tx.sources.configure([(SOURCE, "simulated", dialect.url)], self.clock())
        intake = Intake(
            storage=storage, matcher=NamedMatcher(), classifier=AngryClassifier(), brands=BRANDS, policy=TriagePolicy()
        )
        target = Target(
            name=SOURCE,
            url=dialect.url,
            every=every,
            allow_private=False,
            kind="simulated",
            detect=lambda page: ("simulated", page.url),
            make=lambda kind, url: self.source(),
            max_pages=pages,
        )
        self.crawl = Crawl(storage=storage, intake=intake, targets={SOURCE: target}, clock=self.clock, roll=lambda: 0.5)

    def source(self) -> Source:
        """The kind that reads it."""
        return self.dialect.source(SourceConfig(name=SOURCE, kind="simulated", url=self.dialect.url))

    def look(self, *, trouble: float = 0.0, bustle: float = 0.0) -> PassReport:
        """A pass over the forum."""
        self.web.trouble, self.web.bustle = trouble, bustle
        report = asyncio.run(self.crawl.run(SOURCE, self.web, threading.Event()))
        assert report
        return report

    def look_and_die(self, after: int) -> None:
        """A pass that ends with the process, at the given hit of a failpoint; what it held is free after a restart."""
        before = {name: list(texts) for name, texts in self.web.served.items()}
        self.life.left = after
        try:
            self.look()
        except PowerCut:
            self.web.served = before  # whether they were stored nobody can say
        finally:
            self.life.left = None
        with self.storage.begin() as tx:
            tx.sources.release_all()

    def settle(self) -> None:
        """Some quiet days in which nothing fails."""
        for _ in range(10):
            self.clock.advance(hours=9)
            report = self.look()
            assert report.failure is None, report.failure
        assert not report.unfinished, "what was put off is read in the end"

    # --- what must be true ----------------------------------------------------------------------------------

    def standing(self) -> dict[str, tuple[Topic, Message]]:
        """What a visitor sees, by id."""
        return {str(message.id): (topic, message) for topic in self.forum.shown for message in topic.shown}

    def stored(self) -> dict[str, StoredPost]:
        """What the house has, by id; each once."""
        with self.storage.read() as tx:
            rows = tx.posts.between(NOW - timedelta(days=1), self.clock() + timedelta(days=1))
        found = {stored.post.native_id: stored for stored in rows}
        assert len(found) == len(rows), "every post is stored once"
        return found

    def check_all_stored(self, *, edits: bool = True) -> None:
        """Everything that stands on the forum and names the brand is stored as it stands. edits: also what authors
        and moderators changed later, which some boards do not tell of."""
        stored = self.stored()
        for name, (topic, message) in self.standing().items():
            if message.changed and not edits:
                continue
            if "Winterman" in message.text:
                assert name in stored, f"message {name} of topic {topic.id} is lost"
            if one := stored.get(name):
                assert one.deleted_at is None, f"message {name} stands there"
                assert one.post.text == message.text, "its last text"
                assert one.post.thread_id == str(topic.id), "where it stands"

    def check_nothing_lost(self) -> None:
        """What was read once is kept, whatever became of it."""
        stored = self.stored()
        for name, texts in self.web.served.items():
            if any("Winterman" in text for text in texts):
                assert name in stored, f"message {name} was read and is lost"
        for name, one in stored.items():
            assert self._was_said(name, one.post.text)

    def _was_said(self, name: str, text: str) -> bool:
        return f"({name}" in text

    def check_removed(self) -> None:
        """What was deleted is kept and marked, where the forum tells of it."""
        stored = self.stored()
        for topic in self.forum.topics.values():
            if self.dialect.tells_removed and topic in self.forum.shown:
                for message in topic.removed:
                    assert str(message.id) not in stored or stored[str(message.id)].deleted_at, message.id
            if topic.closed:
                left = [one for one in stored.values() if one.post.thread_id == str(topic.id)]
                assert all(one.deleted_at for one in left), topic.id

    def check_tickets(self) -> None:
        """Each stored post is in one ticket."""
        with self.storage.read() as tx:
            held = {name: tx.tickets.holding(stored.id) for name, stored in self.stored().items()}
        assert {name: len(tickets) for name, tickets in held.items()} == dict.fromkeys(held, 1)

"""Known threads, read whole again in their turn (listener.rotation says when), and what is no longer met there.

A mark "again:ID" keeps a thread; "reread" how much of the pace is used up. A thread is taken up when its reading first
ends, in the transaction that stores its last page.
"""

import logging
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from listener import rotation
from listener.intake import Tally
from listener.marks import AGAIN, SPENT, Marks
from listener.model import Post
from listener.passes import Target, same_site
from listener.protocols import Page, Parsed, Request, Rereads, Source, ThreadPart
from listener.rotation import Standing
from listener.storage import Storage

log = logging.getLogger("listener.crawl")


@dataclass(slots=True)
class _Roll:
    """A thread that is being read from its first page on: ids met, pages, when somebody last wrote, how many posts
    were new and how many new or otherwise than before."""

    ids: set[str] = field(default_factory=set)
    pages: int = 0
    newest: datetime | None = None
    new: int = 0
    fresh: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What is known of a thread at its last page: posts that do not stand there any more, and marks to save with it."""

    gone: tuple[str, ...] = ()
    missing: frozenset[str] = frozenset()
    marks: Mapping[str, str | None] = field(default_factory=dict)


class Rereading:
    """One pass's. Kinds that cannot read a thread again have nothing of it."""

    def __init__(self, target: Target, storage: Storage, marks: Marks, clock: Callable[[], datetime]) -> None:
        self._target = target
        self._storage = storage
        self._marks = marks
        self._clock = clock
        self._kind: Rereads | None = None
        self._met: set[str] = set()
        self._rolls: dict[str, _Roll] = {}
        self._standing: dict[str, Standing] = {}
        self._doubted: deque[str] = deque()
        self._ahead: deque[Standing] | None = None
        self._until = clock()
        self._home = target.url
        self._current: Standing | None = None
        self._changes: dict[str, str | None] = {}

    def attach(self, source: Source) -> None:
        """The kind that reads in this pass."""
        if isinstance(source, Rereads):
            self._kind = source
            found = (
                rotation.read_standing(name.removeprefix(AGAIN), text)
                for name, text in self._marks.cursor.items()
                if name.startswith(AGAIN)
            )
            self._standing = {one.id: one for one in found if one}

    # --- what pages tell ------------------------------------------------------------------------------------------

    def saw_home(self, page: Page) -> None:
        """A first page of the source."""
        self._home = page.url

    def before(self, page: Page, parsed: Parsed) -> Call:
        """What a page's posts come to, before they are stored."""
        if self._kind is None:
            return Call()
        part = parsed.thread
        self._met.update(post.native_id for post in parsed.posts)
        if part is None:
            return Call(marks=self._meet(parsed.posts))
        if part.first:
            self._rolls[part.id] = _Roll()
        roll = self._rolls.get(part.id)
        if roll is not None:
            roll.pages += 1
            roll.ids.update(post.native_id for post in parsed.posts)
            roll.newest = _newest(parsed.posts, roll.newest)
        if not part.last:
            return Call()
        if roll is None:
            return Call(marks=self._meet(parsed.posts))
        roll.pages += len(parsed.follow)
        call = self._call(part, roll)
        if part.id not in self._standing:
            call = replace(call, marks=self._take_up(self._new(part.id, parsed.posts, roll, page)))
        return call

    def after(self, page: Page, parsed: Parsed, call: Call, tally: Tally) -> Mapping[str, str | None]:
        """Marks of a thread that was read to its end. tally: what became of the page's posts."""
        part = parsed.thread
        roll = self._rolls.get(part.id) if part else None
        if part is None or roll is None:
            return self._beside(page, tally)
        roll.fresh += tally.fresh
        roll.new += tally.new
        if not part.last:
            return {}
        del self._rolls[part.id]
        if self._current is not None and self._current.id not in (part.id, None):
            merged = self._let_go(self._current)  # its address leads into another thread
        else:
            merged = {}
        if call.missing:
            self._doubted.append(part.id)
        known = self._standing[part.id]
        if call.marks and not call.missing:
            return merged
        return merged | self._take_up(
            replace(
                known,
                read=page.fetched_at,
                # an edit does not count: a page that reads otherwise each time would be read all the time
                active=page.fetched_at if roll.new and not call.marks else known.active,
                pages=roll.pages,
                looks=0 if roll.fresh or call.gone else known.looks + 1,
                missing=call.missing,
                gone=False,
            )
        )

    def _beside(self, page: Page, tally: Tally) -> Mapping[str, str | None]:
        """Posts of the thread in hand that come in answers of their own."""
        known = self._standing.get(self._current.id) if self._current and tally.fresh else None
        if known is None:
            return {}
        return self._take_up(replace(known, active=page.fetched_at if tally.new else known.active, looks=0))

    def _call(self, part: ThreadPart, roll: _Roll) -> Call:
        """Posts that were not met from the first page to the last. On several pages one may have slid past the reader,
        so it must be missed twice. Where nothing on the pages was known before, they are not the thread we know."""
        with self._storage.read() as tx:
            missing = tx.posts.absent(self._target.name, part.id, self._met.union(part.standing))
            if not missing or not tx.posts.known(self._target.name, sorted(roll.ids)):
                return Call()
        if not rotation.believable(missing=len(missing), met=max(len(roll.ids), len(part.standing))):
            log.warning("%s: thread %s is %d posts short; not believed", self._target.name, part.id, len(missing))
            return Call()
        known = self._standing.get(part.id)
        at_once = bool(part.standing) or (roll.pages == 1 and (known is None or known.pages == 1))
        sure = missing if at_once else missing & (known.missing if known else frozenset())
        if sure:
            log.info("%s: no longer in thread %s: %s", self._target.name, part.id, ", ".join(sorted(sure)))
        return Call(gone=tuple(sorted(sure)), missing=missing - sure)

    def _new(self, thread: str, posts: Iterable[Post], roll: _Roll, page: Page) -> Standing:
        url = next((post.thread_url for post in posts if post.thread_url), None) or page.url
        active = min(roll.newest or page.fetched_at, page.fetched_at)
        return Standing(id=thread, url=url, read=page.fetched_at, active=active, pages=max(1, roll.pages))

    def _meet(self, posts: Iterable[Post]) -> dict[str, str | None]:
        """Threads of which posts were met beside a reading of the whole."""
        marks: dict[str, str | None] = {}
        for post in posts:
            if post.thread_id is None or post.thread_url is None:
                continue
            known, at = self._standing.get(post.thread_id), min(post.published_at or post.seen_at, post.seen_at)
            if known is None:
                met = Standing(id=post.thread_id, url=post.thread_url, read=post.seen_at, active=at)
                marks |= self._take_up(met)
            elif at > known.active + rotation.LEAST:
                marks |= self._take_up(replace(known, active=at, looks=0))
        return marks

    def _take_up(self, one: Standing) -> dict[str, str | None]:
        self._standing[one.id] = one
        return {AGAIN + one.id: one.text()}

    def at_home(self, url: str) -> bool:
        """Whether a thread is on the site that the source's first page is on now. Where the board moved, an address
        that is gone is only an old one."""
        return same_site(url, self._home)

    def gone(self, thread: str, *, moved: bool) -> dict[str, str | None]:
        """Marks of a thread that is there no more. It is asked for once more another day, unless its board moved."""
        one = self._standing.get(thread)
        if one is None:
            return {}
        if moved or one.gone:
            return self._let_go(one)
        return self._take_up(replace(one, read=self._clock(), gone=True, missing=frozenset()))

    def _let_go(self, one: Standing) -> dict[str, str | None]:
        del self._standing[one.id]
        assert self._kind
        theirs = [name for name in self._kind.let_go(one.id) if name in self._marks.cursor]
        kept = self._kind.whole(one.id, one.url).url
        return {AGAIN + one.id: None, **dict.fromkeys(theirs), **self._marks.without_validators(kept)}

    # --- reading again --------------------------------------------------------------------------------------------

    def next(self) -> Request | None:
        """What to read next; None: nothing more in this pass."""
        if self._kind is None:
            return None
        self._end_current()
        now = self._clock()
        if self._ahead is None:
            self._ahead = deque(self._plan(now))
            self._until = now + self._target.every  # a slow place must not keep us from what is new there
        while self._doubted or (self._ahead and now < self._until and rotation.allowance(self._spent(), now)):
            thread = self._doubted.popleft() if self._doubted else self._ahead.popleft().id
            if thread in self._standing:
                self._current = self._standing[thread]
                return self._request(self._current)
        return None

    def _plan(self, now: datetime) -> list[Standing]:
        """Lets settled threads go, takes up those that people work on, and says which are due."""
        held = self._held(now)
        for one in [one for one in self._standing.values() if one.id not in held and rotation.settled(one, now)]:
            self._changes |= self._let_go(one)
        for thread in rotation.crowded_out(self._standing.values()):
            self._changes |= self._let_go(self._standing[thread])
        for thread, url in held.items():
            if thread not in self._standing:
                long_ago = now - rotation.SETTLED
                self._changes |= self._take_up(Standing(id=thread, url=url, read=long_ago, active=long_ago))
        return rotation.due(self._standing, now, held)

    def _held(self, now: datetime) -> dict[str, str]:
        with self._storage.read() as tx:
            standing = tx.posts.of_open_tickets(self._target.name, now)
        return {thread: url for url, thread in standing.values() if thread and same_site(url, self._target.url)}

    def _request(self, one: Standing) -> Request:
        """A thread of one page is asked for conditionally; of several, the first says nothing of the others."""
        assert self._kind
        request = self._kind.whole(one.id, one.url)
        return replace(request, conditional=one.pages == 1 and not one.missing)

    def _spent(self) -> datetime | None:
        said = self._changes.get(SPENT) or self._marks.cursor.get(SPENT)
        return datetime.fromisoformat(said) if said else None

    @property
    def in_hand(self) -> str | None:
        """The id of the thread that is being read again."""
        return self._current.id if self._current else None

    def unchanged(self, page: Page) -> dict[str, str | None]:
        """The thread in hand answered 304."""
        one = self._current
        if one is None:
            return {}
        return self._take_up(replace(one, read=page.fetched_at, looks=one.looks + 1))

    def read(self, pages: int) -> None:
        """So many were asked for."""
        self._changes[SPENT] = rotation.spend(self._spent(), self._clock(), pages).isoformat()

    def _end_current(self) -> None:
        """A thread whose reading did not come to its end has had its turn all the same: it was merged into another,
        is closed to us, or is longer than a pass."""
        one, self._current = self._current, None
        if one is not None and self._standing.get(one.id) is one:
            self._changes |= self._take_up(replace(one, read=self._clock(), looks=one.looks + 1, missing=frozenset()))

    def close(self) -> None:
        """Saves what the turn came to."""
        self._end_current()
        if self._changes:
            self._marks.save(self._changes)
            self._changes = {}


def _newest(posts: Iterable[Post], known: datetime | None) -> datetime | None:
    return max((at for at in (known, *(post.published_at for post in posts)) if at), default=None)

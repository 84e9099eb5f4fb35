"""Whether threads of open tickets are still there: one that was deleted drops out of lists and feeds without a word,
and nobody should answer there.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta

from listener.errors import Failure, FetchError
from listener.marks import Marks, read_validators, validators_of
from listener.model import Post
from listener.passes import Target, same_site
from listener.protocols import Page, Request
from listener.storage import Storage

log = logging.getLogger("listener.crawl")

_CHECKED = "checked:"
_EVERY = timedelta(days=1)
_SEEN_EVERY = timedelta(hours=1)
_MOST = 5
_NEVER = "1970-01-01T00:00:00+00:00"
_REFUSED = frozenset({Failure.BLOCKED, Failure.AUTH, Failure.BAD_CONTENT})

Ask = Callable[[Request, dict[str, str] | None], Awaitable[Page]]
"""Fetches a request, with validators."""


class Presence:
    """What one pass knows of it. A mark "checked:KEY" keeps when a thread was last there, and its validators."""

    def __init__(self, target: Target, storage: Storage, marks: Marks, clock: Callable[[], datetime]) -> None:
        self._target = target
        self._storage = storage
        self._marks = marks
        self._clock = clock
        self._seen: set[str] = set()

    def saw(self, posts: Iterable[Post]) -> None:
        """Posts that a page of this pass held: their threads are there, and need not be asked for."""
        self._seen.update(post.thread_key for post in posts)

    def is_there(self, thread_key: str) -> None:
        """A thread that answered that nothing changed in it."""
        self._seen.add(thread_key)

    async def check(self, ask: Ask) -> None:
        """Asks for threads of open tickets that nothing was seen of for a day. Only that one is gone counts."""
        due = await asyncio.to_thread(self._due)
        for key, (url, thread_id) in list(due.items())[:_MOST]:
            kept = ""
            try:
                known = read_validators(self._marks.cursor.get(_CHECKED + key, ""))
                page = await ask(Request(url=url, conditional=True), known or None)
                kept = self._validators(key, page)
            except FetchError as error:
                log.debug("%s: looking whether it is still there: %s", self._target.name, error)
                if error.failure is Failure.GONE:
                    await asyncio.to_thread(self._tombstone, key, thread_id)
                elif error.failure not in _REFUSED:
                    return
            await asyncio.to_thread(self._marks.save, {_CHECKED + key: self._clock().isoformat() + kept})

    def _validators(self, key: str, page: Page) -> str:
        """What to keep for the next time; an answer 304 need not repeat them."""
        kept = validators_of(page)
        if page.status == 304 and not kept:
            kept = self._marks.cursor.get(_CHECKED + key, "").partition("\n")[2]
        return f"\n{kept}" if kept else ""

    def _due(self) -> dict[str, tuple[str, str | None]]:
        """Where those threads stand. Only on the source's own host: what a feed links to may be any place, a private
        one too. Forgets threads that need no more looks."""
        now = self._clock()
        with self._storage.read() as tx:
            standing = tx.posts.of_open_tickets(self._target.name, now - _EVERY)
        checked = {n.removeprefix(_CHECKED): v for n, v in self._marks.cursor.items() if n.startswith(_CHECKED)}
        changes: dict[str, str | None] = {_CHECKED + key: None for key in checked if key not in standing}
        for key in self._seen & standing.keys():
            known = checked.get(key, _NEVER)
            if _when(known) < now - _SEEN_EVERY:
                checked[key] = "\n".join([now.isoformat(), *known.splitlines()[1:]])
                changes[_CHECKED + key] = checked[key]
        if changes:
            self._marks.save(changes)
        return {
            key: place
            for key, place in standing.items()
            if _when(checked.get(key, _NEVER)) < now - _EVERY and same_site(place[0], self._target.url)
        }

    def _tombstone(self, thread_key: str, thread_id: str | None) -> None:
        log.info("%s: gone: %s", self._target.name, thread_key)
        with self._storage.begin() as tx:
            if thread_id:
                tx.posts.tombstone_thread(self._target.name, thread_id, self._clock())
            else:
                tx.posts.tombstone(self._target.name, [thread_key], self._clock())


def _when(mark: str) -> datetime:
    return datetime.fromisoformat(mark.partition("\n")[0])

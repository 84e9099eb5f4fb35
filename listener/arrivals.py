"""What places send by themselves: kept as it came before they are answered, read a moment later in the order in which
it came, and gone with the transaction that stores what it told of. A crash at any point loses nothing; reading twice
changes nothing.

Places send late, twice and out of order. A kind says of each change when it happened, as marks of what it read:
"changed:ID" -> a text that sorts. A change that does not sort behind the last one that was taken in is left out;
FIRST says "this is how it was at first", which tells nothing of a post that is known.
"""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from listener import failpoints
from listener.errors import DatabaseUnreachable, ListenerError
from listener.health import heard
from listener.intake import Haul, Intake, Tally
from listener.model import Post
from listener.protocols import Hook, Parsed
from listener.storage import Arrival, Sent, Storage
from listener.views import Check

log = logging.getLogger("listener.arrivals")

CHANGED = "changed:"
FIRST = "0"
THREADS_GONE = "threads_gone"
"""A hint: ids of threads that were taken down with all that stood in them, a line each."""
LOOK = "look"
"""A hint: something is told of that has to be read there; the next look at the source comes at once."""
BATCH = 100
"""Requests read at once, at most. Their posts are one transaction, and who sends more waits for it."""
MEMORY = timedelta(days=3)
"""How long the order of changes is remembered: longer than places go on sending what we did not answer."""
KEPT_UNREAD = timedelta(days=30)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TRIES = 4
_FIRST_WAIT = timedelta(seconds=5)
_LOOK_AGAIN = timedelta(minutes=1)
_HEARD_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrivals:
    """The use case. hooks: by source, what reads what it sends; accounts: names under which we write there;
    told: when each last had news."""

    storage: Storage
    intake: Intake
    hooks: Mapping[str, Hook]
    clock: Callable[[], datetime]
    accounts: Mapping[str, frozenset[str]] = field(default_factory=dict)
    told: dict[str, datetime] = field(default_factory=dict)

    def keep(self, several: Sequence[Sent]) -> None:
        """Keeps what was sent, in one transaction. When this returns it may be answered with 200."""
        # the lock is that of the intake: SQLite has one writer, and its own way of waiting is slower
        with self.intake.writing, self.storage.begin() as tx:
            tx.arrivals.add(several)
            failpoints.hit("arrivals.before-commit")
        failpoints.hit("arrivals.after-commit")

    def work(self) -> int:
        """Reads what waits, as much as goes into one transaction. Returns how many requests; 0: nothing waits."""
        with self.storage.read() as tx:
            due = tx.arrivals.due(list(self.hooks), self.clock(), BATCH)
        for source in dict.fromkeys(arrival.sent.source for arrival in due):
            self._take(source, [arrival for arrival in due if arrival.sent.source == source])
        return len(due)

    def check(self) -> Check:
        """For the health page: what lies there that could not be read."""
        try:
            with self.storage.read() as tx:
                stuck, waiting = tx.arrivals.stuck(), tx.arrivals.waiting()
        except ListenerError as error:
            return Check(name="arrivals", ok=False, detail=error.message)
        said = [f"{one.count} from {one.source} could not be read: {one.error}" for one in stuck]
        return Check(name="arrivals", ok=True, detail="; ".join([f"{waiting} waiting", *said]))

    # --- reading ------------------------------------------------------------------------------------------------

    def _take(self, source: str, arrivals: Sequence[Arrival]) -> None:
        """All of them at once; by halves where that fails, so that one bad request holds up no other for long."""
        read = [(arrival, parsed) for arrival in arrivals if (parsed := self._read(arrival)) is not None]
        if not read:
            return
        try:
            self._store(source, read)
        except DatabaseUnreachable:
            raise
        except Exception as error:
            if len(read) == 1:
                log.exception("%s: what was sent cannot be stored", source)
                self._failed(read[0][0], f"{type(error).__name__}: {error}")
                return
            log.warning("%s: %d requests cannot be stored at once (%s): by halves", source, len(read), error)
            half = len(read) // 2
            self._take(source, [arrival for arrival, _ in read[:half]])
            self._take(source, [arrival for arrival, _ in read[half:]])

    def _read(self, arrival: Arrival) -> Parsed | None:
        sent = arrival.sent
        try:
            return self.hooks[sent.source].read(sent.headers, sent.body, sent.received_at)
        except ListenerError as error:
            self._failed(arrival, str(error))
        except Exception as error:  # a kind that trips over one request must not lose the others
            log.exception("%s: the kind broke on what was sent", sent.source)
            self._failed(arrival, f"the kind broke on it ({type(error).__name__})")
        return None

    def _failed(self, arrival: Arrival, error: str) -> None:
        gives_up = arrival.attempts + 1 >= _TRIES
        due = None if gives_up else self.clock() + _FIRST_WAIT * 4**arrival.attempts
        if gives_up:
            log.error("%s: what was sent cannot be read and is put aside: %s", arrival.sent.source, error)
        with self.storage.begin() as tx:
            tx.arrivals.failed(arrival, error, due)

    def _store(self, source: str, read: Sequence[tuple[Arrival, Parsed]]) -> Tally:
        now = self.clock()
        for note in dict.fromkeys(note for _, parsed in read for note in parsed.notes):
            log.warning("%s: %s", source, note)
        told = _last_of_each(parsed for _, parsed in read)
        with self.storage.read() as tx:
            kept = tx.sources.marks(source, [CHANGED + native_id for native_id in told])
            first = [native_id for native_id, change in told.items() if change.at == FIRST]
            known = tx.posts.known(source, first) if first else {}
        news = {
            native_id: change
            for native_id, change in told.items()
            if native_id not in known and not _is_old(change, kept.get(CHANGED + native_id))
        }
        haul = Haul(
            source=source,
            posts=tuple(change.post for change in news.values() if change.post),
            gone=tuple(native_id for native_id, change in news.items() if change.post is None),
            marks={
                CHANGED + native_id: change.at for native_id, change in news.items() if change.at not in (None, FIRST)
            },
            accounts=self.accounts.get(source, frozenset()),
            arrivals=tuple(arrival.id for arrival, _ in read),
            hidden=_hidden((parsed for _, parsed in read), news),
        )
        failpoints.hit("arrivals.read")
        threads = {thread for _, parsed in read for thread in parsed.hints.get(THREADS_GONE, "").splitlines()}
        if threads:
            with self.storage.begin() as tx:
                for thread in sorted(threads):
                    tx.posts.tombstone_thread(source, thread, now)
        tally = self.intake.take(haul, now)
        if any(LOOK in parsed.hints for _, parsed in read):
            with self.storage.begin() as tx:
                tx.sources.hurry(source, now, _LOOK_AGAIN)
        if tally.new:
            self._heard(source, now)
        return tally

    def _heard(self, source: str, now: datetime) -> None:
        """News that comes by itself is news of the source: its silence is judged by it too. Once a minute will do."""
        last = self.told.get(source)
        if last is not None and now - last < _HEARD_EVERY:
            return
        self.told[source] = now
        with self.storage.begin() as tx:
            row = tx.sources.one(source)
            if row is not None:
                tx.sources.learn(source, heard(row.rhythm, last_look=now, now=now))
                tx.sources.news(source, now)

    def forget(self) -> None:
        """Forgets the order of changes that nobody sends any more, and what nobody could read for a month."""
        before = self.clock() - MEMORY
        with self.storage.begin() as tx:
            tx.arrivals.drop_stuck(self.clock() - KEPT_UNREAD)
            for source in self.hooks:
                for last in (False, True):
                    tx.sources.forget_marks(source, CHANGED, order(_EPOCH, last=last), order(before, last=last))


def order(moment: datetime, further: datetime | None = None, *, last: bool = False) -> str:
    """When a change happened, as a text that sorts: by time, then by a further time. last: behind all others, as
    there can be no change after it."""
    times = [moment, further or moment]
    return f"1{'z' if last else 'a'}{':'.join(f'{int(one.timestamp()):012d}' for one in times)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    """What became of a post: it stands there (post), or is gone (None). at: None where the kind does not say when."""

    post: Post | None
    at: str | None


def _last_of_each(several: Iterable[Parsed]) -> dict[str, _Change]:
    told: dict[str, _Change] = {}
    for parsed in several:
        changes = [(post.native_id, post) for post in parsed.posts] + [(native_id, None) for native_id in parsed.gone]
        for native_id, post in changes:
            change, before = _Change(post=post, at=parsed.marks.get(CHANGED + native_id)), told.get(native_id)
            if before is None or not _is_old(change, before.at):
                told[native_id] = change
    return told


def _hidden(several: Iterable[Parsed], news: Mapping[str, _Change]) -> dict[str, bool]:
    """Which posts are hidden, where that fits the latest that was told of them."""
    return {
        native_id: hidden
        for parsed in several
        for native_id, hidden in parsed.hidden.items()
        if native_id in news and hidden == (news[native_id].post is None)
    }


def _is_old(change: _Change, kept: str | None) -> bool:
    """Whether something that happened at the same time or later is known already."""
    return change.at is not None and kept is not None and change.at <= kept

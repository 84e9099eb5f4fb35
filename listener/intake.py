"""Steps 4 to 8 of the path: known posts drop out, the rest is matched, classified and triaged, and all of it is
written in one transaction with the marks that cover it and the events that tell of it.

Doing it again changes nothing: posts are known by (source, native_id) and content.
"""

import hashlib
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime

from listener import failpoints
from listener.alerting import FloodPolicy
from listener.book import Book, Found
from listener.errors import Conflict
from listener.matching.duplicates import Duplicates, Said, said
from listener.missing import missing
from listener.model import (
    Brand,
    Classification,
    Mention,
    Post,
    Ticket,
    TicketAction,
)
from listener.protocols import Classifier, Matcher, Stood
from listener.routing import Rule
from listener.storage import Kept, Known, Storage, Transaction, storable
from listener.ticketing import Ticketing
from listener.triage import ThreadFacts, TriagePolicy, decide

_TRIES = 3
_COPIES = 10  # of a flood of copies the first few tell whose ticket it is


@dataclass(frozen=True, slots=True, kw_only=True)
class Haul:
    """What one page gave. accounts: names under which we ourselves write there. arrivals: ids of what was sent to us
    and told of it; gone once this is stored. stood: by thread, what an answer showed of it (Parsed.stood)."""

    source: str
    posts: tuple[Post, ...]
    marks: Mapping[str, str | None] = field(default_factory=dict)
    gone: tuple[str, ...] = ()
    accounts: frozenset[str] = frozenset()
    arrivals: tuple[int, ...] = ()
    hidden: Mapping[str, bool] = field(default_factory=dict)
    stood: Mapping[str, Stood] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What became of posts. fresh: new, edited, moved or back again; new: never met before; stored: new posts kept
    whole; opened, appended: tickets."""

    seen: int = 0
    fresh: int = 0
    new: int = 0
    stored: int = 0
    revised: int = 0
    opened: int = 0
    appended: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            seen=self.seen + other.seen,
            fresh=self.fresh + other.fresh,
            new=self.new + other.new,
            stored=self.stored + other.stored,
            revised=self.revised + other.revised,
            opened=self.opened + other.opened,
            appended=self.appended + other.appended,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """A fresh post with what was found in it. opinion is None where nothing matched, words too unless the post is
    known: what it says, ready to be compared."""

    post: Post
    content_hash: str
    mentions: tuple[Mention, ...]
    opinion: Classification | None
    words: Said | None
    edited: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A post that was written, and how. ours: we wrote it ourselves."""

    read: _Read
    post_id: int
    kept: Kept
    ours: bool = False

    @property
    def found(self) -> list[Found]:
        """One for each mention."""
        read = self.read
        if read.opinion is None:
            return []
        return [
            Found(post=read.post, post_id=self.post_id, mention=mention, opinion=read.opinion, edited=read.edited)
            for mention in read.mentions
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """The stage itself. brands by id; rules: who gets a ticket; floods: when many become one; doubt: of the confidence
    of a classification; adapt: brand, text and opinion to what that brand's staff taught."""

    storage: Storage
    matcher: Matcher
    classifier: Classifier
    brands: Mapping[str, Brand]
    policy: TriagePolicy
    rules: Sequence[Rule] = ()
    doubt: Callable[[Mapping[str, float]], float] = lambda confidence: 0.0
    adapt: Callable[[str, str, Classification], Classification] = lambda brand, text, opinion: opinion
    floods: FloodPolicy = field(default_factory=FloodPolicy)
    duplicates: Duplicates = field(default_factory=Duplicates)
    writing: threading.Lock = field(default_factory=threading.Lock)

    def remember(self) -> int:
        """Reads back what open tickets are about, so that a copy is known across a restart. Returns how many posts."""
        count = last = 0
        while True:
            with self.storage.read() as tx:
                batch = tx.tickets.open_posts(after=last)
            if not batch:
                return count
            for last, post in batch:
                self.duplicates.add(last, post)
                count += 1

    def take(self, haul: Haul, now: datetime) -> Tally:
        """Takes in a page's posts. All or nothing; tried again where another writer was faster."""
        for attempt in range(_TRIES):
            try:
                return self._take(haul, now)
            except Conflict:
                if attempt == _TRIES - 1:
                    raise
        raise AssertionError("unreachable")

    def _take(self, haul: Haul, now: datetime) -> Tally:
        posts = tuple({post.native_id: post for post in haul.posts}.values())
        with self.storage.read() as tx:
            known = tx.posts.known(haul.source, [post.native_id for post in posts])
            unwanted = tx.posts.forgotten((haul.source, who) for post in posts for who in _names(post))
        wanted = [post for post in posts if not any((haul.source, who) in unwanted for who in _names(post))]
        reads = self._read([post for post in wanted if _is_fresh(post, known)], known)
        failpoints.hit("intake.before-write")
        with self.writing, self._remembering() as kept, self.storage.begin() as tx:
            new = sum(not read.edited for read in reads)
            tally = Tally(seen=len(haul.posts), fresh=len(reads), new=new)
            # read again inside the transaction: somebody may have written meanwhile. What matched and was new says so
            # itself when it is kept.
            unsure = [read.post.native_id for read in reads if read.opinion is None or read.edited]
            stored = tx.posts.known(haul.source, unsure)
            rows = self._keep(tx, reads, stored, now)
            ours = tx.replies.ours(haul.source, [row.read.post.native_id for row in rows])
            found = [one for row in rows for one in row.found]
            book = Book(tx, haul.source, found, now, _new(rows))
            book.expect(self._copies_of([row for row in rows if _is_homeless(book, row)]))
            for row in rows:
                own = row.read.post.author in haul.accounts or row.read.post.native_id in ours
                tally += self._file(book, replace(row, ours=own))
                kept.append(row.post_id)
            book.write()
            failpoints.hit("intake.posts-written")
            tx.posts.recount(_counted(wanted, known))
            gone, missed = missing(tx, haul.source, haul.stood, now) if haul.stood else ([], {})
            tx.posts.tombstone(haul.source, (*haul.gone, *gone), now)
            tx.hidings.told(haul.source, haul.hidden, now)
            tx.sources.mark(haul.source, {**haul.marks, **missed})
            tx.arrivals.done(haul.arrivals)
            failpoints.hit("intake.before-commit")
        failpoints.hit("intake.after-commit")
        return tally

    @contextmanager
    def _remembering(self) -> Iterator[list[int]]:
        """Row ids of posts that were remembered for duplicates meanwhile: forgotten again where nothing was written."""
        kept: list[int] = []
        try:
            yield kept
        except BaseException:
            for post_id in kept:
                self.duplicates.forget(post_id)
            raise

    def _read(self, posts: Sequence[Post], known: Mapping[str, Known]) -> list[_Read]:
        """Matching for every fresh post, classification for those that match."""
        kept = [storable(post) for post in posts]
        found = [self.matcher.match(post) for post in kept]
        matched = [post.text for post, mentions in zip(kept, found, strict=True) if mentions]
        opinions = iter(self.classifier.classify(matched))
        return [
            _Read(
                post=post,
                content_hash=content_hash(sent),
                mentions=mentions,
                opinion=self.adapt(mentions[0].query.brand, post.text, next(opinions)) if mentions else None,
                words=said(post) if mentions or sent.native_id in known else None,
                edited=sent.native_id in known,
            )
            for sent, post, mentions in zip(posts, kept, found, strict=True)
        ]

    def _keep(self, tx: Transaction, reads: Sequence[_Read], stored: Mapping[str, Known], now: datetime) -> list[_Row]:
        """Writes the posts and what was found in them, in few statements; gives those that are news."""
        befores = [stored.get(read.post.native_id) for read in reads]
        whole = [
            (read, before is not None)
            for read, before in zip(reads, befores, strict=True)
            if read.opinion is not None or (before is not None and before.post_id is not None)
        ]
        kept = tx.posts.keep_all([(read.post, read.content_hash, known) for read, known in whole], now)
        rows = [
            _Row(read=read, post_id=post_id, kept=how)
            for (read, _), (post_id, how) in zip(whole, kept, strict=True)
            if how is not Kept.UNCHANGED
        ]
        stored_whole = {id(read) for read, _ in whole}
        tx.posts.fingerprint([(read.post, read.content_hash) for read in reads if id(read) not in stored_whole])
        tx.posts.mention([(row.post_id, row.read.mentions) for row in rows], now, _new(rows))
        tx.posts.classify([(row.post_id, row.read.opinion) for row in rows if row.read.opinion is not None])
        return rows

    def _file(self, book: Book, row: _Row) -> Tally:
        """Puts a post where people see it."""
        tally = Tally(stored=int(row.kept is Kept.NEW), revised=int(row.kept is Kept.REVISED))
        for found in row.found:
            tally += self._triage(book, row, found)
        self.duplicates.forget(row.post_id)
        self.duplicates.add(row.post_id, row.read.words or row.read.post)
        return tally

    def _triage(self, book: Book, row: _Row, found: Found) -> Tally:
        read, post_id, mention = row.read, row.post_id, found.mention
        # a post that is moved and edited at once stays in the ticket that it is in
        held = book.open_with([post_id], mention).get(post_id) if read.edited else None
        ticket = held or book.open_one(read.post, mention) or self._copied(book, read, mention)
        brand = self.brands[mention.query.brand]
        facts = self._facts(book, row, found, ticket)
        change = decide(read.post, mention, found.opinion, facts, brand=brand, policy=self.policy, now=book.now)
        if change.action is TicketAction.IGNORE:
            return Tally()
        ticketing = Ticketing(policy=self.policy, rules=self.rules, floods=self.floods)
        if ticket is not None:
            ticketing.append(book, ticket, found, change)
            return Tally(appended=1)
        if book.has_post(post_id, mention):
            return Tally()  # an edit of a post whose ticket is resolved: known, answered, not news
        opened = ticketing.open(book, found, change)
        review = change.action is TicketAction.REVIEW
        return Tally(opened=int(opened), appended=int(not opened and not review))

    def _facts(self, book: Book, row: _Row, found: Found, ticket: Ticket | None) -> ThreadFacts:
        """What is known around a post that matched."""
        by_author, places = book.standing(ticket, found.post) if ticket else (False, 1)
        return ThreadFacts(
            ticket=ticket,
            unanswered=book.unanswered(ticket, found.post) + 1 if ticket else 0,
            ours=row.ours,
            edited=found.edited,
            doubt=self.doubt(found.opinion.confidence),
            by_author=by_author,
            places=places,
            earlier=0 if ticket else book.earlier_of(found.post),
        )

    def _copies_of(self, rows: Sequence[_Row]) -> set[int]:
        """Kept posts that these repeat."""
        words = [row.read.words for row in rows if row.read.words]
        return {copy.key for one in words for copy in self.duplicates.find(one)[:_COPIES]}

    def _copied(self, book: Book, read: _Read, mention: Mention) -> Ticket | None:
        """The open ticket of the same query that holds a copy of this post from another place."""
        copies = [copy.key for copy in self.duplicates.find(read.words or read.post)[:_COPIES]]
        held = book.open_with(copies, mention) if copies else {}
        return next((held[copy] for copy in copies if copy in held), None)


def _is_homeless(book: Book, row: _Row) -> bool:
    """Whether a post that matched has no open ticket in its own thread."""
    return any(book.open_one(found.post, found.mention) is None for found in row.found)


def _new(rows: Sequence[_Row]) -> frozenset[int]:
    return frozenset(row.post_id for row in rows if row.kept is Kept.NEW)


def content_hash(post: Post) -> str:
    """What makes an edit an edit: text, quotes and rating; not dates or titles, which places reword by themselves."""
    parts = [post.text, repr(post.rating)]
    for quote in post.quotes:
        parts += [quote.author or "", quote.text]
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _is_fresh(post: Post, known: Mapping[str, Known]) -> bool:
    old = known.get(post.native_id)
    return old is None or old.deleted or old.content_hash != content_hash(post) or old.moved_to(post.thread_id)


def _counted(posts: Sequence[Post], known: Mapping[str, Known]) -> list[tuple[int, Post]]:
    """Posts of which the place says something else now than when they were written down, by row id. What it no longer
    says of a post's reach stays as it was."""
    found = []
    for post in posts:
        old = known.get(post.native_id)
        if old is None or old.post_id is None:
            continue
        now_said = replace(post, reach=post.reach or old.reach)
        if (now_said.reach, now_said.answer_due) != (old.reach, old.answer_due):
            found.append((old.post_id, now_said))
    return found


def _names(post: Post) -> tuple[str, ...]:
    return tuple(name for name in (post.author, post.author_id) if name)

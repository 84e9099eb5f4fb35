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
from listener.errors import Conflict
from listener.matching.duplicates import Duplicates
from listener.model import (
    Brand,
    Classification,
    Mention,
    Post,
    Ticket,
    TicketAction,
)
from listener.protocols import Classifier, Matcher
from listener.routing import Rule
from listener.storage import Kept, Known, Storage, Transaction
from listener.ticketing import Found, Ticketing
from listener.triage import ThreadFacts, TriagePolicy, decide

_TRIES = 3
_COPIES = 10  # of a flood of copies the first few tell whose ticket it is


@dataclass(frozen=True, slots=True, kw_only=True)
class Haul:
    """What one page gave. accounts: names under which we ourselves write there. arrivals: ids of what was sent to us
    and told of it; gone once this is stored."""

    source: str
    posts: tuple[Post, ...]
    marks: Mapping[str, str | None] = field(default_factory=dict)
    gone: tuple[str, ...] = ()
    accounts: frozenset[str] = frozenset()
    arrivals: tuple[int, ...] = ()


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
    """A fresh post with what was found in it. opinion is None where nothing matched."""

    post: Post
    content_hash: str
    mentions: tuple[Mention, ...]
    opinion: Classification | None
    edited: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A post that was written, and how. ours: we wrote it ourselves."""

    read: _Read
    post_id: int
    kept: Kept
    ours: bool = False


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
            # read again inside the transaction: somebody may have written meanwhile
            stored = tx.posts.known(haul.source, [read.post.native_id for read in reads])
            rows = self._keep(tx, reads, stored, now)
            ours = tx.replies.ours(haul.source, [row.read.post.native_id for row in rows])
            for row in rows:
                own = row.read.post.author in haul.accounts or row.read.post.native_id in ours
                tally += self._file(tx, replace(row, ours=own), now)
                kept.append(row.post_id)
            failpoints.hit("intake.posts-written")
            tx.posts.tombstone(haul.source, haul.gone, now)
            tx.sources.mark(haul.source, haul.marks)
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
        found = [self.matcher.match(post) for post in posts]
        matched = [post.text for post, mentions in zip(posts, found, strict=True) if mentions]
        opinions = iter(self.classifier.classify(matched))
        return [
            _Read(
                post=post,
                content_hash=content_hash(post),
                mentions=mentions,
                opinion=self.adapt(mentions[0].query.brand, post.text, next(opinions)) if mentions else None,
                edited=post.native_id in known,
            )
            for post, mentions in zip(posts, found, strict=True)
        ]

    def _keep(self, tx: Transaction, reads: Sequence[_Read], stored: Mapping[str, Known], now: datetime) -> list[_Row]:
        """Writes the posts and what was found in them, in few statements; gives those that are news."""
        prints, rows = [], []
        for read in reads:
            before = stored.get(read.post.native_id)
            if read.opinion is None and (before is None or before.post_id is None):
                prints.append((read.post, read.content_hash))
                continue
            post_id, kept = tx.posts.keep(read.post, read.content_hash, now, fingerprint=before is not None)
            if kept is not Kept.UNCHANGED:
                rows.append(_Row(read=read, post_id=post_id, kept=kept))
        tx.posts.fingerprint(prints)
        tx.posts.mention([(row.post_id, row.read.mentions) for row in rows], now)
        tx.posts.classify([(row.post_id, row.read.opinion) for row in rows if row.read.opinion is not None])
        return rows

    def _file(self, tx: Transaction, row: _Row, now: datetime) -> Tally:
        """Puts a post where people see it."""
        tally = Tally(stored=int(row.kept is Kept.NEW), revised=int(row.kept is Kept.REVISED))
        for mention in row.read.mentions:
            tally += self._triage(tx, row, mention, now)
        self.duplicates.forget(row.post_id)
        self.duplicates.add(row.post_id, row.read.post)
        return tally

    def _triage(self, tx: Transaction, row: _Row, mention: Mention, now: datetime) -> Tally:
        read, post_id = row.read, row.post_id
        assert read.opinion is not None
        # a post that is moved and edited at once stays in the ticket that it is in
        held = tx.tickets.open_with(post_id, mention) if read.edited else None
        ticket = held or tx.tickets.open_one(read.post, mention) or self._copied(tx, read, mention)
        brand = self.brands[mention.query.brand]
        facts = self._facts(tx, row, ticket)
        change = decide(read.post, mention, read.opinion, facts, brand=brand, policy=self.policy, now=now)
        if change.action is TicketAction.IGNORE:
            return Tally()
        ticketing = Ticketing(policy=self.policy, rules=self.rules, floods=self.floods)
        found = Found(post=read.post, post_id=post_id, mention=mention, opinion=read.opinion, edited=read.edited)
        if ticket is not None:
            ticketing.append(tx, ticket, found, change, now)
            return Tally(appended=1)
        if tx.tickets.has_post(post_id, mention.query.brand, mention.query.expression):
            return Tally()  # an edit of a post whose ticket is resolved: known, answered, not news
        opened = ticketing.open(tx, found, change, now)
        review = change.action is TicketAction.REVIEW
        return Tally(opened=int(opened), appended=int(not opened and not review))

    def _facts(self, tx: Transaction, row: _Row, ticket: Ticket | None) -> ThreadFacts:
        """What is known around a post that matched."""
        read = row.read
        assert read.opinion is not None
        by_author, places = tx.tickets.standing(ticket.id, read.post) if ticket else (False, 1)
        return ThreadFacts(
            ticket=ticket,
            unanswered=tx.tickets.unanswered(ticket.id, read.post.author) + 1 if ticket else 0,
            ours=row.ours,
            edited=read.edited,
            doubt=self.doubt(read.opinion.confidence),
            by_author=by_author,
            places=places,
            earlier=0 if ticket else tx.tickets.earlier_of(read.post),
        )

    def _copied(self, tx: Transaction, read: _Read, mention: Mention) -> Ticket | None:
        """The open ticket of the same query that holds a copy of this post from another place."""
        for copy in self.duplicates.find(read.post)[:_COPIES]:
            ticket = tx.tickets.open_with(copy.key, mention)
            if ticket is not None:
                return ticket
        return None


def content_hash(post: Post) -> str:
    """What makes an edit an edit: text, quotes and rating; not dates or titles, which places reword by themselves."""
    parts = [post.text, repr(post.rating)]
    for quote in post.quotes:
        parts += [quote.author or "", quote.text]
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _is_fresh(post: Post, known: Mapping[str, Known]) -> bool:
    old = known.get(post.native_id)
    return old is None or old.deleted or old.content_hash != content_hash(post) or old.moved_to(post.thread_id)


def _names(post: Post) -> tuple[str, ...]:
    return tuple(name for name in (post.author, post.author_id) if name)

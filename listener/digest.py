"""What was said in a period, counted. The use case reads; the counting is pure; doors lay it out."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from listener.model import Sentiment, StoredPost
from listener.storage import Storage

_BATCH = 1000
_MOST = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """Counts of posts that mention a brand, in [start, end). Days are those of zone; days without posts are there too.

    net_sentiment: (positive - negative) / all classified, None where nothing was classified. brands, sources,
    intents, topics: most frequent first; reasons: intents and topics of negative posts. urgent: high or critical.
    """

    start: datetime
    end: datetime
    brand: str | None
    posts: int
    classified: int
    urgent: int
    days: tuple[tuple[date, int], ...]
    sentiment: Mapping[Sentiment, int]
    net_sentiment: float | None
    brands: tuple[tuple[str, int], ...]
    sources: tuple[tuple[str, int], ...]
    intents: tuple[tuple[str, int], ...]
    topics: tuple[tuple[str, int], ...]
    reasons: tuple[tuple[str, int], ...]


def make_digest(storage: Storage, start: datetime, end: datetime, brand: str | None, zone: ZoneInfo) -> Digest:
    """The digest of the posts first seen in [start, end). brand: id; None for all."""
    return count(_mentioned(storage, start, end, brand), start, end, brand, zone)


def _mentioned(storage: Storage, start: datetime, end: datetime, brand: str | None) -> Iterator[StoredPost]:
    after = 0
    while True:
        with storage.read() as tx:
            batch = tx.posts.between(start, end, after=after, limit=_BATCH)
        for stored in batch:
            if stored.deleted_at is None and any(brand in (None, m.query.brand) for m in stored.mentions):
                yield stored
        if len(batch) < _BATCH:
            return
        after = batch[-1].id


def count(posts: Iterable[StoredPost], start: datetime, end: datetime, brand: str | None, zone: ZoneInfo) -> Digest:
    """Pure: posts in, counts out."""
    tallies: dict[str, Counter[str]] = {
        name: Counter() for name in ("brands", "sources", "intents", "topics", "reasons")
    }
    days: Counter[date] = Counter()
    sentiment: Counter[Sentiment] = Counter()
    total = urgent = 0
    for stored in posts:
        total += 1
        days[stored.post.seen_at.astimezone(zone).date()] += 1
        tallies["sources"][stored.post.source] += 1
        tallies["brands"].update({mention.query.brand for mention in stored.mentions})
        opinion = stored.classification
        if opinion is None:
            continue
        sentiment[opinion.sentiment] += 1
        urgent += opinion.urgency.rank >= 2
        tallies["intents"].update(opinion.intents)
        tallies["topics"].update(opinion.topics)
        if opinion.sentiment is Sentiment.NEGATIVE:
            tallies["reasons"].update((*opinion.intents, *opinion.topics))
    classified = sentiment.total()
    net = sentiment[Sentiment.POSITIVE] - sentiment[Sentiment.NEGATIVE]
    return Digest(
        start=start,
        end=end,
        brand=brand,
        posts=total,
        classified=classified,
        urgent=urgent,
        days=tuple((day, days[day]) for day in _days(start, end, zone)),
        sentiment={label: sentiment[label] for label in Sentiment},
        net_sentiment=net / classified if classified else None,
        **{name: _most(tally) for name, tally in tallies.items()},
    )


def _days(start: datetime, end: datetime, zone: ZoneInfo) -> Iterator[date]:
    first, last = start.astimezone(zone).date(), end.astimezone(zone)
    beyond = last.date() if last.time() == datetime.min.time() else date.fromordinal(last.date().toordinal() + 1)
    for ordinal in range(first.toordinal(), beyond.toordinal()):
        yield date.fromordinal(ordinal)


def _most(tally: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(((str(name), n) for name, n in tally.items()), key=lambda item: (-item[1], item[0]))[:_MOST])

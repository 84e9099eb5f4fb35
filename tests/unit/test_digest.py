"""The counting of a digest: posts in, figures out."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from listener.digest import Digest, count
from listener.model import Classification, Intent, Mention, Post, Query, Sentiment, StoredPost, Topic, Urgency

WARSAW = ZoneInfo("Europe/Warsaw")
START = datetime(2025, 10, 25, tzinfo=WARSAW)
END = datetime(2025, 10, 28, tzinfo=WARSAW)  # the clocks go back in the night to the 26th


def stored(seen_at: datetime, opinion: Classification | None = None, *brands: str) -> StoredPost:
    return StoredPost(
        id=1,
        post=Post(source="forum", kind="feed", native_id="1", url="u", text="t", seen_at=seen_at),
        classification=opinion,
        mentions=tuple(Mention(query=Query(brand=brand, expression="q"), spans=()) for brand in brands or ("w",)),
    )


def opinion(sentiment: Sentiment, *intents: Intent, urgency: Urgency = Urgency.LOW) -> Classification:
    return Classification(
        language="pl",
        sentiment=sentiment,
        intents=intents,
        urgency=urgency,
        topics=(Topic.DELIVERY,),
        confidence={},
        evidence=(),
        model="1",
    )


def made(*posts: StoredPost) -> Digest:
    return count(posts, START, END, None, WARSAW)


def test_days_are_those_of_the_zone_and_none_is_missing() -> None:
    late = datetime(2025, 10, 25, 22, 30, tzinfo=UTC)  # half past midnight in Warsaw
    assert made(stored(late)).days == ((date(2025, 10, 25), 0), (date(2025, 10, 26), 1), (date(2025, 10, 27), 0))


def test_reasons_are_those_of_negative_posts() -> None:
    now = START.astimezone(UTC)
    got = made(
        stored(now, opinion(Sentiment.NEGATIVE, Intent.COMPLAINT, urgency=Urgency.HIGH)),
        stored(now, opinion(Sentiment.POSITIVE, Intent.PRAISE)),
        stored(now, opinion(Sentiment.NEGATIVE, Intent.COMPLAINT)),
        stored(now),
    )
    assert (got.posts, got.classified, got.urgent) == (4, 3, 1)
    assert got.reasons == (("complaint", 2), ("delivery", 2))
    assert got.topics == (("delivery", 3),)
    assert got.net_sentiment == (1 - 2) / 3


def test_a_post_counts_once_for_each_brand() -> None:
    got = made(stored(START.astimezone(UTC), None, "w", "w", "v"))
    assert got.brands == (("v", 1), ("w", 1))


def test_nothing_gives_no_net_sentiment() -> None:
    got = made()
    assert (got.posts, got.net_sentiment, sum(got.sentiment.values())) == (0, None, 0)


@given(st.lists(st.tuples(st.integers(0, 3 * 86400 + 3599), st.none() | st.sampled_from(Sentiment))))
def test_figures_add_up(posts: list[tuple[int, Sentiment | None]]) -> None:
    got = made(
        *(stored(START.astimezone(UTC) + timedelta(seconds=s), opinion(mood) if mood else None) for s, mood in posts)
    )
    assert got.posts == len(posts) == sum(number for _, number in got.days)
    assert got.classified == sum(got.sentiment.values())
    assert got.net_sentiment is None or -1 <= got.net_sentiment <= 1

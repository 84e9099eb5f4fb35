"""JSON in and out: what is ours is checked, what is not is let be."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.errors import WrongUse
from listener.model import (
    Classification,
    Evidence,
    Intent,
    Mention,
    Post,
    Query,
    Quote,
    Sentiment,
    Span,
    SuggestedReply,
    Topic,
    Urgency,
    Violation,
)
from listener.wire import (
    classification_from_json,
    classification_to_json,
    loose_post_from_json,
    mention_to_json,
    post_from_json,
    post_to_json,
    read_lines,
    suggestion_to_json,
    to_line,
    violation_to_json,
)

NOW = datetime(2025, 11, 20, 12, 30, tzinfo=UTC)
LEAST: dict[str, Any] = {
    "source": "forum",
    "kind": "feed",
    "native_id": "7",
    "url": "https://example.com/7",
    "text": "Wintermann nie odbiera",
    "seen_at": "2025-11-20T12:30:00Z",
}

texts = st.text(max_size=20)
maybe = st.none() | texts
moments = st.datetimes(timezones=st.just(UTC))
posts = st.builds(
    Post,
    source=texts,
    kind=texts,
    native_id=texts,
    url=texts,
    text=st.text(),
    seen_at=moments,
    thread_id=maybe,
    author=maybe,
    published_at=st.none() | moments,
    published_raw=maybe,
    quotes=st.lists(st.builds(Quote, author=maybe, text=texts), max_size=2).map(tuple),
    rating=st.none() | st.floats(0, 10),
    rating_scale=st.none() | st.floats(1, 10),
)


@given(posts)
def test_a_post_survives_json(post: Post) -> None:
    assert post_from_json(json.loads(to_line(post_to_json(post)))) == post


def test_a_post_has_the_fields_of_the_contract_in_its_order() -> None:
    written = post_to_json(post_from_json(LEAST))
    assert list(written) == [
        "source",
        "kind",
        "native_id",
        "thread_id",
        "thread_title",
        "thread_url",
        "parent_id",
        "author",
        "author_id",
        "author_url",
        "published_at",
        "published_raw",
        "url",
        "text",
        "quotes",
        "rating",
        "rating_scale",
        "seen_at",
    ]
    assert written["seen_at"] == "2025-11-20T12:30:00Z"
    assert written["quotes"] == []
    assert written["author"] is None


def test_extra_fields_are_let_be() -> None:
    assert post_from_json({**LEAST, "id": 5, "classification": {}}) == post_from_json(LEAST)


def test_null_is_unknown() -> None:
    assert post_from_json({**LEAST, "quotes": None, "author": None, "published_at": None}) == post_from_json(LEAST)


def test_times_of_other_zones_become_utc() -> None:
    post = post_from_json({**LEAST, "published_at": "2025-11-20T13:30:00+01:00"})
    assert post.published_at == NOW
    assert post.published_at.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"seen_at": "2025-11-20T12:30:00"}, "seen_at: must be a time with its zone"),
        ({"seen_at": "wczoraj"}, "seen_at: must be a time with its zone"),
        ({"published_at": 1763641800}, "published_at: must be a time with its zone"),
        ({"native_id": 7}, "native_id: input should be a valid string"),
        ({"text": None}, "text: input should be a valid string"),
        ({"quotes": [{"text": "x"}]}, "quotes.0.author: is missing"),
        ({"quotes": "x"}, "quotes: input should be a valid tuple"),
        ({"rating": "pięć"}, "rating: input should be a valid number"),
    ],
)
def test_a_wrong_field_is_named(change: dict[str, Any], message: str) -> None:
    with pytest.raises(WrongUse, match=f"^x.jsonl: line 3: {message}"):
        post_from_json({**LEAST, **change}, "x.jsonl: line 3")


@pytest.mark.parametrize("field", LEAST)
def test_a_missing_field_is_named(field: str) -> None:
    with pytest.raises(WrongUse, match=f"{field}: is missing"):
        post_from_json({key: value for key, value in LEAST.items() if key != field})


def test_text_alone_is_enough_where_only_text_matters() -> None:
    post = loose_post_from_json({"text": "Play", "source": None, "author": "Ala"}, "line 1", NOW)
    assert (post.text, post.source, post.author, post.seen_at) == ("Play", "", "Ala", NOW)
    with pytest.raises(WrongUse, match="line 1: text: is missing"):
        loose_post_from_json({}, "line 1", NOW)


# --- lines --------------------------------------------------------------------------------------------------


def test_lines_are_numbered_and_empty_ones_skipped() -> None:
    lines = list(read_lines([b'\xef\xbb\xbf{"a": 1}\r\n', b"\n", '{"b": "ż\u2028"}'.encode()], "f"))
    assert [(line.number, line.value) for line in lines] == [(1, {"a": 1}), (3, {"b": "ż\u2028"})]


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"{", "not JSON: .* at character 2"),
        (b"[1]", "must be an object"),
        (b"\xff{}", "not UTF-8 at byte 0"),
        (b'{"a": NaN}', "not usable JSON: NaN is no number"),
        (b'{"a": ' + b"9" * 5000 + b"}", "not usable JSON"),
        (b'{"a":' + b"[" * 100_000, "not usable JSON"),
    ],
)
def test_a_line_that_is_no_object_is_named(raw: bytes, message: str) -> None:
    with pytest.raises(WrongUse, match=f"^f: line 2: {message}"):
        list(read_lines([b"{}", raw], "f"))


def test_half_a_surrogate_pair_stays_escaped() -> None:
    assert to_line({"a": "\ud83d ż"}) == '{"a": "\\ud83d \\u017c"}'


@given(st.dictionaries(texts, st.text(st.characters(blacklist_categories=[])) | st.integers() | st.none()))
def test_a_line_is_one_line_of_utf8(value: dict[str, Any]) -> None:
    line = to_line(value).encode()
    assert b"\n" not in line
    assert json.loads(line) == value


# --- opinions and drafts ------------------------------------------------------------------------------------


def test_a_classification_survives_json() -> None:
    said = Classification(
        language="pl",
        sentiment=Sentiment.NEGATIVE,
        intents=(Intent.COMPLAINT,),
        urgency=Urgency.HIGH,
        topics=(Topic.SERVICE,),
        confidence={"complaint": 0.9},
        evidence=(Evidence(label="complaint", start=11, end=22, text="nie odbiera"),),
        model="1",
    )
    written = json.loads(to_line(classification_to_json(said)))
    assert written["evidence"] == [{"label": "complaint", "start": 11, "end": 22, "text": "nie odbiera"}]
    assert classification_from_json(written) == said


def test_an_unknown_label_is_named() -> None:
    with pytest.raises(WrongUse, match="line 1: classification: urgency: input should be 'low'"):
        classification_from_json(
            {
                "language": "pl",
                "sentiment": "negative",
                "intents": [],
                "urgency": "pilne",
                "topics": [],
                "confidence": {},
                "evidence": [],
                "model": "1",
            },
            "line 1: classification",
        )


def test_what_is_only_written() -> None:
    span = Span(start=0, end=10, text="Wintermann", why="form of Wintermann")
    mention = Mention(query=Query(brand="w", expression="Wintermann"), spans=(span,), why="term")
    assert mention_to_json(mention) == {
        "query": "Wintermann",
        "brand": "w",
        "why": "term",
        "spans": [{"start": 0, "end": 10, "text": "Wintermann", "why": "form of Wintermann"}],
    }
    violation = Violation(rule="too_long", where="x", message="m")
    assert violation_to_json(violation) == {"rule": "too_long", "where": "x", "message": "m"}
    draft = SuggestedReply(text="t", kind="canned", sources=("a",), score=0.5, violations=(violation,))
    assert suggestion_to_json(draft) == {
        "text": "t",
        "kind": "canned",
        "sources": ["a"],
        "score": 0.5,
        "violations": [violation_to_json(violation)],
    }


def test_zones_with_seconds_are_read() -> None:
    odd = timezone(timedelta(hours=1, minutes=24))
    post = post_from_json({**LEAST, "seen_at": NOW.astimezone(odd).isoformat()})
    assert post.seen_at == NOW

"""What a refused request means, and how long to wait."""

from datetime import UTC, datetime

import pytest

from listener.errors import Failure
from listener.protocols import Page, Request
from sources.refusal import refusal, wait_asked

NOW = datetime(2026, 11, 22, 17, 30, tzinfo=UTC)


def page(status: int, **headers: str) -> Page:
    url = "https://user:tajne@api.example/v3/posts?key=tajne&q=1"
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Page(url=url, status=status, headers=named, body=b"", fetched_at=NOW, request=Request(url=url))


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "120"}, 120.0),
        ({"retry-after": "Sun, 22 Nov 2026 17:32:00 GMT"}, 120.0),
        ({"x-ratelimit-reset": "2026-11-22T17:34:00.000Z"}, 240.0),
        ({"ratelimit-reset": "1795368900"}, 300.0),
        ({"ratelimit-reset": "90"}, 90.0),
        ({"retry-after": "10", "x-ratelimit-reset": "2026-11-22T17:31:00Z"}, 60.0),
        ({"x-ratelimit-reset": "2026-11-22T17:00:00Z"}, 0.0),
        ({"retry-after": "99999999999999999999"}, None),
        ({"retry-after": "never"}, None),
        ({"retry-after": "999999999"}, 86400.0),
        ({}, None),
    ],
)
def test_the_wait_that_a_place_asks_for(headers: dict[str, str], seconds: float | None) -> None:
    assert wait_asked(headers, NOW) == seconds


@pytest.mark.parametrize(
    ("status", "failure", "wait"),
    [
        (401, Failure.AUTH, None),
        (403, Failure.BLOCKED, None),
        (404, Failure.GONE, None),
        (410, Failure.GONE, None),
        (422, Failure.BAD_CONTENT, None),
        (429, Failure.RATE_LIMITED, 60.0),
        (503, Failure.TRANSIENT, None),
    ],
)
def test_what_a_status_means(status: int, failure: Failure, wait: float | None) -> None:
    error = refusal(page(status))
    assert (error.failure, error.retry_after, error.status) == (failure, wait, status)


def test_no_secret_of_an_address_is_shown_and_hostile_words_are_cut() -> None:
    error = refusal(page(400), "a\x1b[31m" + "b" * 5000, "mend it")
    assert "tajne" not in str(error)
    assert "\x1b" not in str(error)
    assert str(error).startswith("https://api.example/v3/posts: a[31mbbb")
    assert len(str(error)) < 300


def test_the_places_own_words_may_mean_more_than_the_status() -> None:
    error = refusal(page(403, retry_after="30"), "quota", "", Failure.RATE_LIMITED)
    assert (error.failure, error.retry_after) == (Failure.RATE_LIMITED, 30.0)

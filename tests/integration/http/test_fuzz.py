"""Whatever a server or a page says, the client answers with a page or with one of its own errors."""

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import brotli  # type: ignore[import-untyped]
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st

from listener.errors import FetchError
from listener.http import HttpPolicy
from listener.http.answers import LONGEST_WAIT, failure_of, retry_after
from listener.http.body import read_capped
from listener.http.guard import check_url, is_private_host, literal_address, shown
from listener.http.robots import read_rules

NOW = datetime(2026, 3, 1, tzinfo=UTC)
CAP = 2000


@given(st.text(max_size=60))
def test_retry_after_of_any_text(text: str) -> None:
    wait = retry_after({"retry-after": text}, NOW)
    assert wait is None or 0 <= wait <= LONGEST_WAIT


@given(st.integers(100, 999))
def test_every_status_means_something(status: int) -> None:
    error = failure_of(status, {}, "x", NOW)
    assert (error is None) == (200 <= status < 300 or status == 304)


@given(st.text(max_size=60) | st.text(max_size=40).map(lambda text: f"http://{text}/"))
def test_any_text_as_an_address(text: str) -> None:
    shown(text)
    literal_address(text)
    is_private_host(text)
    try:
        check_url(text, allow_private=False)
    except FetchError:
        return
    assert text.strip().lower().startswith(("http:", "https:"))


@given(
    st.binary(max_size=300) | st.text(alphabet="User-agent:*\n Disalow/$%C4#crawl-dey0.", max_size=200).map(str.encode)
)
def test_any_bytes_as_robots(content: bytes) -> None:
    verdict = read_rules(content, HttpPolicy(), 0.0)
    assert 0 <= verdict.crawl_delay <= HttpPolicy().longest_crawl_delay
    try:
        verdict.check("https://example.org/a?b=c", "x")
    except FetchError:
        return


async def chunks(body: bytes, sizes: list[int]) -> AsyncIterator[bytes]:
    start = 0
    for size in [*sizes, len(body)]:
        if body[start : start + size]:
            yield body[start : start + size]
        start += size


def decoded(body: bytes, encoding: str, sizes: list[int]) -> bytes | None:
    """The body read in such chunks, None where it was refused."""
    try:
        read = asyncio.run(read_capped(chunks(body, sizes), encoding, CAP, "x"))
    except FetchError:
        return None
    assert len(read.content) <= CAP
    return None if read.cut else read.content


SIZES = st.lists(st.integers(1, 40), max_size=6)


@given(st.binary(max_size=CAP), SIZES)
def test_what_was_packed_comes_out(body: bytes, sizes: list[int]) -> None:
    assert decoded(body, "", sizes) == body
    assert decoded(gzip.compress(body), "gzip", sizes) == body
    assert decoded(zlib.compress(body), "deflate", sizes) == body
    assert decoded(brotli.compress(body), "br", sizes) == body
    assert decoded(zstd.compress(body), "zstd", sizes) == body


@given(st.binary(max_size=200), st.sampled_from(["gzip", "deflate", "br", "zstd", "x-gzip", "", "gzip, gzip"]), SIZES)
def test_any_bytes_as_a_body(body: bytes, encoding: str, sizes: list[int]) -> None:
    decoded(body, encoding, sizes)


@given(st.binary(min_size=1, max_size=400), st.data())
def test_packed_bytes_that_end_early_are_never_a_page(body: bytes, data: st.DataObject) -> None:
    packers = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress, "zstd": zstd.compress}
    encoding = data.draw(st.sampled_from(sorted(packers)))
    packed = packers[encoding](body)
    short = packed[: data.draw(st.integers(1, len(packed) - 1))]
    assert decoded(short, encoding, [7]) is None

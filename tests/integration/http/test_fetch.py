"""One fetch: what comes back, what each answer means, what is sent."""

import gzip
import zlib
from collections.abc import Callable
from dataclasses import replace

import brotli  # type: ignore[import-untyped]
import pytest
from backports import zstd

from listener.errors import Failure, FetchError
from listener.http import Http, HttpPolicy, validators_of
from listener.protocols import Page, Request
from tests.integration.http.site import Answer, FakeClock, Handler, Seen, Site, run


def fetch(handler: Handler, policy: HttpPolicy, path: str = "/", clock: FakeClock | None = None) -> tuple[Page, Site]:
    async def work() -> tuple[Page, Site]:
        async with Site(handler) as site, Http(policy, clock=clock) as http:
            return await http.fetch(Request(url=site.url + path), allow_private=True), site

    return run(work)


def failure(handler: Handler, policy: HttpPolicy, path: str = "/", clock: FakeClock | None = None) -> FetchError:
    with pytest.raises(FetchError) as caught:
        fetch(handler, policy, path, clock)
    return caught.value


def test_a_page_comes_whole(policy: HttpPolicy) -> None:
    page, site = fetch(
        lambda _: Answer(200, {"ETag": 'W/"x"', "X-Odd": "ą".encode().decode("latin-1")}, b"tekst"), policy
    )
    assert (page.status, page.body, page.url) == (200, b"tekst", f"{site.url}/")
    assert page.headers["etag"] == 'W/"x"'


def test_every_request_says_who_asks(policy: HttpPolicy) -> None:
    _, site = fetch(lambda _: Answer(), policy)
    for seen in site.seen:
        assert seen.headers["user-agent"] == "ListenerBot/0.1 (+ops@example.com)"
        assert seen.headers["from"] == "ops@example.com"
        assert seen.headers["accept-encoding"] == "gzip, deflate, br, zstd"


def test_a_contact_page_is_no_from_address() -> None:
    policy = HttpPolicy(contact="https://example.com/bot")
    assert policy.from_header is None
    assert policy.user_agent.endswith("(+https://example.com/bot)")


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (401, Failure.AUTH),
        (403, Failure.BLOCKED),
        (404, Failure.GONE),
        (410, Failure.GONE),
        (408, Failure.TRANSIENT),
        (429, Failure.RATE_LIMITED),
        (503, Failure.RATE_LIMITED),
        (451, Failure.BLOCKED),
        (400, Failure.BAD_CONTENT),
        (500, Failure.TRANSIENT),
        (502, Failure.TRANSIENT),
        (304, Failure.BAD_CONTENT),  # nobody asked whether anything changed
        (204, None),
    ],
)
def test_what_a_status_means(status: int, expected: Failure | None, policy: HttpPolicy) -> None:
    if expected is None:
        assert fetch(lambda _: Answer(status), policy)[0].status == status
    else:
        assert failure(lambda _: Answer(status), policy).failure is expected


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_refusal_of_an_optional_request_comes_as_a_page(status: int, policy: HttpPolicy) -> None:
    async def work() -> Page:
        async with Site(lambda _: Answer(status, {"X-Why": "members"}, b"log in first")) as site, Http(policy) as http:
            return await http.fetch(Request(url=site.url + "/app.php/feed", optional=True), allow_private=True)

    page = run(work)
    assert (page.status, page.body, page.headers["x-why"]) == (status, b"log in first", "members")
    assert page.request.optional


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (400, Failure.BAD_CONTENT),
        (408, Failure.TRANSIENT),
        (429, Failure.RATE_LIMITED),
        (451, Failure.BLOCKED),
        (500, Failure.TRANSIENT),
        (503, Failure.RATE_LIMITED),
    ],
)
def test_an_optional_request_may_be_refused_but_not_fail(status: int, expected: Failure, policy: HttpPolicy) -> None:
    async def work() -> Page:
        async with Site(lambda _: Answer(status)) as site, Http(policy) as http:
            return await http.fetch(Request(url=f"{site.url}/feed", optional=True), allow_private=True)

    with pytest.raises(FetchError) as caught:
        run(work)
    assert caught.value.failure is expected


def test_an_optional_request_still_asks_robots(policy: HttpPolicy) -> None:
    def handler(seen: Seen) -> Answer:
        return Answer(200, {}, b"User-agent: *\nDisallow: /feed") if seen.path == "/robots.txt" else Answer()

    async def work() -> list[str]:
        async with Site(handler, robots=True) as site, Http(policy) as http:
            with pytest.raises(FetchError) as caught:
                await http.fetch(Request(url=f"{site.url}/feed", optional=True), allow_private=True)
            assert caught.value.failure is Failure.BLOCKED
            return site.paths

    assert run(work) == []


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("120", 120.0), ("Thu, 01 Jan 2026 00:26:40 GMT", 600.0), ("never", 60.0), ("99999999999", 86400.0), ("-5", 60.0)],
)
def test_retry_after_is_read(header: str, seconds: float, policy: HttpPolicy, clock: FakeClock) -> None:
    error = failure(lambda _: Answer(429, {"Retry-After": header}), policy, clock=clock)
    assert error.retry_after == pytest.approx(seconds, abs=1.0)


def test_validators_bring_304(policy: HttpPolicy) -> None:
    def handler(seen: object) -> Answer:
        same = getattr(seen, "headers", {}).get("if-none-match") == '"v1"'
        return (
            Answer(304)
            if same
            else Answer(200, {"ETag": '"v1"', "Last-Modified": "Thu, 01 Jan 2026 00:00:00 GMT"}, b"x")
        )

    async def work() -> None:
        async with Site(handler) as site, Http(policy) as http:
            request = Request(url=site.url, conditional=True)
            first = await http.fetch(request, allow_private=True)
            kept = validators_of(first)
            assert kept == {"etag": '"v1"', "last-modified": "Thu, 01 Jan 2026 00:00:00 GMT"}
            again = await http.fetch(request, allow_private=True, validators=kept)
            assert (again.status, again.body) == (304, b"")
            assert site.seen[-1].headers["if-modified-since"] == "Thu, 01 Jan 2026 00:00:00 GMT"
            whole = await http.fetch(replace(request, conditional=False), allow_private=True, validators=kept)
            assert whole.status == 200
            (stats,) = http.stats().values()
            assert stats.not_modified == 1

    run(work)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "raw-deflate", "two-members", "br", "zstd", "two-frames"])
def test_compressed_bodies_are_read(encoding: str, policy: HttpPolicy) -> None:
    text = "zażółć gęślą jaźń ".encode() * 20_000
    half = len(text) // 2
    raw = zlib.compressobj(wbits=-15)
    body = {
        "gzip": gzip.compress(text),
        "deflate": zlib.compress(text),
        "raw-deflate": raw.compress(text) + raw.flush(),
        "two-members": gzip.compress(text[:half]) + gzip.compress(text[half:]),
        "br": brotli.compress(text),
        "zstd": zstd.compress(text),
        "two-frames": zstd.compress(text[:half]) + zstd.compress(text[half:]),
    }[encoding]
    named = {"raw-deflate": "deflate", "two-members": "gzip", "two-frames": "zstd"}
    name = named.get(encoding, encoding)
    assert fetch(lambda _: Answer(200, {"Content-Encoding": name}, body), policy)[0].body == text


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstd.compress,
}


@pytest.mark.parametrize("encoding", PACKERS)
def test_a_bomb_is_cut_off(encoding: str, policy: HttpPolicy) -> None:
    bomb = PACKERS[encoding](bytes(16 * 1024 * 1024))
    error = failure(lambda _: Answer(200, {"Content-Encoding": encoding}, bomb), replace(policy, max_bytes=1_000_000))
    assert error.failure is Failure.BAD_CONTENT
    assert "larger than 1000000 bytes" in str(error)


def test_a_body_over_the_cap_is_refused_and_one_at_the_cap_is_not(policy: HttpPolicy) -> None:
    small = replace(policy, max_bytes=1000)
    assert len(fetch(lambda _: Answer(200, {}, b"a" * 1000), small)[0].body) == 1000
    assert failure(lambda _: Answer(200, {}, b"a" * 1001), small).failure is Failure.BAD_CONTENT
    packed = gzip.compress(b"a" * 1000)
    assert len(fetch(lambda _: Answer(200, {"Content-Encoding": "gzip"}, packed), small)[0].body) == 1000


@pytest.mark.parametrize("headers", [{}, {"Content-Encoding": "gzip"}])
def test_a_body_cut_short_is_not_a_page(headers: dict[str, str], policy: HttpPolicy) -> None:
    body = gzip.compress(bytes(range(256)) * 50) if headers else b"a" * 5000
    error = failure(lambda _: Answer(200, headers, body, cut=len(body) // 2), policy)
    assert error.failure is Failure.TRANSIENT


@pytest.mark.parametrize("encoding", PACKERS)
def test_a_body_that_ends_early_is_not_a_page(encoding: str, policy: HttpPolicy) -> None:
    body = PACKERS[encoding](b"".join(b"tekst %d" % number for number in range(1000)))[:-9]
    assert failure(lambda _: Answer(200, {"Content-Encoding": encoding}, body), policy).failure is Failure.TRANSIENT


def test_a_window_larger_than_servers_may_use_is_refused(policy: HttpPolicy) -> None:
    wide: dict[int, int] = {zstd.CompressionParameter.window_log: 27, zstd.CompressionParameter.content_size_flag: 0}
    machine = zstd.ZstdCompressor(options=wide)
    body = machine.compress(b"tekst") + machine.flush()
    assert failure(lambda _: Answer(200, {"Content-Encoding": "zstd"}, body), policy).failure is Failure.BAD_CONTENT


@pytest.mark.parametrize(
    ("encoding", "body"),
    [("compress", b"x"), ("gzip", b"not gzip at all"), ("br", b"\xff" * 9), ("zstd", b"not zstd at all")],
)
def test_encodings_that_cannot_be_read(encoding: str, body: bytes, policy: HttpPolicy) -> None:
    error = failure(lambda _: Answer(200, {"Content-Encoding": encoding}, body), policy)
    assert error.failure is Failure.BAD_CONTENT


def test_a_connection_broken_without_a_word(policy: HttpPolicy) -> None:
    assert failure(lambda _: None, replace(policy, obey_robots=False)).failure is Failure.TRANSIENT


def test_nobody_listens(policy: HttpPolicy) -> None:
    async def work() -> None:
        async with Site(lambda _: Answer()) as site:
            url = site.url
        async with Http(policy) as http:
            with pytest.raises(FetchError, match="cannot connect") as caught:
                await http.fetch(Request(url=url), allow_private=True)
            assert caught.value.failure is Failure.TRANSIENT

    run(work)


def test_an_answer_that_takes_too_long(policy: HttpPolicy) -> None:
    error = failure(lambda _: Answer(wait=30.0), replace(policy, total_timeout=0.1, obey_robots=False))
    assert error.failure is Failure.TRANSIENT
    assert "in time" in str(error)


def test_a_body_that_drips_is_given_up(policy: HttpPolicy) -> None:
    error = failure(lambda _: Answer(200, {}, b"a" * 10_000, drip=0.01), replace(policy, total_timeout=0.15))
    assert error.failure is Failure.TRANSIENT
    assert "in time" in str(error)


def test_what_may_pass_is_tried_again(policy: HttpPolicy, clock: FakeClock) -> None:
    answers = [Answer(502), Answer(500), Answer(200, {}, b"at last")]
    page, site = fetch(lambda _: answers.pop(0), replace(policy, retries=2), clock=clock)
    assert page.body == b"at last"
    assert len(site.paths) == 3
    # each pause is twice the last, give or take half of it
    assert 0.5 <= clock.slept[0] / policy.backoff < 1.5
    assert 1.0 <= clock.slept[1] / policy.backoff < 3.0


@pytest.mark.parametrize("status", [404, 403, 429, 400])
def test_what_will_not_pass_is_not_tried_again(status: int, policy: HttpPolicy, clock: FakeClock) -> None:
    asked: list[str] = []

    def handler(seen: object) -> Answer:
        asked.append(getattr(seen, "path", ""))
        return Answer(status)

    failure(handler, replace(policy, retries=2), clock=clock)
    assert asked == ["/"]


def test_a_post_is_never_sent_again(policy: HttpPolicy, clock: FakeClock) -> None:
    async def work() -> None:
        async with Site(lambda _: None) as site, Http(replace(policy, retries=3), clock=clock) as http:
            with pytest.raises(FetchError):
                await http.fetch(Request(url=site.url, method="POST", form=[("a", "1")]), allow_private=True)
            assert len(site.paths) == 1

    run(work)


def test_forms_may_repeat_a_field(policy: HttpPolicy) -> None:
    async def work() -> None:
        async with Site(lambda _: Answer()) as site, Http(policy) as http:
            form = [("a", "1"), ("b", "ż"), ("a", "2")]
            await http.fetch(Request(url=site.url, method="POST", form=form), allow_private=True)
            assert site.seen[-1].body == b"a=1&a=2&b=%C5%BC"

    run(work)


@pytest.mark.parametrize(
    "url", ["http://exa mple/", "http://[::1", "http://", "http://a\nb/", "nonsense", "http://x:99999/"]
)
def test_what_is_no_url(url: str, policy: HttpPolicy) -> None:
    async def work() -> None:
        async with Http(policy) as http:
            with pytest.raises(FetchError) as caught:
                await http.fetch(Request(url=url), allow_private=True)
            assert caught.value.failure in (Failure.BAD_CONTENT, Failure.BLOCKED, Failure.TRANSIENT)

    run(work)


def test_addresses_in_polish_letters_are_sent_encoded(policy: HttpPolicy) -> None:
    page, site = fetch(lambda _: Answer(200, {}, b"ok"), policy, "/wątek/żółw?q=ą b&x=%C4%85")
    assert site.paths == ["/w%C4%85tek/%C5%BC%C3%B3%C5%82w?q=%C4%85%20b&x=%C4%85"]
    assert page.body == b"ok"


def test_reading_keeps_no_cookies(policy: HttpPolicy) -> None:
    async def work() -> None:
        async with Site(lambda _: Answer(200, {"Set-Cookie": "sid=1; Path=/"})) as site, Http(policy) as http:
            for _ in range(2):
                await http.fetch(Request(url=site.url), allow_private=True)
            assert all("cookie" not in seen.headers for seen in site.seen)

    run(work)


def test_long_header_lines_are_taken(policy: HttpPolicy) -> None:
    page, _ = fetch(lambda _: Answer(200, {"Content-Security-Policy": "a" * 30_000}, b"ok"), policy)
    assert page.body == b"ok"


def test_an_interface_is_not_asked_for_robots_and_says_itself_what_is_wrong(policy: HttpPolicy) -> None:
    async def work() -> tuple[Page, Site]:
        async with Site(lambda _: Answer(403, {}, b'{"error": "quotaExceeded"}')) as site, Http(policy) as http:
            return await http.fetch(Request(url=f"{site.url}/v3", api=True), allow_private=True), site

    page, site = run(work)
    assert (page.status, page.body) == (403, b'{"error": "quotaExceeded"}')
    assert [seen.path for seen in site.seen] == ["/v3"]

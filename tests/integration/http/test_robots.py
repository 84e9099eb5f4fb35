"""robots.txt: what each answer to it means, how long it is kept, and which rules bind us."""

from dataclasses import replace

import pytest

from listener.errors import Failure, FetchError
from listener.http import Hosts, Http, HttpPolicy
from listener.protocols import Request
from tests.integration.http.site import Answer, FakeClock, Handler, Seen, Site, run

DAY = 24 * 3600.0


def serving(robots: Answer | None, page: Answer | None = None) -> Handler:
    def handler(seen: Seen) -> Answer | None:
        return robots if seen.path == "/robots.txt" else page or Answer(200, {}, b"page")

    return handler


def try_fetch(robots: Answer | None, policy: HttpPolicy, path: str = "/x") -> FetchError | None:
    async def work() -> FetchError | None:
        async with Site(serving(robots), robots=True) as site, Http(policy, clock=FakeClock()) as http:
            try:
                await http.fetch(Request(url=site.url + path), allow_private=True)
            except FetchError as error:
                assert site.paths == []
                return error
            return None

    return run(work)


@pytest.mark.parametrize(
    ("robots", "path", "allowed"),
    [
        ("User-agent: *\nDisallow: /", "/x", False),
        ("User-agent: *\nDisallow: /private", "/x", True),
        ("User-agent: *\nDisallow: /private", "/private/x", False),
        ("User-agent: *\nDisallow: /\nAllow: /x", "/x", True),
        ("User-agent: *\nDisallow: /*.php$", "/a.php", False),
        ("User-agent: *\nDisallow: /*.php$", "/a.php?x=1", True),
        ("User-agent: *\nDisallow:\n\nUser-agent: listenerbot\nDisallow: /x", "/x", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: ListenerBot\nDisallow: /z", "/x", True),
        ("User-agent: ListenerBot\nDisallow: /a\n\nUser-agent: ListenerBot\nDisallow: /x", "/x", False),
        ("\ufeffUser-agent: *\nDisallow: /x", "/x", False),
        ("User-agent: *\nDisallow: /w%C4%85tek", "/wątek/1", False),
        ("<html>not rules at all</html>", "/x", True),
        ("", "/x", True),
    ],
)
def test_rules(robots: str, path: str, allowed: bool, policy: HttpPolicy) -> None:
    error = try_fetch(Answer(200, {}, robots.encode()), policy, path)
    assert (error is None) is allowed
    if error:
        assert error.failure is Failure.BLOCKED


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (404, None),
        (410, None),
        (400, None),
        (401, Failure.BLOCKED),
        (403, Failure.BLOCKED),
        (429, Failure.RATE_LIMITED),
        (500, Failure.TRANSIENT),
        (503, Failure.RATE_LIMITED),
    ],
)
def test_what_its_status_means(status: int, expected: Failure | None, policy: HttpPolicy) -> None:
    error = try_fetch(Answer(status), policy)
    assert (error.failure if error else None) is expected
    if error:
        assert error.retry_after is not None
        assert error.retry_after >= 600


def test_no_answer_means_stay_away(policy: HttpPolicy) -> None:
    error = try_fetch(None, policy)
    assert error is not None
    assert error.failure is Failure.TRANSIENT


def test_long_rules_are_read_as_far_as_the_rfc_asks(policy: HttpPolicy) -> None:
    filler = b"User-agent: other\n" + b"Disallow: /a\n" * 38_000  # some 480 KiB
    rules = filler + b"\nUser-agent: *\nDisallow: /x\n" + b"# more\n" * 20_000
    assert len(rules) > 600 * 1024
    assert try_fetch(Answer(200, {}, rules), policy) is not None


def test_redirects_are_followed_five_times(policy: HttpPolicy) -> None:
    def chain(length: int) -> Handler:
        def handler(seen: Seen) -> Answer:
            if seen.path == "/page":
                return Answer(200, {}, b"page")
            step = int(seen.path.removeprefix("/r") if seen.path != "/robots.txt" else "0")
            if step == length:
                return Answer(200, {}, b"User-agent: *\nDisallow: /")
            return Answer(302, {"Location": f"/r{step + 1}"})

        return handler

    async def allowed(length: int) -> bool:
        async with Site(chain(length), robots=True) as site, Http(policy) as http:
            try:
                await http.fetch(Request(url=f"{site.url}/page"), allow_private=True)
            except FetchError:
                return False
            return True

    assert run(lambda: allowed(5)) is False
    assert run(lambda: allowed(6)) is True


def test_rules_are_kept_for_a_day_and_across_clients(policy: HttpPolicy, clock: FakeClock) -> None:
    hosts = Hosts()

    async def work() -> None:
        async with Site(serving(Answer(404)), robots=True) as site:

            async def fetch() -> int:
                async with Http(policy, clock=clock, hosts=hosts) as http:
                    await http.fetch(Request(url=site.url), allow_private=True)
                return sum(seen.path == "/robots.txt" for seen in site.seen)

            assert await fetch() == 1
            assert await fetch() == 1
            clock.pass_time(DAY + 1)
            assert await fetch() == 2

    run(work)


def test_a_failed_robots_is_asked_again_after_ten_minutes(policy: HttpPolicy, clock: FakeClock) -> None:
    answers = {"robots": Answer(500)}

    def handler(seen: Seen) -> Answer:
        return answers["robots"] if "robots" in seen.path else Answer()

    async def work() -> None:
        async with Site(handler, robots=True) as site, Http(policy, clock=clock) as http:
            with pytest.raises(FetchError):
                await http.fetch(Request(url=site.url), allow_private=True)
            answers["robots"] = Answer(200)
            with pytest.raises(FetchError):
                await http.fetch(Request(url=site.url), allow_private=True)
            clock.pass_time(601)
            assert (await http.fetch(Request(url=site.url), allow_private=True)).status == 200

    run(work)


def test_crawl_delay_is_kept(policy: HttpPolicy, clock: FakeClock) -> None:
    robots = Answer(200, {}, b"User-agent: *\nCrawl-delay: 7\n")

    async def work() -> None:
        async with Site(serving(robots), robots=True) as site, Http(policy, clock=clock) as http:
            for _ in range(3):
                await http.fetch(Request(url=site.url), allow_private=True)
            assert clock.slept == [7.0, 7.0]
            (stats,) = http.stats().values()
            assert (stats.crawl_delay, stats.waits, stats.waited, stats.robots) == (7.0, 2, 14.0, "rules read")

    run(work)


def test_an_absurd_crawl_delay_is_capped(policy: HttpPolicy, clock: FakeClock) -> None:
    robots = Answer(200, {}, b"User-agent: *\nCrawl-delay: 86400\n")

    async def work() -> None:
        async with Site(serving(robots), robots=True) as site, Http(policy, clock=clock) as http:
            for _ in range(2):
                await http.fetch(Request(url=site.url), allow_private=True)
            assert clock.slept == [policy.longest_crawl_delay]

    run(work)


def test_refusals_are_on_record(policy: HttpPolicy) -> None:
    async def work() -> None:
        async with (
            Site(serving(Answer(200, {}, b"User-agent: *\nDisallow: /x")), robots=True) as site,
            Http(policy) as http,
        ):
            with pytest.raises(FetchError):
                await http.fetch(Request(url=f"{site.url}/x"), allow_private=True)
            (stats,) = http.stats().values()
            assert stats.robots_refused == 1

    run(work)


def test_robots_can_be_left_unasked_for_ones_own_host(policy: HttpPolicy) -> None:
    assert try_fetch(Answer(200, {}, b"User-agent: *\nDisallow: /"), replace(policy, obey_robots=False)) is None

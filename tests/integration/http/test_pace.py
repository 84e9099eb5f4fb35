"""Pace, concurrency, rest: what a host's owner sees of us."""

import asyncio
import random
from dataclasses import replace

import pytest

from listener.errors import Failure, FetchError
from listener.http import Hosts, Http, HttpPolicy
from listener.http.hosts import Host, HostStats, host_key
from listener.protocols import Request
from tests.integration.http.site import Answer, FakeClock, Site, run


def host(*, private: bool = False) -> Host:
    return Host(key="h", private=private, stats=HostStats(host="h"))


def test_a_public_host_is_asked_every_two_seconds_and_a_bit() -> None:
    policy, one = HttpPolicy(), host()
    waits = [one.reserve(policy, 100.0, chance) for chance in (0.0, 1.0, 0.5, 0.0)]
    assert waits == [0.0, 2.0, 5.0, 7.5]


def test_a_private_host_is_asked_at_once() -> None:
    one = host(private=True)
    assert [one.reserve(HttpPolicy(), 100.0, 0.9) for _ in range(3)] == [0.0, 0.0, 0.0]


def test_crawl_delay_binds_private_hosts_too() -> None:
    one = host(private=True)
    one.crawl_delay = 3.0
    assert [one.reserve(HttpPolicy(jitter=0), 0.0, 0.0) for _ in range(3)] == [0.0, 3.0, 6.0]


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://Example.COM/a", "example.com"),
        ("http://example.com:80/", "example.com"),
        ("https://example.com:443/", "example.com"),
        ("http://example.com:8080/", "example.com:8080"),
        ("http://example.com./", "example.com"),
    ],
)
def test_what_counts_as_one_host(url: str, key: str) -> None:
    assert host_key(url) == key


def test_pace_holds_across_sources_and_clients(policy: HttpPolicy, clock: FakeClock) -> None:
    slow, hosts = replace(policy, private_interval=2.0), Hosts()

    async def work() -> None:
        async with Site(lambda _: Answer()) as site:
            for path in ("/a", "/b", "/c"):
                async with Http(slow, clock=clock, hosts=hosts) as http:
                    await http.fetch(Request(url=site.url + path), allow_private=True)
        assert clock.slept == [2.0, 2.0, 2.0]  # robots.txt was the first request

    run(work)


def test_one_request_at_a_time_to_a_host_and_many_to_many(policy: HttpPolicy) -> None:
    async def work() -> None:
        async with Site(lambda _: Answer(wait=0.02)) as a, Site(lambda _: Answer(wait=0.02)) as b, Http(policy) as http:
            urls = [f"{site.url}/{n}" for n in range(4) for site in (a, b)]
            await asyncio.gather(*(http.fetch(Request(url=url), allow_private=True) for url in urls))
            assert (a.most_at_once, b.most_at_once) == (1, 1)
            assert len(a.paths) == len(b.paths) == 4

    run(work)


def test_retry_after_binds_every_request_to_the_host(policy: HttpPolicy, clock: FakeClock) -> None:
    answers = [Answer(429, {"Retry-After": "100"}), Answer(200)]

    async def work() -> None:
        async with Site(lambda _: answers.pop(0)) as site, Http(policy, clock=clock) as http:
            with pytest.raises(FetchError) as first:
                await http.fetch(Request(url=site.url), allow_private=True)
            assert first.value.retry_after == 100.0
            with pytest.raises(FetchError, match="asked us to wait") as second:
                await http.fetch(Request(url=f"{site.url}/other"), allow_private=True)
            assert second.value.failure is Failure.RATE_LIMITED
            assert second.value.retry_after == pytest.approx(100.0)
            assert len(site.paths) == 1
            clock.pass_time(90.0)
            await http.fetch(Request(url=site.url), allow_private=True)  # ten seconds are within our patience
            assert clock.slept == [pytest.approx(10.0)]

    run(work)


def test_a_host_that_asks_again_and_again_is_left_alone_longer(policy: HttpPolicy) -> None:
    one, rests, now = host(), [], 0.0
    for _ in range(4):
        one.limited(policy, 1.0, now)
        rests.append(one.resting(now))
        now += one.resting(now) + 1
    assert rests == [1.0, 120.0, 240.0, 480.0]
    one.answered()
    one.limited(policy, 5.0, now)
    assert one.resting(now) == 5.0


def test_a_host_that_keeps_failing_rests_longer_each_time(policy: HttpPolicy, clock: FakeClock) -> None:
    strict = replace(policy, circuit_after=3, backoff=10.0, obey_robots=False)

    async def work() -> None:
        async with Site(lambda _: Answer(500)) as site, Http(strict, clock=clock) as http:

            async def fails() -> float | None:
                with pytest.raises(FetchError) as caught:
                    await http.fetch(Request(url=site.url), allow_private=True)
                return caught.value.retry_after

            assert [await fails() for _ in range(3)] == [None, None, None]
            first = await fails()
            assert len(site.paths) == 3
            assert first is not None
            clock.pass_time(first + 1)
            await fails()
            second = await fails()
            assert second is not None
            assert second > first * 1.9
            (stats,) = http.stats().values()
            assert stats.failures == 4

    run(work)


def test_a_good_answer_closes_the_circuit(policy: HttpPolicy) -> None:
    one = host()
    for _ in range(4):
        one.failed(policy, 0.0)
    one.answered()
    one.failed(policy, 0.0)
    assert one.resting(0.0) == 0.0


def test_rest_is_bounded(policy: HttpPolicy) -> None:
    one = host()
    for _ in range(200):
        one.failed(policy, 0.0)
    assert one.resting(0.0) == policy.longest_rest


def test_the_record_of_a_host(policy: HttpPolicy, clock: FakeClock) -> None:
    async def work() -> None:
        async with Site(lambda _: Answer(200, {}, b"12345")) as site, Http(policy, clock=clock) as http:
            for _ in range(2):
                await http.fetch(Request(url=site.url), allow_private=True)
            (stats,) = http.stats().values()
            assert (stats.requests, stats.bytes, stats.last_status, stats.failures) == (3, 10, 200, 0)
            assert stats.robots == "none (HTTP 404): all free"
            assert stats.last_at == clock.now()

    run(work)


def test_hosts_only_spoken_of_are_not_on_record(policy: HttpPolicy) -> None:
    async def work() -> None:
        async with Http(policy) as http:
            with pytest.raises(FetchError):
                await http.fetch(Request(url="http://10.0.0.1/"))
            assert http.stats() == {}

    run(work)


def test_jitter_comes_from_the_chance_given(policy: HttpPolicy, clock: FakeClock) -> None:
    async def waits(seed: int) -> list[float]:
        own, jittered = FakeClock(), replace(policy, private_interval=2.0, jitter=0.5, obey_robots=False)
        async with Site(lambda _: Answer()) as site, Http(jittered, clock=own, chance=random.Random(seed)) as http:
            for _ in range(4):
                await http.fetch(Request(url=site.url), allow_private=True)
        return own.slept

    first = run(lambda: waits(1))
    assert first == run(lambda: waits(1))
    assert first != run(lambda: waits(2))
    assert all(2.0 <= wait <= 3.0 for wait in first)

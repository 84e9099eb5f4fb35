"""Proxies of the environment: used for public hosts, never for one's own."""

import pytest

from listener.errors import Failure, FetchError
from listener.http import Http, HttpPolicy
from listener.protocols import Request
from tests.integration.http.site import Answer, FakeClock, Site, run


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def test_public_hosts_are_reached_through_the_proxy(policy: HttpPolicy, monkeypatch: pytest.MonkeyPatch) -> None:
    async def work() -> None:
        async with Site(lambda _: Answer(200, {}, b"through")) as proxy:
            monkeypatch.setenv("http_proxy", proxy.url)
            async with Http(policy, clock=FakeClock()) as http:
                page = await http.fetch(Request(url="http://board.example/topic/1/"))
            assert page.body == b"through"
            assert [seen.path for seen in proxy.seen] == [
                "http://board.example/robots.txt",
                "http://board.example/topic/1/",
            ]

    run(work)


def test_private_addresses_are_refused_with_a_proxy_too(policy: HttpPolicy, monkeypatch: pytest.MonkeyPatch) -> None:
    async def work() -> None:
        async with Site(lambda _: Answer()) as proxy:
            monkeypatch.setenv("http_proxy", proxy.url)
            async with Http(policy) as http:
                with pytest.raises(FetchError) as caught:
                    await http.fetch(Request(url="http://10.0.0.1/"))
            assert caught.value.failure is Failure.BLOCKED
            assert proxy.seen == []

    run(work)


def test_ones_own_hosts_are_reached_directly(policy: HttpPolicy, monkeypatch: pytest.MonkeyPatch) -> None:
    async def work() -> None:
        async with Site(lambda _: Answer()) as proxy, Site(lambda _: Answer(200, {}, b"direct")) as site:
            monkeypatch.setenv("http_proxy", proxy.url)
            async with Http(policy) as http:
                assert (await http.fetch(Request(url=site.url), allow_private=True)).body == b"direct"
            assert proxy.seen == []

    run(work)


def test_hosts_named_in_no_proxy_are_reached_directly(policy: HttpPolicy, monkeypatch: pytest.MonkeyPatch) -> None:
    async def work() -> None:
        async with Site(lambda _: Answer()) as proxy:
            monkeypatch.setenv("http_proxy", proxy.url)
            monkeypatch.setenv("no_proxy", "board.invalid")
            async with Http(policy, clock=FakeClock()) as http:
                with pytest.raises(FetchError, match="resolved"):
                    await http.fetch(Request(url="http://board.invalid/"))
            assert proxy.seen == []

    run(work)

"""HTTP/2 where a source asks for it: the same page, the same guard, the same caps."""

import asyncio
import gzip
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from listener.errors import Failure, FetchError
from listener.http import Http, HttpPolicy
from listener.http.http2 import tls
from listener.protocols import Request
from tests.integration.http.site import Answer, Seen, Site, run
from tests.integration.http.site2 import Site2


@pytest.fixture(autouse=True)
def fresh_trust() -> Iterator[None]:
    """Whom the client trusts is read from the environment, once."""
    tls.cache_clear()
    yield
    tls.cache_clear()


def page(seen: Seen) -> Answer:
    return Answer(200, {"ETag": '"a"', "Content-Encoding": "gzip"}, gzip.compress(b"strona" * 1000))


def test_pages_come_over_one_connection(tmp_path: Path, policy: HttpPolicy, monkeypatch: pytest.MonkeyPatch) -> None:
    async def work() -> None:
        async with Site2(page, tmp_path) as site:
            monkeypatch.setenv("SSL_CERT_FILE", str(site.authority))
            async with Http(policy) as http:
                faster = http.over_http2()
                for name in ("a", "b"):
                    got = await faster.fetch(Request(url=f"{site.url}/{name}"), allow_private=True)
                    assert (got.status, got.body, got.headers["etag"]) == (200, b"strona" * 1000, '"a"')
                assert (site.protocols, site.paths) == (["h2"], ["/a", "/b"])
                assert site.seen[-1].headers["user-agent"].startswith("ListenerBot/")
                (stats,) = http.stats().values()
                assert stats.requests == 3, "the record is the same: robots.txt and two pages"

    run(work)


def test_a_server_without_it_is_read_as_ever(policy: HttpPolicy) -> None:
    async def work() -> None:
        async with Site(lambda _: Answer(200, {}, b"strona")) as site, Http(policy) as http:
            got = await http.over_http2().fetch(Request(url=site.url), allow_private=True)
            assert got.body == b"strona"

    run(work)


def test_a_certificate_that_nobody_vouches_for(tmp_path: Path, policy: HttpPolicy) -> None:
    async def work() -> None:
        async with Site2(page, tmp_path) as site, Http(policy) as http:
            with pytest.raises(FetchError, match="certificate is not valid") as caught:
                await http.over_http2().fetch(Request(url=site.url), allow_private=True)
            assert caught.value.failure is Failure.TRANSIENT

    run(work)


def test_the_size_is_capped(tmp_path: Path, policy: HttpPolicy, monkeypatch: pytest.MonkeyPatch) -> None:
    async def work() -> None:
        async with Site2(page, tmp_path) as site:
            monkeypatch.setenv("SSL_CERT_FILE", str(site.authority))
            async with Http(replace(policy, max_bytes=1000)) as http:
                with pytest.raises(FetchError, match="larger than 1000 bytes"):
                    await http.over_http2().fetch(Request(url=site.url), allow_private=True)

    run(work)


def test_redirects_and_refusals(tmp_path: Path, policy: HttpPolicy, monkeypatch: pytest.MonkeyPatch) -> None:
    def handler(seen: Seen) -> Answer:
        return Answer(301, {"Location": "/b"}) if seen.path == "/a" else Answer(429, {"Retry-After": "77"})

    async def work() -> None:
        async with Site2(handler, tmp_path) as site:
            monkeypatch.setenv("SSL_CERT_FILE", str(site.authority))
            async with Http(policy) as http:
                with pytest.raises(FetchError) as caught:
                    await http.over_http2().fetch(Request(url=f"{site.url}/a"), allow_private=True)
                assert (caught.value.failure, caught.value.retry_after) == (Failure.RATE_LIMITED, 77)

    run(work)


def test_a_name_that_resolves_to_a_private_address(
    tmp_path: Path, policy: HttpPolicy, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def resolved(self: object, host: str, port: int, **rest: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    async def work() -> None:
        async with Site2(page, tmp_path) as site:
            monkeypatch.setenv("SSL_CERT_FILE", str(site.authority))
            monkeypatch.setattr(asyncio.get_running_loop().__class__, "getaddrinfo", resolved)
            async with Http(replace(policy, min_interval=0.0)) as http:
                request = Request(url=f"https://rebind.example:{site.port}/")
                with pytest.raises(FetchError) as caught:
                    await http.over_http2().fetch(request)
                assert caught.value.failure is Failure.BLOCKED
                assert (site.seen, site.protocols) == ([], [])
                assert (await http.over_http2().fetch(request, allow_private=True)).status == 200
                with pytest.raises(FetchError):
                    await http.over_http2().fetch(request)

    run(work)


def test_nobody_listens_there(policy: HttpPolicy) -> None:
    async def work() -> None:
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            url = f"https://127.0.0.1:{closed.getsockname()[1]}/"
            async with Http(policy) as http:
                with pytest.raises(FetchError) as caught:
                    await http.over_http2().fetch(Request(url=url), allow_private=True)
                assert caught.value.failure is Failure.TRANSIENT

    run(work)

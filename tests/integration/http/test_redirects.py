"""Redirects: followed so far, and never out of bounds."""

from dataclasses import replace

import pytest

from listener.errors import Failure, FetchError
from listener.http import Http, HttpPolicy
from listener.protocols import Request
from tests.integration.http.site import Answer, Seen, Site, run


def to(place: str, status: int = 302) -> Answer:
    return Answer(status, {"Location": place})


def test_a_redirect_is_followed_and_the_page_says_where_it_is(policy: HttpPolicy) -> None:
    def handler(seen: Seen) -> Answer:
        return {"/a": to("/b", 301), "/b": to("c?x=1#part", 308)}.get(seen.path, Answer(200, {}, b"here"))

    async def work() -> None:
        async with Site(handler) as site, Http(policy) as http:
            page = await http.fetch(Request(url=f"{site.url}/a"), allow_private=True)
            assert (page.url, page.body, page.request.url) == (f"{site.url}/c?x=1", b"here", f"{site.url}/a")

    run(work)


def test_a_loop_ends(policy: HttpPolicy) -> None:
    async def work() -> None:
        async with Site(lambda seen: to(seen.path)) as site, Http(replace(policy, max_redirects=4)) as http:
            with pytest.raises(FetchError, match="too many redirects") as caught:
                await http.fetch(Request(url=f"{site.url}/a"), allow_private=True)
            assert caught.value.failure is Failure.BAD_CONTENT
            assert len(site.paths) == 5

    run(work)


@pytest.mark.parametrize(
    "place",
    [
        "ftp://127.0.0.1/x",
        "file:///etc/passwd",
        "gopher://x/",
        "http://169.254.169.254/latest/meta-data/",
        "http://127.0.0.1:22/",
    ],
)
def test_a_redirect_out_of_bounds_is_not_followed(place: str, policy: HttpPolicy) -> None:
    async def work() -> None:
        async with Site(lambda _: to(place)) as site, Http(policy) as http:
            with pytest.raises(FetchError) as caught:
                await http.fetch(Request(url=site.url), allow_private=True)
            assert caught.value.failure is Failure.BLOCKED

    run(work)


def test_credentials_stay_with_their_host(policy: HttpPolicy) -> None:
    async def work() -> None:
        async with Site(lambda _: Answer(200)) as other, Site(lambda _: to(other.url)) as site, Http(policy) as http:
            headers = {"Authorization": "Bearer xyz", "Cookie": "a=b", "Accept-Language": "pl"}
            await http.fetch(Request(url=site.url, headers=headers), allow_private=True)
            sent = other.seen[-1].headers
            assert site.seen[-1].headers["authorization"] == "Bearer xyz"
            assert "authorization" not in sent
            assert "cookie" not in sent
            assert sent["accept-language"] == "pl"

    run(work)


def test_robots_of_the_new_host_are_asked_too(policy: HttpPolicy) -> None:
    def closed(seen: Seen) -> Answer:
        return Answer(200, {}, b"User-agent: *\nDisallow: /")

    async def work() -> None:
        async with (
            Site(closed, robots=True) as other,
            Site(lambda _: to(f"{other.url}/x")) as site,
            Http(policy) as http,
        ):
            with pytest.raises(FetchError, match=r"robots\.txt refuses"):
                await http.fetch(Request(url=site.url), allow_private=True)
            assert other.paths == []

    run(work)

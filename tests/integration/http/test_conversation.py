"""Conversations: cookies, redirects, and what is known when the answer to a post is lost."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from listener.errors import FetchError, OutcomeUnknown, PermanentDelivery, TransientDelivery
from listener.http import Http, HttpPolicy, converse
from listener.protocols import Conversation, Page, Request
from tests.integration.http.site import Answer, FakeClock, Handler, Seen, Site, run

Talk = Callable[[str], Conversation[Page]]


def get(url: str) -> Conversation[Page]:
    return (yield Request(url=url))


def post(url: str) -> Conversation[Page]:
    return (yield Request(url=f"{url}/post", method="POST", form=[("text", "zażółć")]))


def talk(handler: Handler, conversation: Talk, policy: HttpPolicy) -> tuple[Page, Site]:
    async def work() -> tuple[Page, Site]:
        async with Site(handler) as site, Http(policy, clock=FakeClock()) as http:
            return await converse(http, conversation(site.url), allow_private=True), site

    return run(work)


def test_cookies_last_as_long_as_the_conversation(policy: HttpPolicy) -> None:
    def handler(seen: Seen) -> Answer:
        return Answer(200, {"Set-Cookie": "sid=abc; Path=/; HttpOnly"}, seen.headers.get("cookie", "none").encode())

    def twice(url: str) -> Conversation[Page]:
        yield Request(url=url)
        return (yield Request(url=url))

    assert talk(handler, twice, policy)[0].body == b"sid=abc"
    assert talk(handler, get, policy)[0].body == b"none"


def test_a_post_is_followed_to_where_it_leads(policy: HttpPolicy) -> None:
    def handler(seen: Seen) -> Answer:
        if seen.method == "POST":
            return Answer(302, {"Location": "/topic/1/?page=2#c21", "Set-Cookie": "a=1"})
        return Answer(200, {}, f"{seen.method} {seen.body!r} {seen.headers.get('cookie')}".encode())

    page, site = talk(handler, post, policy)
    assert page.url == f"{site.url}/topic/1/?page=2#c21"
    assert page.body == b"GET b'' a=1"
    assert page.request.method == "POST"


def test_a_form_goes_in_the_charset_of_its_page(policy: HttpPolicy) -> None:
    def polish(url: str) -> Conversation[Page]:
        return (yield Request(url=url, method="POST", form=[("u", "żaba €"), ("b", "1 2")], charset="iso8859-2"))

    def handler(seen: Seen) -> Answer:
        return Answer(200, {}, f"{seen.headers['content-type']} ".encode() + seen.body)

    expected = b"application/x-www-form-urlencoded u=%BFaba+%26%238364%3B&b=1+2"
    assert talk(handler, polish, policy)[0].body == expected


def test_308_sends_the_form_on_to_the_same_host_only(policy: HttpPolicy) -> None:
    def moved(seen: Seen) -> Answer:
        return Answer(308, {"Location": "/new"}) if seen.path == "/post" else Answer(200, {}, seen.body)

    assert talk(moved, post, policy)[0].body == b"text=za%C5%BC%C3%B3%C5%82%C4%87"
    with pytest.raises(PermanentDelivery, match="another host"):
        talk(lambda _: Answer(307, {"Location": "http://example.com/"}), post, policy)


def test_pages_with_an_error_status_are_handed_over(policy: HttpPolicy) -> None:
    assert talk(lambda _: Answer(404, {}, b"gone"), get, policy)[0].status == 404
    assert talk(lambda _: Answer(403, {}, b"csrf"), post, policy)[0].body == b"csrf"


@pytest.mark.parametrize("answer", [None, Answer(200, {}, b"abc" * 100, cut=10), Answer(500), Answer(502), Answer(503)])
def test_a_lost_answer_to_a_post_is_an_unknown_outcome(answer: Answer | None, policy: HttpPolicy) -> None:
    asked: list[str] = []

    def handler(seen: Seen) -> Answer | None:
        asked.append(seen.method)
        return answer

    with pytest.raises(OutcomeUnknown):
        talk(handler, post, replace(policy, retries=3))
    assert asked == ["POST"]


def test_a_lost_page_after_a_post_is_an_unknown_outcome(policy: HttpPolicy) -> None:
    def handler(seen: Seen) -> Answer | None:
        return Answer(303, {"Location": "/after"}) if seen.method == "POST" else None

    with pytest.raises(OutcomeUnknown):
        talk(handler, post, policy)


def test_too_slow_an_answer_to_a_post_is_an_unknown_outcome(policy: HttpPolicy) -> None:
    with pytest.raises(OutcomeUnknown):
        talk(lambda _: Answer(wait=30.0), post, replace(policy, total_timeout=0.5))


def test_a_post_that_was_never_sent_may_be_sent_again(policy: HttpPolicy) -> None:
    async def work() -> None:
        async with Site(lambda _: Answer()) as site:
            url = site.url
        async with Http(policy) as http:
            with pytest.raises(TransientDelivery, match="cannot connect"):
                await converse(http, post(url), allow_private=True)

    run(work)


def test_a_limit_on_posts_is_no_unknown_outcome(policy: HttpPolicy) -> None:
    with pytest.raises(TransientDelivery) as caught:
        talk(lambda _: Answer(429, {"Retry-After": "30"}), post, policy)
    assert caught.value.retry_after == 30.0


@pytest.mark.parametrize(
    ("answer", "expected"),
    [(None, TransientDelivery), (Answer(500), TransientDelivery), (Answer(503), TransientDelivery)],
)
def test_a_lost_get_may_be_tried_again(answer: Answer | None, expected: type[Exception], policy: HttpPolicy) -> None:
    with pytest.raises(expected):
        talk(lambda _: answer, get, policy)


def test_private_addresses_need_permission_here_too(policy: HttpPolicy) -> None:
    async def work() -> None:
        async with Site(lambda _: Answer()) as site, Http(policy) as http:
            with pytest.raises(PermanentDelivery, match="private"):
                await converse(http, get(site.url))
            assert site.seen == []

    run(work)


def test_failures_are_raised_where_the_conversation_can_judge_them(policy: HttpPolicy) -> None:
    def careful(url: str) -> Conversation[str]:
        try:
            yield Request(url=url)
        except FetchError as error:
            return f"told: {error.failure.value}"
        return "not told"

    async def work() -> str:
        async with Site(lambda _: None) as site, Http(policy) as http:
            return await converse(http, careful(site.url), allow_private=True)

    assert run(work) == "told: transient"


def test_robots_are_not_asked_for_what_a_person_approved(policy: HttpPolicy) -> None:
    page, site = talk(lambda _: Answer(200), get, policy)
    assert page.status == 200
    assert [seen.path for seen in site.seen] == ["/"]


def test_a_conversation_without_end_is_ended(policy: HttpPolicy) -> None:
    def endless(url: str) -> Conversation[Page]:
        while True:
            yield Request(url=url)

    with pytest.raises(PermanentDelivery, match="no end"):
        talk(lambda _: Answer(), endless, policy)


def test_a_loop_of_redirects_after_a_post_is_an_unknown_outcome(policy: HttpPolicy) -> None:
    with pytest.raises(OutcomeUnknown, match="redirects"):
        talk(lambda _: Answer(302, {"Location": "/again"}), post, replace(policy, max_redirects=3))

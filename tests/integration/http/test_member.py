"""Reading as a member: when we log in, which cookies go where, and what the place is asked."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from listener.errors import Failure, FetchError
from listener.http import Http, HttpPolicy, Member, Session
from listener.protocols import Conversation, Page, Request
from tests.integration.http.site import Answer, FakeClock, Handler, Seen, Site

FORM = b'<form action="/in" method=post><input name="u"><input class=x type=password name="p"></form>'
DOOR = Answer(200, {}, FORM)


class Board:
    """A place for members: sends others to its log-in page, and gives out a new cookie with every log-in."""

    def __init__(self) -> None:
        self.log_ins = 0
        self.valid = ""
        self.robots = b""

    def __call__(self, seen: Seen) -> Answer | None:
        if seen.path == "/robots.txt":
            return Answer(200, {"Content-Type": "text/plain"}, self.robots)
        if seen.path == "/in" and seen.method == "POST":
            self.log_ins += 1
            self.valid = f"sid=s{self.log_ins}"
            return Answer(303, {"Location": "/", "Set-Cookie": f"{self.valid}; Path=/; HttpOnly"})
        if seen.path == "/in":
            return DOOR
        if seen.headers.get("cookie") != self.valid or not self.valid:
            return Answer(302, {"Location": "/in"})
        if seen.headers.get("if-none-match"):
            return Answer(304)
        return Answer(200, {"ETag": '"1"'}, b"posts")


def log_in(url: str) -> Conversation[None]:
    page = yield Request(url=url)
    if b"password" in page.body:
        page = yield Request(url=f"{url}/in", method="POST", form=[("u", "ala"), ("p", "tajne")], pause=2.0)
    if page.status >= 400 or b"password" in page.body:
        raise FetchError("refused", failure=Failure.AUTH, where=url)


def walk(handler: Handler, policy: HttpPolicy, talk: Callable[["Passes"], Awaitable[None]]) -> None:
    """Runs talk with passes at a site of this handler."""

    async def work() -> None:
        async with Site(handler, robots=True) as site, Http(policy, clock=FakeClock()) as http:
            await talk(Passes(site, http))

    asyncio.run(work())


class Passes:
    """Passes of one process at one place."""

    def __init__(self, site: Site, http: Http) -> None:
        self.site, self.http, self.session = site, http, Session()
        self.begin()

    def begin(self, *, only_if_asked: bool = False) -> None:
        self.member = Member(self.http, self.session, lambda: log_in(self.site.url), only_if_asked=only_if_asked)

    async def get(self, path: str = "/topic", *, known: bool = False) -> Page:
        request = Request(url=self.site.url + path, conditional=known)
        return await self.member.fetch(request, allow_private=True, validators={"etag": '"1"'} if known else None)

    async def fails(self, path: str = "/topic") -> FetchError:
        with pytest.raises(FetchError) as caught:
            await self.get(path)
        return caught.value


def test_one_log_in_lasts_for_many_passes(policy: HttpPolicy) -> None:
    board = Board()

    async def talk(passes: Passes) -> None:
        for _ in range(3):
            passes.begin()
            assert (await passes.get()).body == b"posts"
            assert (await passes.get("/other", known=True)).status == 304
        assert board.log_ins == 1

    walk(board, policy, talk)


def test_a_session_that_ended_is_begun_again_and_the_page_read_in_full(policy: HttpPolicy) -> None:
    board = Board()

    async def talk(passes: Passes) -> None:
        await passes.get()
        board.valid = "gone"
        passes.begin()
        assert (await passes.get(known=True)).body == b"posts"
        assert board.log_ins == 2

    walk(board, policy, talk)


def test_a_place_that_keeps_asking_is_left_after_one_log_in_a_pass(policy: HttpPolicy) -> None:
    posted: list[str] = []

    def forgets(seen: Seen) -> Answer:
        if seen.method == "POST":
            posted.append(seen.path)
            return Answer(200, {}, b"welcome")
        return Answer(302, {"Location": "/in"}) if seen.path == "/topic" else DOOR

    async def talk(passes: Passes) -> None:
        for _ in range(3):
            error = await passes.fails()
            assert (error.failure, "after we logged in" in error.message) == (Failure.AUTH, True)
        assert posted == ["/in"]

    walk(forgets, policy, talk)


def test_a_form_beside_posts_does_not_make_a_page_unreadable(policy: HttpPolicy) -> None:
    async def talk(passes: Passes) -> None:
        assert (await passes.get()).body == FORM

    walk(lambda seen: Answer(200, {}, b"in") if seen.method == "POST" else DOOR, policy, talk)


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_page_is_asked_for_again_after_a_log_in(status: int, policy: HttpPolicy) -> None:
    board = Board()

    def strict(seen: Seen) -> Answer | None:
        answer = board(seen)
        moved = answer is not None and answer.status == 302 and seen.path == "/topic"
        return Answer(status, {}, b"no") if moved else answer

    async def talk(passes: Passes) -> None:
        passes.begin(only_if_asked=True)
        assert (await passes.get()).body == b"posts"
        assert board.log_ins == 1

    walk(strict, policy, talk)


def test_a_page_that_the_account_may_not_read_stays_refused(policy: HttpPolicy) -> None:
    board = Board()

    async def talk(passes: Passes) -> None:
        for _ in range(2):
            assert (await passes.fails("/secret")).failure is Failure.BLOCKED
        assert board.log_ins == 1
        assert (await passes.get()).body == b"posts"

    walk(lambda seen: Answer(403) if seen.path == "/secret" else board(seen), policy, talk)


def test_a_refused_log_in_is_left_alone_for_an_hour(policy: HttpPolicy) -> None:
    async def talk(passes: Passes) -> None:
        assert (await passes.fails()).failure is Failure.AUTH
        asked = len(passes.site.seen)
        passes.begin()
        assert str(await passes.fails()) == str(await passes.fails())
        assert len(passes.site.seen) == asked
        await passes.http.clock.sleep(3601)
        passes.begin()
        await passes.fails()
        assert len(passes.site.seen) > asked

    walk(lambda seen: DOOR, policy, talk)


def test_a_log_in_that_broke_is_tried_again_in_the_next_pass_only(policy: HttpPolicy) -> None:
    board, broken = Board(), [True]

    async def talk(passes: Passes) -> None:
        for _ in range(2):
            assert (await passes.fails()).failure is Failure.TRANSIENT
        assert [seen.method for seen in passes.site.seen].count("POST") == 1
        broken.clear()
        passes.begin()
        assert (await passes.get()).body == b"posts"

    walk(lambda seen: None if broken and seen.method == "POST" else board(seen), replace(policy, circuit_after=9), talk)


def test_robots_are_asked_for_pages_and_the_form_waits_its_pause(policy: HttpPolicy) -> None:
    board = Board()
    board.robots = b"User-agent: *\nDisallow: /in\nDisallow: /hidden\n"

    async def talk(passes: Passes) -> None:
        assert (await passes.get()).body == b"posts"
        assert (await passes.fails("/hidden")).failure is Failure.BLOCKED
        assert isinstance(passes.http.clock, FakeClock)
        assert 2.0 in passes.http.clock.slept
        board.valid = "gone"
        passes.begin()
        assert (await passes.get()).body == b"posts"

    walk(board, policy, talk)


def test_others_get_no_cookies_of_the_log_in(policy: HttpPolicy) -> None:
    board = Board()

    async def talk(passes: Passes) -> None:
        await passes.get()
        async with Site(lambda seen: Answer(200, {}, seen.headers.get("cookie", "none").encode())) as other:
            page = await passes.member.fetch(Request(url=f"http://localhost:{other.port}/"), allow_private=True)
            assert page.body == b"none"
        stranger = await passes.http.fetch(Request(url=passes.site.url + "/topic"), allow_private=True)
        assert stranger.body == FORM

    walk(board, policy, talk)


def test_the_session_shows_no_cookies(policy: HttpPolicy) -> None:
    async def talk(passes: Passes) -> None:
        await passes.get()
        assert len(passes.session.jar) == 1
        assert "sid" not in repr(passes.session)

    walk(Board(), policy, talk)

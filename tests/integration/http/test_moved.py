"""Sources whose address moved, went for good, or says how long its answer holds; threads looked for by address."""

import gzip
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from listener.errors import Failure
from listener.http import Http, HttpPolicy
from tests.integration.http.listening import Listening, listening
from tests.integration.http.site import Answer, Handler, Seen, Site, run

ITEM = (
    "<item><title>Okna</title><guid>{n}</guid><link>{root}/viewtopic.php?t={n}&amp;p={n}#p{n}</link>"
    "<description>Wintermann milczy</description></item>"
)


def feed(*numbers: int, root: str = "") -> bytes:
    items = "".join(ITEM.format(n=n, root=root) for n in numbers)
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>x</title>{items}</channel></rss>'.encode()


def looks(
    folder: Path, policy: HttpPolicy, handler: Handler, steps: Sequence[Callable[[Listening, Site], None]]
) -> list[list[str]]:
    """A look after each step; the paths that each look asked for."""
    asked: list[list[str]] = []

    async def work() -> None:
        async with Site(handler) as site, Http(policy) as http:
            with listening(folder, f"{site.url}/old") as house:
                for step in steps:
                    step(house, site)
                    before = len(site.paths)
                    await house.look(http)
                    asked.append(site.paths[before:])

    run(work)
    return asked


def nothing(house: Listening, site: Site) -> None:
    """No step."""


def test_an_address_that_moved_for_good_is_asked_no_more(tmp_path: Path, policy: HttpPolicy) -> None:
    def handler(seen: Seen) -> Answer:
        return Answer(200, {}, feed(1)) if seen.path == "/new" else Answer(301, {"Location": "/new"})

    asked = looks(tmp_path, policy, handler, [nothing] * 5)
    assert asked == [["/old", "/new"]] * 3 + [["/new"]] * 2


def test_one_that_moved_for_now_is(tmp_path: Path, policy: HttpPolicy) -> None:
    def handler(seen: Seen) -> Answer:
        return Answer(200, {}, feed(1)) if seen.path == "/new" else Answer(302, {"Location": "/new"})

    asked = looks(tmp_path, policy, handler, [nothing] * 5)
    assert asked == [["/old", "/new"]] * 5


def test_only_the_part_of_a_chain_that_is_for_good_counts(tmp_path: Path, policy: HttpPolicy) -> None:
    def handler(seen: Seen) -> Answer:
        chain = {"/old": Answer(308, {"Location": "/mid"}), "/mid": Answer(302, {"Location": "/new"})}
        return chain.get(seen.path, Answer(200, {}, feed(1)))

    asked = looks(tmp_path, policy, handler, [nothing] * 4)
    assert asked == [["/old", "/mid", "/new"]] * 3 + [["/mid", "/new"]]


def test_a_new_address_that_goes_leads_back_to_the_old(tmp_path: Path, policy: HttpPolicy) -> None:
    answers = {"/new": Answer(200, {}, feed(1)), "/old": Answer(301, {"Location": "/new"})}

    def back(house: Listening, site: Site) -> None:
        answers.update({"/new": Answer(404), "/old": Answer(200, {}, feed(1))})

    asked = looks(tmp_path, policy, lambda seen: answers[seen.path], [nothing] * 4 + [back, nothing])
    assert asked[3:] == [["/new"], ["/new"], ["/old"]]


def test_what_is_gone_for_good_is_paused_and_told(tmp_path: Path, policy: HttpPolicy) -> None:
    async def work() -> None:
        async with Site(lambda _: Answer(410)) as site, Http(policy) as http:
            with listening(tmp_path, f"{site.url}/feed") as house:
                report = await house.look(http)
                assert report.failure
                assert report.failure[0] is Failure.GONE
                row = house.row()
                assert (row.paused, row.failure, row.trouble) == (True, "gone", "gone")

    run(work)


def test_what_is_not_found_is_not(tmp_path: Path, policy: HttpPolicy) -> None:
    async def work() -> None:
        async with Site(lambda _: Answer(404)) as site, Http(policy) as http:
            with listening(tmp_path, f"{site.url}/feed") as house:
                await house.look(http)
                assert (house.row().paused, house.row().trouble) == (False, None)

    run(work)


@pytest.mark.parametrize(
    ("headers", "minutes"),
    [
        ({"Cache-Control": "max-age=1800"}, 30),
        ({"Cache-Control": "public, max-age=1800", "Age": "600"}, 20),
        ({"Cache-Control": 'max-age="1800", no-cache'}, 1),
        ({"Cache-Control": "max-age=9999999999999"}, 24 * 60),
        ({"Date": "Sun, 22 Nov 2026 10:00:00 GMT", "Expires": "Sun, 22 Nov 2026 10:45:00 GMT"}, 45),
        ({"Expires": "0"}, 1),
        ({"Cache-Control": "max-age=soon"}, 1),
    ],
)
def test_an_answer_that_holds_for_a_while_is_not_asked_for_before(
    headers: dict[str, str], minutes: int, tmp_path: Path, policy: HttpPolicy
) -> None:
    async def work() -> None:
        async with Site(lambda _: Answer(200, headers, feed(1))) as site, Http(policy) as http:
            with listening(tmp_path, f"{site.url}/feed") as house:
                await house.look(http)
                assert house.row().due_at - house.clock() == timedelta(minutes=minutes)

    run(work)


def test_what_a_304_says_of_it_counts(tmp_path: Path, policy: HttpPolicy) -> None:
    ages = iter((0, 3600))

    def handler(seen: Seen) -> Answer:
        known = "if-none-match" in seen.headers
        headers = {"ETag": '"a"', "Cache-Control": f"max-age={next(ages)}"}
        return Answer(304 if known else 200, headers, b"" if known else feed(1))

    async def work() -> None:
        async with Site(handler) as site, Http(policy) as http:
            with listening(tmp_path, f"{site.url}/feed") as house:
                await house.look(http)
                assert house.row().due_at - house.clock() == timedelta(minutes=1)
                await house.look(http)
                assert house.row().due_at - house.clock() == timedelta(hours=1)

    run(work)


def test_threads_that_a_feed_still_names_are_not_asked_for(tmp_path: Path, policy: HttpPolicy) -> None:
    """The feed names thread 1 no more from the second day on; it is then asked for once a day, with validators."""
    named = [1, 2]

    def handler(seen: Seen) -> Answer:
        root = f"http://{seen.headers['host']}"
        if seen.path == "/old":
            return Answer(200, {}, feed(*named, root=root))
        known = seen.headers.get("if-none-match") == '"t"'
        return Answer(304 if known else 200, {"ETag": '"t"'}, b"" if known else b"<p>temat</p>")

    def next_day(house: Listening, site: Site) -> None:
        house.clock.advance(hours=25)

    def dropped(house: Listening, site: Site) -> None:
        next_day(house, site)
        named.remove(1)

    asked = looks(tmp_path, replace(policy, min_interval=0.0), handler, [nothing, next_day, dropped, nothing, next_day])
    thread = "/viewtopic.php?t=1"
    assert asked == [["/old"], ["/old"], ["/old", thread], ["/old"], ["/old", thread]]


def test_the_row_tells_what_went_over_the_wire(tmp_path: Path, policy: HttpPolicy) -> None:
    """robots.txt, the redirect and the page; its bytes as they came. The next look asks no robots.txt."""
    body = gzip.compress(feed(*range(50)))

    def handler(seen: Seen) -> Answer:
        packed = Answer(200, {"Content-Encoding": "gzip"}, body)
        return packed if seen.path == "/new" else Answer(302, {"Location": "/new"})

    async def work() -> None:
        async with Site(handler) as site, Http(policy) as http:
            with listening(tmp_path, f"{site.url}/old") as house:
                await house.look(http)
                assert (house.row().requests, house.row().bytes) == (3, len(body))
                await house.look(http)
                assert (house.row().requests, house.row().bytes) == (5, 2 * len(body))

    run(work)

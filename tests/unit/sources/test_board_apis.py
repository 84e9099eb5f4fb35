"""XenForo and Invision through their REST interfaces. The answers are written for this, of the shape that their
documentation gives: neither engine runs here."""

import base64
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from listener.errors import ParseError
from listener.protocols import Page, Parsed, Request, Source, SourceConfig
from listener.registry import source_class
from tests.unit.sources.recorded import DATA, expected, page, said


@dataclass(frozen=True)
class Engine:
    """An engine with its recorded list and thread. marks: what is kept of thread 7 when it was read."""

    kind: str
    url: str
    forum: str
    thread: str
    listing: str
    mark: str

    def source(self, url: str | None = None, **more: Any) -> Source:
        config = SourceConfig(name="place", kind=self.kind, url=url or self.url, options={"api_key": "klucz"}, **more)
        return source_class(self.kind)(config)

    def page(self, name: str, request: Request) -> Page:
        return page(DATA / f"{self.kind}_api" / f"{name}.txt", request)


XENFORO = Engine(
    kind="xenforo",
    url="https://forum.example.org/community/",
    forum="https://forum.example.org/community/forums/okna.2/page-3",
    thread="https://forum.example.org/community/threads/okna.7/",
    listing="threads",
    mark="3|104|1795080000",
)
INVISION = Engine(
    kind="invision",
    url="https://forum.example.org/",
    forum="https://forum.example.org/forum/2-okna/?page=3",
    thread="https://forum.example.org/topic/7-okna/",
    listing="topics",
    mark="4|104|2026-11-20T04:05:10Z",
)
both = pytest.mark.parametrize("engine", [XENFORO, INVISION], ids=lambda engine: engine.kind)


def listed(engine: Engine, cursor: dict[str, str] | None = None, **more: Any) -> Parsed:
    source = engine.source(**more)
    return source.parse(engine.page(engine.listing, source.requests(cursor or {})[0]), cursor or {})


def opened(engine: Engine, cursor: dict[str, str] | None = None) -> Request:
    """The request for thread 7."""
    return next(one for one in listed(engine, cursor).follow if one.context.get("thread") == "7")


def changed(answer: Page, **more: object) -> Page:
    return replace(answer, body=json.dumps(json.loads(answer.body) | more).encode())


@both
def test_posts_are_read_as_they_stand(engine: Engine) -> None:
    parsed = engine.source().parse(engine.page("posts", opened(engine)), {})
    wanted: list[dict[str, Any]] = expected(Path(DATA / f"{engine.kind}_api" / "posts.txt"))
    assert said(parsed.posts, wanted) == wanted
    assert (parsed.posts[1].quotes[0].author, parsed.posts[1].quotes[0].text) == ("ola_k", "Czy są ciepłe?")
    assert parsed.gone == ("103",)
    assert parsed.follow == ()
    assert parsed.marks == {"t:7": engine.mark, "at:7": "1", "all:7": "2026-11-22T17:30:00+00:00"}


def test_the_list_is_asked_for_with_the_key() -> None:
    (xenforo,), (invision,) = XENFORO.source().requests({}), INVISION.source().requests({})
    assert xenforo.url == f"{XENFORO.url}api/threads/?order=last_post_date&direction=desc&page=1"
    assert xenforo.headers == {"XF-Api-Key": "klucz"}
    assert invision.url == f"{INVISION.url}api/forums/topics?sortBy=updated&sortDir=desc&page=1&perPage=50"
    assert base64.b64decode(invision.headers["Authorization"].removeprefix("Basic ")) == b"klucz:"


def test_a_forum_is_asked_for_alone() -> None:
    assert "/community/api/forums/2/threads?order=" in XENFORO.source(XENFORO.forum).requests({})[0].url
    assert INVISION.source(INVISION.forum).requests({})[0].url.endswith("&perPage=50&forums=2")


def test_addresses_without_rewriting_are_understood() -> None:
    one = XENFORO.source("https://a.example/index.php?threads/okna.7/").requests({})[0]
    assert one.url == "https://a.example/api/threads/7/"
    all_of_it = XENFORO.source("https://a.example/b/index.php").requests({})[0]
    assert all_of_it.url.startswith("https://a.example/b/api/threads/?")


@both
def test_a_single_thread_is_asked_for_what_it_is_called(engine: Engine) -> None:
    source = engine.source(engine.thread)
    (request,) = source.requests({})
    found = json.loads(engine.page(engine.listing, request).body)
    one = {"thread": found["threads"][0]} if "threads" in found else found["results"][0]
    answer = replace(engine.page(engine.listing, request), body=json.dumps(one).encode())
    (first,) = source.parse(answer, {}).follow
    assert (first.context["title"][:15], first.context["mark"]) == ("Okna Wintermann", engine.mark)
    assert source.parse(answer, {"t:7": engine.mark}).follow == ()


@both
def test_threads_that_moved_are_opened_and_the_next_page_of_the_list(engine: Engine) -> None:
    opened_ids = [one.context.get("thread", one.tag) for one in listed(engine).follow]
    assert [one for one in opened_ids if one in ("7", "4", "9", "list")] == ["7", "4", "list"]
    assert all(one.headers for one in listed(engine).follow)
    assert "page=2" in listed(engine).follow[-1].url
    assert [one.tag for one in listed(engine, max_pages=1).follow].count("list") == 0


@both
def test_nothing_is_asked_for_where_nothing_moved(engine: Engine) -> None:
    marks = {f"t:{one.context['thread']}": one.context["mark"] for one in listed(engine).follow if one.tag == "posts"}
    assert listed(engine, marks).follow == ()


@both
def test_a_thread_is_read_from_the_page_before_the_last_and_whole_once_a_day(engine: Engine) -> None:
    read = {"at:7": "5", "all:7": "2026-11-22T09:00:00+00:00"}
    assert "page=4" in opened(engine, read).url
    assert "page=1" in opened(engine, read | {"all:7": "2026-11-20T09:00:00+00:00"}).url


@both
def test_marks_come_with_the_last_page_only(engine: Engine) -> None:
    answer = engine.page("posts", opened(engine))
    long = changed(answer, totalPages=2, pagination={"last_page": 2})
    parsed = engine.source().parse(long, {})
    (further,) = parsed.follow
    assert ("page=2" in further.url, parsed.marks) == (True, {})
    last = engine.source().parse(replace(long, request=further), {})
    assert (last.follow, last.marks["at:7"], last.marks["t:7"]) == ((), "2", engine.mark)


@both
def test_a_thread_that_is_too_long_for_a_pass_is_not_called_read(engine: Engine) -> None:
    answer = changed(engine.page("posts", opened(engine)), totalPages=9, pagination={"last_page": 9})
    parsed = engine.source(max_pages=1).parse(answer, {})
    assert (parsed.follow, parsed.marks.get("t:7")) == ((), None)


@both
@pytest.mark.parametrize("body", [b"<html>log in</html>", b"[]", b"", b"{"])
def test_what_is_no_answer_is_told(engine: Engine, body: bytes) -> None:
    source = engine.source()
    answer = replace(engine.page("posts", source.requests({})[0]), body=body)
    with pytest.raises(ParseError) as caught:
        source.parse(answer, {})
    assert "api_key" in caught.value.mend


@both
def test_answers_of_other_shapes_give_nothing(engine: Engine) -> None:
    source = engine.source()
    for body in (
        b"{}",
        b'{"threads": [{"thread_id": null}], "results": [{"id": {}}]}',
        b'{"results": 4, "threads": "x"}',
    ):
        assert source.parse(replace(engine.page("posts", source.requests({})[0]), body=body), {}).follow == ()


@both
def test_without_a_key_the_pages_are_read(engine: Engine) -> None:
    config = SourceConfig(name="place", kind=engine.kind, url=engine.url)
    assert [request.url for request in source_class(engine.kind)(config).requests({})] == [engine.url]

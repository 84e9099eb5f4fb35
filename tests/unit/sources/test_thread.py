# ruff: noqa: E501 - pages and answers stand on the lines that they are sent on
"""Posts of any page: pages written for this in no engine's markup, and what nobody should have to read."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.model import Post
from listener.protocols import Page, Parsed, Request, SourceConfig
from sources.thread import Thread, thread_url

NOW = datetime(2026, 11, 22, 17, 30, tzinfo=UTC)
URL = "https://forum.example.org/watek/7"
SHARED = Path(__file__).resolve().parents[4] / "shared" / "pages"

TEXTS = (
    "Kupiłem u nich okna i po miesiącu klamka została mi w ręku.",
    "Spróbuj reklamacji na piśmie, u nas pomogło od razu.",
    "Dziękuję, napisałem do nich wczoraj wieczorem, czekam na odpowiedź.",
    "Nam wymienili wszystko bez dyskusji, ale trwało to dwa miesiące.",
)
WRITERS = ("Ola", "marek1972", "Ola", "Jan K.")
DATES = ("3 lis 2026, 10:00", "3 lis 2026, 12:30", "wczoraj, 14:05", "3 godz. temu")
TIMES = ("2026-11-03T09:00:00Z", "2026-11-03T11:30:00Z", "2026-11-21T13:05:00Z", "2026-11-22T14:30:00Z")


def read(html: str | bytes, url: str = URL, zone: str = "Europe/Warsaw") -> Parsed:
    body = html.encode("utf-8", "surrogatepass") if isinstance(html, str) else html
    page = Page(url=url, status=200, headers={}, body=body, fetched_at=NOW, request=Request(url=url))
    return Thread(SourceConfig(name="forum", kind="thread", url=url, zone=zone)).parse(page, {})


def told(posts: tuple[Post, ...]) -> list[tuple[str | None, str | None, str]]:
    return [
        (p.author, p.published_at.isoformat().replace("+00:00", "Z") if p.published_at else None, p.text) for p in posts
    ]


WANTED = list(zip(WRITERS, TIMES, TEXTS, strict=True))

DIVS = """<div class="wpis" id="w{n}"><div class="kto"><a href="/uzytkownik/{n}">{who}</a> <span>Dołączył: 3 mar 2011</span></div>
<span class="kiedy">{when}</span> <a href="/watek/7#w{n}">#{n}</a><div class="tresc"><p>{text}</p></div><a href="/cytuj/{n}">Cytuj</a></div>"""
ROWS = """<tr><td rowspan="2"><b>{who}</b><br>Posty: 20<br>Skąd: Łódź</td><td>Wysłany: {when} <a href="?p={n}#{n}"><img src="p.gif"></a></td></tr>
<tr><td><span>{text}</span></td></tr>"""
ITEMS = """<li itemprop="comment" itemscope itemtype="https://schema.org/Comment"><span itemprop="author">{who}</span>
<time itemprop="dateCreated">{when}</time><div itemprop="text">{text}</div><button>Lubię to</button></li>"""
AFTER = """<article id="c-{n}"><section><p>{text}</p></section><footer>{when}, <a href="/profil/{n}">{who}</a></footer></article>"""
SHAPES = {"divs": DIVS, "table rows": "ROWS", "microdata": ITEMS, "author and date below": AFTER}
SHAPES["table rows"] = ROWS


def thread_of(shape: str, before: str = "", after: str = "") -> str:
    entries = zip(range(1, 5), WRITERS, DATES, TEXTS, strict=True)
    posts = "\n".join(shape.format(n=n, who=who, when=when, text=text) for n, who, when, text in entries)
    inner = f"<table>{posts}</table>" if shape is ROWS else f"<main>{posts}</main>"
    return f"<!DOCTYPE html><html lang=pl><head><title>Klamka</title></head><body><h1>Klamka</h1>{before}{inner}{after}</body></html>"


@pytest.mark.parametrize("shape", SHAPES)
def test_posts_are_found_in_markup_of_no_engine(shape: str) -> None:
    assert told(read(thread_of(SHAPES[shape])).posts) == WANTED


MENU = "<nav><ul>" + "".join(f"<li><a href='/dzial/{n}'>Dział {n}</a></li>" for n in range(30)) + "</ul></nav>"
ASIDE = (
    "<aside>"
    + "".join(
        f"<div class=n><a href='/watek/{n}'>Nowy wątek numer {n}</a> <span>2{n} lis 2026, 10:0{n}</span></div>"
        for n in range(3)
    )
    + "</aside>"
)


def test_menus_and_lists_of_other_threads_are_no_posts() -> None:
    assert told(read(thread_of(DIVS, before=MENU, after=ASIDE)).posts) == WANTED


def test_answers_inside_the_post_they_answer_are_posts_of_their_own() -> None:
    inner = DIVS.format(n=2, who=WRITERS[1], when=DATES[1], text=TEXTS[1])
    outer = (
        DIVS.format(n=1, who=WRITERS[0], when=DATES[0], text=TEXTS[0]).removesuffix("</div>")
        + f"<div class=odp>{inner}</div></div>"
    )
    third = DIVS.format(n=3, who=WRITERS[2], when=DATES[2], text=TEXTS[2])
    assert told(read(f"<body><h1>x</h1><main>{outer}{third}</main></body>").posts) == WANTED[:3]


def test_a_list_of_threads_holds_no_posts() -> None:
    rows = "".join(
        f"<tr><td><a href='/watek/{n}'>{text}</a></td><td>{n * 3}</td><td><a href='/profil/{n}'>{who}</a> {when}</td></tr>"
        for n, who, when, text in zip(range(1, 5), WRITERS, DATES, TEXTS, strict=True)
    )
    assert read(f"<body><h1>Forum</h1><table>{rows}</table></body>").posts == ()


FORUM = """<div class="row forum"><div class=name><a href="/forum/{n}">Dział {n}</a></div><div class=about><p>{text}</p></div>
<div>{n}</div><div class=last-post><a href="/post/{n}">Temat</a><div>{when}</div><a href="/user/{n}">{who}</a></div></div>"""


def test_a_list_of_forums_holds_no_posts_whatever_stands_below_it() -> None:
    below = '<div class="row numbers"><div>Użytkowników: 11</div><div>Najnowszy: <a href="/user/9">Ola</a> wczoraj, 10:00</div></div>'
    assert read(thread_of(FORUM, after=below)).posts == ()


def test_ids_links_and_thread_are_kept() -> None:
    posts = read(thread_of(DIVS), f"{URL}?page=2&sid=0123456789abcdef0123456789abcdef").posts
    assert [post.native_id for post in posts] == ["1", "2", "3", "4"]
    assert posts[0].url == "https://forum.example.org/watek/7#w1"
    assert {post.thread_url for post in posts} == {URL}
    assert {post.thread_title for post in posts} == {"Klamka"}
    assert posts[0].author_url == "https://forum.example.org/uzytkownik/1"
    assert posts[2].published_raw == "wczoraj, 14:05"


def test_a_post_without_a_number_keeps_its_id_from_day_to_day() -> None:
    html = thread_of(ITEMS).replace("3 godz. temu", "4 lis 2026, 10:00")
    assert [p.native_id for p in read(html).posts] == [
        p.native_id for p in read(html.replace("Lubię to", "Lubię to (3)")).posts
    ]
    assert len({p.native_id for p in read(html).posts}) == 4


COUNTED = "<div class=w id=m{n}><b>{who}</b> <i>{when}</i><p>{text}</p></div>"


def test_numbers_that_begin_anew_on_each_page_are_no_ids() -> None:
    html = thread_of(COUNTED).replace("3 godz. temu", "4 lis 2026, 10:00")
    other = (
        html.replace("okna", "drzwi").replace("3 lis", "5 lis").replace("4 lis", "6 lis").replace("wczoraj", "dzisiaj")
    )
    first, second = ({post.native_id for post in read(page).posts} for page in (html, other))
    assert len(first) == len(second) == 4
    assert first & second == set()


def test_a_post_without_a_number_keeps_its_id_when_it_is_edited() -> None:
    html = thread_of(ITEMS).replace("3 godz. temu", "4 lis 2026, 10:00").replace("wczoraj, 14:05", "4 lis 2026, 9:00")
    edited = html.replace("klamka została mi w ręku", "klamka odpadła")
    before, after = read(html).posts, read(edited).posts
    assert [post.text for post in before] != [post.text for post in after]
    assert [post.native_id for post in before] == [post.native_id for post in after]


def test_two_posts_of_one_writer_and_minute_are_two() -> None:
    html = thread_of(ITEMS).replace("3 lis 2026, 12:30", "3 lis 2026, 10:00").replace("marek1972", "Ola")
    assert len({post.native_id for post in read(html).posts}) == 4


def test_a_date_that_counts_from_now_is_no_part_of_an_id() -> None:
    html = thread_of(ITEMS)
    assert read(html).posts[3].native_id == read(html.replace("3 godz. temu", "4 godz. temu")).posts[3].native_id


def test_two_posts_never_share_an_id() -> None:
    html = thread_of(DIVS).replace("#w2", "#w1").replace('id="w2"', 'id="w1"')
    posts = read(html).posts
    assert len(posts) == len({post.native_id for post in posts}) == 4


@pytest.mark.parametrize(
    "link",
    [
        "<link rel=next href='/watek/7?page=2'>",
        "<a rel='next nofollow' href='/watek/7?page=2'>»</a>",
        "<a href='?page=2'>Następna »</a>",
        "<a class='pager-next' href='/watek/7?page=2'><i></i></a>",
    ],
)
def test_the_next_page_is_followed(link: str) -> None:
    assert [request.url for request in read(thread_of(DIVS, after=link)).follow] == [f"{URL}?page=2"]


def test_the_next_page_of_another_place_is_not() -> None:
    assert read(thread_of(DIVS, after="<a href='https://else.example/'>Next</a>")).follow == ()


@pytest.mark.parametrize(
    ("url", "thread"), [(f"{URL}?page=3", URL), (f"{URL}/page-3", f"{URL}/"), (f"{URL}?x=1&start=20#p3", f"{URL}?x=1")]
)
def test_pages_of_a_thread_share_its_address(url: str, thread: str) -> None:
    assert thread_url(url) == thread


def test_reading_goes_on_a_page_before_it_ended() -> None:
    thread = Thread(SourceConfig(name="forum", kind="thread", url=URL))
    first = read(thread_of(DIVS, after="<link rel=next href='?page=2'>")).follow[0]
    body = thread_of(DIVS).encode()
    last = thread.parse(Page(url=first.url, status=200, headers={}, body=body, fetched_at=NOW, request=first), {})
    assert last.marks == {"page": URL}
    assert [request.url for request in thread.requests({"page": f"{URL}?page=7"})] == [f"{URL}?page=7"]


def test_a_page_that_lost_its_posts_leads_to_the_first() -> None:
    parsed = Thread(SourceConfig(name="forum", kind="thread", url=URL)).parse(
        Page(url=f"{URL}?page=7", status=200, headers={}, body=b"", fetched_at=NOW, request=Request(url=URL)), {}
    )
    assert [request.url for request in parsed.follow] == [URL]
    further = Request(url=f"{URL}?page=8", context={"page": "8", "before": f"{URL}?page=7"})
    page = Page(url=further.url, status=200, headers={}, body=b"", fetched_at=NOW, request=further)
    assert Thread(SourceConfig(name="forum", kind="thread", url=URL)).parse(page, {}).follow == ()
    assert read("").follow == ()
    assert read("").notes == (f"no posts found on {URL}",)


# --- what nobody should have to read ------------------------------------------------------------------------


def test_a_page_that_was_cut_off_gives_what_it_holds() -> None:
    html = thread_of(DIVS)
    cut = html[: html.index(TEXTS[3]) + 10]
    assert told(read(cut).posts)[:3] == WANTED[:3]


@given(
    st.lists(
        st.sampled_from(
            [
                *SHAPES.values(),
                MENU,
                "<div>",
                "</div>",
                "<table>",
                "<blockquote>",
                "\x07",
                "9999-12-31 10:00",
                "&#xD800;",
            ]
        ),
        max_size=12,
    )
)
def test_no_page_breaks_the_reader(parts: list[str]) -> None:
    pieces = (
        part.replace("{n}", "7").replace("{who}", "Ola").replace("{when}", DATES[0]).replace("{text}", TEXTS[0])
        for part in parts
    )
    for post in read("".join(pieces)).posts:
        assert post.text or post.quotes

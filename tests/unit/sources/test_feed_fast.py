"""The short way through a feed gives what feedparser gives, or steps aside."""

import re
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.errors import ParseError
from sources.feed_fast import read_fast
from sources.feed_items import Channel, read_channel
from tests.unit.sources.recorded import DATA

SHARED = Path(__file__).resolve().parents[4] / "shared" / "pages" / "feedparser-tests.tar.gz"
HEAD = re.compile(rb"\s*<!--.*?-->\s*", re.DOTALL)


def judged(body: bytes, content_type: str = "") -> Channel | None:
    """The short way's channel, after a check that feedparser says the same. None where it stepped aside."""
    fast = read_fast(body, content_type)
    if fast is not None:
        assert fast == read_channel(body, content_type, "https://example.org/feed")
    return fast


@pytest.mark.parametrize("name", ["blog-rss20", "blog-comments", "board-linked-author", "old-rss091", "naive-dates"])
def test_common_feeds_take_it(name: str) -> None:
    body = (DATA / "feed" / f"{name}.xml").read_bytes()
    expected_aside = name == "naive-dates"  # the years 0 and 9999: feedparser judges
    assert (judged(body) is None) is expected_aside


@pytest.mark.parametrize("path", sorted((DATA / "feed").glob("*.xml")), ids=lambda path: path.stem)
def test_it_never_says_anything_else(path: Path) -> None:
    judged(path.read_bytes())


def _cases() -> Iterator[bytes]:
    with tarfile.open(SHARED) as tar:
        for member in tar:
            file = tar.extractfile(member) if member.name.endswith(".xml") else None
            if file is not None:
                yield file.read()


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.exists(), reason="feedparser's own test files are not beside this checkout (../shared)")
def test_feedparsers_own_files() -> None:
    taken = 0
    for whole in _cases():
        body = HEAD.sub(b"", whole, count=1).lstrip()
        try:
            taken += judged(body) is not None
        except ParseError:
            pytest.fail(f"feedparser reads nothing where the short way did: {body[:80]!r}")
    assert taken > 200


TEXT = st.text(alphabet=st.sampled_from("aąŻ &<>;'\"\n\u0095é#x17p/:@.?="), max_size=14)
DATE = st.sampled_from(
    [
        "Mon, 09 Mar 2026 18:30:00 +0100",
        "9 Mar 2026 18:30:00 GMT",
        "2026-03-09T18:30:00Z",
        "2026-03-09T18:30:00+02:00",
        "wczoraj",
        "",
    ]
)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def _element(name: str, attributes: tuple[str, ...] = ("",)) -> st.SearchStrategy[str]:
    words = DATE if "date" in name.lower() or name in ("published", "updated") else TEXT
    return st.builds(lambda attr, text: f"<{name}{attr}>{_escaped(text)}</{name}>", st.sampled_from(attributes), words)


GUID_KINDS = ("", ' isPermaLink="false"', ' isPermaLink="true"')
RSS_ITEM = st.lists(
    st.one_of(
        *map(
            _element, ("title", "link", "description", "content:encoded", "dc:creator", "author", "pubDate", "dc:date")
        ),
        *map(_element, ("slash:comments", "category", "wfw:commentRss")),
        _element("guid", GUID_KINDS),
        st.just('<atom:link rel="replies" href="https://example.org/r"/>'),
        st.just("<odd>x</odd>"),
    ),
    max_size=6,
)
BODY_KINDS = ("", ' type="html"', ' type="text"', ' type="xhtml"')
ATOM_ENTRY = st.lists(
    st.one_of(
        *map(_element, ("id", "published", "updated")),
        *(_element(name, BODY_KINDS) for name in ("title", "summary", "content")),
        st.just('<link href="https://example.org/1"/>'),
        st.just('<link rel="replies" type="application/atom+xml" href="/r"/>'),
        st.just("<author><name>Ewa</name><uri>https://example.org/u</uri></author>"),
        st.just("<author><name/></author>"),
        st.just('<thr:in-reply-to ref="a" href="b"/>'),
    ),
    max_size=6,
)
SPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:slash="http://purl.org/rss/1.0/modules/slash/" xmlns:wfw="http://wellformedweb.org/CommentAPI/" '
    'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:thr="http://purl.org/syndication/thread/1.0"'
)


@given(st.lists(RSS_ITEM, min_size=1, max_size=3))
def test_made_up_rss(items: list[list[str]]) -> None:
    inner = "".join(f"<item>{''.join(item)}</item>" for item in items)
    judged(f'<rss version="2.0" {SPACES}><channel><title>x</title>{inner}</channel></rss>'.encode())


@given(st.lists(ATOM_ENTRY, min_size=1, max_size=3))
def test_made_up_atom(entries: list[list[str]]) -> None:
    inner = "".join(f"<entry>{''.join(entry)}</entry>" for entry in entries)
    judged(f'<feed xmlns="http://www.w3.org/2005/Atom" {SPACES}><title>x</title>{inner}</feed>'.encode())

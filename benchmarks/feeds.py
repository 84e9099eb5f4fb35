"""Feed items a second against plain feedparser: `python -m benchmarks.feeds [--items 200]`.

The same well-formed feed is read by feedparser as anybody would call it, by feedparser as this project calls it when
it must, and by the short way; all three must give the same items. The last line adds the making of posts.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime

import feedparser

from listener.protocols import Page, Request, SourceConfig
from sources.feed import Feed
from sources.feed_fast import read_fast
from sources.feed_items import read_channel

ROUNDS = 7
URL = "https://example.org/feed/"
RSS_ITEM = """<item><title>Okna Wintermann &#8211; wpis {n}</title><link>https://example.org/2026/03/wpis-{n}/</link>
<comments>https://example.org/2026/03/wpis-{n}/#comments</comments><dc:creator><![CDATA[Ewa Nowak]]></dc:creator>
<pubDate>Mon, 09 Mar 2026 18:{m:02}:00 +0100</pubDate><category><![CDATA[Okna]]></category>
<guid isPermaLink="false">https://example.org/?p={n}</guid>
<description><![CDATA[Krótko o oknach &#8230;]]></description>
<content:encoded><![CDATA[<p>Montaż trwał <b>dwa dni</b>, a szyba pękła.</p><p>Nikt nie odbiera telefonu od tygodnia, a
reklamacja leży. {filler}</p>]]></content:encoded><slash:comments>0</slash:comments></item>"""
ATOM_ENTRY = """<entry><author><name>jan_{n}</name><uri>https://example.org/u/{n}</uri></author>
<updated>2026-03-09T18:{m:02}:00+01:00</updated><published>2026-03-09T18:{m:02}:00+01:00</published>
<id>https://example.org/viewtopic.php?p={n}#p{n}</id><link href="https://example.org/viewtopic.php?p={n}#p{n}"/>
<title type="html"><![CDATA[Okna • Re: Reklamacja]]></title>
<content type="html"><![CDATA[Czekam <em>trzeci</em> tydzień na
odpowiedź, a firma milczy. {filler}]]></content></entry>"""
FILLER = "Zdanie, które niczego nie wnosi, ale zajmuje miejsce, jak to w życiu. " * 6


def feeds(items: int) -> dict[str, bytes]:
    """An RSS and an Atom feed of so many items."""

    def filled(one: str) -> str:
        return "\n".join(one.format(n=n, m=n % 60, filler=FILLER) for n in range(items))

    rss = (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:slash="http://purl.org/rss/1.0/modules/slash/">'
        f"<channel><title>Dom</title><link>https://example.org/</link>{filled(RSS_ITEM)}</channel></rss>"
    )
    atom = (
        '<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Forum</title>'
        f'<link href="https://example.org/"/>{filled(ATOM_ENTRY)}</feed>'
    )
    return {"RSS": rss.encode(), "Atom": atom.encode()}


def _seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def _posts(body: bytes) -> int:
    page = Page(
        url=URL,
        status=200,
        headers={},
        body=body,
        fetched_at=datetime(2026, 3, 10, tzinfo=UTC),
        request=Request(url=URL, tag="feed"),
    )
    return len(Feed(SourceConfig(name="x", kind="feed", url=URL)).parse(page, {}).posts)


def main() -> None:
    """Prints items a second and the ratio to plain feedparser, for RSS and Atom."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=200)
    items = parser.parse_args().items
    for name, body in feeds(items).items():
        assert read_fast(body, "") == read_channel(body, "", URL), "the short way differs"
        ways: dict[str, Callable[[], object]] = {
            "feedparser": lambda body=body: feedparser.parse(body),  # type: ignore[misc]  # bound at once
            "feedparser as we call it": lambda body=body: read_channel(body, "", URL),  # type: ignore[misc]
            "short way": lambda body=body: read_fast(body, ""),  # type: ignore[misc]
            "posts made": lambda body=body: _posts(body),  # type: ignore[misc]
        }
        rounds = [{way: _seconds(work) for way, work in ways.items()} for _ in range(ROUNDS)]
        middle = {way: statistics.median(one[way] for one in rounds) for way in ways}
        base = middle["feedparser"]
        told = "   ".join(f"{way} {items / spent:,.0f}/s ({base / spent:.1f}x)" for way, spent in middle.items())
        print(f"{name:5}{told}")


if __name__ == "__main__":
    main()

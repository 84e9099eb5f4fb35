"""The cheap look at a quiet phpBB board: its Atom feed of the newest posts says whether the lists need to be walked.

A board that has the feed switched on names it in the head of its pages (feed.php before 3.1, app.php/feed or /feed
since). It holds the 15 newest posts and nothing more, so posts are not taken from it: a post that is new there has the
lists walked as ever, and however many came at once none is lost. A post that reads otherwise than before was edited:
its page is read again. What a feed cannot tell (a late approval far back, a removal, a forum that is kept out of it) is
found by walking the lists at least once in WALK; a walk that finds more than the feed had told ends its use.

Marks: "feed" its address, "feed:seen" the posts that it last held, "feed:walked" when the lists were last walked,
"feed:off" when it was refused or found wanting: it is not tried again for AGAIN.
"""

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from listener.errors import ParseError
from listener.markup import absolute, clean_url, plain
from listener.protocols import Cursor, Page, Parsed, Request
from sources.feed_items import Item, read_channel
from sources.layout import View

WALK = timedelta(hours=1)
AGAIN = timedelta(days=1)
_FORUM = re.compile(r"viewforum\.php\?(?:[^#]*[&;])?f=(\d+)")
_WHOLE = re.compile(r"(?:/feed|/feed\.php)$")
_OF_FORUM = re.compile(r"/feed/forum/(\d+)$|/feed\.php\?(?:mode=\w+&)?f=(\d+)$")
_POST = re.compile(r"[?&;]p=(\d+)")
_STATISTICS = re.compile(r"<p>(?:(?!<p>).){0,2000}</p>\s*<hr\s*/?>\s*$", re.DOTALL)
"""The last paragraph, "Statistics: Posted by Ola - Sun Nov 22", in the board's language."""


def look(cursor: Cursor) -> Request | None:
    """The request for the feed, where the board has one. It is read whole: a 304 would put off the walk of the lists,
    and phpBB never answers one here."""
    url = cursor.get("feed")
    return Request(url=url, tag="feed", optional=True) if url else None


def read_look(page: Page, cursor: Cursor, lists: str) -> Parsed:
    """What the feed says is to be done. lists: the address of the configured list."""
    walk = Request(url=lists, context={"look": "told"})
    try:
        told = {} if page.status >= 400 else _told(page)
    except ParseError:
        told = {}
    if not told:
        return Parsed(follow=(walk,), marks={"feed": None, "feed:seen": None, "feed:off": page.fetched_at.isoformat()})
    seen = dict(pair.split(":", 1) for pair in cursor.get("feed:seen", "").split())
    marks = {"feed:seen": " ".join(f"{number}:{mark}" for number, (mark, _) in told.items())}
    edited = [url for number, (mark, url) in told.items() if seen.get(number, mark) != mark]
    follow = [Request(url=url, tag="thread", context={"n": "1", "resumed": url}) for url in edited]
    if told.keys() - seen.keys():
        follow.append(walk)
    elif _since(cursor.get("feed:walked"), page.fetched_at) >= WALK:
        follow.append(Request(url=lists, context={"look": "quiet"}))
    return Parsed(follow=tuple(follow), marks=marks)


def marks_of_list(view: View, cursor: Cursor, *, moved: bool) -> Mapping[str, str | None]:
    """What the configured list says of the feed. moved: something on it did since it was last walked."""
    now = view.page.fetched_at
    walked: dict[str, str | None] = {"feed:walked": now.isoformat()}
    if moved and view.page.request.context.get("look") == "quiet":
        return walked | {"feed": None, "feed:seen": None, "feed:off": now.isoformat()}
    if cursor.get("feed") or _since(cursor.get("feed:off"), now) < AGAIN:
        return walked
    return walked | {"feed": _named(view), "feed:off": None}


def _told(page: Page) -> dict[str, tuple[str, str]]:
    """The posts of a feed: number -> (fingerprint of what it says, address)."""
    channel = read_channel(page.body, page.headers.get("content-type", ""), clean_url(page.url))
    found = {}
    for item in channel.items:
        url = absolute(page.url, item.link or item.id)
        number = _POST.search(url or "")
        if url and number:
            found[number[1]] = (_fingerprint(item), url)
    return found


def words_of(item: Item) -> str:
    """What a feed says of a post, without the line of statistics and without session ids in links."""
    return plain(_STATISTICS.sub("", item.html))


def _fingerprint(item: Item) -> str:
    return hashlib.sha256(words_of(item).encode("utf-8", "replace")).hexdigest()[:8]


def _named(view: View) -> str | None:
    """The feed of the configured list's posts, as its page names it: of its forum, else of the whole board."""
    links = view.html.css('link[rel~=alternate][type="application/atom+xml"][href]')
    feeds = [url for link in links if (url := absolute(view.base, link.attributes.get("href")))]
    here = [url for url in feeds if urlsplit(url).netloc == urlsplit(view.page.url).netloc]
    forum = _FORUM.search(view.page.url)
    of_forum = [url for url in here if forum and (found := _OF_FORUM.search(url)) and forum[1] in found.groups()]
    return next(iter([*of_forum, *(url for url in here if _WHOLE.search(url))]), None)


def _since(then: str | None, now: datetime) -> timedelta:
    return now - datetime.fromisoformat(then) if then else timedelta.max

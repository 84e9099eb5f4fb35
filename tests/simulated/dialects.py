"""The forum drawn for the kinds that read it: our own small one, and boards as they come."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime
from html import escape
from typing import ClassVar, Protocol, TypeVar
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

from listener.errors import Failure, FetchError
from listener.protocols import Ability, Cursor, Page, Parsed, Request, Source, SourceConfig
from sources.feed import Feed
from sources.phpbb import PhpBB
from sources.spirit import Spirit
from tests.making import a_post
from tests.simulated.forum import Forum, Message, Topic

T = TypeVar("T")
TOPICS_A_PAGE = 3
MESSAGES_A_PAGE = 4
ROOT = "https://forum.example"
FORUM_FEED = "/app.php/feed/forum/2"


class Dialect(Protocol):
    """How a forum looks. draw: the body of a page and the messages on it. tells_all: its list shows every change, and
    topics that are closed. tells_removed: a topic says what was removed from it."""

    url: str
    tells_all: bool
    tells_removed: bool

    def draw(self, forum: Forum, url: str) -> tuple[str, list[Message]]: ...

    def source(self, config: SourceConfig) -> Source: ...


def gone(url: str) -> FetchError:
    """What a client says of 404."""
    return FetchError("not found", failure=Failure.GONE, where=url)


def leaf(items: Sequence[T], size: int, number: int, url: str) -> tuple[Sequence[T], int]:
    """A page of items and how many pages there are. The first page may be empty, any other that is is gone."""
    pages = max(1, -(-len(items) // size))
    if not 1 <= number <= pages:
        raise gone(url)
    return items[(number - 1) * size : number * size], pages


def topic_of(forum: Forum, number: str, url: str) -> Topic:
    """The topic, where it is still there."""
    topic = forum.topics.get(int(number))
    if topic is None or topic.closed or not topic.shown:
        raise gone(url)
    return topic


# --- a kind whose list tells of every change -------------------------------------------------------------------


class Plain:
    """JSON. The list is ordered by change and names deleted topics too, so that whoever reads it can know all."""

    url = "index/1"
    tells_all = True
    tells_removed = True

    def draw(self, forum: Forum, url: str) -> tuple[str, list[Message]]:
        """index/PAGE or ID/PAGE."""
        name, number = url.split("/")
        if name == "index":
            topics = sorted(forum.topics.values(), key=lambda t: t.stamp, reverse=True)
            shown, pages = leaf(topics, TOPICS_A_PAGE, int(number), url)
            lines = [[str(topic.id), topic.stamp] for topic in shown]
            return json.dumps({"topics": lines, "more": int(number) < pages}), []
        topic = topic_of(forum, name, url)
        messages, pages = leaf(topic.shown, MESSAGES_A_PAGE, int(number), url)
        said = [[str(m.id), m.author, m.text] for m in messages]
        removed = [str(m.id) for m in topic.removed]
        return json.dumps({"posts": said, "removed": removed, "more": int(number) < pages}), list(messages)

    def source(self, config: SourceConfig) -> Source:
        """The kind below."""
        return PlainSource(config)


class PlainSource:
    """Walks the list down to where the last whole walk began, and reads what changed from its first page."""

    kind: ClassVar[str] = "plain"
    abilities: ClassVar[frozenset[Ability]] = frozenset()
    example: ClassVar[str] = "index/1"

    def __init__(self, config: SourceConfig) -> None:
        self._name = config.name

    def requests(self, cursor: Cursor) -> Sequence[Request]:
        return (Request(url="index/1", conditional=True),)

    def parse(self, page: Page, cursor: Cursor) -> Parsed:
        said, (name, number) = json.loads(page.body), page.url.split("/")
        further = f"{name}/{int(number) + 1}"
        if name == "index":
            return self._list(said, cursor, further, first=number == "1")
        context = page.request.context
        deeper = {key: value for key, value in context.items() if key != "thread_id"}
        posts = tuple(
            a_post(
                native_id,
                source=self._name,
                author=author,
                text=text,
                seen_at=page.fetched_at,
                thread_id=name,
                thread_url=f"{name}/1",
            )
            for native_id, author, text in said["posts"]
        )
        follow = (Request(url=further, context=deeper),) if said["more"] else ()
        marks: dict[str, str | None] = {} if said["more"] else {f"t:{name}": context["stamp"]}
        return Parsed(posts=posts, follow=follow, marks=marks, gone=tuple(said["removed"]))

    def _list(self, said: Mapping[str, list[list[str]]], cursor: Cursor, further: str, *, first: bool) -> Parsed:
        walked, topics = int(cursor.get("walked", "0")), said["topics"]
        follow = [
            Request(url=f"{name}/1", context={"thread_id": name, "stamp": str(stamp)})
            for name, stamp in topics
            if cursor.get(f"t:{name}") != str(stamp)
        ]
        if said["more"] and all(int(stamp) >= walked for _, stamp in topics):
            follow.append(Request(url=further))
        marks: dict[str, str | None] = {"walked": str(topics[0][1])} if first and topics else {}
        return Parsed(follow=tuple(follow), marks=marks)


# --- a django-spirit board -------------------------------------------------------------------------------------


def _english(at: datetime) -> str:
    """ "Nov. 22, 2026, 7:05 a.m.", in Warsaw, as that engine prints it."""
    local = at.astimezone(ZoneInfo("Europe/Warsaw"))
    months = ["Jan.", "Feb.", "March", "April", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec."]
    half = "a.m." if local.hour < 12 else "p.m."
    return f"{months[local.month - 1]} {local.day}, {local.year}, {local.hour % 12 or 12}:{local:%M} {half}"


class SpiritBoard:
    """Drawn with the parts that the kind looks for."""

    url = f"{ROOT}/"
    tells_all = False
    tells_removed = True

    def draw(self, forum: Forum, url: str) -> tuple[str, list[Message]]:
        """/?page=N or /topic/ID/x/?page=N."""
        parts = urlsplit(url)
        number = int(parse_qs(parts.query).get("page", ["1"])[0])
        if parts.path == "/":
            topics, pages = leaf(forum.shown, TOPICS_A_PAGE, number, url)
            lines = "".join(map(self._line, topics))
            return f'<div class="layout__topics">{lines}</div>{self._pages(number, pages)}', []
        topic = topic_of(forum, parts.path.split("/")[2], url)
        messages, pages = leaf(topic.shown, MESSAGES_A_PAGE, number, url)
        body = "".join(map(self._comment, messages)) + self._trash(topic)
        title = f'<h1 class="headline">{escape(topic.title)}</h1>'
        return f'{title}<div class="comments_list">{body}</div>{self._pages(number, pages)}', list(messages)

    def source(self, config: SourceConfig) -> Source:
        """The real kind."""
        return Spirit(config)

    def _line(self, topic: Topic) -> str:
        return (
            f'<div class="layout__topics__topic"><a class="topic__link" href="/topic/{topic.id}/x/">{topic.title}</a>'
            f'<div class="topic__comments">{len(topic.shown)}</div>'
            f'<div class="topic__date" title="{_english(topic.shown[-1].at)}"></div></div>'
        )

    def _comment(self, message: Message) -> str:
        return (
            f'<div class="comments_list__comment" data-pk="{message.id}">'
            f'<a class="comment__info__username__link" href="/user/7/x/">{message.author}</a>'
            f'<ul class="comment__info__date"><li title="{_english(message.at)}"></li></ul>'
            f'<div class="comment__text"><p>{escape(message.text)}</p></div></div>'
        )

    def _trash(self, topic: Topic) -> str:
        """Places of removed comments; the real board shows them where they stood, ours all on each page."""
        return "".join(
            f'<div class="comments_list__item" data-pk="{m.id}"><i class="fa fa-trash-o"></i></div>'
            for m in topic.removed
        )

    def _pages(self, number: int, pages: int) -> str:
        links = "".join(f'<a href="?page={n}">{n}</a>' for n in (number - 1, number + 1) if 1 <= n <= pages)
        return f'<div class="paginator">{links}</div>'


# --- a feed of all messages -------------------------------------------------------------------------------------


class MessageFeed:
    """RSS, newest first. items: how many it holds; links name topic and message as phpBB's do."""

    url = f"{ROOT}/feed"
    tells_all = False
    tells_removed = False

    def __init__(self, items: int = 1000) -> None:
        self._items = items

    def draw(self, forum: Forum, url: str) -> tuple[str, list[Message]]:
        """The feed; and the topics, of which nobody reads more than whether they are there."""
        if url != self.url:
            return topic_of(forum, parse_qs(urlsplit(url).query)["t"][0], url).title, []
        said = [(message, topic) for topic in forum.shown for message in topic.shown]
        said.sort(key=lambda pair: (pair[0].at, pair[0].id), reverse=True)
        entries = "".join(self._entry(message, topic) for message, topic in said[: self._items])
        start = '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0">'
        shown = [message for message, _ in said[: self._items]]
        return f"{start}<channel><title>x</title>{entries}</channel></rss>", shown

    def source(self, config: SourceConfig) -> Source:
        """The real kind."""
        return Feed(config)

    def _entry(self, message: Message, topic: Topic) -> str:
        link = f"{ROOT}/viewtopic.php?t={topic.id}&amp;p={message.id}#p{message.id}"
        return (
            f"<item><title>{escape(topic.title)}</title><link>{link}</link>"
            f'<guid isPermaLink="false">{message.id}</guid>'
            f"<pubDate>{format_datetime(message.at)}</pubDate><description>{escape(message.text)}</description></item>"
        )


# --- a phpBB board ---------------------------------------------------------------------------------------------


class PhpbbForum:
    """One forum of a board in the prosilver style; every link carries a session id, as it does for robots. feed: how
    many of the newest messages its Atom feed holds; 0: it is switched off."""

    url = f"{ROOT}/viewforum.php?f=2"
    tells_all = False
    tells_removed = True

    def __init__(self, feed: int = 0) -> None:
        self._feed = feed

    def draw(self, forum: Forum, url: str) -> tuple[str, list[Message]]:
        """viewforum.php?f=2&start=N, viewtopic.php?t=ID&start=N, viewtopic.php?p=ID or the feed."""
        parts = urlsplit(url)
        query = parse_qs(parts.query)
        if parts.path.endswith(FORUM_FEED):
            return self._atom(forum), []
        if "p" in query:
            query = self._place(forum, query["p"][0], url)
        start = int(query.get("start", ["0"])[0])
        if parts.path.endswith("viewforum.php"):
            topics, pages = leaf(forum.shown, TOPICS_A_PAGE, start // TOPICS_A_PAGE + 1, url)
            lines = "".join(map(self._row, topics))
            further = self._next("viewforum.php?f=2", start + TOPICS_A_PAGE, TOPICS_A_PAGE * pages)
            return self._page(f'<div class="forumbg"><ul class="topiclist topics">{lines}</ul></div>{further}'), []
        topic = topic_of(forum, query["t"][0], url)
        messages, pages = leaf(topic.shown, MESSAGES_A_PAGE, start // MESSAGES_A_PAGE + 1, url)
        posts = "".join(self._post(message, topic) for message in messages)
        further = self._next(f"viewtopic.php?t={topic.id}", start + MESSAGES_A_PAGE, MESSAGES_A_PAGE * pages)
        title = f'<h2 class="topic-title"><a href="./viewtopic.php?t={topic.id}">{topic.title}</a></h2>'
        return self._page(f"{title}{further}{posts}{further}"), list(messages)

    def source(self, config: SourceConfig) -> Source:
        """The real kind."""
        return PhpBB(config)

    def _page(self, body: str) -> str:
        link = f'<link rel="alternate" type="application/atom+xml" href="{FORUM_FEED}">' if self._feed else ""
        return f'<!DOCTYPE html><html><head>{link}</head><body id="phpbb" class="nojs">{body}</body></html>'

    def _place(self, forum: Forum, number: str, url: str) -> dict[str, list[str]]:
        """The topic and page that a message is on."""
        for topic in forum.shown:
            for at, message in enumerate(topic.shown):
                if str(message.id) == number:
                    return {"t": [str(topic.id)], "start": [str(at // MESSAGES_A_PAGE * MESSAGES_A_PAGE)]}
        raise gone(url)

    def _atom(self, forum: Forum) -> str:
        """The newest messages by the time they were written, each with its line of statistics."""
        said = [(message, topic) for topic in forum.shown for message in topic.shown]
        said.sort(key=lambda pair: (pair[0].at, pair[0].id), reverse=True)
        entries = "".join(self._told(message, topic) for message, topic in said[: self._feed])
        return (
            '<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>x</title>'
            f"<id>{ROOT}{FORUM_FEED}</id><updated>{forum.clock().isoformat()}</updated>{entries}</feed>"
        )

    def _told(self, message: Message, topic: Topic) -> str:
        link = f"{ROOT}/viewtopic.php?p={message.id}#p{message.id}"
        words = escape(f"{escape(message.text)}<p>Statystyki: {message.author}</p><hr />")
        return (
            f"<entry><author><name>{message.author}</name></author><updated>{message.at.isoformat()}</updated>"
            f'<id>{link}</id><link href="{link}"/><title>{escape(topic.title)}</title>'
            f'<content type="html">{words}</content></entry>'
        )

    def _row(self, topic: Topic) -> str:
        last = topic.shown[-1]
        return (
            f'<li class="row bg1"><dl class="row-item topic_read"><dt><div class="list-inner">'
            f'<a href="./viewtopic.php?t={topic.id}&amp;sid=abc" class="topictitle">{topic.title}</a></div></dt>'
            f'<dd class="posts">{len(topic.shown) - 1} <dfn>Odpowiedzi</dfn></dd>'
            f'<dd class="views">7 <dfn>Odsłony</dfn></dd>'
            f'<dd class="lastpost"><span><a href="./viewtopic.php?p={last.id}&amp;sid=abc#p{last.id}">x</a>'
            f'<time datetime="{last.at.isoformat()}">dzisiaj</time></span></dd></dl></li>'
        )

    def _post(self, message: Message, topic: Topic) -> str:
        return (
            f'<div id="p{message.id}" class="post has-profile bg2"><div class="inner"><div class="postbody">'
            f'<p class="author"><a class="unread" href="./viewtopic.php?p={message.id}&amp;sid=abc#p{message.id}">'
            f'</a><span class="responsive-hide">autor: <strong><a href="./memberlist.php?mode=viewprofile&amp;u=7" '
            f'class="username">{message.author}</a></strong> » </span>'
            f'<time datetime="{message.at.isoformat()}">dzisiaj</time></p>'
            f'<div class="content">{escape(message.text)}</div></div></div></div>'
        )

    def _next(self, base: str, start: int, end: int) -> str:
        if start >= end:
            return ""
        link = f'<a href="./{escape(base)}&amp;start={start}&amp;sid=abc" rel="next">Następna</a>'
        return f'<div class="pagination"><ul><li class="arrow next">{link}</li></ul></div>'

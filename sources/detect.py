"""What a page is made with, and how to read the place it belongs to. Pure: one page in, one Detection out.

Each engine leaves fingerprints of its own: an attribute of <html> or <body>, a generator, a cookie, the names of its
scripts. A page with none is read by its feed or, when it holds posts, as a thread of an unknown engine.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser

from listener.markup import absolute, clean_url, decode, tree
from listener.protocols import Page, SourceConfig
from sources.reviews import Reviews
from sources.thread import base_url, read_posts

_HEAD = 300_000
_FEED = re.compile(
    r"^\s*(?:<\?xml[^>]*\?>\s*|<!--.*?-->\s*|<\?[^>]*\?>\s*|<!DOCTYPE[^>]*>\s*)*<(?:rss|feed|rdf:RDF)[\s>]", re.DOTALL
)
_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """kind: how to read the place; url: where; confidence: 0..1; feeds: that the page names; why: the marks found."""

    kind: str
    url: str
    confidence: float
    feeds: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Print:
    """One fingerprint: the engine it is of, what it is worth (0..1), what it is, and where it shows."""

    kind: str
    worth: float
    what: str
    pattern: re.Pattern[str]
    place: str = "html"


def _mark(kind: str, worth: float, what: str, pattern: str, place: str = "html") -> Print:
    return Print(kind=kind, worth=worth, what=what, pattern=re.compile(pattern, re.IGNORECASE), place=place)


_GENERATOR = r"<meta[^>]{0,40}name=[\"']generator[\"'][^>]{0,40}content=[\"']"
PRINTS: Sequence[Print] = (
    _mark("phpbb", 0.9, 'body id="phpbb"', r"<body[^>]{0,300}\bid=[\"']phpbb[\"']"),
    _mark("phpbb", 0.7, "a phpBB cookie", r"\bphpbb\d?_\w*", "cookie"),
    _mark("phpbb", 0.6, "a credit to phpBB", r"powered by\s*(?:<[^>]{0,120}>)?\s*phpbb|(?:&copy;|"
                                             r"©)[^<]{0,40}phpbb (?:group|limited)"),
    _mark("phpbb", 0.5, "links to viewtopic.php?f= or t=", r"href=[\"'][^\"']{0,60}viewtopic\.php\?(?:f|t|p)=\d"),
    _mark("discourse", 0.95, "generator Discourse", _GENERATOR + "Discourse"),
    _mark("discourse", 0.9, "a Discourse header", r"\bx-discourse-\w+", "header"),
    _mark("discourse", 0.7, "Discourse's own names", r"data-discourse-setup|id=[\"']data-discourse-setup|"
                                                     r"discourse-cdn\.com|d-header[\"'][^>]*>[^<]*<[^>]*discourse"),
    _mark("mybb", 0.7, "MyBB's scripts", r"jscripts/general\.js|my_post_key|MyBB\.\w+\s*=|var my_post_key"),
    _mark("mybb", 0.6, "a credit to MyBB", r"powered by\s*(?:<[^>]{0,120}>)?\s*mybb"),
    _mark("mybb", 0.7, "a MyBB cookie", r"\bmybb\[?\w*", "cookie"),
    _mark("mybb", 0.4, "links to showthread.php?tid=", r"showthread\.php\?tid=\d|forumdisplay\.php\?fid=\d"),
    _mark("smf", 0.8, "SMF's script variables", r"\bsmf_(?:theme_url|default_theme_url|scripturl|images_url|"
                                                r"iso_case_folding)\b"),
    _mark("smf", 0.7, "a credit to Simple Machines", r"simplemachines\.org[^>]{0,80}>\s*SMF|title=[\"']Simple "
                                                     r"Machines"),
    _mark("smf", 0.4, "links to index.php?topic=", r"index\.php\?(?:PHPSESSID=\w+(?:&amp;|"
                                                   r"[&;]))?topic=\d+\.(?:\d|msg|new)"),
    _mark("xenforo", 0.95, 'html id="XF" or "XenForo"', r"<html[^>]{0,400}\bid=[\"'](?:XF|XenForo)[\"']"),
    _mark("xenforo", 0.7, "a XenForo cookie", r"\bxf_(?:csrf|session|user)", "cookie"),
    _mark("xenforo", 0.6, "XenForo's names", r"data-xf-init=|XenForo\.|class=[\"']p-body-main|"
                                             r"data-template=[\"']thread_view"),
    _mark("vbulletin", 0.9, "generator vBulletin", _GENERATOR + "vBulletin"),
    _mark("vbulletin", 0.9, "vBulletin's own ids", r"<html[^>]{0,300}\bid=[\"']vbulletin_html[\"']|"
                                                   r"<body[^>]{0,300}\bid=[\"']vb-page-body[\"']"),
    _mark("vbulletin", 0.7, "vBulletin's scripts", r"/vbulletin_\w+\.js|vBulletin_init\(|clientscript/vbulletin"),
    _mark("vbulletin", 0.6, "a credit to vBulletin", r"powered by\s*(?:<[^>]{0,120}>)?\s*vbulletin|"
                                                     r"vbulletin(?:&reg;|®)"),
    _mark("invision", 0.8, "an Invision cookie", r"\bips4?_\w+", "cookie"),
    _mark("invision", 0.8, "Invision's names", r"ipsLayout_|data-ips-hook|data-ipsApp|ips\.setSetting|"
                                               r"ipsApp(?:[\"' _])|class=[\"'][^\"']*ipsComment"),
    _mark("invision", 0.6, "a credit to Invision", r"powered by\s*(?:<[^>]{0,120}>)?\s*(?:invision|ip\.board|ipb)"),
    _mark("fluxbb", 0.8, "FluxBB's or PunBB's ids", r"<div id=[\"']punwrap[\"']|<div id=[\"']brd-wrap[\"']|"
                                                    r"<div id=[\"']pun\w+[\"'] class=[\"']pun[\"']"),
    _mark("fluxbb", 0.6, "a credit to FluxBB or PunBB", r"powered by\s*(?:<[^>]{0,120}>)?\s*(?:fluxbb|punbb)"),
    _mark("nodebb", 0.9, "NodeBB's header", r"^x-powered-by: NodeBB", "header"),
    _mark("nodebb", 0.8, "NodeBB's names", r"component=[\"'](?:topic|post|category|navbar)|"
                                           r"/assets/nodebb\.min\.js|config_json|ajaxify-data"),
    _mark("flarum", 0.9, "Flarum's payload", r"id=[\"']flarum-(?:json-payload|content|loading)[\"']|flarum\.core\.app"),
    _mark("flarum", 0.7, "a Flarum cookie", r"\bflarum_session", "cookie"),
    _mark("flaskbb", 0.7, "FlaskBB's names", r"flaskbb-(?:breadcrumb|navbar|content|layout)|"
                                             r"static/themes/\w+/(?:css|js)/\w*flaskbb|/_themes/aurora"),
    _mark("flaskbb", 0.6, "a credit to FlaskBB", r"powered by\s*(?:<[^>]{0,120}>)?\s*flaskbb"),
    _mark("spirit", 0.8, "django-spirit's names", r"static/spirit/(?:stylesheets|scripts|images)|"
                                                  r"layout__topics__|comments_list__comment"),
    _mark("spirit", 0.5, "a credit to Spirit", r"powered by\s*(?:<[^>]{0,120}>)?\s*spirit"),
)  # fmt: skip

_HOSTS: Mapping[str, tuple[str, str]] = {
    "news.ycombinator.com": ("hackernews", "the address of Hacker News"),
    "wykop.pl": ("wykop", "the address of Wykop"),
    "reddit.com": ("reddit", "the address of Reddit"),
    "apps.apple.com": ("app_store", "the address of an app in the App Store"),
    "play.google.com": ("google_play", "the address of an app on Google Play, read with its owner's key"),
    "trustpilot.com": ("trustpilot", "the address of Trustpilot, read with an API key"),
    "ceneo.pl": ("ceneo", "the address of Ceneo"),
    "opineo.pl": ("opineo", "the address of Opineo"),
}
"""Places that are one of a kind: there is nothing to tell them by but their name."""


def detect(page: Page) -> Detection:
    """How to read the place that a page belongs to."""
    text = decode(page.body[:_HEAD], page.headers.get("content-type"))
    url = clean_url(page.url)
    if _is_feed(page, text):
        return Detection(kind="feed", url=url, confidence=0.99, feeds=(url,), why="the page is a feed")
    html = tree(text)
    feeds = named_feeds(html, base_url(html, page.url))
    unique = _by_host(page.url)
    if unique:
        return Detection(kind=unique[0], url=url, confidence=0.99, feeds=feeds, why=unique[1])
    kind, confidence, why = by_prints(page, text)
    if confidence >= 0.5:
        return Detection(kind=kind, url=url, confidence=confidence, feeds=feeds, why=why)
    return _unknown(page, url, feeds, why)


def _unknown(page: Page, url: str, feeds: tuple[str, ...], why: str) -> Detection:
    whole = tree(decode(page.body, page.headers.get("content-type")))
    posts = read_posts(page, whole, SourceConfig(name="detect", kind="thread", url=page.url))
    known = f"{why}; " if why else ""
    marked = Reviews(SourceConfig(name="detect", kind="reviews", url=page.url)).read(page)[0]
    reviews = sum(post.parent_id is None for post in marked)
    if reviews > 1 and reviews >= len(posts) / 2:
        told = f"{known}no engine known for sure, but the page marks {reviews} reviews up with schema.org"
        return Detection(kind="reviews", url=url, confidence=0.85, feeds=feeds, why=told)
    if len(posts) > 1 or (posts and not feeds):
        sure = 0.8 if len(posts) > 1 and sum(post.author is not None for post in posts) > len(posts) / 2 else 0.5
        told = f"{known}no engine known for sure, but the page holds {len(posts)} posts"
        return Detection(kind="thread", url=url, confidence=sure, feeds=feeds, why=told)
    if feeds:
        return Detection(kind="feed", url=feeds[0], confidence=0.7, feeds=feeds, why=f"{known}the page names a feed")
    return Detection(kind="thread", url=url, confidence=0.1, why=f"{known}no engine, no feed and no posts found here")


def _is_feed(page: Page, text: str) -> bool:
    if _FEED.match(text.lstrip("\ufeff")[:5000]):
        return True
    if not text.lstrip().startswith("{") or "jsonfeed.org" not in text[:2000]:
        return False
    try:
        return isinstance(json.loads(decode(page.body, page.headers.get("content-type"))).get("items"), list)
    except (ValueError, AttributeError, RecursionError):
        return False


def named_feeds(html: LexborHTMLParser, base: str) -> tuple[str, ...]:
    """The feeds that a page names in its head, in its order, each once."""
    nodes = html.css("link[rel~=alternate][href], a[type][href]")
    named = [node for node in nodes if (node.attributes.get("type") or "").strip().lower() in _FEED_TYPES]
    found = [absolute(base, node.attributes.get("href")) for node in named]
    return tuple(dict.fromkeys(feed for feed in found if feed))


def _by_host(url: str) -> tuple[str, str] | None:
    host = url.split("/", 3)[2].split("@")[-1].split(":")[0].lower() if url.count("/") >= 2 else ""
    return next((found for name, found in _HOSTS.items() if host == name or host.endswith(f".{name}")), None)


def by_prints(page: Page, text: str) -> tuple[str, float, str]:
    """The engine with most to show for it: each further mark takes its share of the doubt that is left."""
    places = {
        "html": text,
        "cookie": page.headers.get("set-cookie", ""),
        "header": "\n".join(f"{name}: {value}" for name, value in page.headers.items()),
    }
    doubt: dict[str, float] = {}
    marks: dict[str, list[str]] = {}
    for item in PRINTS:
        if item.pattern.search(places[item.place]):
            doubt[item.kind] = doubt.get(item.kind, 1.0) * (1.0 - item.worth)
            marks.setdefault(item.kind, []).append(item.what)
    if not doubt:
        return "", 0.0, ""
    kind = min(doubt, key=lambda name: doubt[name])
    return kind, round(min(0.99, 1.0 - doubt[kind]), 2), ", ".join(marks[kind])

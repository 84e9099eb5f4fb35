"""What the publisher for django-spirit reads off the board's pages: forms, comments, what the board says."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urldefrag, urlencode, urljoin, urlsplit, urlunsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from listener.protocols import Page

USER_PATH = re.compile(r"/user/(?P<id>\d+)/(?P<slug>[^/]*)")
SHORT_AGE = re.compile(r"^(?P<n>\d+)\s*(?P<unit>[smh])$")
UNITS = {"s": timedelta(seconds=1), "m": timedelta(minutes=1), "h": timedelta(hours=1)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """A comment as a page shows it. number: its place in the topic; latest: the latest moment it may be from."""

    id: str
    number: str
    names: tuple[str, ...]
    text: str
    latest: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form of a page: where it goes, its fields as served, its large text field ("" where it has none)."""

    action: str
    fields: Mapping[str, str]
    text_field: str
    longest: int | None
    secret: bool


def read_forms(tree: LexborHTMLParser, url: str) -> Iterator[Form]:
    """Every form of a page."""
    for node in tree.css("form"):
        inputs = node.css("input[name]")
        area = node.css_first("textarea[name]")
        longest = (area.attributes.get("maxlength") or "") if area else ""
        yield Form(
            action=urljoin(urldefrag(url).url, node.attributes.get("action") or ""),
            fields={i.attributes["name"] or "": i.attributes.get("value") or "" for i in inputs if is_sent(i)},
            text_field=(area.attributes.get("name") or "") if area else "",
            longest=int(longest) if longest.isdecimal() else None,
            secret=node.css_first("input[type=password]") is not None,
        )


def is_sent(node: LexborNode) -> bool:
    """Whether a browser sends this field without being told to."""
    return (node.attributes.get("type") or "text") not in ("submit", "button", "image", "file", "checkbox", "radio")


def password_form(page: Page) -> Form | None:
    """The log-in form, where the page has one."""
    return next((form for form in read_forms(LexborHTMLParser(page.body), page.url) if form.secret), None)


def errors_said(page: Page) -> str:
    """What the board finds wrong with a form."""
    said = " ".join(node.text(strip=True) for node in LexborHTMLParser(page.body).css(".errorlist li"))
    return said[:200]


def read_comments(page: Page) -> list[Comment]:
    """The comments of a topic's page, oldest first."""
    nodes = LexborHTMLParser(page.body).css(".comments_list__comment[data-pk]")
    return [read_comment(node, page.fetched_at) for node in nodes]


def read_comment(node: LexborNode, now: datetime) -> Comment:
    """One comment."""
    link = node.css_first(".comment__info__username__link")
    user = USER_PATH.search(link.attributes.get("href") or "") if link else None
    body = node.css_first(".comment__text")
    return Comment(
        id=node.attributes.get("data-pk") or "",
        number=node.attributes.get("data-number") or "",
        names=tuple(filter(None, (link.text(strip=True) if link else "", user["slug"] if user else ""))),
        text=body.text() if body else "",
        latest=latest_moment(node, now),
    )


def latest_moment(node: LexborNode, now: datetime) -> datetime | None:
    """The latest moment a comment may be from, by its age ("5m"); a date in place of an age is a day old or more."""
    date = node.css_first(".comment__info__date li[title]")
    age = date.text(strip=True) if date else ""
    if not age:
        return None
    if age == "now":
        return now
    match = SHORT_AGE.match(age)
    return now - (int(match["n"]) * UNITS[match["unit"]] if match else timedelta(days=1))


def page_number(url: str) -> int:
    """Which page an address names."""
    value = parse_qs(urlsplit(url).query).get("page", ["1"])[-1]
    return int(value) if value.isdecimal() else 1


def last_page(page: Page) -> int:
    """The highest page that the paginator names."""
    links = LexborHTMLParser(page.body).css(".paginator a[href]")
    numbers = [page_number(urljoin(page.url, link.attributes.get("href") or "")) for link in links]
    return max([page_number(page.url), *numbers])


def with_page(url: str, number: int) -> str:
    """The address of a page of a topic; the first has no number."""
    parts = urlsplit(url)
    query = urlencode({"page": number}) if number > 1 else ""
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))

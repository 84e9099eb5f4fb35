"""The lines of a board's lists: threads and forums, and what each line says of when somebody posted there."""

import re
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlsplit

from selectolax.lexbor import LexborNode

from listener.dates import find_date, parse_date
from listener.markup import absolute, clean_url, text_of, without_fragment
from sources.layout import Layout, Row, View, first, href, id_in

_NO_DIGIT = re.compile(r"\D")
_NOTHING_HERE = re.compile(
    r"\bno (?:topics?|threads?|posts?|discussions?|messages?|forums?|boards?|categories)\b|"
    r"\b(?:forum|board|section|category|dział|kategoria) (?:is|jest) (?:currently |obecnie )?(?:empty|pust[aey]?)\b|"
    r"\b(?:brak|nie ma|nie zawiera)\b(?: \w+){0,3}? (?:tematów|wątków|postów|wiadomości|dyskusji|wpisów|forów|"
    r"działów)\b|"
    r"\bkeine (?:themen|beiträge|foren)\b",
    re.IGNORECASE,
)


def thread_rows(view: View, layout: Layout) -> Iterator[Row]:
    """The threads that a list names."""
    for node in view.html.css(layout.row):
        link = first(node, layout.row_link)
        if link is not None:
            yield from _row(view, node, link, (layout.thread, layout.row_count, layout.row_last))


def forum_rows(view: View, layout: Layout) -> Iterator[Row]:
    """The forums that a page names."""
    counts, last = layout.forum_count or layout.row_count, layout.forum_last or layout.row_last
    for node in view.html.css(layout.forum_row) if layout.forum_row else ():
        link = first(node, layout.forum_link)
        if link is not None:
            yield from _row(view, node, link, (layout.forum, counts, last))


def says_empty(view: View, layout: Layout) -> bool:
    """Whether a page of the engine says that there is nothing in this list yet."""
    body = view.html.body
    return body is not None and first(view.html, layout.frame) is not None and bool(_NOTHING_HERE.search(text_of(body)))


def _row(view: View, node: LexborNode, link: LexborNode, parts: tuple[str, str, str]) -> Iterator[Row]:
    url = absolute(view.base, href(link))
    found = id_in(parts[0], url)
    if url is None or found is None or urlsplit(url).netloc != urlsplit(view.page.url).netloc:
        return
    last = first(node, parts[2])
    counts = [_NO_DIGIT.sub("", text_of(part)) for part in node.css(parts[1])]
    hrefs = [absolute(view.base, href(part)) or "" for part in last.css("a[href]")] if last else []
    # words and dates of the last post are left out: "5 minutes ago" changes with every look
    mark = "|".join([*counts, *sorted(set(hrefs)), *_exact_times(last)]) if counts or hrefs else ""
    yield Row(id=found, url=clean_url(without_fragment(url)), mark=mark, active=_active(view, last))


def _active(view: View, last: LexborNode | None) -> datetime | None:
    if last is None:
        return None
    raw = next(iter(_exact_times(last)), None) or find_date(" ".join(text_of(last).split()))
    return parse_date(raw, now=view.page.fetched_at, zone=view.zone, order=view.order)


def _exact_times(node: LexborNode | None) -> list[str]:
    return [value for part in node.css("time[datetime]") if (value := part.attributes.get("datetime"))] if node else []

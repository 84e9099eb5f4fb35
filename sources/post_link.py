"""Where: the link that leads to one post."""

import re
from functools import lru_cache

from sources.date_marks import DateMark
from sources.outline import Outline
from sources.people import holds_any, is_person
from sources.repeated import Posts, share

_NOISE = (
    "report", "reply", "quote", "edit", "delete", "vote", "like", "react", "login", "register", "share", "print",
    "mailto:", "javascript:", "search", "facebook", "twitter", "whatsapp", "attachment",
)  # fmt: skip
_ACTION = re.compile(r"action=(?!permalink)|mode=(?:quote|edit|reply|report|viewprofile)")
_LINK_GOOD = re.compile(
    r"#\D{0,12}\d|/post[s/-]|post[-_=]?\d|[?&;]p(?:id)?=\d|findcomment|comment[-_=/]|msg\d|permalink|showpost|viewpost",
)


def find_links(posts: Posts, dates: dict[int, DateMark]) -> dict[int, int]:
    best: tuple[float, dict[int, int]] = (0.7, {})
    for kind in posts.kinds:
        if not posts.is_of("a", kind):
            continue
        found = {
            post: n
            for post, n in posts.first(kind).items()
            if posts.page.tag[n] == "a" and posts.page.attributes[n].get("href")
        }
        score = _link_score(posts, found, dates) if found else 0.0
        if score > best[0]:
            best = (score, found)
    return best[1]


def _link_score(posts: Posts, found: dict[int, int], dates: dict[int, DateMark]) -> float:
    page = posts.page
    hrefs = [(page.attributes[n].get("href") or "") for n in found.values()]
    if len(set(hrefs)) < len(hrefs):
        return 0.0
    score = len(found) / len(posts.blocks)
    score += 0.6 * share(_LINK_GOOD.search(href.lower()) is not None for href in hrefs)
    score -= 1.2 * share(_is_noise(href.lower()) or is_person(href) for href in hrefs)
    score += 0.3 * share(page.words(n).strip().lstrip("#№").isdigit() for n in found.values() if page.length(n) < 12)
    score += 0.3 * share(post in dates and _meet(page, n, dates[post].n) for post, n in found.items())
    score += 0.2 * share("#" in href for href in hrefs)
    return score


@lru_cache(maxsize=4096)
def _is_noise(href: str) -> bool:
    return holds_any(href, _NOISE) or _ACTION.search(href) is not None


def _meet(page: Outline, a: int, b: int) -> bool:
    return a <= b < page.end[a] or b <= a < page.end[b]

"""Who: the writer's name, short and there once in each post."""

import re
from collections import Counter

from sources.outline import Outline, called
from sources.people import is_person
from sources.repeated import Posts, apart

_AUTHOR = re.compile(
    r"author|user-?_?name|nick|poster|byline|creator|login|autor|(?:^|[\s_-])(?:user|name|member|by|who)(?:$|[\s_-])",
    re.IGNORECASE,
)
_NOT_AUTHOR = re.compile(
    r"avatar|title|rank|role|group|badge|stat|count|location|signature|date|time|reply|quote|edit|last", re.IGNORECASE
)
_TIME = re.compile(r"\d\d?:\d\d|\d{4}-\d\d|\d{1,2}[./]\d{1,2}[./]\d{2}")
_LEAST = 0.7
_STRONG = frozenset(("b", "strong", "h3", "h4", "h5", "cite", "a"))


def find_authors(posts: Posts, dates: set[int]) -> dict[int, int]:
    scores: dict[str, float] = {}
    named: dict[str, dict[int, int]] = {}
    for kind in posts.kinds:
        if not _may_be_name(posts, kind):
            continue
        found = {n: node for n, node in posts.first(kind).items() if node not in dates and _is_name(posts.page, node)}
        if found:
            named[kind] = found
            scores[kind] = _author_score(posts, found)
    chosen: dict[int, int] = {}
    for kind in sorted(scores, key=lambda name: -scores[name]):
        if scores[kind] < (0.9 if not chosen else _LEAST):
            break
        for post, node in named[kind].items() if apart(named[kind], chosen) else ():
            chosen.setdefault(post, node)
    return chosen


def _may_be_name(posts: Posts, kind: str) -> bool:
    """Whether a kind can reach the lowest score that counts: quicker than to score it."""
    page, nodes = posts.page, posts.first(kind).values()
    if len(nodes) / len(posts.blocks) >= _LEAST - 0.2:
        return True
    return any(
        called(_AUTHOR, f"{page.names[n]} {page.names[page.parent[n]]}") or is_person(page.attributes[n].get("href"))
        for n in nodes
    )


def _is_name(page: Outline, n: int) -> bool:
    if not 1 <= page.length(n) <= 50:
        return False
    words = page.words(n)
    return any(char.isalnum() for char in words) and not _TIME.search(words)


def _author_score(posts: Posts, found: dict[int, int]) -> float:
    page, blocks, total, count = posts.page, posts.blocks, len(posts.blocks), len(found)
    words = [page.words(n) for n in found.values()]
    linked = titled = other = strong = 0
    for n in found.values():
        names, tag = page.names[n], page.tag[n]
        above = page.names[page.parent[n]]
        titled += called(_AUTHOR, f"{names} {above}" if names or above else "")
        other += called(_NOT_AUTHOR, names)
        strong += tag in _STRONG
        linked += tag == "a" and is_person(page.attributes[n].get("href"))
    score = count / total + linked / count + 0.7 * (titled / count)
    score -= 0.7 * (other / count)
    score -= 0.6 * (sum(":" in word or word.isdigit() for word in words) / count)
    score -= 0.3 * (sum(len(word) > 25 for word in words) / count)
    score += 0.2 * (strong / count)
    places = [(n - blocks[p].start) / (blocks[p].end - blocks[p].start) for p, n in found.items()]
    score -= 0.6 * (sum(places) / count)
    if total > 3 and linked / count + titled / count < 0.5 and Counter(words).most_common(1)[0][1] > 0.8 * total:
        score -= 0.8  # a label, not a name
    return score

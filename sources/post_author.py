"""Who: the writer's name, short and there once in each post."""

import re
from collections import Counter
from functools import lru_cache

from sources.outline import Outline, naming
from sources.people import is_person
from sources.repeated import Posts, apart

_names_author = naming(
    re.compile(
        r"author|user-?_?name|nick|poster|byline|creator|login|autor|(?:^|[\s_-])(?:user|name|member|by|who)(?:$|[\s_-])",
        re.IGNORECASE,
    )
)
_names_no_author = naming(
    re.compile(
        r"avatar|title|rank|role|group|badge|stat|count|location|signature|date|time|reply|quote|edit|last",
        re.IGNORECASE,
    )
)
_TIME = re.compile(r"\d\d?:\d\d|\d{4}-\d\d|\d{1,2}[./]\d{1,2}[./]\d{2}")
_LETTER = re.compile(r"[^\W_]")
_LEAST = 0.7
_STRONG = frozenset(("b", "strong", "h3", "h4", "h5", "cite", "a"))


def find_authors(posts: Posts, dates: set[int]) -> dict[int, int]:
    scores: dict[str, float] = {}
    named: dict[str, dict[int, int]] = {}
    page = posts.page
    for kind, nodes in posts.kinds.items():
        if not _may_be_name(posts, nodes):
            continue
        found = {post: n for post, same in nodes.items() if (n := same[0]) not in dates and _is_name(page, n)}
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


def _may_be_name(posts: Posts, found: dict[int, list[int]]) -> bool:
    """Whether a kind can reach the lowest score that counts: quicker than to score it."""
    page = posts.page
    if len(found) / len(posts.blocks) >= _LEAST - 0.2:
        return True
    return any(
        _names_author(f"{page.names[n]} {page.names[page.parent[n]]}") or is_person(page.attributes[n].get("href"))
        for n, *_ in found.values()
    )


def _is_name(page: Outline, n: int) -> bool:
    return 1 <= page.letters[page.end[n]] - page.letters[n] <= 50 and _reads_as_name(page.words(n))


@lru_cache(maxsize=4096)
def _reads_as_name(words: str) -> bool:
    return _LETTER.search(words) is not None and _TIME.search(words) is None


def _author_score(posts: Posts, found: dict[int, int]) -> float:
    page, blocks, total, count = posts.page, posts.blocks, len(posts.blocks), len(found)
    words = [page.words(n) for n in found.values()]
    linked = titled = other = strong = labels = long = 0
    places = 0.0
    for (post, n), word in zip(found.items(), words, strict=True):
        names, tag = page.names[n], page.tag[n]
        above = page.names[page.parent[n]]
        titled += _names_author(f"{names} {above}" if names or above else "")
        other += _names_no_author(names)
        strong += tag in _STRONG
        linked += tag == "a" and is_person(page.attributes[n].get("href"))
        labels += ":" in word or word.isdigit()
        long += len(word) > 25
        block = blocks[post]
        places += (n - block.start) / (block.end - block.start)
    score = count / total + linked / count + 0.7 * (titled / count)
    score -= 0.7 * (other / count)
    score -= 0.6 * (labels / count)
    score -= 0.3 * (long / count)
    score += 0.2 * (strong / count)
    score -= 0.6 * (places / count)
    if total > 3 and linked / count + titled / count < 0.5 and Counter(words).most_common(1)[0][1] > 0.8 * total:
        score -= 0.8  # a label, not a name
    return score

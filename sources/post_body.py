"""What: the words of a post, told from labels, profiles, signatures and menus that repeat."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import cast

from listener.quotes import QUOTING, is_quote
from sources.cuts import Block
from sources.date_marks import DateMark
from sources.outline import Outline, naming
from sources.repeated import Kinds, Posts

names_body = naming(
    re.compile(
        r"content|body|message|(?:^|[\s_-])(?:text|msg|entry|comment|komentarz|tresc|description|markdown|prose|"
        r"bbwrapper)|articlebody|"
        r"reviewbody|post_?(?:text|msg)|commenttext",
        re.IGNORECASE,
    )
)
names_body_surely = naming(
    re.compile(
        r"(?:post|message|comment|msg|item)[_-]?(?:content|body|text|message)(?:$|[\s_-])|(?:^|\s)(?:content|inner|"
        r"body|text)(?:$|\s)|articlebody|"
        r"bbwrapper|post_?msg|markdown|tresc|reviewbody",
        re.IGNORECASE,
    )
)
_names_aside = naming(
    re.compile(
        r"author|profile|sidebar|foot|header|meta|signature|avatar|button|control|menu|action|likes?(?:$|[\s_-])|"
        r"reaction|share|"
        r"stat(?:s|istics)|user-?(?:info|details|extra)|userinfo|breadcrumb|pagination|attachment|poster|edited|notice",
        re.IGNORECASE,
    )
)
_PROFILE = re.compile(
    r"^(?:posts?|posty|postów|threads?|wątk\w*|messages?|beiträge|join(?:ed| date)?|registered|registriert|"
    r"location|from|skąd|"
    r"lokalizacja|miejscowość|dołączył\w*|dołączono|rejestracja|zarejestrowan\w*|reputation|reputacja|likes?|"
    r"thanks|pomógł|"
    r"reaction score|wiek|płeć|inscrit|mitglied seit|dabei seit|ort|age|gender)\s*:",
    re.IGNORECASE,
)
_LETTER = re.compile(r"[^\W\d_]")
_RE = re.compile(r"^(?:(?:re|odp|aw|sv)\s*:\s*)+", re.IGNORECASE)


def find_bodies(posts: Posts, authors: dict[int, int], dates: dict[int, DateMark]) -> dict[int, list[int]]:
    worth = _worth(posts, authors, dates)
    best: tuple[float, str] = (0.0, "")
    for kind, found in posts.kinds.items():
        value = sum(gain**0.5 for nodes in found.values() if (gain := worth.of_all(nodes)) > 0)
        if 1.2 * value <= best[0]:
            continue
        value *= 1.2 if any(names_body(posts.page.names[nodes[0]]) for nodes in list(found.values())[:3]) else 1.0
        value *= (
            0.9 if any(len(nodes) > 1 for nodes in found.values()) else 1.0
        )  # paragraphs, rather than what holds them
        if value > best[0]:
            best = (value, kind)
    chosen = dict(posts.kinds[best[1]]) if best[1] else {}
    for post, block in enumerate(posts.blocks):
        if post not in chosen:
            chosen[post] = _best_in(posts.page, block, worth)
    return chosen


def _best_in(page: Outline, block: Block, worth: "_Worth") -> list[int]:
    nodes = [n for n in range(block.start, block.end) if page.tag[n] != "-text" and page.end[n] <= block.end]
    best = max(nodes, key=lambda n: (worth.of(n), n), default=-1)
    return [best] if best >= 0 and worth.of(best) > 0 else []


@dataclass(slots=True)
class _Worth:
    """How much of what each node holds is a post's own text, as prefix sums over node numbers."""

    page: Outline
    sums: list[int]

    def of(self, n: int) -> int:
        return self.sums[self.page.end[n]] - self.sums[n]

    def of_all(self, nodes: Sequence[int]) -> int:
        end, sums, gain = self.page.end, self.sums, 0
        for n in nodes:
            gain += sums[end[n]] - sums[n]
        return gain


def _worth(posts: Posts, authors: dict[int, int], dates: dict[int, DateMark]) -> _Worth:
    page = posts.page
    aside = _asides(posts)
    for n in [*authors.values(), *(mark.n for mark in dates.values())]:
        if page.length(n) < 80:
            aside.update(range(n, page.end[n]))
    places = _places(posts)
    common, fixed = _common(posts, places), _fixed_by_author(posts, places, authors)
    bodies = _named_bodies(posts) - aside
    gains = [0] * len(page.tag)
    for place, found in places.items():
        for nodes in found.values():
            for n in nodes:
                text = page.text[n].strip()
                poor = n in aside or place in fixed or ((place, text) in common and n not in bodies)
                poor = (
                    poor
                    or bool(_PROFILE.match(text))
                    or same_title(text, posts.title)
                    or (n not in bodies and not _LETTER.search(text))
                )
                gains[n] = -min(len(text), 40) - 5 if poor else min(len(text), 400)
    for n in _quoted(posts):
        gains[n] = 0
    return _Worth(page=page, sums=list(accumulate(gains, initial=0)))


def _quoted(posts: Posts) -> list[int]:
    """Texts inside quotes: they are no reason for a part to be the body, nor against it."""
    page, found = posts.page, []
    for block in posts.blocks:
        for at in range(block.start + 1, block.end):
            if page.tag[at] in QUOTING and is_quote(page.tag[at], page.names[at]):
                found += page.texts_in(at, page.end[at])
    return found


def _places(posts: Posts) -> Kinds:
    """Kind of element -> post number -> the texts directly in such elements there."""
    page, places = posts.page, cast(Kinds, defaultdict(dict))
    for post, block in enumerate(posts.blocks):
        for n in page.texts_in(block.start, block.end):
            places[page.path[page.parent[n]]].setdefault(post, []).append(n)
    return places


def _asides(posts: Posts) -> set[int]:
    """Nodes inside elements that their names call a profile, a menu, a signature: but not inside a named body."""
    page = posts.page
    found: set[int] = set()
    for block in posts.blocks:
        done = block.start
        for at in page.named_in(block.start + 1, block.end):
            names = page.names[at] if at >= done else ""
            if names and _names_aside(names) and not names_body(names):
                found.update(range(at, page.end[at]))
                done = page.end[at]
    return found


_ANSWERED = frozenset(("re", "od", "aw", "sv"))


@lru_cache(maxsize=64)
def _squeezed(title: str | None) -> str:
    return " ".join((title or "").split()).lower()


def same_title(text: str, title: str | None) -> bool:
    """Whether a text is but the page's title, perhaps marked as an answer."""
    flat, whole = " ".join(text.split()), _squeezed(title)
    if len(flat) > len(whole) + 1 and flat[:2].lower() not in _ANSWERED:
        return False
    bare = _RE.sub("", flat).lower()
    return bool(bare) and bool(whole) and (bare == whole or (len(bare) > 8 and bare in whole))


def _named_bodies(posts: Posts) -> set[int]:
    """Texts inside elements below the top of a post that their names call its body."""
    page = posts.page
    found: set[int] = set()
    for block in posts.blocks:
        for at in page.named_in(block.start + 1, block.end):
            if page.end[at] <= block.end and names_body_surely(page.names[at]):
                found.update(range(at, page.end[at]))
    return found


def _common(posts: Posts, places: Kinds) -> set[tuple[str, str]]:
    """Texts that stand in many posts in the same kind of place: labels and buttons."""
    page, total = posts.page, len(posts.blocks)
    counts = Counter(
        (place, text)
        for place, found in places.items()
        for nodes in found.values()
        for text in {page.text[n].strip() for n in nodes}
    )
    least = max(2, 0.3 * total)
    return {entry for entry, count in counts.items() if count >= least and (total > 3 or len(entry[1]) < 60)}


def _fixed_by_author(posts: Posts, places: Kinds, authors: dict[int, int]) -> set[str]:
    """Kinds of place whose text never changes between the posts of one person, seen three times: profile, signature."""
    page = posts.page
    by_author: dict[str, list[int]] = defaultdict(list)
    for post, node in authors.items():
        by_author[page.words(node)].append(post)
    repeated = [numbers for numbers in by_author.values() if len(numbers) > 1]
    fixed: set[str] = set()
    for place, found in places.items():
        pairs = same = 0
        for numbers in repeated:
            texts = [[page.text[n].strip() for n in found[number]] for number in numbers if number in found]
            pairs += max(0, len(texts) - 1)
            same += sum(a == b for a, b in pairwise(texts))
        if pairs >= 3 and same == pairs:
            fixed.add(place)
    return fixed

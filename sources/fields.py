"""What each post of a page holds: who, when, where and what, decided over all posts at once.

An element is judged by its kind (Outline.path), because the same kind plays the same part in every post: the author's
name is short and there once in each, the date runs forward, the body differs from post to post, and what stands
unchanged under every post of one person is a signature or a profile.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import cast

from listener.dates import read_thread
from listener.markup import is_quote
from sources.blocks import Block, DateMark, announces, is_person
from sources.outline import Outline, called

_AUTHOR = re.compile(
    r"author|user-?_?name|nick|poster|byline|creator|login|autor|(?:^|[\s_-])(?:user|name|member|by|who)(?:$|[\s_-])",
    re.IGNORECASE,
)
_NOT_AUTHOR = re.compile(
    r"avatar|title|rank|role|group|badge|stat|count|location|signature|date|time|reply|quote|edit|last", re.IGNORECASE
)
_BODY = re.compile(
    r"content|body|message|(?:^|[\s_-])(?:text|msg|entry|comment|komentarz|tresc|description|markdown|prose|"
    r"bbwrapper)|articlebody|"
    r"reviewbody|post_?(?:text|msg)|commenttext",
    re.IGNORECASE,
)
_STRONG_BODY = re.compile(
    r"(?:post|message|comment|msg|item)[_-]?(?:content|body|text|message)(?:$|[\s_-])|(?:^|\s)(?:content|inner|"
    r"body|text)(?:$|\s)|articlebody|"
    r"bbwrapper|post_?msg|markdown|tresc|reviewbody",
    re.IGNORECASE,
)
_NOT_BODY = re.compile(
    r"author|profile|sidebar|foot|header|meta|signature|avatar|button|control|menu|action|likes?(?:$|[\s_-])|"
    r"reaction|share|"
    r"stat(?:s|istics)|user-?(?:info|details|extra)|userinfo|breadcrumb|pagination|attachment|poster|edited|notice",
    re.IGNORECASE,
)
_PROFILE = re.compile(
    r"^(?:posts?|posty|postów|threads?|wątk\w*|messages?|beiträge|join(?:ed| date)?|registered|registriert|"
    r"location|from|skąd|"
    r"lokalizacja|miejscowość|dołączył\w*|dołączono|rejestracja|zarejestrowan\w*|reputation|reputacja|likes?|"
    r"thanks|pomógł|"
    r"reaction score|wiek|płeć|inscrit|mitglied seit|dabei seit|ort|age|gender)\s*:",
    re.IGNORECASE,
)
_NOT_POSTED = re.compile(
    r"join|regist|member since|dołącz|rejestr|zarejestr|dabei|mitglied|inscri|last (?:edit|visit|seen|active)|"
    r"edited|edytowa|zmienion|"
    r"bearbeitet|ostatni|geändert|modified|birth|updated|beigetreten|seit",
    re.IGNORECASE,
)
_WHEN = re.compile(r"date|time|posted|publish|created|permalink|data(?:$|[\s_-])|czas", re.IGNORECASE)
_TIME = re.compile(r"\d\d?:\d\d|\d{4}-\d\d|\d{1,2}[./]\d{1,2}[./]\d{2}")
_FOREIGN = re.compile(r"(?:https?:)?//", re.IGNORECASE)
_NO_WORDS = re.compile(r"[\W\d_]*")
_RE = re.compile(r"^(?:(?:re|odp|aw|sv)\s*:\s*)+", re.IGNORECASE)
_CAP = 600
_LINK_NOISE = re.compile(
    r"report|reply|quote|edit|delete|vote|like|react|login|register|share|print|mailto:|javascript:|"
    r"action=(?!permalink)|mode=(?:quote|edit|reply|report|viewprofile)|"
    r"search|facebook|twitter|whatsapp|attachment",
    re.IGNORECASE,
)
_LINK_GOOD = re.compile(
    r"#\D{0,12}\d|/post[s/-]|post[-_=]?\d|[?&;]p(?:id)?=\d|findcomment|comment[-_=/]|msg\d|permalink|showpost|viewpost",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d+")
_ID = re.compile(r"(?:^|[a-z_-])(\d{1,15})$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """Node numbers of one post's parts; -1 where there is none."""

    block: Block
    body: tuple[int, ...]
    author: int
    date: DateMark | None
    link: int


Kinds = dict[str, dict[int, list[int]]]
"""Kind of element -> post number -> its elements there (of nested ones the outermost)."""


@dataclass(slots=True)
class _Posts:
    """The posts of one page while their parts are being found."""

    page: Outline
    blocks: Sequence[Block]
    marks: Sequence[DateMark]
    title: str | None
    now: datetime
    zone: str
    kinds: Kinds

    def first(self, kind: str) -> dict[int, int]:
        """Post number -> its first element of a kind."""
        return {post: nodes[0] for post, nodes in self.kinds[kind].items()}


def choose(
    page: Outline,
    blocks: Sequence[Block],
    marks: Sequence[DateMark],
    title: str | None,
    host: str,
    now: datetime,
    zone: str,
) -> list[Fields]:
    """The parts of every post; none where the parts only lead to threads. title: of the page, which is nobody's words.
    host: of the page. now and zone: for judging which of a post's dates runs forward."""
    posts = _Posts(page=page, blocks=blocks, marks=marks, title=title, now=now, zone=zone, kinds=_kinds(page, blocks))
    dates = _dates(posts)
    authors = _authors(posts, {mark.n for mark in dates.values()})
    bodies = _bodies(posts, authors, dates)
    rows = {post for post, nodes in bodies.items() if nodes and _leads_on(page, nodes, host)}
    if len(rows) <= 0.3 * len(blocks):
        rows = set()  # a post may be but a link; rows of a list all are
    elif len(rows) > 0.5 * len(blocks):
        rows |= {post for post, nodes in bodies.items() if not any(called(_BODY, page.names(n)) for n in nodes)}
    if _share(announces(page, block) for block in blocks) > 0.8 and not _share(
        _called_body(page, nodes) for nodes in bodies.values()
    ):
        return []
    links = _links(posts, dates)
    return [
        Fields(
            block=block,
            body=tuple(bodies.get(n, ())),
            author=authors.get(n, -1),
            date=dates.get(n),
            link=links.get(n, -1),
        )
        for n, block in enumerate(blocks)
        if n not in rows
    ]


def _called_body(page: Outline, nodes: Sequence[int]) -> bool:
    return any(called(_STRONG_BODY, page.names(n)) for n in nodes)


def _leads_on(page: Outline, nodes: Sequence[int], host: str) -> bool:
    """Whether a body is but a link to another page of the place: a row of a list of threads."""
    length = sum(page.length(n) for n in nodes)
    if not length or sum(page.link_length(n) for n in nodes) < 0.8 * length:
        return False
    hrefs = [page.attributes[m].get("href") or "" for n in nodes for m in range(n, page.end[n]) if page.tag[m] == "a"]
    return not any(_FOREIGN.match(href) and host not in href for href in hrefs) or any(
        page.tag[page.parent[n]] == "a" for n in nodes
    )


def _kinds(page: Outline, blocks: Sequence[Block]) -> Kinds:
    kinds: Kinds = defaultdict(dict)
    for post, block in enumerate(blocks):
        for n in range(block.start, block.end):
            if page.tag[n] != "-text" and page.end[n] <= block.end:
                same = kinds[page.path[n]].setdefault(post, [])
                if not same or n >= page.end[same[-1]]:
                    same.append(n)
    return kinds


# --- when ---------------------------------------------------------------------------------------------------


def _dates(posts: _Posts) -> dict[int, DateMark]:
    page = posts.page
    kinds: dict[str, dict[int, DateMark]] = defaultdict(dict)
    post = 0
    for mark in posts.marks:
        while post < len(posts.blocks) and mark.n >= posts.blocks[post].end:
            post += 1
        if post < len(posts.blocks) and mark.n >= posts.blocks[post].start:
            kinds[page.path[mark.n]].setdefault(post, mark)
    scores = {kind: _date_score(posts, kind, found) for kind, found in kinds.items()}
    chosen: dict[int, DateMark] = {}
    for kind in sorted(scores, key=lambda name: -scores[name]):
        if scores[kind] > 0.3 and _apart(kinds[kind], chosen):
            for number, mark in kinds[kind].items():
                chosen.setdefault(number, mark)
    return chosen


def _apart(found: Collection[int], chosen: Collection[int]) -> bool:
    """Whether a kind stands where the chosen one is missing: one that stands beside it plays another part."""
    return sum(post in chosen for post in found) <= 0.5 * len(found)


def _date_score(posts: _Posts, kind: str, found: dict[int, DateMark]) -> float:
    page, marks = posts.page, list(found.values())
    moments = [
        at for at in read_thread([mark.exact or mark.raw for mark in marks], now=posts.now, zone=posts.zone) if at
    ]
    score = len(found) / len(posts.blocks)
    score += 0.4 * _share(bool(mark.exact) for mark in marks)
    score += 0.4 * _share(":" in (mark.exact or mark.raw) for mark in marks)
    score += 0.5 * _runs(moments)
    score += 0.3 * _share(called(_WHEN, page.names(mark.n)) for mark in marks)
    score -= 0.8 * _share(_in_body(posts, mark.n) for mark in marks)
    score -= 1.5 * _share(_is_other_date(posts, mark) for mark in marks)
    if len(marks) > 2 and len({mark.exact or mark.raw for mark in marks}) == 1:
        score -= 0.5
    return score


def _in_body(posts: _Posts, n: int) -> bool:
    """Whether a date stands in what is called the body of a post: then it is part of what was written."""
    page = posts.page
    for _ in range(6):
        if n < 0:
            return False
        if called(_STRONG_BODY, page.names(n)):
            return page.length(n) > 120
        n = page.parent[n]
    return False


def _share(truths: Iterable[bool]) -> float:
    values = list(truths)
    return sum(values) / len(values) if values else 0.0


def _runs(moments: Sequence[datetime]) -> float:
    """How far a row of moments runs one way, 0 to 1."""
    steps = list(pairwise(moments))
    if not steps:
        return 0.5
    forward = sum(a <= b for a, b in steps) / len(steps)
    return max(forward, 1 - forward) * 2 - 1


def _is_other_date(posts: _Posts, mark: DateMark) -> bool:
    """A date of joining or of an edit, by the words right before it or by its names."""
    page = posts.page
    words = page.words(mark.n) if page.length(mark.n) < 200 else ""
    near = [words.partition(mark.raw)[0] if mark.raw and mark.raw in words else words[:60]]
    at = mark.n
    for _ in range(3):
        at -= 1
        if at > 0 and at in page.text:
            near.append(page.text[at][-40:])
    up = page.parent[mark.n]
    names = f"{page.names(mark.n)} {page.names(up)}" if up >= 0 else page.names(mark.n)
    return bool(_NOT_POSTED.search(" ".join(near))) or called(_NOT_POSTED, names)


# --- who ----------------------------------------------------------------------------------------------------


def _authors(posts: _Posts, dates: set[int]) -> dict[int, int]:
    scores: dict[str, float] = {}
    named: dict[str, dict[int, int]] = {}
    for kind in posts.kinds:
        found = {n: node for n, node in posts.first(kind).items() if _is_name(posts.page, node) and node not in dates}
        if found:
            named[kind] = found
            scores[kind] = _author_score(posts, found)
    chosen: dict[int, int] = {}
    for kind in sorted(scores, key=lambda name: -scores[name]):
        if scores[kind] < (0.9 if not chosen else 0.7):
            break
        for post, node in named[kind].items() if _apart(named[kind], chosen) else ():
            chosen.setdefault(post, node)
    return chosen


def _is_name(page: Outline, n: int) -> bool:
    if not 1 <= page.length(n) <= 50:
        return False
    words = page.words(n)
    return any(char.isalnum() for char in words) and not _TIME.search(words)


def _author_score(posts: _Posts, found: dict[int, int]) -> float:
    page, total = posts.page, len(posts.blocks)
    nodes = list(found.values())
    words = Counter(page.words(n) for n in nodes)
    names = [f"{page.names(n)} {page.names(page.parent[n])}" for n in nodes]
    linked = _share(page.tag[n] == "a" and is_person(page.attributes[n].get("href")) for n in nodes)
    titled = _share(called(_AUTHOR, name) for name in names)
    score = len(nodes) / total + linked + 0.7 * titled
    score -= 0.7 * _share(called(_NOT_AUTHOR, page.names(n)) for n in nodes)
    score -= 0.6 * _share(":" in word or word.isdigit() for word in words.elements())
    score -= 0.3 * _share(len(word) > 25 for word in words.elements())
    score += 0.2 * _share(page.tag[n] in ("b", "strong", "h3", "h4", "h5", "cite", "a") for n in nodes)
    score -= 0.6 * _mean(
        (n - posts.blocks[p].start) / (posts.blocks[p].end - posts.blocks[p].start) for p, n in found.items()
    )
    if total > 3 and words.most_common(1)[0][1] > 0.8 * total and linked + titled < 0.5:
        score -= 0.8  # a label, not a name
    return score


def _mean(values: Iterable[float]) -> float:
    numbers = list(values)
    return sum(numbers) / len(numbers)


# --- what ---------------------------------------------------------------------------------------------------


def _bodies(posts: _Posts, authors: dict[int, int], dates: dict[int, DateMark]) -> dict[int, list[int]]:
    worth = _worth(posts, authors, dates)
    best: tuple[float, str] = (0.0, "")
    for kind, found in posts.kinds.items():
        value = sum(max(0, sum(worth.of(n) for n in nodes)) ** 0.5 for nodes in found.values())
        value *= 1.2 if any(called(_BODY, posts.page.names(nodes[0])) for nodes in list(found.values())[:3]) else 1.0
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


def _worth(posts: _Posts, authors: dict[int, int], dates: dict[int, DateMark]) -> _Worth:
    page = posts.page
    aside = _asides(posts)
    for n in [*authors.values(), *(mark.n for mark in dates.values())]:
        if page.length(n) < 80:
            aside.update(range(n, page.end[n]))
    places = _places(posts)
    common, fixed = _common(posts, places), _fixed_by_author(posts, places, authors)
    bodies = _named_bodies(posts) - aside
    gains = dict.fromkeys(page.text, 0)
    for place, found in places.items():
        for nodes in found.values():
            for n in nodes:
                text = page.text[n].strip()
                poor = n in aside or place in fixed or ((place, text) in common and n not in bodies)
                poor = (
                    poor
                    or bool(_PROFILE.match(text))
                    or same_title(text, posts.title)
                    or (n not in bodies and not _NO_WORDS.sub("", text))
                )
                gains[n] = -min(len(text), 40) - 5 if poor else min(len(text), 400)
    for n in _quoted(posts):
        gains[n] = 0
    sums, total = [], 0
    for n in range(len(page.tag)):
        sums.append(total)
        total += gains.get(n, 0)
    sums.append(total)
    return _Worth(page=page, sums=sums)


def _quoted(posts: _Posts) -> list[int]:
    """Texts inside quotes: they are no reason for a part to be the body, nor against it."""
    page, found = posts.page, []
    for block in posts.blocks:
        for at in range(block.start + 1, block.end):
            if is_quote(page.tag[at], page.names(at)):
                found += [n for n in range(at, page.end[at]) if n in page.text]
    return found


def _places(posts: _Posts) -> Kinds:
    """Kind of element -> post number -> the texts directly in such elements there."""
    page, places = posts.page, cast(Kinds, defaultdict(dict))
    for post, block in enumerate(posts.blocks):
        for n in range(block.start, block.end):
            if n in page.text:
                places[page.path[page.parent[n]]].setdefault(post, []).append(n)
    return places


def _asides(posts: _Posts) -> set[int]:
    """Nodes inside elements that their names call a profile, a menu, a signature: but not inside a named body."""
    page = posts.page
    found: set[int] = set()
    for block in posts.blocks:
        at = block.start + 1
        while at < block.end:
            names = page.names(at) if page.attributes[at] else ""
            if names and called(_NOT_BODY, names) and not called(_BODY, names):
                found.update(range(at, page.end[at]))
                at = page.end[at]
            else:
                at += 1
    return found


def same_title(text: str, title: str | None) -> bool:
    """Whether a text is but the page's title, perhaps marked as an answer."""
    bare, whole = _RE.sub("", " ".join(text.split())).lower(), " ".join((title or "").split()).lower()
    return bool(bare) and bool(whole) and (bare == whole or (len(bare) > 8 and bare in whole))


def _named_bodies(posts: _Posts) -> set[int]:
    """Texts inside elements below the top of a post that their names call its body."""
    page = posts.page
    found: set[int] = set()
    for block in posts.blocks:
        for at in range(block.start + 1, block.end):
            if page.tag[at] != "-text" and page.end[at] <= block.end and called(_STRONG_BODY, page.names(at)):
                found.update(range(at, page.end[at]))
    return found


def _common(posts: _Posts, places: Kinds) -> set[tuple[str, str]]:
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


def _fixed_by_author(posts: _Posts, places: Kinds, authors: dict[int, int]) -> set[str]:
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


# --- where --------------------------------------------------------------------------------------------------


def _links(posts: _Posts, dates: dict[int, DateMark]) -> dict[int, int]:
    best: tuple[float, dict[int, int]] = (0.7, {})
    for kind in posts.kinds:
        found = {
            post: n
            for post, n in posts.first(kind).items()
            if posts.page.tag[n] == "a" and posts.page.attributes[n].get("href")
        }
        score = _link_score(posts, found, dates) if found else 0.0
        if score > best[0]:
            best = (score, found)
    return best[1]


def _link_score(posts: _Posts, found: dict[int, int], dates: dict[int, DateMark]) -> float:
    page = posts.page
    hrefs = [page.attributes[n].get("href") or "" for n in found.values()]
    if len(set(hrefs)) < len(hrefs):
        return 0.0
    score = len(found) / len(posts.blocks)
    score += 0.6 * _share(bool(_LINK_GOOD.search(href)) for href in hrefs)
    score -= 1.2 * _share(bool(_LINK_NOISE.search(href)) or is_person(href) for href in hrefs)
    score += 0.3 * _share(page.words(n).strip().lstrip("#№").isdigit() for n in found.values() if page.length(n) < 12)
    score += 0.3 * _share(post in dates and _meet(page, n, dates[post].n) for post, n in found.items())
    score += 0.2 * _share("#" in href for href in hrefs)
    return score


def _meet(page: Outline, a: int, b: int) -> bool:
    return a <= b < page.end[a] or b <= a < page.end[b]

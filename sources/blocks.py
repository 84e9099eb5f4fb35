"""Where the posts of a page are: the parts that repeat around something that every post has once.

Each kind of anchor (a date, an element with a numbered id, a link to a person, a marked-up comment) that repeats cuts
the page into parts holding one anchor each. The cut that gives most text in most parts of one kind wins.
"""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from listener.calendar_words import DAYS_BACK
from listener.dates import find_date
from sources.outline import Outline, called

_MAYBE_DATE = re.compile(
    r"\d[./-] ?\d{1,2}[./-]|\d[\W_]{0,3}[^\W\d_]{3,}\.?|[^\W\d_]{3,}\.?\s\d|temu|ago\b|today|yesterday|dzisiaj|"
    r"dziś|wczoraj|chwil|now\b|"
    r"heute|gestern|vor \d|hier|il y a",
    re.IGNORECASE,
)
_HINT = re.compile(
    r"\d|temu|ago\b|oday|esterday|zisia|ziś|czoraj|chwil|[Nn]ow\b|eute|estern|[Hh]ier"
)  # quicker than the next
_NUMBERED = re.compile(r"^(?P<stem>[a-z](?:[\w-]*?[a-z_-])?)(?P<id>\d{1,12})$|^(?P<bare>\d{1,12})$", re.IGNORECASE)
_PERSON = re.compile(
    r"member|profil|/users?[/.]|[/.]u/|/author|/people/|/@|[?&;/]u(?:id|ser)?=\d|showuser|userid=|username=|uzytkownik|"
    r"użytkownik|mitglied|membre|/konto/|benutzer|/u\d+",
    re.IGNORECASE,
)
_NOT_PERSON = re.compile(
    r"posting\.php|newreply|reputation|quote|report|search|login|register|sendmessage|/private|compose", re.IGNORECASE
)
_ITEM = re.compile(
    r"schema\.org/(?:DiscussionForumPosting|SocialMediaPosting|Comment|UserComments|Answer|Question|Review|"
    r"UserReview|BlogPosting)$"
)
_DATE_ATTRIBUTES = frozenset(
    (
        "datetime",
        "data-time",
        "data-timestamp",
        "data-utime",
        "data-date",
        "data-epoch",
        "data-created",
        "title",
        "itemprop",
    )
)
_REPLIES = re.compile(
    r"\b\d+\s+(?:repl(?:y|ies)|antwort(?:en)?|odpowied[zź]\w*|réponses?|views|wyświetle\w*|odsłon\w*|aufrufe|"
    r"comments?|komentarz\w*)\b|"
    r"(?:replies|odpowiedzi|antworten|réponses|views|wyświetleń|odsłon|ostatni post|ostatnia odpowiedź|last "
    r"(?:post|reply)|letzte antwort)\s*:",
    re.IGNORECASE,
)
_POST = re.compile(
    r"(?:^|[\s_-])(?:post|message|comment|msg|reply|entry)(?:$|[\s_-])|DiscussionForumPosting", re.IGNORECASE
)
_LAST = re.compile(
    r"last[-_]?(?:post|reply|comment|message|answer)(?!s?[-_]?(?:anchor|edit))|latest[-_]?(?:post|reply)", re.IGNORECASE
)
_OWN_PLACE = re.compile(r"#|/comment|/post[s/-]|[?&;]p(?:id)?=|findcomment|permalink|showpost", re.IGNORECASE)
_CAP = 900  # one long post must not outweigh a page of short ones


@dataclass(frozen=True, slots=True, kw_only=True)
class DateMark:
    """A date on the page. n: the element that holds it; raw: as printed; exact: from an attribute, if any."""

    n: int
    raw: str
    exact: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One repeated part: the nodes from start (included) to end (not)."""

    start: int
    end: int


def date_marks(page: Outline) -> list[DateMark]:
    """Every date of the page in document order, an element at most once."""
    marks: dict[int, DateMark] = {}
    for n, attributes in enumerate(page.attributes):
        if attributes:
            exact = _exact(page.tag[n], attributes)
            if exact and ":" not in exact and attributes.get("title") and (whole := _beside(page, n, exact)):
                marks[whole.n] = whole
            elif exact:
                marks[n] = DateMark(n=n, raw=page.words(n) if page.length(n) < 120 else "", exact=exact)
    covered = _covered(page, marks)
    for n, text in page.text.items():
        if 3 < len(text) < 160 and _HINT.search(text) and n not in covered and _MAYBE_DATE.search(text):
            raw = find_date(text) or _day_word(text)
            up = page.parent[n]
            if raw and up not in marks and _stands_alone(text, raw):
                marks[up] = DateMark(n=up, raw=_wider(page, up, raw))
    return [marks[n] for n in sorted(marks)]


def _beside(page: Outline, n: int, day: str) -> DateMark | None:
    """A day explained in a title ("Yesterday") together with the clock that stands after it."""
    up, clock = page.parent[n], page.text.get(page.end[n], "")
    exact = find_date(f"{day}, {clock.strip(' ,')}")
    if up < 0 or not exact or ":" not in exact:
        return None
    return DateMark(n=up, raw=find_date(f"{page.words(n)}{clock}") or exact, exact=exact)


def _day_word(text: str) -> str | None:
    """ "Yesterday," whose clock stands in an element of its own."""
    word = text.strip(" ,\t\n\r\xa0")
    return word if word.lower() in DAYS_BACK else None


def _stands_alone(text: str, raw: str) -> bool:
    """Whether a date is what a text is about: few words beside it, a few more where it has a clock."""
    others = len(text.split()) - len(raw.split())
    return others <= (8 if ":" in raw else 3)


def _covered(page: Outline, marks: dict[int, DateMark]) -> set[int]:
    return {m for n in marks for m in range(n, page.end[n])} if len(marks) < 5000 else set(marks)


def _wider(page: Outline, n: int, raw: str) -> str:
    """The date with its clock where that stands in an element of its own beside it."""
    for part in (n, page.parent[n]):
        if part >= 0 and page.length(part) <= 60 and ":" not in raw:
            longer = find_date(page.words(part))
            if longer and len(longer) > len(raw) and raw.rstrip(" ,") in longer:
                return longer
    return raw


def _exact(tag: str, attributes: dict[str, str | None]) -> str | None:
    if attributes.keys().isdisjoint(_DATE_ATTRIBUTES):
        return None
    for name in ("datetime", "data-time", "data-timestamp", "data-utime", "data-date", "data-epoch", "data-created"):
        value = attributes.get(name)
        if value and any(char.isdigit() for char in value) and (name != "data-date" or len(value) > 6):
            return value
    title = attributes.get("title")
    if (
        title
        and tag in ("abbr", "span", "time", "a", "td", "div", "bdi")
        and 6 < len(title) < 60
        and _MAYBE_DATE.search(title)
    ):
        return find_date(title)
    if attributes.get("content") and "date" in (attributes.get("itemprop") or "").lower():
        return attributes.get("content")
    return None


@lru_cache(maxsize=8192)
def is_person(href: str | None) -> bool:
    """Whether a link leads to a member's page, by its address."""
    return bool(href) and bool(_PERSON.search(href or "")) and not _NOT_PERSON.search(href or "")


def find_blocks(page: Outline, marks: Sequence[DateMark]) -> list[Block]:
    """The posts of the page as parts, in document order; answers inside a post they answer are parts of their own."""
    dated = [mark.n for mark in marks]
    found = sorted(_scored(page, marks, dated), key=_first, reverse=True)
    best: tuple[float, list[Block]] = (0.0, [])
    for score, blocks in found:
        if score <= best[0]:
            break
        score *= 1.0 - 0.6 * max(0.0, _listing(page, blocks) - 0.3) / 0.7
        if score > best[0]:
            best = (score, blocks)
    single = _single(page, dated)
    if single and single[0] > best[0]:
        best = single
    return _with_answered(page, _completed(page, best[1], marks), found, best[0])


def _scored(page: Outline, marks: Sequence[DateMark], dated: Sequence[int]) -> list[tuple[float, list[Block]]]:
    """Each way to cut the page with its score; many anchors cut it alike, and are scored once."""
    cuts: dict[tuple[int, ...], tuple[float, list[Block]]] = {}
    for anchors, weight in _groups(page, marks):
        blocks = cut(page, anchors)
        known = cuts.setdefault(tuple(block.start for block in blocks), (weight, blocks))
        if weight > known[0]:
            cuts[tuple(block.start for block in blocks)] = (weight, blocks)
    return [(weight * _score(page, blocks, dated), blocks) for weight, blocks in cuts.values()]


def _first(scored: tuple[float, list[Block]]) -> float:
    return scored[0]


def _with_answered(
    page: Outline, blocks: list[Block], found: Sequence[tuple[float, list[Block]]], score: float
) -> list[Block]:
    """The same posts with those that they stand in: comments under answers, answers under a question."""
    starts = [block.start for block in blocks]
    for other, outer in found:
        if other < 0.5 * score or not blocks:
            break
        within = [bisect_left(starts, hold.end) - bisect_left(starts, hold.start + 1) for hold in outer]
        if len(outer) != len(blocks) and sum(count > 0 for count in within) >= 2 and sum(within) == len(blocks):
            own = [_before(hold, starts) for hold in outer]
            mass = sum(min(_CAP, _plain(page, block)) ** 0.5 for block in own)
            if mass > 0.5 * score and not _overlapping(own):
                return sorted([*own, *blocks], key=lambda block: block.start)
    return blocks


def _before(hold: Block, starts: Sequence[int]) -> Block:
    """The part of hold before the first post within it."""
    first = bisect_left(starts, hold.start + 1)
    return Block(start=hold.start, end=min(hold.end, starts[first]) if first < len(starts) else hold.end)


def _overlapping(blocks: Sequence[Block]) -> bool:
    return any(a.end > b.start for a, b in pairwise(blocks))


def _single(page: Outline, dated: Sequence[int]) -> tuple[float, list[Block]] | None:
    """The only post of a thread: an element that is called a post, has a number, and holds a date and a person."""
    best: tuple[float, list[Block]] | None = None
    for n, attributes in enumerate(page.attributes):
        if not attributes or page.tag[n] == "a" or page.parent[n] < 0 or not called(_POST, page.names(n)):
            continue
        block = Block(start=n, end=page.end[n])
        score = 0.8 * min(_CAP, _plain(page, block)) ** 0.5
        if (best is None or score > best[0]) and _whole(page, block, attributes, dated):
            best = (score, [block])
    return best


def _whole(page: Outline, block: Block, attributes: dict[str, str | None], dated: Sequence[int]) -> bool:
    numbered = any(
        _NUMBERED.match(attributes.get(name) or "") for name in ("id", "data-id", "data-content", "data-pid")
    )
    posted = numbered or bool(_ITEM.search(attributes.get("itemtype") or ""))
    return posted and _dated([block], dated) == 1.0 and not announces(page, block)


def _completed(page: Outline, blocks: list[Block], marks: Sequence[DateMark]) -> list[Block]:
    """The same posts cut by their dates, where one or two more posts (the opening one) bear such dates."""
    groups: dict[str, list[int]] = defaultdict(list)
    for mark in marks:
        groups[page.path[mark.n]].append(mark.n)
    for anchors in groups.values():
        more = len(anchors) - len(blocks)
        if 1 <= more <= 2 and all(_one_in(block, anchors) for block in blocks):
            return cut(page, anchors)
    return blocks


def _one_in(block: Block, anchors: Sequence[int]) -> bool:
    return bisect_left(anchors, block.end) - bisect_left(anchors, block.start) == 1


def _groups(page: Outline, marks: Sequence[DateMark]) -> list[tuple[list[int], float]]:
    groups: dict[str, list[int]] = defaultdict(list)
    for mark in marks:
        groups[f"date {page.path[mark.n]}"].append(mark.n)
        groups[f"when {page.key[mark.n]}"].append(mark.n)
    for n, attributes in enumerate(page.attributes):
        for label in _labels(page, n, attributes):
            groups[label].append(n)
    weights = {"date": 1.0, "item": 1.02, "id": 1.0, "who": 0.9, "when": 0.99, "person": 0.89}
    return [(anchors, weights[label.split(" ", 1)[0]]) for label, anchors in groups.items() if len(anchors) > 1]


def _labels(page: Outline, n: int, attributes: dict[str, str | None]) -> list[str]:
    if not attributes:
        return []
    labels = []
    numbered = _NUMBERED.match(attributes.get("id") or attributes.get("data-id") or "")
    if numbered:
        labels.append(f"id {page.tag[n]} {numbered['stem'] or ''}")
    if _ITEM.search(attributes.get("itemtype") or ""):
        labels.append(f"item {page.key[n]}")
    if page.tag[n] == "a" and page.length(n) and is_person(attributes.get("href")):
        labels += [f"who {page.path[n]}", f"person {page.key[n]}"]
    return labels


def cut(page: Outline, anchors: Sequence[int]) -> list[Block]:
    """One part an anchor: the largest that holds no other, with the parts beside it that belong to none."""
    taken = set(anchors)
    counts = _holders(page, anchors)
    roots = []
    for anchor in anchors:
        root = anchor
        while page.parent[root] > 0 and counts[page.parent[root]] == 1 and page.parent[root] not in taken:
            root = page.parent[root]
        roots.append(root)
    return _stretch(page, _evened(page, anchors, roots))


def _evened(page: Outline, anchors: Sequence[int], roots: Sequence[int]) -> list[int]:
    """Where most parts are of one kind, the rest become so too: a lone comment leaves the answer it belongs to."""
    usual, count = Counter(page.key[root] for root in roots).most_common(1)[0]
    if count < 0.6 * len(roots) or count == len(roots) or "." not in usual:
        return list(roots)
    previous = [-1, *anchors]
    return [
        root if page.key[root] == usual else _same_kind(page, anchor, root, usual, before)
        for anchor, root, before in zip(anchors, roots, previous, strict=False)
    ]


def _same_kind(page: Outline, anchor: int, root: int, usual: str, before: int) -> int:
    """The element of the usual kind around an anchor: inside root, or around it (a post with answers in it)."""
    n, found = anchor, root
    while n >= root:
        found = n if page.key[n] == usual else found
        n = page.parent[n]
    while found == root and n > before:
        if page.key[n] == usual:
            return n
        n = page.parent[n]
    return found


def _holders(page: Outline, anchors: Sequence[int]) -> Counter[int]:
    """How many anchors each element holds (itself not counted). Paths are walked once: nesting costs no more."""
    counts: Counter[int] = Counter()
    own = Counter(anchors)
    for n in sorted(_ancestors(page, anchors), reverse=True):
        up = page.parent[n]
        if up >= 0:
            counts[up] += counts[n] + own[n]
    return counts


def _ancestors(page: Outline, anchors: Sequence[int]) -> set[int]:
    seen: set[int] = set()
    for anchor in anchors:
        n = anchor
        while n >= 0 and n not in seen:
            seen.add(n)
            n = page.parent[n]
    return seen


def _stretch(page: Outline, roots: Sequence[int]) -> list[Block]:
    """Parts whose posts go on in the next elements (a row for the head, a row for the body) are made longer."""
    limits = [*roots[1:], page.end[0]]  # an answer inside the post it answers ends what is read of that post
    spans = [
        Block(start=root, end=min(page.end[root], max(limit, root + 1)))
        for root, limit in zip(roots, limits, strict=True)
    ]
    gaps = [_between(page, a, b) for a, b in pairwise(roots)]
    inside = sum(min(_CAP, _plain(page, span)) for span in spans)
    outside = sum(min(_CAP, page.letters[gap.end] - page.letters[gap.start]) for gap in gaps if gap)
    if not gaps or outside <= 0.5 * inside:
        return spans
    stretched = [Block(start=span.start, end=gap.end) if gap else span for span, gap in zip(spans, gaps, strict=False)]
    return [*stretched, _last(page, roots, stretched)]


def _between(page: Outline, a: int, b: int) -> Block | None:
    if page.parent[a] != page.parent[b]:
        return None
    return Block(start=page.end[a], end=b)


def _last(page: Outline, roots: Sequence[int], before: Sequence[Block]) -> Block:
    """The last part goes on for as many elements as the parts before it did."""
    root, up = roots[-1], page.parent[roots[-1]]
    usual = Counter(_siblings(page, block) for block in before).most_common(1)[0][0]
    end = page.end[root]
    for _ in range(usual - 1):
        if end >= page.end[up]:
            break
        end = page.end[end]
    return Block(start=root, end=end)


def _siblings(page: Outline, block: Block) -> int:
    count, at = 0, block.start
    while at < block.end:
        count, at = count + 1, page.end[at]
    return count


def _plain(page: Outline, block: Block) -> int:
    letters = page.letters[block.end] - page.letters[block.start]
    return letters - (page.linked[block.end] - page.linked[block.start])


def _score(page: Outline, blocks: Sequence[Block], dated: Sequence[int]) -> float:
    if len(blocks) < 2:
        return 0.0
    same = _alike(page, blocks)
    mass = 0.0
    for block in blocks:
        plain = _plain(page, block)
        everything = page.letters[block.end] - page.letters[block.start]
        share = plain / everything if everything else 0.0
        mass += min(_CAP, plain) ** 0.5 * share**1.5
    linky = sum(2 * _plain(page, block) < page.letters[block.end] - page.letters[block.start] for block in blocks)
    mass *= 0.3 if linky > 0.6 * len(blocks) else 1.0  # rows of titles
    return mass * same * (1.0 + 0.3 * _named(page, blocks)) * (0.2 + 0.8 * _dated(blocks, dated))


def _alike(page: Outline, blocks: Sequence[Block]) -> float:
    """Posts begin with one kind of element, but for a first post; halves of posts begin with two by turns."""
    usual = Counter(page.key[block.start] for block in blocks).most_common(1)[0][1]
    share = usual / len(blocks)
    return (0.7 + 0.3 * share) * (0.7 if len(blocks) - usual > 1 and share < 0.7 else 1.0)


def _dated(blocks: Sequence[Block], dated: Sequence[int]) -> float:
    """The share of parts that hold a date."""
    return sum(bisect_left(dated, block.end) > bisect_left(dated, block.start) for block in blocks) / len(blocks)


def _listing(page: Outline, blocks: Sequence[Block]) -> float:
    """The share of parts that announce a thread rather than hold a post."""
    return _share_of(page, blocks, lambda page, block: announces(page, block) or _leads_away(page, block))


def _share_of(page: Outline, blocks: Sequence[Block], test: Callable[[Outline, Block], bool]) -> float:
    return sum(test(page, block) for block in blocks) / len(blocks) if blocks else 0.0


def announces(page: Outline, block: Block) -> bool:
    """Whether a part has a count of replies or views, or a place for the last post."""
    known = page.announced.get((block.start, block.end))
    if known is None:
        known = page.announced[block.start, block.end] = _announces(page, block)
    return known


def _announces(page: Outline, block: Block) -> bool:
    if any(called(_LAST, page.names(n)) for n in range(block.start, block.end) if page.attributes[n]):
        return True
    texts = [page.text[n] for n in range(block.start, block.end) if n in page.text and len(page.text[n]) < 80]
    return bool(_REPLIES.search(" ".join(texts)))


def _leads_away(page: Outline, block: Block) -> bool:
    for n in range(block.start, block.end):
        if page.tag[n] == "a" and page.tag[page.parent[n]] in ("h2", "h3", "h4", "h5") and page.length(n):
            href = page.attributes[n].get("href") or ""
            return not _OWN_PLACE.search(href) and not is_person(href)
    return False


def _named(page: Outline, blocks: Sequence[Block]) -> float:
    """The share of parts that can be linked to: a numbered id or name near their top. Posts can, teasers cannot."""
    if not page.numbered:
        page.numbered += [n for n, attributes in enumerate(page.attributes) if attributes and _number_of(attributes)]
        page.numbered.append(len(page.tag))
    found = 0
    for block in blocks:
        first = page.numbered[bisect_left(page.numbered, block.start)]
        found += first < min(block.end, block.start + 15)
    return found / len(blocks)


def _number_of(attributes: dict[str, str | None]) -> re.Match[str] | None:
    return _NUMBERED.match(attributes.get("id") or attributes.get("data-id") or attributes.get("name") or "")

"""Where the posts of a page are: the parts that repeat around something that every post has once.

Each kind of anchor (a date, an element with a numbered id, a link to a person, a marked-up comment) that repeats cuts
the page into parts holding one anchor each. The cut that gives most text in most parts of one kind wins.
"""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise

from sources.cuts import CAP, Block, cut, dated_share, plain_length
from sources.date_marks import DateMark
from sources.listing import announces, listing_share
from sources.outline import Attributes, Outline, naming
from sources.people import is_person

_NUMBERED = re.compile(r"^(?P<stem>[a-z](?:[\w-]*?[a-z_-])?)(?P<id>\d{1,12})$|^(?P<bare>\d{1,12})$", re.IGNORECASE)
_MARKING = frozenset(("id", "data-id", "name", "itemtype"))
"""Attributes that may tell one post from the next."""
_ITEM = re.compile(
    r"schema\.org/(?:DiscussionForumPosting|SocialMediaPosting|Comment|UserComments|Answer|Question|Review|"
    r"UserReview|BlogPosting)$"
)
_names_post = naming(
    re.compile(
        r"(?:^|[\s_-])(?:post|message|comment|msg|reply|entry)(?:$|[\s_-])|DiscussionForumPosting", re.IGNORECASE
    )
)


def find_blocks(page: Outline, marks: Sequence[DateMark]) -> list[Block]:
    """The posts of the page as parts, in document order; answers inside a post they answer are parts of their own."""
    dated = [mark.n for mark in marks]
    found = sorted(_scored(page, marks, dated), key=_first, reverse=True)
    best: tuple[float, list[Block]] = (0.0, [])
    for score, blocks in found:
        if score <= best[0]:
            break
        score *= 1.0 - 0.6 * max(0.0, listing_share(page, blocks) - 0.3) / 0.7
        if score > best[0]:
            best = (score, blocks)
    single = _single(page, dated)
    if single and single[0] > best[0]:
        best = single
    return _with_answered(page, _completed(page, best[1], marks), found, best[0])


def _scored(page: Outline, marks: Sequence[DateMark], dated: Sequence[int]) -> list[tuple[float, list[Block]]]:
    """Each way to cut the page with its score; many anchors cut it alike, and are scored once."""
    cuts: dict[tuple[int, ...], tuple[float, list[Block]]] = {}
    done: dict[tuple[int, ...], list[Block]] = {}
    for anchors, weight in _groups(page, marks):
        blocks = done.get(tuple(anchors))
        if blocks is None:
            blocks = done[tuple(anchors)] = cut(page, anchors)
        starts = tuple([block.start for block in blocks])
        known = cuts.get(starts)
        if known is None or weight > known[0]:
            cuts[starts] = (weight, blocks)
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
            mass = sum(min(CAP, plain_length(page, block)) ** 0.5 for block in own)
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
    for n in page.named_nodes:
        attributes = page.attributes[n]
        if page.tag[n] == "a" or page.parent[n] < 0 or not _names_post(page.names[n]):
            continue
        block = Block(start=n, end=page.end[n])
        score = 0.8 * min(CAP, plain_length(page, block)) ** 0.5
        if (best is None or score > best[0]) and _whole(page, block, attributes, dated):
            best = (score, [block])
    return best


def _whole(page: Outline, block: Block, attributes: Attributes, dated: Sequence[int]) -> bool:
    numbered = any(
        _NUMBERED.match(attributes.get(name) or "") for name in ("id", "data-id", "data-content", "data-pid")
    )
    posted = numbered or bool(_ITEM.search(attributes.get("itemtype") or ""))
    return posted and dated_share([block], dated) == 1.0 and not announces(page, block)


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
    tags, attributes = page.tag, page.attributes
    for n in page.named_nodes:
        if tags[n] == "a" or not _MARKING.isdisjoint(attributes[n]):
            for label in _labels(page, n, attributes[n]):
                groups[label].append(n)
    weights = {"date": 1.0, "item": 1.02, "id": 1.0, "who": 0.9, "when": 0.99, "person": 0.89}
    return [(anchors, weights[label.split(" ", 1)[0]]) for label, anchors in groups.items() if len(anchors) > 1]


def _labels(page: Outline, n: int, attributes: Attributes) -> list[str]:
    labels = []
    number = attributes.get("id") or attributes.get("data-id")
    if number and (numbered := _NUMBERED.match(number)):
        labels.append(f"id {page.tag[n]} {numbered['stem'] or ''}")
    item = attributes.get("itemtype")
    if item and _ITEM.search(item):
        labels.append(f"item {page.key[n]}")
    if page.tag[n] == "a" and page.length(n) and is_person(attributes.get("href")):
        labels += [f"who {page.path[n]}", f"person {page.key[n]}"]
    return labels


def _score(page: Outline, blocks: Sequence[Block], dated: Sequence[int]) -> float:
    if len(blocks) < 2:
        return 0.0
    same = _alike(page, blocks)
    mass = 0.0
    for block in blocks:
        plain = plain_length(page, block)
        everything = page.letters[block.end] - page.letters[block.start]
        share = plain / everything if everything else 0.0
        mass += min(CAP, plain) ** 0.5 * share**1.5
    linky = sum(2 * plain_length(page, block) < page.letters[block.end] - page.letters[block.start] for block in blocks)
    mass *= 0.3 if linky > 0.6 * len(blocks) else 1.0  # rows of titles
    return mass * same * (1.0 + 0.3 * _named(page, blocks)) * (0.2 + 0.8 * dated_share(blocks, dated))


def _alike(page: Outline, blocks: Sequence[Block]) -> float:
    """Posts begin with one kind of element, but for a first post; halves of posts begin with two by turns."""
    usual = Counter(page.key[block.start] for block in blocks).most_common(1)[0][1]
    share = usual / len(blocks)
    return (0.7 + 0.3 * share) * (0.7 if len(blocks) - usual > 1 and share < 0.7 else 1.0)


def _named(page: Outline, blocks: Sequence[Block]) -> float:
    """The share of parts that can be linked to: a numbered id or name near their top. Posts can, teasers cannot."""
    if not page.numbered:
        attributes = page.attributes
        page.numbered += [
            n for n in page.named_nodes if not _MARKING.isdisjoint(attributes[n]) and _is_numbered(attributes[n])
        ]
        page.numbered.append(len(page.tag))
    found = 0
    for block in blocks:
        first = page.numbered[bisect_left(page.numbered, block.start)]
        found += first < min(block.end, block.start + 15)
    return found / len(blocks)


def _is_numbered(attributes: Attributes) -> bool:
    name = attributes.get("id") or attributes.get("data-id") or attributes.get("name")
    return bool(name and _NUMBERED.match(name))

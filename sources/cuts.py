"""A page cut into parts around anchors: one part each, as large as can be, with what stands beside it."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from sources.outline import Outline

CAP = 900  # one long post must not outweigh a page of short ones


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One repeated part: the nodes from start (included) to end (not)."""

    start: int
    end: int


def cut(page: Outline, anchors: Sequence[int]) -> list[Block]:
    """One part an anchor: the largest that holds no other, with the parts beside it that belong to none."""
    roots = [_root(page, anchors, at) for at in range(len(anchors))]
    return _stretch(page, _evened(page, anchors, roots))


def _root(page: Outline, anchors: Sequence[int], at: int) -> int:
    """The largest element around an anchor that holds no other, and is none. An element is climbed for one anchor
    alone, so that nesting costs no more."""
    root, end, parent = anchors[at], page.end, page.parent
    before = anchors[at - 1] if at else -1
    after = anchors[at + 1] if at + 1 < len(anchors) else len(end)
    while (up := parent[root]) > before and up > 0 and end[up] <= after:
        root = up
    return root


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


def _stretch(page: Outline, roots: Sequence[int]) -> list[Block]:
    """Parts whose posts go on in the next elements (a row for the head, a row for the body) are made longer."""
    limits = [*roots[1:], page.end[0]]  # an answer inside the post it answers ends what is read of that post
    spans = [
        Block(start=root, end=min(page.end[root], max(limit, root + 1)))
        for root, limit in zip(roots, limits, strict=True)
    ]
    gaps = [_between(page, a, b) for a, b in pairwise(roots)]
    inside = sum(min(CAP, plain_length(page, span)) for span in spans)
    outside = sum(min(CAP, page.letters[gap.end] - page.letters[gap.start]) for gap in gaps if gap)
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


def plain_length(page: Outline, block: Block) -> int:
    letters = page.letters[block.end] - page.letters[block.start]
    return letters - (page.linked[block.end] - page.linked[block.start])


def dated_share(blocks: Sequence[Block], dated: Sequence[int]) -> float:
    """The share of parts that hold a date."""
    return sum(bisect_left(dated, block.end) > bisect_left(dated, block.start) for block in blocks) / len(blocks)

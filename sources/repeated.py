"""The posts of one page while their parts are being found: which kinds of element stand in which post."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sources.cuts import Block
from sources.date_marks import DateMark
from sources.outline import Outline

Kinds = dict[str, dict[int, list[int]]]
"""Kind of element -> post number -> its elements there (of nested ones the outermost)."""


@dataclass(slots=True)
class Posts:
    """The posts of one page while their parts are being found."""

    page: Outline
    blocks: Sequence[Block]
    marks: Sequence[DateMark]
    title: str | None
    now: datetime
    zone: str
    kinds: Kinds

    def is_of(self, tag: str, kind: str) -> bool:
        """Whether elements of a kind have that tag."""
        return self.page.tag[next(iter(self.kinds[kind].values()))[0]] == tag

    def first(self, kind: str) -> dict[int, int]:
        """Post number -> its first element of a kind."""
        return {post: nodes[0] for post, nodes in self.kinds[kind].items()}


def kinds_of(page: Outline, blocks: Sequence[Block]) -> Kinds:
    kinds: Kinds = defaultdict(dict)
    text, ends, path = page.text, page.end, page.path
    for post, block in enumerate(blocks):
        end = block.end
        for n in range(block.start, end):
            if n not in text and ends[n] <= end:
                by_post = kinds[path[n]]
                same = by_post.get(post)
                if same is None:
                    by_post[post] = [n]
                elif n >= ends[same[-1]]:
                    same.append(n)
    return kinds


def apart(found: Collection[int], chosen: Collection[int]) -> bool:
    """Whether a kind stands where the chosen one is missing: one that stands beside it plays another part."""
    return sum(post in chosen for post in found) <= 0.5 * len(found)


def share(truths: Iterable[bool]) -> float:
    values = list(truths)
    return sum(values) / len(values) if values else 0.0

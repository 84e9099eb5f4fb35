"""When: which of a post's dates is that of its writing."""

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from listener.dates import read_thread
from sources.date_marks import DateMark
from sources.outline import naming
from sources.post_body import names_body_surely
from sources.repeated import Posts, apart, share

_NOT_POSTED = re.compile(
    r"join|regist|member since|dołącz|rejestr|zarejestr|dabei|mitglied|inscri|last (?:edit|visit|seen|active)|"
    r"edited|edytowa|zmienion|"
    r"bearbeitet|ostatni|geändert|modified|birth|updated|beigetreten|seit",
    re.IGNORECASE,
)
_names_other = naming(_NOT_POSTED)
_names_when = naming(re.compile(r"date|time|posted|publish|created|permalink|data(?:$|[\s_-])|czas", re.IGNORECASE))


def find_dates(posts: Posts) -> dict[int, DateMark]:
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
        if scores[kind] > 0.3 and apart(kinds[kind], chosen):
            for number, mark in kinds[kind].items():
                chosen.setdefault(number, mark)
    return chosen


def _date_score(posts: Posts, kind: str, found: dict[int, DateMark]) -> float:
    page, marks = posts.page, list(found.values())
    moments = [
        at for at in read_thread([mark.exact or mark.raw for mark in marks], now=posts.now, zone=posts.zone) if at
    ]
    score = len(found) / len(posts.blocks)
    score += 0.4 * share(bool(mark.exact) for mark in marks)
    score += 0.4 * share(":" in (mark.exact or mark.raw) for mark in marks)
    score += 0.5 * _runs(moments)
    score += 0.3 * share(_names_when(page.names[mark.n]) for mark in marks)
    score -= 0.8 * share(_in_body(posts, mark.n) for mark in marks)
    score -= 1.5 * share(_is_other_date(posts, mark) for mark in marks)
    if len(marks) > 2 and len({mark.exact or mark.raw for mark in marks}) == 1:
        score -= 0.5
    return score


def _in_body(posts: Posts, n: int) -> bool:
    """Whether a date stands in what is called the body of a post: then it is part of what was written."""
    page = posts.page
    for _ in range(6):
        if n < 0:
            return False
        if names_body_surely(page.names[n]):
            return page.length(n) > 120
        n = page.parent[n]
    return False


def _runs(moments: Sequence[datetime]) -> float:
    """How far a row of moments runs one way, 0 to 1."""
    steps = list(pairwise(moments))
    if not steps:
        return 0.5
    forward = sum(a <= b for a, b in steps) / len(steps)
    return max(forward, 1 - forward) * 2 - 1


def _is_other_date(posts: Posts, mark: DateMark) -> bool:
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
    names = f"{page.names[mark.n]} {page.names[up]}" if up >= 0 else page.names[mark.n]
    return bool(_NOT_POSTED.search(" ".join(near))) or _names_other(names)

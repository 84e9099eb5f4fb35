"""What stands on a board, and how much of it was found."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from urllib.parse import parse_qsl, urlsplit

from benchmarks.thread import dice, grams

LIKE = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """A post as it stands. text: without quotes. links: addresses under which the board itself has it; profiles:
    where the author's name leads."""

    author: str
    at: datetime
    text: str
    links: frozenset[str]
    profiles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A post as a program gives it; None and empty: it does not say."""

    author: str | None
    at: datetime | None
    text: str
    link: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Of wanted posts: how many were found at all, and with exactly the author, the time to the minute, the body and
    the permalink. doubles: posts given more than once. surplus: posts given that do not stand there (any more)."""

    wanted: int
    found: int
    author: int
    time: int
    body: int
    permalink: int
    doubles: int
    surplus: int

    def line(self) -> str:
        """Shares of what is wanted, and doubles."""
        told = [getattr(self, one.name) / max(1, self.wanted) for one in fields(self)[1:6]]
        return "".join(f"{share:>10.1%}" for share in told) + f"{self.doubles:>9}{self.surplus:>9}"


HEADER = f"{'':36}{'found':>10}{'author':>10}{'time':>10}{'body':>10}{'permalink':>10}{'doubles':>9}{'surplus':>9}"


def flat(text: str) -> str:
    """One line, for comparing: how a program breaks lines is its own affair."""
    return " ".join(text.split())


def address(url: str) -> str:
    """A link without host and session: path, parameters in order, and the post that it points at."""
    parts = urlsplit(url)
    pairs = sorted((name, value) for name, value in parse_qsl(parts.query.replace(";", "&")) if name not in _SESSION)
    query = "&".join(f"{name}={value}" for name, value in pairs)
    return f"{re.sub(r'^[./]*', '', parts.path)}?{query}#{parts.fragment}"


_SESSION = frozenset({"sid", "s", "PHPSESSID"})


def score(wanted: Sequence[Truth], given: Sequence[Found]) -> Score:
    """Each post that stands there is paired with the one given that is most like it."""
    mine = [_Marks.of(one) for one in given]
    free, pairs = set(range(len(given))), list[tuple[Truth, Found]]()
    for exact in (True, False):  # equal texts first, so that a look-alike takes no one's place
        for one in list(wanted):
            if any(one is paired for paired, _ in pairs):
                continue
            best = max(free, key=lambda n: _likeness(one, given[n], mine[n], exact=exact), default=None)
            if best is not None and _likeness(one, given[best], mine[best], exact=exact) > 0:
                free.discard(best)
                pairs.append((one, given[best]))
    return Score(
        wanted=len(wanted),
        found=len(pairs),
        author=sum(_same_author(one, other) for one, other in pairs),
        time=sum(_same_time(one, other) for one, other in pairs),
        body=sum(flat(one.text) == flat(other.text) for one, other in pairs),
        permalink=sum(_same_link(one, other) for one, other in pairs),
        doubles=(doubles := _doubles(given)),
        surplus=len(given) - doubles - len(pairs),
    )


def _doubles(given: Sequence[Found]) -> int:
    seen = Counter((address(one.link or ""), one.author, one.at, flat(one.text)) for one in given)
    return sum(seen.values()) - len(seen)


@dataclass(frozen=True, slots=True)
class _Marks:
    text: str
    grams: Counter[str]

    @staticmethod
    def of(found: Found) -> "_Marks":
        return _Marks(flat(found.text), grams(found.text))


def _likeness(one: Truth, other: Found, marks: _Marks, *, exact: bool) -> int:
    """0: another post. The fields decide between posts of the same words."""
    text = flat(one.text)
    same = marks.text == text
    # who keeps quotes in the text has the post at its end
    if not same and (exact or not (marks.text.endswith(text) or dice(marks.grams, grams(text)) >= LIKE)):
        return 0
    return 1 + 4 * _same_link(one, other) + 2 * _same_time(one, other) + _same_author(one, other)


def _same_author(one: Truth, other: Found) -> bool:
    return other.author == one.author or (other.author is not None and address(other.author) in one.profiles)


def _same_time(one: Truth, other: Found) -> bool:
    return other.at is not None and int(other.at.timestamp()) // 60 == int(one.at.timestamp()) // 60


def _same_link(one: Truth, other: Found) -> bool:
    return other.link is not None and address(other.link) in one.links

"""Posts a second for 1 to 10,000 queries with inflection, against testing every query on every post with `re`:
`python -m benchmarks.matching [--posts N] [--rate SHARE]`.

Names, queries and posts are made from a fixed seed. Each query asks for one of 10,000 made-up names beside everyday
words. rate: the share of posts that mention a name. The rival holds one compiled alternation of all inflected forms
per clause and tests clauses in order until one fails. Both run on the same posts, and ours must find every query that
the rival finds; the rival gets few posts, as it is slow. Times are processor seconds of this process; memory is what
its peak grew by while the matcher was made.
"""

import argparse
import gc
import random
import re
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from listener import matching
from listener.matching.inflection import dictionary, inflect
from listener.matching.matcher import QueryMatcher
from listener.model import Post, Query


def _listed(words: str) -> list[str]:
    return words.split()


_SYLLABLES = _listed(
    "ba be bo da de do fa fe ga ka ko la le li lo ma me mi mo na ne no pa pe po ra re ri ro sa se so ta te to va ve"
    " vi vo za ze zo tra kre plo sta gri bru"
)
_TAILS = _listed("nex dor lan bank kom pol med tex ra na ta ka lia dea max fin bud gaz net mont son vit")
_COMPLAINTS = _listed("reklamacja opóźnienie awaria zwrot oszustwo paczka faktura infolinia umowa")
_WORDS = _listed(
    "wczoraj dzisiaj znowu byłem byłam mam miałem jest było nie tak ale może ktoś wie czy jak długo trzeba czekać na"
    " odpowiedź od tygodnia dwóch miesięcy sklep kupiłem kupiłam telefon lodówka pralka buty kurtka zamówienie przyszło"
    " uszkodzone późno obsługa miła fatalna polecam odradzam cena wysoka niska promocja koniec sezonu kolejka kasa"
    " pani pan konsultant rozmowa przez telefon mail czat strona aplikacja działa wolno szybko bez problemu problem"
    " rozwiązany nigdy więcej zawsze dobrze źle bardzo trochę reklamację złożyłem paczkę odebrałem fakturę dostałem"
)


def names(count: int, rng: random.Random) -> list[str]:
    """Made-up company names, all different, none an everyday word."""
    found: dict[str, None] = {}
    while len(found) < count:
        name = "".join(rng.choices(_SYLLABLES, k=rng.choice((2, 2, 3)))).capitalize() + rng.choice(_TAILS)
        if len(name) > 5 and not dictionary.is_common(name):
            found[name] = None
    return list(found)


def expression(name: str, rng: random.Random) -> tuple[str, tuple[tuple[str, ...], ...]]:
    """A query, and its clauses as words of which one each must stand there."""
    one, other = rng.sample(_COMPLAINTS, 2)
    if rng.random() < 0.4:
        return name, ((name,),)
    if rng.random() < 0.5:
        return f"{name} AND {one}", ((name,), (one,))
    return f"{name} AND ({one} OR {other})", ((name,), (one, other))


def posts(count: int, known: Sequence[str], rate: float, rng: random.Random) -> list[Post]:
    """Posts of 20 to 90 words, of which this share mentions a name in one of its forms."""
    return [_post(number, _text(known, rate, rng)) for number in range(count)]


def _text(known: Sequence[str], rate: float, rng: random.Random) -> str:
    words = rng.choices(_WORDS, k=rng.randint(20, 90))
    if rng.random() < rate:
        form = rng.choice(inflect(rng.choice(known))).text
        words.insert(rng.randrange(len(words)), rng.choice((form, form.lower(), form.upper())))
    return " ".join(words).capitalize() + "."


def _post(number: int, text: str) -> Post:
    return Post(source="s", kind="k", native_id=str(number), url="", text=text, seen_at=datetime.now(UTC))


def rival(clauses: Sequence[tuple[tuple[str, ...], ...]]) -> Callable[[str], list[int]]:
    """Tests every query on a text with `re`, clause by clause."""
    compiled = [[_alternation(words) for words in query] for query in clauses]

    def match(text: str) -> list[int]:
        return [index for index, query in enumerate(compiled) if all(clause.search(text) for clause in query)]

    return match


def _alternation(words: Sequence[str]) -> re.Pattern[str]:
    forms = {form for word in words for form in _forms(word)}
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(forms, key=len, reverse=True)))})\b", re.IGNORECASE)


def _forms(word: str) -> Iterator[str]:
    yield word
    yield from dictionary.all_forms(word) if word.islower() else (form.text for form in inflect(word))


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the result. build: seconds; memory: bytes; times: seconds a post."""

    queries: int
    build: float
    memory: int
    ours: float
    theirs: float


def measure(count: int, all_posts: Sequence[Post], known: Sequence[str], rng: random.Random) -> Row:
    """Times for the first count names. AssertionError where the rival finds what we do not."""
    made = [expression(name, rng) for name in known[:count]]
    queries = [Query(brand="b", expression=text) for text, _ in made]
    gc.collect()
    before, start = _peak(), time.process_time()
    matcher = matching.compile(queries)
    build, memory = time.process_time() - start, _peak() - before
    sample = all_posts[: max(20, min(400, 200_000 // count))]
    test = rival([clauses for _, clauses in made])
    theirs, expected = _timed(lambda post: test(post.text), sample)
    _agree(matcher, queries, sample, expected)
    ours = min(_timed(matcher.match, all_posts)[0] for _ in range(3))
    return Row(count, build, memory, ours / len(all_posts), theirs / len(sample))


def _timed(run: Callable[[Post], object], sample: Sequence[Post]) -> tuple[float, list[object]]:
    start = time.process_time()
    found = [run(post) for post in sample]
    return time.process_time() - start, found


def _agree(matcher: QueryMatcher, queries: Sequence[Query], sample: Sequence[Post], expected: list[object]) -> None:
    places = {query.key: index for index, query in enumerate(queries)}
    for post, theirs in zip(sample, expected, strict=True):
        mine = {places[mention.query.key] for mention in matcher.match(post)}
        assert isinstance(theirs, list)
        assert mine >= set(theirs), (post.text, [queries[index].expression for index in set(theirs) - mine])


def _peak() -> int:
    """The most memory this process has held, bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=5_000)
    parser.add_argument("--rate", type=float, default=0.05)
    options = parser.parse_args()
    rng = random.Random(7)
    known = names(10_000, rng)
    sample = posts(options.posts, known, options.rate, rng)
    print("queries   build s   MB   posts/s   re posts/s   times faster")
    rows = [measure(count, sample, known, random.Random(count)) for count in (1, 100, 1_000, 10_000)]
    for row in rows:
        print(
            f"{row.queries:7} {row.build:9.2f} {row.memory / 1e6:4.0f} {1 / row.ours:9.0f} {1 / row.theirs:12.2f}"
            f" {row.theirs / row.ours:14.1f}"
        )
    print(f"from 1,000 to 10,000 queries a post takes {rows[3].ours / rows[2].ours:.2f} times as long")


if __name__ == "__main__":
    main()

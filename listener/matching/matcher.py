"""Many queries against one post, at about the price of one: a single automaton finds every form of every query,
and only queries whose anchor was found are evaluated."""

from collections import Counter
from collections.abc import Iterable, Sequence

from ahocorasick_rs import AhoCorasick

from listener.errors import QueryError
from listener.matching.evaluate import Evaluation
from listener.matching.fields import Detect, detect_language
from listener.matching.homonyms import Relevance
from listener.matching.leaf import Leaf
from listener.matching.parser import parse
from listener.matching.plan import Scope, anchors, terms
from listener.matching.rarity import commonness
from listener.matching.reading import Reading
from listener.matching.spellings import leaf
from listener.matching.syntax import Node, Term
from listener.model import Mention, Post, Query

LeafKey = tuple[object, ...]


def leaf_key(term: Term) -> LeafKey:
    """Equal for terms that look for the same, wherever they stand."""
    return (term.text, term.style, term.phrase, term.typos, term.diminutives, term.context)


class QueryMatcher:
    """Compiled queries (listener.protocols.Matcher). Immutable once made; safe to share between threads."""

    def __init__(self, queries: Sequence[Query], detect: Detect, relevance: Relevance) -> None:
        self.queries = tuple(queries)
        self._detect = detect
        self._relevance = relevance
        self._nodes = [_read(query) for query in self.queries]
        self._leaves = _leaves(self._nodes)
        self._patterns = sorted({pattern for each in self._leaves.values() for pattern in each.patterns})
        self._automaton = AhoCorasick(self._patterns)
        self._triggers, self._always = self._plan()

    def _plan(self) -> tuple[dict[Scope, dict[int, tuple[int, ...]]], tuple[int, ...]]:
        shared = Counter(leaf_key(term) for node in self._nodes for _, term in terms(node))
        numbers = {pattern: number for number, pattern in enumerate(self._patterns)}
        triggers: dict[Scope, dict[int, list[int]]] = {Scope.TEXT: {}, Scope.TITLE: {}}
        always = []
        for index, node in enumerate(self._nodes):
            chosen = anchors(node, lambda term: shared[leaf_key(term)] * commonness(term.text))
            if chosen is None:
                always.append(index)
            for scope, term in chosen or ():
                for pattern in self._leaves[leaf_key(term)].patterns:
                    triggers[scope].setdefault(numbers[pattern], []).append(index)
        frozen = {scope: {number: tuple(found) for number, found in each.items()} for scope, each in triggers.items()}
        return frozen, tuple(always)

    def match(self, post: Post) -> tuple[Mention, ...]:
        """A mention per query that matches, in the order of queries."""
        text = Reading(post.text)
        found = self._automaton.find_matches_as_indexes(text.line, overlapping=True)
        candidates = self._candidates(found, self._triggers[Scope.TEXT])
        title, found_title = None, []
        if self._triggers[Scope.TITLE] and post.thread_title:
            title = Reading(post.thread_title)
            found_title = self._automaton.find_matches_as_indexes(title.line, overlapping=True)
            candidates |= self._candidates(found_title, self._triggers[Scope.TITLE])
        if not candidates and not self._always:
            return ()
        if title is None and post.thread_title:
            title = Reading(post.thread_title)
            found_title = self._automaton.find_matches_as_indexes(title.line, overlapping=True)
        evaluation = Evaluation(
            post, text, self._hits(found), title, self._hits(found_title), self._leaf_of, self._detect, self._relevance
        )
        order = sorted(candidates.union(self._always))
        mentions = (evaluation.mention(self.queries[index], self._nodes[index]) for index in order)
        return tuple(mention for mention in mentions if mention is not None)

    def _leaf_of(self, term: Term) -> Leaf:
        return self._leaves[leaf_key(term)]

    @staticmethod
    def _candidates(found: Iterable[tuple[int, int, int]], triggers: dict[int, tuple[int, ...]]) -> set[int]:
        asked = [triggers[number] for number, _, _ in found if number in triggers]
        return set().union(*asked)

    def _hits(self, found: Iterable[tuple[int, int, int]]) -> dict[str, list[int]]:
        hits: dict[str, list[int]] = {}
        for number, start, _ in found:
            hits.setdefault(self._patterns[number], []).append(start)
        return hits


def _read(query: Query) -> Node:
    try:
        return parse(query.expression)
    except QueryError as error:
        place = f"query {query.expression[:80]!r} of {query.brand}, character {error.position + 1}"
        raise QueryError(error.message, position=error.position, where=place, mend=error.mend) from error


def _leaves(nodes: Iterable[Node]) -> dict[LeafKey, Leaf]:
    found: dict[LeafKey, Leaf] = {}
    for node in nodes:
        for _, term in terms(node):
            key = leaf_key(term)
            if key not in found:
                found[key] = leaf(term)
    return found


def compile(  # noqa: A001 - what it does
    queries: Sequence[Query], *, detect: Detect = detect_language, relevance: Relevance | None = None
) -> QueryMatcher:
    """A matcher for these queries. detect: text -> ISO 639-1 code or None, asked only where a query says lang:.
    relevance: what tells a name from its homonyms; the built-in cues where it is None. QueryError names the query
    and the character."""
    return QueryMatcher(queries, detect, relevance or Relevance())

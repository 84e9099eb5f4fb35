"""Whether a query holds in a post, and where."""

from collections.abc import Callable

from listener.matching import homonyms
from listener.matching.fields import Detect, holds
from listener.matching.homonyms import Relevance
from listener.matching.leaf import Hit, Hits, Leaf, longest
from listener.matching.plan import context_terms
from listener.matching.reading import Reading
from listener.matching.syntax import And, Field, Near, Node, Not, Or, Term, Title
from listener.model import Mention, Post, Query, Span


class Evaluation:
    """One post against any number of queries. What a term found is worked out once."""

    def __init__(
        self,
        post: Post,
        text: Reading,
        hits: Hits,
        title: Reading | None,
        title_hits: Hits,
        leaf_of: Callable[[Term], Leaf],
        detect: Detect,
        relevance: Relevance,
    ) -> None:
        self._post, self._text, self._hits = post, text, hits
        self._title, self._title_hits = title, title_hits
        self._leaf_of, self._detect, self._relevance = leaf_of, detect, relevance
        self._found: dict[tuple[bool, int], list[Hit]] = {}

    def mention(self, query: Query, node: Node) -> Mention | None:
        """The mention, with every place that let the query in, or None."""
        if not (self._may(node, self._hits) and self._true(node, title=False)):
            return None
        spans: dict[tuple[int, int], Span] = {}
        notes: list[str] = []
        self._gather(node, query.expression, spans, notes, title=False)
        ordered = tuple(spans[key] for key in sorted(spans))
        why = "; ".join(dict.fromkeys(notes)) or ordered[0].why
        return Mention(query=query, spans=ordered, why=why)

    def _may(self, node: Node, hits: Hits) -> bool:
        """Whether the patterns at hand leave it open that a query holds: cheaper than to look at each place."""
        match node:
            case Term():
                return not self._leaf_of(node).patterns.isdisjoint(hits)
            case And(parts=parts):
                return all(self._may(part, hits) for part in parts)
            case Or(parts=parts):
                return any(self._may(part, hits) for part in parts)
            case Near(left=left, right=right):
                return self._may(left, hits) and self._may(right, hits)
            case Title(part=part):
                return self._may(part, self._title_hits)
            case Not() | Field():
                return True

    def _hits_of(self, term: Term, *, title: bool) -> list[Hit]:
        leaf = self._leaf_of(term)
        key = (title, id(leaf))
        if key not in self._found:
            reading, hits = (self._title, self._title_hits) if title else (self._text, self._hits)
            self._found[key] = self._meant(term, leaf, reading, hits, title=title) if reading is not None else []
        return self._found[key]

    def _meant(self, term: Term, leaf: Leaf, reading: Reading, hits: Hits, *, title: bool) -> list[Hit]:
        """The hits of a term, less those of another word that is spelled like the name."""
        found = longest(list(leaf.find(reading, hits)))
        if found and term.context:
            return found if self._in_context(term, title=title) else []
        if not leaf.named:
            return found
        return [hit for hit in found if self._is_company(term, reading, hit)]

    def _in_context(self, term: Term, *, title: bool) -> bool:
        wanted = [word for word, required in context_terms(term) if required]
        barred = [word for word, required in context_terms(term) if not required]
        if any(self._hits_of(word, title=title) for word in barred):
            return False
        return not wanted or any(self._hits_of(word, title=title) for word in wanted)

    def _is_company(self, term: Term, reading: Reading, hit: Hit) -> bool:
        if not hit.spelling:
            return True
        how = homonyms.level_of(hit.spelling, reading.marked(hit.first, hit.last).strip())
        if how is homonyms.Level.NONE:
            return True
        cues = homonyms.cues(reading, hit, term.text, how)
        near = homonyms.near(reading, hit.first, hit.last) if self._relevance.words else ()
        return self._relevance.judge(term.text, cues, near).relevant

    def _true(self, node: Node, *, title: bool) -> bool:
        match node:
            case Term():
                return bool(self._hits_of(node, title=title))
            case And(parts=parts):
                return all(self._true(part, title=title) for part in parts)
            case Or(parts=parts):
                return any(self._true(part, title=title) for part in parts)
            case Not(part=part):
                return not self._true(part, title=title)
            case Near():
                return bool(self._places(node, title=title))
            case Title(part=part):
                return self._true(part, title=True)
            case Field():
                return holds(node, self._post, self._detect)

    def _places(self, node: Node, *, title: bool) -> list[tuple[Hit, ...]]:
        """Where an operand of NEAR stands: each place as the hits that make it."""
        match node:
            case Term():
                return [(hit,) for hit in self._hits_of(node, title=title)]
            case Or(parts=parts):
                return [place for part in parts for place in self._places(part, title=title)]
            case Near(left=left, right=right):
                return [
                    (*one, *other)
                    for one in self._places(left, title=title)
                    for other in self._places(right, title=title)
                    if self._is_near(node, one, other, title=title)
                ]
            case _:
                return []

    def _is_near(self, node: Near, one: tuple[Hit, ...], other: tuple[Hit, ...], *, title: bool) -> bool:
        reading = self._title if title else self._text
        assert reading is not None
        before = reading.words_before
        a, b = _extent(one), _extent(other)
        if a[1] <= b[0]:
            return before[b[0]] - before[a[1]] <= node.distance
        if b[1] <= a[0] and not node.ordered:
            return before[a[0]] - before[b[1]] <= node.distance
        return False

    def _gather(
        self, node: Node, expression: str, spans: dict[tuple[int, int], Span], notes: list[str], *, title: bool
    ) -> None:
        """Adds the spans of all positive parts that hold, and what cannot be shown in the text as notes."""
        match node:
            case Term():
                self._show(self._hits_of(node, title=title), node, expression, spans, notes, title=title)
            case Near():
                places = self._places(node, title=title)
                self._show([hit for place in places for hit in place], node, expression, spans, notes, title=title)
            case And(parts=parts) | Or(parts=parts):
                for part in parts:
                    if self._true(part, title=title):
                        self._gather(part, expression, spans, notes, title=title)
            case Title(part=part):
                self._gather(part, expression, spans, notes, title=True)
            case Field(start=start, end=end):
                notes.append(f"the post's {node.name} by {expression[start:end]}")
            case Not():
                pass

    def _show(
        self,
        hits: list[Hit],
        node: Term | Near,
        expression: str,
        spans: dict[tuple[int, int], Span],
        notes: list[str],
        *,
        title: bool,
    ) -> None:
        clause = expression[node.start : node.end]
        for hit in hits:
            why = f"{hit.why}; clause {clause}"
            if title:
                notes.append(f"in the title: {why}")
                continue
            start, end = self._text.place(hit.first, hit.last)
            spans.setdefault((start, end), Span(start=start, end=end, text=self._post.text[start:end], why=why))


def _extent(place: tuple[Hit, ...]) -> tuple[int, int]:
    return min(hit.first for hit in place), max(hit.last for hit in place)

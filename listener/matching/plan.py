"""Which clause lets a query in. Every match of a query must hit one of its anchors, so a query is looked at only
when an anchor stands in the post: the rarest clause of an AND, every branch of an OR."""

from collections.abc import Callable
from enum import StrEnum

from listener.matching.syntax import And, Field, Near, Node, Not, Or, Style, Term, Title


class Scope(StrEnum):
    """Where a term is looked for."""

    TEXT = "text"
    TITLE = "title"


Anchor = tuple[Scope, Term]
Cost = Callable[[Term], float]


def anchors(node: Node, cost: Cost, scope: Scope = Scope.TEXT) -> tuple[Anchor, ...] | None:
    """The cheapest set of terms of which every match has one; None where there is none (fields, NOT)."""
    match node:
        case Term():
            return ((scope, node),)
        case Title(part=part):
            return anchors(part, cost, Scope.TITLE)
        case Near(left=left, right=right):
            return _cheapest((left, right), cost, scope)
        case And(parts=parts):
            return _cheapest(parts, cost, scope)
        case Or(parts=parts):
            found = [anchors(part, cost, scope) for part in parts]
            return None if None in found else tuple(anchor for each in found if each for anchor in each)
        case Not() | Field():
            return None


def _cheapest(parts: tuple[Node, ...], cost: Cost, scope: Scope) -> tuple[Anchor, ...] | None:
    found = [each for each in (anchors(part, cost, scope) for part in parts) if each is not None]
    return min(found, key=lambda each: sum(cost(term) for _, term in each), default=None)


def context_terms(term: Term) -> tuple[tuple[Term, bool], ...]:
    """The words of a term's context list, each with whether it must stand there (True) or must not (-word)."""
    words = ((word.removeprefix("-"), not word.startswith("-")) for word in term.context)
    return tuple((_word(term, word), required) for word, required in words if word)


def _word(owner: Term, word: str) -> Term:
    style = Style.WILDCARD if "*" in word or "?" in word else Style.INFLECTED
    return Term(owner.start, owner.end, word.lower(), style)


def terms(node: Node, scope: Scope = Scope.TEXT) -> list[Anchor]:
    """Every term with its scope, those under NOT and in context lists too."""
    match node:
        case Term():
            return [(scope, node), *((scope, word) for word, _ in context_terms(node))]
        case Title(part=part):
            return terms(part, Scope.TITLE)
        case Near(left=left, right=right):
            return terms(left, scope) + terms(right, scope)
        case And(parts=parts) | Or(parts=parts):
            return [anchor for part in parts for anchor in terms(part, scope)]
        case Not(part=part):
            return terms(part, scope)
        case Field():
            return []

"""Queries that are well formed and still a mistake: nothing could match them, or nearly everything would."""

from listener.errors import QueryError
from listener.matching.syntax import And, Field, Near, Node, Not, Or, Style, Term, Title
from listener.text import fold

Key = tuple[object, ...]


def check(node: Node, expression: str) -> None:
    """QueryError where the query says only what must be absent, or contradicts itself."""
    loose = _loose(node)
    if loose is not None:
        shown = expression[loose.start : loose.end]
        raise _fail(f"{shown!r} says only what must be absent, so nearly every post would match", loose.start)
    _consistent(node, {}, expression)


def _fail(message: str, position: int) -> QueryError:
    return QueryError(
        message, position=position, where=f"query, character {position + 1}", mend="add a word that must stand there"
    )


def _loose(node: Node) -> Node | None:
    """The part that lets a post in without anything being there, if there is one."""
    match node:
        case Not():
            return node
        case Or(parts=parts):
            return next((loose for loose in map(_loose, parts) if loose is not None), None)
        case And(parts=parts):
            loose = [_loose(part) for part in parts]
            return None if None in loose else loose[0]
        case Title(part=part):
            return _loose(part)
        case Near() | Term() | Field():
            return None


def _key(node: Term | Field, *, title: bool) -> Key:
    if isinstance(node, Term):
        text = node.text if node.style is Style.EXACT else fold(node.text)
        return (title, node.style, text, node.typos, node.context)
    return (node.name, node.operator, fold(node.value))


def _consistent(node: Node, known: dict[Key, bool], expression: str, *, title: bool = False) -> None:
    """Refuses a node that is false under what its surroundings already say. known: literal -> whether it must hold."""
    match node:
        case And(parts=parts):
            inner = dict(known)
            for part in parts:
                _assume(part, inner, expression, title=title)
            for part in parts:
                if _value(part, inner, title=title) is False:
                    raise _contradiction(part, expression)
                _consistent(part, inner, expression, title=title)
        case Or(parts=parts):
            for part in parts:
                _consistent(part, known, expression, title=title)
        case Title(part=part):
            _consistent(part, known, expression, title=True)
        case Not() | Near() | Term() | Field():
            pass


def _contradiction(node: Node, expression: str) -> QueryError:
    shown = expression[node.start : node.end]
    return QueryError(
        f"{shown!r} contradicts the rest, so nothing could match",
        position=node.start,
        where=f"query, character {node.start + 1}",
        mend="remove one of the two",
    )


def _assume(part: Node, known: dict[Key, bool], expression: str, *, title: bool) -> None:
    """Notes what a part of an AND says for certain."""
    match part:
        case Term() | Field():
            wanted, literals = True, [part]
        case Not(part=Term() | Field() as literal):
            wanted, literals = False, [literal]
        case Not(part=Or(parts=parts)):
            wanted, literals = False, [one for one in parts if isinstance(one, Term | Field)]
        case _:
            return
    for literal in literals:
        key = _key(literal, title=title)
        if known.get(key, wanted) != wanted or (wanted and _clashes(literal, known)):
            raise _contradiction(part, expression)
        known[key] = wanted


def _clashes(literal: Term | Field, known: dict[Key, bool]) -> bool:
    """Whether another value of the same field is already required."""
    if not isinstance(literal, Field) or "*" in literal.value or "?" in literal.value:
        return False
    others = [key for key, wanted in known.items() if wanted and key[0] == literal.name]
    if literal.name != "rating":
        return literal.name != "site" and any(key[2] != fold(literal.value) for key in others)
    return any(not _meet(literal.operator, float(literal.value), str(key[1]), float(str(key[2]))) for key in others)


def _meet(a: str, x: float, b: str, y: float) -> bool:
    """Whether some rating is both (a x) and (b y)."""
    low = [(value, sign == ">") for sign, value in ((a, x), (b, y)) if sign in (">", ">=", "=")]
    high = [(value, sign == "<") for sign, value in ((a, x), (b, y)) if sign in ("<", "<=", "=")]
    if not low or not high:
        return True
    (least, open_low), (most, open_high) = max(low), min(high, key=lambda one: (one[0], not one[1]))
    return least < most or (least == most and not open_low and not open_high)


def _value(node: Node, known: dict[Key, bool], *, title: bool) -> bool | None:
    """What a node comes to under what is known; None where that leaves it open."""
    match node:
        case Term() | Field():
            return known.get(_key(node, title=title))
        case Not(part=part):
            value = _value(part, known, title=title)
            return None if value is None else not value
        case And(parts=parts):
            values = [_value(part, known, title=title) for part in parts]
            return False if False in values else None if None in values else True
        case Or(parts=parts):
            values = [_value(part, known, title=title) for part in parts]
            return True if True in values else None if None in values else False
        case Near(left=left, right=right):
            return False if False in (_value(left, known, title=title), _value(right, known, title=title)) else None
        case Title(part=part):
            return _value(part, known, title=True)

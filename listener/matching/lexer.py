"""Cuts an expression into tokens with their places."""

import re
from dataclasses import dataclass
from enum import StrEnum

from listener.errors import QueryError
from listener.matching import limits

FIELDS = ("author", "site", "title", "lang", "rating", "source", "dim")


class Kind(StrEnum):
    """What a token is."""

    OPEN = "("
    CLOSE = ")"
    AND = "AND"
    OR = "OR"
    NOT = "NOT"
    NEAR = "NEAR"
    FIELD = "field"
    WORD = "word"
    PHRASE = "phrase"
    CONTEXT = "context"
    TILDE = "~"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """text: the word, the phrase without quotes, the field's name, the words of a context list; exact: an = stood
    before it; ordered, number: of NEAR/n and ~n."""

    kind: Kind
    start: int
    end: int
    text: str = ""
    exact: bool = False
    ordered: bool = False
    number: int = 0


_OPERATORS = {
    "and": Kind.AND,
    "i": Kind.AND,
    "or": Kind.OR,
    "lub": Kind.OR,
    "not": Kind.NOT,
    "bez": Kind.NOT,
    "nie": Kind.NOT,
}
_QUOTES = {'"': '"', "„": '”“"', "“": '”"', "”": '”"', "«": "»", "»": "«"}
_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"[^\s()\"„“”«»\[\]~]+")
_NEAR = re.compile(r"(o?near)(?:/(\d*))?", re.IGNORECASE)
_FIELD = re.compile(r"([A-Za-z]+):(?!//)")
_BROKEN = re.compile(r"[\ud800-\udfff\x00]")
_TILDE = re.compile(r"~(\d?)")
_CONTEXT = re.compile(r"\[([^\[\]]*)\]")
_RATING = re.compile(r"(?:<=|>=|<|>|=)?\s*[^\s()\"]+")


def _fail(message: str, position: int, mend: str = "") -> QueryError:
    return QueryError(message, position=position, where=f"query, character {position + 1}", mend=mend)


def tokens(expression: str) -> list[Token]:
    """All tokens of an expression, END last. QueryError where something opens and does not close, and so on."""
    if len(expression) > limits.MAX_LENGTH:
        raise _fail(
            f"the query has {len(expression)} characters, at most {limits.MAX_LENGTH} are read",
            limits.MAX_LENGTH,
            "split it into several queries",
        )
    broken = _BROKEN.search(expression)
    if broken:
        raise _fail("half a character stands here", broken.start(), "type it again")
    found: list[Token] = []
    at = 0
    while True:
        space = _SPACE.match(expression, at)
        at = space.end() if space else at
        if at >= len(expression):
            found.append(Token(Kind.END, at, at))
            return found
        found.append(_token(expression, at, found))
        at = found[-1].end


def _token(expression: str, at: int, before: list[Token]) -> Token:
    char = expression[at]
    if char in "()":
        return Token(Kind(char), at, at + 1)
    if char == "~":
        tilde = _TILDE.match(expression, at)
        assert tilde is not None
        return Token(Kind.TILDE, at, tilde.end(), number=int(tilde[1] or 1))
    if char == "[":
        return _context(expression, at)
    if before and before[-1].kind is Kind.FIELD and before[-1].end == at and before[-1].text == "rating":
        return _rating(expression, at)
    if char == "=":
        return _exact(expression, at)
    if char in _QUOTES:
        return _phrase(expression, at, at)
    return _bare(expression, at)


def _context(expression: str, at: int) -> Token:
    found = _CONTEXT.match(expression, at)
    if found is None:
        raise _fail("the context list opened here is not closed", at, "expected ]")
    return Token(Kind.CONTEXT, at, found.end(), text=found[1])


def _rating(expression: str, at: int) -> Token:
    found = _RATING.match(expression, at)
    if found is None:
        raise _fail("rating: needs a number", at, "expected for example rating:<=2")
    return Token(Kind.WORD, at, found.end(), text=found[0])


def _exact(expression: str, at: int) -> Token:
    after = at + 1
    if after < len(expression) and expression[after] in _QUOTES:
        return _phrase(expression, at, after, exact=True)
    word = _WORD.match(expression, after)
    if word is None:
        raise _fail("= stands before nothing", at, 'expected a word or a "phrase" right after =')
    return Token(Kind.WORD, at, word.end(), text=word[0], exact=True)


def _phrase(expression: str, start: int, quote: int, *, exact: bool = False) -> Token:
    closing = _QUOTES[expression[quote]]
    ends = [found for found in (expression.find(mark, quote + 1) for mark in closing) if found >= 0]
    if not ends:
        raise _fail("the quotation mark opened here is not closed", quote, f"expected {closing[0]}")
    end = min(ends)
    return Token(Kind.PHRASE, start, end + 1, text=expression[quote + 1 : end], exact=exact)


def _bare(expression: str, at: int) -> Token:
    field = _FIELD.match(expression, at)
    if field:
        return _field(field, at)
    if expression[at] == "-" and at + 1 < len(expression) and not expression[at + 1].isspace():
        return Token(Kind.NOT, at, at + 1)
    word = _WORD.match(expression, at)
    if word is None:
        raise _fail(f"{expression[at]!r} closes what was never opened", at, "expected a word, a phrase or (")
    comma = re.search(r"[,;]", word[0])
    if comma:
        raise _fail(f"did not expect {comma[0]!r} here", at + comma.start(), "expected AND, OR, or quotes around it")
    near = _NEAR.fullmatch(word[0])
    if near and (near[2] is not None or word[0].isupper()):
        return _near(near, at)
    kind = _OPERATORS.get(word[0].lower(), Kind.WORD)
    return Token(kind, at, word.end(), text=word[0])


def _field(found: re.Match[str], at: int) -> Token:
    name = found[1].lower()
    if name not in FIELDS:
        known = ", ".join(f"{field}:" for field in FIELDS)
        raise _fail(f"there is no field {found[1]}:", at, f"expected {known}, or quotes around a word with a colon")
    return Token(Kind.FIELD, at, found.end(), text=name)


def _near(found: re.Match[str], at: int) -> Token:
    end = at + len(found[0])
    if not found[2]:
        raise _fail(f"{found[1]} needs a distance", end, f"expected {found[1].upper()}/n, for example NEAR/5")
    distance = int(found[2])
    if not 0 <= distance <= limits.MAX_DISTANCE:
        raise _fail(
            f"NEAR/{distance} is out of range", at + len(found[1]) + 1, f"expected 0 to {limits.MAX_DISTANCE} words"
        )
    return Token(Kind.NEAR, at, end, text=found[0], ordered=found[1].lower() == "onear", number=distance)

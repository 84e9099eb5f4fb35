"""The query language: reads an expression into nodes (docs/query-language.md has the grammar).

A recursive descent, one method a rule of the grammar; depth is counted, so no input can exhaust the stack.
"""

import re
from dataclasses import replace

from listener.errors import QueryError
from listener.matching import limits
from listener.matching.check import check
from listener.matching.lexer import Kind, Token, tokens
from listener.matching.syntax import And, Field, Near, Node, Not, Or, Style, Term, Title
from listener.text import fold

_OPERAND = 'a word, a "phrase", a field: or ('
_RATING = re.compile(r"(<=|>=|<|>|=)?\s*(\d+(?:[.,]\d+)?)")
_LETTERS = re.compile(r"[^\W_]")
_LITERAL = re.compile(r"[^\W_]+")


def parse(expression: str) -> Node:
    """The tree of an expression. QueryError says at which character what was expected, and refuses what could never
    match or would match nearly everything."""
    node = _Parser(expression).whole()
    check(node, expression)
    return node


def _fail(message: str, position: int, mend: str = "") -> QueryError:
    return QueryError(message, position=position, where=f"query, character {position + 1}", mend=mend)


def _said(token: Token, expression: str) -> str:
    return "the end of the query" if token.kind is Kind.END else repr(expression[token.start : token.end])


class _Parser:
    def __init__(self, expression: str) -> None:
        self._expression = expression
        self._tokens = tokens(expression)
        self._at = 0
        self._depth = 0
        self._terms = 0

    def _peek(self) -> Token:
        return self._tokens[self._at]

    def _take(self) -> Token:
        token = self._peek()
        self._at += 1
        return token

    def whole(self) -> Node:
        if self._peek().kind is Kind.END:
            raise _fail("the query is empty", 0, f"expected {_OPERAND}")
        node = self._or()
        if self._peek().kind is not Kind.END:
            raise self._unexpected("expected AND, OR or the end of the query")
        return node

    def _unexpected(self, mend: str) -> QueryError:
        return _fail(f"did not expect {_said(self._peek(), self._expression)} here", self._peek().start, mend)

    def _or(self) -> Node:
        parts = [self._and()]
        while self._peek().kind is Kind.OR:
            self._take()
            parts.append(self._and())
        return parts[0] if len(parts) == 1 else Or(parts[0].start, parts[-1].end, tuple(parts))

    def _and(self) -> Node:
        parts = [self._not()]
        while self._peek().kind not in (Kind.END, Kind.CLOSE, Kind.OR):
            if self._peek().kind is Kind.AND:
                self._take()
            parts.append(self._not())
        return parts[0] if len(parts) == 1 else And(parts[0].start, parts[-1].end, tuple(parts))

    def _not(self) -> Node:
        if self._peek().kind is not Kind.NOT:
            return self._near()
        token = self._take()
        self._deeper(token)
        part = self._not()
        self._depth -= 1
        return Not(token.start, part.end, part)

    def _near(self) -> Node:
        left = self._primary()
        while self._peek().kind is Kind.NEAR:
            sign = self._take()
            _check_near(left)
            right = self._primary()
            _check_near(right)
            left = Near(left.start, right.end, left, right, sign.number, sign.ordered)
        return left

    def _primary(self) -> Node:
        if self._peek().kind is Kind.OPEN:
            return self._group()
        if self._peek().kind is Kind.FIELD:
            return self._field()
        if self._peek().kind in (Kind.WORD, Kind.PHRASE):
            return self._term()
        raise self._unexpected(f"expected {_OPERAND}")

    def _deeper(self, token: Token) -> None:
        self._depth += 1
        if self._depth > limits.MAX_DEPTH:
            raise _fail(
                f"the query nests deeper than {limits.MAX_DEPTH} levels", token.start, "split it into several queries"
            )

    def _count(self, token: Token) -> None:
        self._terms += 1
        if self._terms > limits.MAX_TERMS:
            raise _fail(
                f"the query has more than {limits.MAX_TERMS} terms", token.start, "split it into several queries"
            )

    def _group(self) -> Node:
        opening = self._take()
        self._deeper(opening)
        if self._peek().kind is Kind.CLOSE:
            raise _fail("these parentheses are empty", opening.start, f"expected {_OPERAND}")
        node = self._or()
        if self._peek().kind is not Kind.CLOSE:
            raise _fail("the parenthesis opened here is not closed", opening.start, "expected )")
        closing = self._take()
        self._depth -= 1
        return replace(node, start=opening.start, end=closing.end)

    def _field(self) -> Node:
        token = self._take()
        after = self._peek()
        if after.start != token.end or after.kind in (Kind.END, Kind.CLOSE):
            raise _fail(f"{token.text}: has no value", token.end, "expected the value right after the colon")
        if token.text == "title":
            part = self._primary()
            _check_title(part)
            return Title(token.start, part.end, part)
        if token.text == "dim":
            return self._diminutive(token)
        self._count(token)
        value = self._peek()
        if value.kind is Kind.PHRASE or value.kind in (Kind.WORD, Kind.AND, Kind.OR, Kind.NOT):
            self._take()
            return _condition(token, value)
        raise self._unexpected(f'expected a word or a "phrase" after {token.text}:')

    def _diminutive(self, field: Token) -> Node:
        part = self._primary()
        if not isinstance(part, Term) or part.style is not Style.INFLECTED:
            raise _fail("dim: asks for the diminutives of one name", part.start, "expected a plain word, as dim:Żabka")
        return replace(part, start=field.start, diminutives=True)

    def _term(self) -> Term:
        token = self._take()
        self._count(token)
        term = _term(token)
        if self._peek().kind is Kind.TILDE and self._peek().start == term.end:
            term = _with_typos(term, self._take())
        if self._peek().kind is Kind.CONTEXT and self._peek().start == term.end:
            term = _with_context(term, self._take())
        if self._peek().kind in (Kind.TILDE, Kind.CONTEXT):
            raise self._unexpected("expected it right after a word, once, ~ before [")
        return term


def _check_near(node: Node) -> None:
    inner = node.parts if isinstance(node, Or) else (node,)
    for part in inner:
        if isinstance(part, Or):
            _check_near(part)
        elif not isinstance(part, Term | Near):
            raise _fail("NEAR cannot measure from this", part.start, "expected a word, a phrase, or an OR of them")


def _check_title(node: Node) -> None:
    match node:
        case Field() | Title():
            raise _fail("a field cannot stand inside title:", node.start, "expected words or phrases")
        case Or(parts=parts) | And(parts=parts):
            for part in parts:
                _check_title(part)
        case Not(part=part):
            _check_title(part)


def _condition(token: Token, value: Token) -> Field:
    text = value.text.strip()
    if not text:
        raise _fail(f"{token.text}: has an empty value", value.start, "expected the value right after the colon")
    if token.text != "rating":
        return Field(token.start, value.end, token.text, "=", text)
    number = _RATING.fullmatch(text)
    if number is None:
        raise _fail(f"{text!r} is no rating", value.start, "expected a number with <, <=, =, >= or >, as rating:<=2")
    return Field(token.start, value.end, "rating", number[1] or "=", number[2].replace(",", "."))


def _term(token: Token) -> Term:
    text = " ".join(token.text.split())
    if token.kind is Kind.PHRASE and len(text.split()) > limits.MAX_WORDS:
        raise _fail(f"the phrase has more than {limits.MAX_WORDS} words", token.start, "shorten it, or use NEAR")
    longest = max(text.split(), key=len, default="")
    if len(longest) > limits.MAX_WORD:
        raise _fail(f"a word has more than {limits.MAX_WORD} characters", token.start, "shorten it, end it with *")
    if not _LETTERS.search(fold(text)):
        raise _fail(f"{text!r} holds no letter or digit to look for", token.start, "expected a word")
    if token.exact:
        return Term(token.start, token.end, text, Style.EXACT, phrase=token.kind is Kind.PHRASE)
    if text[0] in "#@" and token.kind is Kind.WORD:
        style = Style.HASHTAG if text[0] == "#" else Style.HANDLE
        return Term(token.start, token.end, text[1:], style)
    if "*" in text or "?" in text:
        _check_wildcards(text, token.start)
        return Term(token.start, token.end, text, Style.WILDCARD, phrase=token.kind is Kind.PHRASE)
    return Term(token.start, token.end, text, phrase=token.kind is Kind.PHRASE)


def _check_wildcards(text: str, position: int) -> None:
    for word in text.split():
        if "*" not in word and "?" not in word:
            continue
        if word.count("*") > limits.MAX_STARS:
            raise _fail(f"{word!r} has more than {limits.MAX_STARS} *", position, "expected fewer wildcards")
        letters = max((len(run) for run in _LITERAL.findall(word)), default=0)
        edge = not (word[0] in "*?" and word[-1] in "*?")
        needed = limits.MIN_LITERAL - edge
        if letters < needed:
            raise _fail(
                f"{word!r} would match nearly every text", position, f"expected at least {needed} letters in a row"
            )


def _with_typos(term: Term, tilde: Token) -> Term:
    if term.phrase or term.style is not Style.INFLECTED or not term.text.isalnum():
        raise _fail("~ allows typos in one plain word only", tilde.start, "expected ~ right after letters and digits")
    letters = len(_LETTERS.findall(term.text))
    if not 1 <= tilde.number <= 2:
        raise _fail(f"~{tilde.number} is out of range", tilde.start, "expected ~ (one typo) or ~2")
    needed = 5 if tilde.number == 1 else 8
    if letters < needed:
        raise _fail(
            f"{term.text!r} is too short for {tilde.number} typo(s)", tilde.start, f"expected {needed} letters or more"
        )
    return replace(term, end=tilde.end, typos=tilde.number)


def _with_context(term: Term, token: Token) -> Term:
    words = tuple(word for word in re.split(r"[\s,;]+", token.text) if word)
    if not words:
        raise _fail("the context list is empty", token.start, "expected words, as Play[telefon internet]")
    if len(words) > limits.MAX_TERMS:
        raise _fail(f"the context list has more than {limits.MAX_TERMS} words", token.start, "shorten it")
    for word in words:
        if not _LETTERS.search(fold(word)):
            raise _fail(f"{word!r} holds no letter or digit to look for", token.start, "expected words")
        _check_wildcards(word.removeprefix("-"), token.start)
    return replace(term, end=token.end, context=words)

"""What a parsed query is made of. Every node keeps where it stood in the expression (start, end exclusive, in code
points), so that an editor can colour it and an error can point at it."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Style(StrEnum):
    """How a word or phrase is to be found."""

    INFLECTED = "inflected"
    EXACT = "exact"
    WILDCARD = "wildcard"
    HASHTAG = "hashtag"
    HANDLE = "handle"


@dataclass(frozen=True, slots=True)
class Term:
    """A word, phrase, hashtag, handle or domain. text: as written, without signs of its style. typos: how many
    letters may be wrong. context: words of which one must stand in the post for the term to count; diminutives:
    whether diminutives of the name count too."""

    start: int
    end: int
    text: str
    style: Style = Style.INFLECTED
    phrase: bool = False
    typos: int = 0
    context: tuple[str, ...] = ()
    diminutives: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """A condition on what is known of the post. operator: one of = < <= > >= (only = but for rating)."""

    start: int
    end: int
    name: str
    operator: str
    value: str


@dataclass(frozen=True, slots=True)
class Title:
    """part must hold in the title of the thread instead of in the text."""

    start: int
    end: int
    part: "Node"


@dataclass(frozen=True, slots=True)
class Near:
    """left and right with at most distance words between them; ordered: left first."""

    start: int
    end: int
    left: "Node"
    right: "Node"
    distance: int
    ordered: bool


@dataclass(frozen=True, slots=True)
class Not:
    start: int
    end: int
    part: "Node"


@dataclass(frozen=True, slots=True)
class And:
    start: int
    end: int
    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    start: int
    end: int
    parts: tuple["Node", ...]


Node = Term | Field | Title | Near | Not | And | Or


def children(node: Node) -> tuple[Node, ...]:
    """The nodes right below this one."""
    match node:
        case And(parts=parts) | Or(parts=parts):
            return parts
        case Not(part=part) | Title(part=part):
            return (part,)
        case Near(left=left, right=right):
            return (left, right)
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    """This node and all below it, parents first."""
    yield node
    for child in children(node):
        yield from walk(child)

"""What a pass still has to read: a queue that is worked depth first, and the requests that wait for a later pass."""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from listener.marks import Marks
from listener.protocols import Request
from listener.putoff import base_of, key_of, mark_name, may_wait, put_off, written


@dataclass(slots=True, eq=False)
class Node:
    """A request in hand. waiting: itself and its follow-ups that are not done. spoiled: one of them failed. root:
    what the source itself asked for first. past: marks that do not hold yet for a request that was put off, as they
    were (None: not there)."""

    request: Request
    parent: "Node | None"
    root: bool
    waiting: int = 1
    spoiled: bool = False
    marks: dict[str, str | None] = field(default_factory=dict)
    past: Mapping[str, str | None] = field(default_factory=dict)

    @property
    def top(self) -> "Node":
        """The request of this pass that led here."""
        node = self
        while node.parent is not None:
            node = node.parent
        return node


class Frontier:
    """One pass's. first: what the source asks for itself; kind: of the source, whose put-off requests these are."""

    def __init__(self, marks: Marks, clock: Callable[[], datetime], kind: str, first: Sequence[Request]) -> None:
        self._marks = marks
        self._clock = clock
        self._kind = kind
        self._queue: deque[Node] = deque()
        self._seen: set[tuple[str, str]] = set()
        self._base = base_of(first)
        self._old = put_off(marks.cursor, kind, self._base)
        self._later = {key_of(request): name for name, request, _ in self._old}
        self.roots = len(first)
        self.put_off = 0
        for request in first:
            self.push(request, None, root=True)

    def __bool__(self) -> bool:
        return bool(self._queue)

    @property
    def waiting(self) -> int:
        """How many requests earlier passes put off."""
        return len(self._old)

    def pop(self) -> Node:
        """What is next."""
        return self._queue.popleft()

    def push(
        self,
        request: Request,
        parent: Node | None,
        *,
        root: bool = False,
        first: bool = False,
        past: Mapping[str, str | None] = MappingProxyType({}),
    ) -> None:
        """A request more, unless it was asked for in this pass before."""
        key = key_of(request)
        if key in self._seen and request.method == "GET":
            return
        self._seen.add(key)
        if parent:
            parent.waiting += 1
        node = Node(request=request, parent=parent, root=root, past=past)
        if name := self._later.get(key):
            node.marks[name] = None
        # depth first: a thread is finished before the next begins, so that its marks are saved soon
        if parent or first:
            self._queue.appendleft(node)
        else:
            self._queue.append(node)

    def start_over(self) -> None:
        """What was asked for in this pass may be asked for again."""
        self._seen.clear()

    def call_up(self) -> None:
        """Puts what was put off to the head of the queue, the oldest first; what is new waits behind it."""
        waiting = {key_of(node.request): node for node in self._queue}
        for _, request, past in reversed(self._old):
            if node := waiting.get(key_of(request)):
                self._queue.remove(node)
                self._queue.appendleft(node)
            else:
                self.push(request, None, past=past, first=True)

    def may_wait(self, node: Node) -> bool:
        """Whether its request can be kept for a later pass."""
        return may_wait(node.request, self._base)

    def later_marks(self, node: Node) -> dict[str, str | None]:
        """A mark that keeps the request for a later pass; nothing where it is kept already."""
        self.put_off += 1
        if key_of(node.request) in self._later or not self.may_wait(node):
            return {}
        order = f"{self._clock().isoformat()} {self.put_off:06d}"
        said = written(node.request, self._kind, order, self._past(node.top), self._base)
        return {mark_name(node.request): said}

    def _past(self, top: Node) -> dict[str, str | None]:
        """What the cursor says now of the marks that a first page is about to set."""
        set_there = [name for name, value in top.marks.items() if value is not None] if top.root else []
        theirs = [name for name in set_there if not self._marks.is_ours(name)]
        return {**top.past, **{name: self._marks.cursor.get(name) for name in theirs}}

"""A place of the demo that is read through an interface: its stand-in, played by the script, and a page for eyes on
the same port that shows what stands there, what was answered through the interface included.
"""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, Response
from starlette.middleware.base import RequestResponseEndpoint

from listener.demo import rendering
from listener.demo.rendering import answer, mount_static
from listener.demo.world import World

Event = tuple[float, Callable[[datetime], object]]
"""When something happens (seconds from the start), and what, told its moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the page shows of one thing that was said. anchor: its place on the page; stars: out of 5; badge: a word
    beside the name; below: what was answered."""

    anchor: str
    author: str
    at: datetime
    text: str
    official: bool = False
    heading: str = ""
    badge: str = ""
    stars: int = 0
    below: tuple["Said", ...] = ()


class Place(ABC):
    """events: the script. What it has reached is put into the stand-in before anybody is answered, so that a place is
    touched by its own server's thread alone."""

    stands_for: ClassVar[str]

    def __init__(self, world: World, clock: Callable[[], datetime], events: Iterable[Event]) -> None:
        self.world, self.clock = world, clock
        self._ahead = sorted(events, key=lambda event: event[0], reverse=True)

    @property
    @abstractmethod
    def headline(self) -> tuple[str, str]:
        """Title and tagline of the page."""

    @abstractmethod
    def interface(self) -> FastAPI:
        """The stand-in."""

    @abstractmethod
    def said(self) -> Sequence[Said]:
        """All that stands there, newest first."""

    @abstractmethod
    def paths(self) -> Mapping[str, Callable[[Request], str]]:
        """Where the real place has its pages, and the anchor that each leads to here."""

    @abstractmethod
    def options(self, root: str, folder: Path) -> dict[str, Any]:
        """What the source must be told that only this run knows. root: where the interface listens; folder: for files
        that the source keeps."""

    def play(self) -> None:
        """Puts into the stand-in what the script has reached."""
        reached = self.world.offset(self.clock())
        while self._ahead and self._ahead[-1][0] <= reached:
            at, happens = self._ahead.pop()
            happens(self.world.moment(at))


def make_place(place: Place) -> FastAPI:
    """The interface, and the page at "/"."""
    app, env = place.interface(), rendering.environment()
    mount_static(app)

    @app.middleware("http")
    async def play(request: Request, onward: RequestResponseEndpoint) -> Response:
        place.play()
        return await onward(request)

    @app.get("/")
    async def page(request: Request) -> Response:
        title, tagline = place.headline
        shown = {"title": title, "tagline": tagline, "stands_for": place.stands_for, "said": place.said()}
        return answer(request, env.get_template("place.html").render(**shown))

    for path, anchor in place.paths().items():
        app.add_api_route(path, _leading(anchor), methods=["GET"])
    return app


def _leading(anchor: Callable[[Request], str]) -> Callable[[Request], Awaitable[Response]]:
    async def lead(request: Request) -> Response:
        return RedirectResponse(f"/#{anchor(request)}", 303)

    return lead

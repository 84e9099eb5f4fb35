"""The demo's page on a social network as its interface shows it: what people say there goes into the stand-in for the
Graph API, the stand-in sends it to the inbox by webhook, and what is answered through it appears on the page.
"""

import logging
import threading
from collections.abc import Callable
from datetime import datetime
from types import TracebackType
from typing import Self

import httpx

from listener.demo.standins.graph import GraphStandIn
from listener.demo.standins.graph_world import Thing
from listener.demo.world import ShownComment, ShownPost, World

PAGE = "100200300"
TOKEN = "EAAdemo-opens-nothing-but-the-stand-in"  # noqa: S105
APP_ID, APP_SECRET = "1001", "demo-app-secret"
_TICK = 0.5
_ANSWERS_FROM = 1001
"""Numbers of what was answered through the interface: behind all that the script says."""

log = logging.getLogger("listener.demo")


def make_stand_in(world: World, clock: Callable[[], datetime]) -> GraphStandIn:
    """The stand-in with the demo's page."""
    graph = GraphStandIn(clock, app_id=APP_ID, app_secret=APP_SECRET)
    graph.add_page(PAGE, world.content.page.title, TOKEN)
    graph.subscribed.add(PAGE)
    return graph


class SocialPage:
    """Plays the script into the stand-in while it is entered. hook: where its webhooks go."""

    def __init__(self, world: World, clock: Callable[[], datetime], graph: GraphStandIn, hook: str) -> None:
        self._world, self._clock, self._graph, self._hook = world, clock, graph, hook
        self._things: dict[tuple[int, int], Thing] = {}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._play, name="demo-social", daemon=True)
        self.sync()
        graph.changes.clear()  # what was there before the demo began is nothing that just happened

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._thread.join()

    def _play(self) -> None:
        with httpx.Client(timeout=5.0, trust_env=False) as client:
            while not self._stopping.wait(_TICK):
                self.sync()
                self._graph.batch()
                for delivery in self._graph.due():
                    self._graph.answered(delivery, self._send(client, delivery.body))

    def _send(self, client: httpx.Client, body: bytes) -> int:
        """The status of the answer; 0 where there is none, as before the inbox is up."""
        try:
            return client.post(self._hook, content=body, headers=self._graph.signed(body)).status_code
        except httpx.HTTPError as error:
            log.debug("the inbox does not take webhooks yet: %s", error)
            return 0

    def sync(self) -> None:
        """Puts into the stand-in what the script has reached."""
        with self._graph.lock:
            for post in reversed(self._world.visible(self._clock()).page):
                under = self._things.get((post.number, 0))
                if under is None:
                    under = self._graph.add_post(PAGE, post.text, at=post.at)
                    self._things[post.number, 0] = under
                for comment in post.comments:
                    if (post.number, comment.number) not in self._things:
                        self._things[post.number, comment.number] = self._add(under, comment)

    def _add(self, under: Thing, comment: ShownComment) -> Thing:
        """People of the demo have no number: their names are known by themselves."""
        author = None if comment.official else (str(70_000 + sum(map(ord, comment.author))), comment.author)
        return self._graph.comment(under, comment.text, author, at=comment.at)

    def posts(self) -> tuple[ShownPost, ...]:
        """The page as people see it: the script, and what was answered through the interface; newest first."""
        with self._graph.lock:
            return tuple(self._with_answers(post) for post in self._world.visible(self._clock()).page)

    def _with_answers(self, post: ShownPost) -> ShownPost:
        under, played = self._things.get((post.number, 0)), {id(thing) for thing in self._things.values()}
        answers = [one for one in under.comments if id(one) not in played and not one.hidden] if under else []
        said = [
            ShownComment(
                number=number, at=one.created, author=self._world.content.page.title, text=one.message, official=True
            )
            for number, one in enumerate(answers, _ANSWERS_FROM)
        ]
        comments = sorted((*post.comments, *said), key=lambda comment: comment.at)
        return ShownPost(number=post.number, at=post.at, text=post.text, comments=tuple(comments))

    def anchor(self, native_id: str, comment: str = "") -> str:
        """Where a post or comment of the interface stands on the page; its top where it is not known."""
        with self._graph.lock:
            wanted = next((one for key, one in self._things.items() if self._is(one, native_id, comment)), None)
            place = next((key for key, one in self._things.items() if one is wanted), None)
        if place is None:
            return "/"
        return f"/#wpis-{place[0]}-{place[1]}" if place[1] else f"/#wpis-{place[0]}"

    @staticmethod
    def _is(thing: Thing, native_id: str, comment: str) -> bool:
        return thing.id.endswith(f"_{comment}") if comment else thing.id == native_id

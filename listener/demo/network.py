"""A small network of short posts, over the stand-in for Mastodon: what is said under a tag, and answers to it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from fastapi import FastAPI, Request

from listener.demo.place import Event, Place, Said
from listener.demo.places import NetworkPost
from listener.demo.standins.mastodon import MastodonStandIn, Status
from listener.demo.world import World

TOKEN = "demo-network-token"  # noqa: S105 - opens nothing but the stand-in


class Network(Place):
    """One server with one tag."""

    stands_for: ClassVar[str] = "Mastodon"

    def __init__(self, world: World, clock: Callable[[], datetime]) -> None:
        super().__init__(world, clock, self._events(world.content.network.post))
        self.mastodon = MastodonStandIn(clock, token=TOKEN, account=world.content.network.account)
        self._named: dict[str, int] = {}

    def _events(self, posts: Sequence[NetworkPost]) -> Iterator[Event]:
        for post in posts:
            yield post.at, partial(self._write, post)

    def _write(self, post: NetworkPost, at: datetime) -> None:
        number = self.mastodon.write(post.text, post.author, self._named.get(post.to), at=at)
        if post.id:
            self._named[post.id] = number

    @property
    def headline(self) -> tuple[str, str]:
        """The tag's."""
        network = self.world.content.network
        return f"#{network.tag} - {network.title}", network.tagline

    def interface(self) -> FastAPI:
        """Timelines, posts, answers."""
        return self.mastodon.app()

    def said(self) -> Sequence[Said]:
        """Posts that begin something, newest first, with all that was answered below."""
        below: dict[int, list[Status]] = {}
        for one in self.mastodon.statuses.values():
            below.setdefault(self._root(one), []).append(one)
        return [self._thread(posts) for _, posts in sorted(below.items(), reverse=True)]

    def _root(self, one: Status) -> int:
        return one.id if one.parent is None else self._root(self.mastodon.statuses[one.parent])

    def _thread(self, posts: Sequence[Status]) -> Said:
        first, *rest = posts
        return self._shown(first, tuple(self._shown(one) for one in rest))

    def _shown(self, one: Status, below: tuple[Said, ...] = ()) -> Said:
        ours = one.author == self.mastodon.account
        return Said(
            anchor=f"p{one.id}", author=f"@{one.author}", at=one.at, text=one.text, official=ours, below=below
        )  # fmt: skip

    def paths(self) -> Mapping[str, Callable[[Request], str]]:
        """The tag's page and those of posts."""
        return {
            "/tags/{tag}": lambda request: "",
            "/@{name}": lambda request: "",
            "/@{name}/{number}": _anchor,
            "/web/statuses/{number}": _anchor,
        }

    def options(self, root: str, folder: Path) -> dict[str, Any]:
        """Nothing: its address says all. From now on its posts name this address too."""
        self.mastodon.site = root
        return {}


def _anchor(request: Request) -> str:
    return f"p{request.path_params['number']}"

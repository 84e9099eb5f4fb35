"""What a command reads that stores nothing, how far, and how its posts are shown."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from listener import registry
from listener.log import escape
from listener.model import Post
from listener.protocols import Source
from listener.text import excerpt

if TYPE_CHECKING:
    from listener.passes import Fetch

MOST_PAGES = 10
FEW_PAGES = 5
_SHOWN = 5
config_option = click.option(
    "--config",
    "config",
    type=click.Path(path_type=Path),
    default=Path("listener.toml"),
    show_default=True,
    metavar="FILE",
    help="The configuration (TOML).",
)


def _as_guest(http: "Fetch", kind: str | None) -> "Fetch":
    return http


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What to read. kind "auto": found out from the page of url. make: the Source of a kind and URL. enter: the client
    as a member of a place of that kind (None: not known yet)."""

    url: str
    make: Callable[[str, str], Source]
    kind: str = registry.AUTO
    pages: int = MOST_PAGES
    allow_private: bool = False
    enter: "Callable[[Fetch, str | None], Fetch]" = _as_guest


def show(posts: Sequence[Post]) -> None:
    """The last posts, newest first; those without a date in the order of the page."""
    if not posts:
        click.echo("  no posts were found there")
    for post in sorted(posts, key=_newest_first)[:_SHOWN]:
        when = f"{post.published_at:%Y-%m-%d %H:%M}" if post.published_at else "no date"
        click.echo(escape(f"  {when}  {post.author or 'unknown'}: {excerpt(post.text, 100)}"))


def _newest_first(post: Post) -> float:
    return -post.published_at.timestamp() if post.published_at else 0.0

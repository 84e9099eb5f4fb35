"""What people in the demo world say: the hand-written files of config/demo as frozen values.

Times are seconds from the start of the demo, negative for what was there before.
"""

import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal, Self, TypeVar

from pydantic import BaseModel, Field, ValidationError, model_validator

from listener.demo.places import App, Market, Network
from listener.demo.prose import Item, Offset, Prose
from listener.errors import ConfigError
from listener.shipped import config_folder


class Person(Item):
    """Somebody with an account on the forum. password: None for those who cannot log in."""

    name: str
    role: Literal["member", "moderator", "company"] = "member"
    password: str | None = None
    signature: str | None = None


class Edit(Item):
    """The text of a post from this time on."""

    at: Offset
    text: Prose


class ForumPost(Item):
    """about: ids of the brands it speaks of, empty where no query may match. note: why it was written."""

    at: Offset
    author: str
    text: Prose
    about: tuple[str, ...] = ()
    note: str = ""
    edits: tuple[Edit, ...] = ()

    def text_at(self, offset: float) -> tuple[str, int]:
        """The text as it stands at this offset, and how often it was edited by then."""
        done = [edit for edit in self.edits if edit.at <= offset]
        return (done[-1].text if done else self.text), len(done)


class Thread(Item):
    """A thread begins with its first post."""

    title: str
    category: str
    post: tuple[ForumPost, ...] = Field(min_length=1)


class Forum(Item):
    """forum.toml"""

    title: str
    description: str
    categories: tuple[str, ...]
    thread: tuple[Thread, ...]


class Company(Item):
    """Somebody who is reviewed. id: of the brand."""

    id: str
    name: str
    trade: str
    city: str


class Review(Item):
    """rating: 1 (worst) to 5."""

    at: Offset
    author: str
    company: str
    rating: int = Field(ge=1, le=5)
    title: str
    text: Prose
    note: str = ""


class ReviewSite(Item):
    """reviews.toml"""

    title: str
    company: tuple[Company, ...]
    review: tuple[Review, ...]


class PageComment(Item):
    """official: written by the company itself."""

    at: Offset
    author: str
    text: Prose
    official: bool = False
    note: str = ""


class PagePost(Item):
    """What the company says on its page, and what people answer."""

    at: Offset
    text: Prose
    comment: tuple[PageComment, ...] = ()


class SocialPage(Item):
    """page.toml"""

    title: str
    tagline: str
    network: str
    post: tuple[PagePost, ...]


class _People(Item):
    person: tuple[Person, ...]


class Content(Item):
    """Everything that is ever said in the demo world."""

    people: tuple[Person, ...]
    forum: Forum
    reviews: ReviewSite
    page: SocialPage
    app: App
    market: Market
    network: Network

    @model_validator(mode="after")
    def _names_exist(self) -> Self:
        people, companies = {p.name for p in self.people}, {c.id for c in self.reviews.company}
        for thread in self.forum.thread:
            if thread.category not in self.forum.categories:
                raise ValueError(f'thread "{thread.title}": "{thread.category}" is no category of the forum')
            for author in (post.author for post in thread.post if post.author not in people):
                raise ValueError(f'thread "{thread.title}": "{author}" is not in people.toml')
        for review in (review for review in self.reviews.review if review.company not in companies):
            raise ValueError(f'review "{review.title}": "{review.company}" is no company of the site')
        return self


ModelT = TypeVar("ModelT", bound=BaseModel)


def load(folder: Path | None = None) -> Content:
    """Content of the files of a folder. ConfigError names file, place and mend.

    folder: config/demo of the installation unless given.
    """
    folder = folder or config_folder("demo")
    people = _read(folder / "people.toml", _People).person
    forum, page = _read(folder / "forum.toml", Forum), _read(folder / "page.toml", SocialPage)
    reviews, app = _read(folder / "reviews.toml", ReviewSite), _read(folder / "app.toml", App)
    market, network = _read(folder / "market.toml", Market), _read(folder / "network.toml", Network)
    try:
        return Content(people=people, forum=forum, reviews=reviews, page=page, app=app, market=market, network=network)
    except ValidationError as error:
        raise ConfigError(_first(error), where=str(folder), mend="the files must agree with each other") from None


def _read(path: Path, model: type[ModelT]) -> ModelT:
    try:
        table: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        return model.model_validate(table)
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}", where=str(path)) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"is not TOML in UTF-8: {error}", where=str(path)) from None
    except ValidationError as error:
        raise ConfigError(_first(error), where=str(path)) from None


def _first(error: ValidationError) -> str:
    """The first thing wrong, with its place in the file. A key misspelt is both missing and unknown: unknown says
    where to look."""
    found = min(error.errors(include_url=False), key=lambda one: one["type"] != "extra_forbidden")
    place = ".".join(str(step + 1) if isinstance(step, int) else step for step in found["loc"])
    return f"{place}: {found['msg']}" if place else found["msg"]


def length(content: Content) -> timedelta:
    """From the start until the last thing happens."""
    posts = [post.at for thread in content.forum.thread for post in thread.post]
    edits = [edit.at for thread in content.forum.thread for post in thread.post for edit in post.edits]
    comments = [comment.at for post in content.page.post for comment in post.comment]
    reviews = [review.at for review in content.reviews.review]
    elsewhere = [*content.app.times(), *content.market.times(), *content.network.times()]
    return timedelta(seconds=max([*posts, *edits, *comments, *reviews, *elsewhere, 0.0]))

"""What people say at the demo's places that have an interface: an app shop, a market, a network of posts."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from listener.demo.prose import Item, Offset, Prose, read_offset


def _life(value: object) -> timedelta:
    seconds = read_offset(value)
    if seconds <= 0:
        raise ValueError('must be a length of time such as "14d"')
    return timedelta(seconds=seconds)


Life = Annotated[timedelta, BeforeValidator(_life)]
Stars = Annotated[int, Field(ge=1, le=5)]


class Answer(Item):
    """What the company said."""

    at: Offset
    text: Prose


class AppEdit(Item):
    """A review as it stands from this time on."""

    at: Offset
    stars: Stars
    text: Prose


class AppReview(Item):
    """stars: 1 (worst) to 5."""

    at: Offset
    author: str
    stars: Stars
    text: Prose
    answer: Answer | None = None
    edits: tuple[AppEdit, ...] = ()
    note: str = ""


class App(Item):
    """app.toml. shop: where the app is to be had; package: the app's name there."""

    title: str
    tagline: str
    shop: str
    package: str
    review: tuple[AppReview, ...]

    def times(self) -> Iterator[float]:
        """When something happens."""
        for review in self.review:
            yield from (review.at, *(edit.at for edit in review.edits), *((review.answer.at,) if review.answer else ()))


class Rating(Item):
    """What a buyer says of a sale. offer: what was sold."""

    at: Offset
    buyer: str
    offer: str
    recommended: bool
    text: Prose
    note: str = ""


class Message(Item):
    """by: who of the two."""

    at: Offset
    by: Literal["buyer", "seller"]
    text: Prose


class Case(Item):
    """A complaint, or with complaint = false a discussion. decide_in: how long after it was opened the law's clock
    runs; None where none does."""

    at: Offset
    number: str
    buyer: str
    text: Prose
    complaint: bool = True
    decide_in: Life | None = None
    message: tuple[Message, ...] = ()
    note: str = ""


class Market(Item):
    """market.toml"""

    title: str
    tagline: str
    seller: str
    rating: tuple[Rating, ...]
    case: tuple[Case, ...]

    def times(self) -> Iterator[float]:
        """When something happens."""
        yield from (rating.at for rating in self.rating)
        yield from (case.at for case in self.case)
        yield from (message.at for case in self.case for message in case.message)


class NetworkPost(Item):
    """id: what answers to it name in `to`. about: ids of the brands it speaks of."""

    at: Offset
    id: str = ""
    to: str = ""
    author: str
    text: Prose
    about: tuple[str, ...] = ()
    note: str = ""


class Network(Item):
    """network.toml. tag: what is listened to; account: the company's own."""

    title: str
    tagline: str
    tag: str
    account: str
    post: tuple[NetworkPost, ...]

    def times(self) -> Iterator[float]:
        """When something happens."""
        yield from (post.at for post in self.post)

    @model_validator(mode="after")
    def _answers_have_a_post(self) -> Self:
        begun = {post.id: post.at for post in self.post if post.id}
        for post in self.post:
            if post.to and begun.get(post.to, post.at) >= post.at:
                raise ValueError(f'no post "{post.to}" stands there before the answer of {post.author}')
        return self

"""The company's app in an app shop, over the stand-in for Google Play: reviews of the last week are read through the
interface, edited ones included, and answered in 350 characters.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from fastapi import FastAPI, Request

from listener.demo.place import Event, Place, Said
from listener.demo.places import AppReview
from listener.demo.standins.google import GoogleStandIn, Review
from listener.demo.world import World


class AppShop(Place):
    """A key for the service account is made for every run: it opens nothing but this stand-in."""

    stands_for: ClassVar[str] = "Google Play"

    def __init__(self, world: World, clock: Callable[[], datetime]) -> None:
        super().__init__(world, clock, self._events(world.content.app.review))
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        public = self._key.public_key().public_bytes(serialization.Encoding.PEM, form).decode()
        self.google = GoogleStandIn(clock, account_key=public, package=world.content.app.package)

    def _events(self, reviews: Sequence[AppReview]) -> Iterator[Event]:
        for number, one in enumerate(reviews, 1):
            yield one.at, partial(self._write, str(number), one.author, one.text, one.stars)
            if one.answer is not None:
                yield one.answer.at, partial(self._answer, str(number), one.answer.text)
            for edit in one.edits:
                yield edit.at, partial(self._write, str(number), one.author, edit.text, edit.stars)

    def _write(self, number: str, author: str, text: str, stars: int, at: datetime) -> None:
        self.google.write(self.google.app_reviews, number, text, stars, author, at)

    def _answer(self, number: str, text: str, at: datetime) -> None:
        review = self.google.app_reviews[number]
        review.answer, review.answered = text, at

    @property
    def headline(self) -> tuple[str, str]:
        """The app's."""
        app = self.world.content.app
        return f"{app.title} - {app.shop}", app.tagline

    def interface(self) -> FastAPI:
        """Android Publisher, and Google's tokens."""
        return self.google.app()

    def said(self) -> Sequence[Said]:
        """Reviews, last changed first."""
        newest = sorted(self.google.app_reviews.values(), key=lambda one: one.changed, reverse=True)
        return [_shown(one) for one in newest]

    def paths(self) -> Mapping[str, Callable[[Request], str]]:
        """The app's page."""
        return {"/store/apps/details": lambda request: f"o{request.query_params.get('reviewId', '')}"}

    def options(self, root: str, folder: Path) -> dict[str, Any]:
        """The interface, and the service account as Google gives it."""
        private = self._key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        account = {
            "type": "service_account", "client_email": "listener@demo.example",
            "private_key": private.decode(), "token_uri": f"{root}/token",
        }  # fmt: skip
        return {"api": root, "service_account": json.dumps(account)}


def _shown(one: Review) -> Said:
    badge = "zmieniona" if one.changed > one.created else ""
    return Said(
        anchor=f"o{one.id}", author=one.author, at=one.changed, text=one.text, stars=one.stars, badge=badge,
        below=_answers(one),
    )  # fmt: skip


def _answers(one: Review) -> tuple[Said, ...]:
    if one.answer is None or one.answered is None:
        return ()
    said = Said(anchor=f"o{one.id}-a", author="Okna Wintermann", at=one.answered, text=one.answer, official=True)
    return (said,)

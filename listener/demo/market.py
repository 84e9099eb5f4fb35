"""What the company sells on a market, over the stand-in for Allegro: ratings of sales, and cases that must be decided
by a day.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from fastapi import FastAPI, Request

from listener.demo.place import Event, Place, Said
from listener.demo.places import Case
from listener.demo.places import Market as Script
from listener.demo.places import Rating as Rated
from listener.demo.rendering import long_date
from listener.demo.standins.allegro import AllegroStandIn, Issue, Rating
from listener.demo.world import World

CLIENT = ("demo", "demo-market-secret")
"""What config/demo.toml logs in with; opens nothing but the stand-in."""
_ROLES = {"buyer": "BUYER", "seller": "SELLER"}


class Market(Place):
    """One seller's account."""

    stands_for: ClassVar[str] = "Allegro"

    def __init__(self, world: World, clock: Callable[[], datetime]) -> None:
        super().__init__(world, clock, self._events(world.content.market))
        self.allegro = AllegroStandIn(clock, client=CLIENT)

    def _events(self, script: Script) -> Iterator[Event]:
        for number, rating in enumerate(script.rating, 1):
            yield rating.at, partial(self._rate, str(number), rating)
        for case in script.case:
            yield case.at, partial(self._open, case)
            for message in case.message:
                yield message.at, partial(self._say, case.number, _ROLES[message.by], message.text)

    def _rate(self, number: str, one: Rated, at: datetime) -> None:
        rating = self.allegro.rate(number, one.text, recommended=one.recommended, buyer=one.buyer, at=at)
        rating.offer = one.offer

    def _open(self, case: Case, at: datetime) -> None:
        issue = self.allegro.open(case.number, case.text, buyer=case.buyer, at=at)
        issue.decide_by = at + case.decide_in if case.decide_in else None
        if not case.complaint:
            issue.claim, issue.status = False, "DISPUTE_ONGOING"

    def _say(self, number: str, role: str, text: str, at: datetime) -> None:
        self.allegro.say(self.allegro.issues[number], role, text, at)

    @property
    def headline(self) -> tuple[str, str]:
        """The seller's."""
        market = self.world.content.market
        return f"{market.seller} - {market.title}", market.tagline

    def interface(self) -> FastAPI:
        """Ratings, issues, tokens."""
        return self.allegro.app()

    def said(self) -> Sequence[Said]:
        """Cases and ratings together."""
        ratings = [self._rating(one) for one in self.allegro.ratings.values()]
        cases = [self._case(one) for one in self.allegro.issues.values()]
        return sorted((*ratings, *cases), key=lambda one: one.at, reverse=True)

    def _rating(self, one: Rating) -> Said:
        badge = "poleca" if one.recommended else "nie poleca"
        return Said(
            anchor=f"ocena-{one.id}", author=one.buyer, at=one.created, text=one.comment, badge=badge,
            heading=one.offer, below=self._answer(one),
        )  # fmt: skip

    def _answer(self, one: Rating) -> tuple[Said, ...]:
        if one.answer is None or one.answered is None:
            return ()
        return (self._ours(f"ocena-{one.id}-a", one.answered, one.answer),)

    def _ours(self, anchor: str, at: datetime, text: str) -> Said:
        return Said(anchor=anchor, author=self.world.content.market.seller, at=at, text=text, official=True)

    def _case(self, one: Issue) -> Said:
        kind = "Reklamacja" if one.claim else "Dyskusja"
        until = f", decyzja do {long_date(one.decide_by)}" if one.decide_by else ""
        first, *rest = one.chat
        below = tuple(
            self._ours(said.id, said.at, said.text)
            if said.role == "SELLER"
            else Said(anchor=said.id, author=one.buyer, at=said.at, text=said.text)
            for said in rest
        )
        return Said(
            anchor=f"sprawa-{one.id}", author=one.buyer, at=one.opened, text=first.text, below=below,
            heading=f"{kind} {one.id}/{one.opened.year}{until}", badge="otwarta" if one.active else "zamknięta",
        )  # fmt: skip

    def paths(self) -> Mapping[str, Callable[[Request], str]]:
        """The seller's pages."""
        return {
            "/uzytkownik/{name}/oceny": lambda request: "",
            "/moje-allegro/sprzedaz/oceny/{number}": lambda request: f"ocena-{request.path_params['number']}",
            "/moje-allegro/sprzedaz/dyskusje-i-reklamacje/{number}": _case_anchor,
        }

    def options(self, root: str, folder: Path) -> dict[str, Any]:
        """The interface, and a file with the seller's consent."""
        store = folder / "market-token.json"
        store.write_text(json.dumps({"refresh_token": self.allegro.refresh_token}))
        return {"api": root, "token_url": f"{root}/auth/oauth/token", "token_store": str(store)}


def _case_anchor(request: Request) -> str:
    return f"sprawa-{request.path_params['number']}"

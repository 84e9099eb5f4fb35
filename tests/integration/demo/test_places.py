"""The demo's places with interfaces: read by the real kinds, answered by the real publishers, and the answer stands."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from listener import app, serve
from listener.app import now_utc
from listener.demo.app_shop import AppShop
from listener.demo.content import Content
from listener.demo.market import Market
from listener.demo.network import Network
from listener.demo.place import Place, Said, make_place
from listener.demo.run import demo_settings, make_places
from listener.demo.servers import LocalServers
from listener.demo.world import World
from listener.model import Reply, ReplyState, StoredPost, TicketState, TicketView
from tests.integration.demo.conftest import START, Clock

TEXT = "Dzień dobry, tu Zespół Okien Wintermann. Prosimy o wiadomość: pomoc@okna-wintermann.example."
SOURCES = {"aplikacja": "app", "allegro": "market", "mastodon": "network"}


@pytest.fixture
def places(everything: Content) -> dict[str, Place]:
    """Ten minutes in: all has been said."""
    return make_places(World(everything, now_utc() - timedelta(minutes=10)))


@pytest.fixture
def house(places: dict[str, Place], tmp_path: Path) -> Iterator[app.Listener]:
    """The demo's house with these places for its only sources."""
    with LocalServers({name: make_place(place) for name, place in places.items()}) as servers:
        urls = {name: servers.url(name) for name in places}
        urls |= dict.fromkeys(("forum", "reviews", "page", "slack", "graph"), "http://x/")
        settings = demo_settings(tmp_path, 8080, urls, places)
        only = tuple(source for source in settings.sources if source.name in SOURCES)
        house = app.make_listener(replace(settings, sources=only, slack=None), responders=[])
        yield house
        house.close()


def looked(house: app.Listener) -> dict[str, list[TicketView]]:
    """Open tickets by the source of their first post, after a pass."""
    assert asyncio.run(serve.once(house)) == 0
    found: dict[str, list[TicketView]] = {}
    for row in house.desk.inbox(state=TicketState.OPEN):
        view = house.desk.ticket(row.ticket.id)
        found.setdefault(view.posts[0].post.source, []).append(view)
    return found


def approve(house: app.Listener, view: TicketView, post: StoredPost, text: str) -> None:
    house.desk.reply(
        view.ticket.id, post_id=post.id, text=text, approved_by="ala", version=view.ticket.version, now=house.clock()
    )


def newest_reply(house: app.Listener, view: TicketView) -> Reply:
    return max(house.desk.ticket(view.ticket.id).replies, key=lambda reply: reply.id)


def everywhere(said: Said) -> list[str]:
    return [said.text, *(text for below in said.below for text in everywhere(below))]


def standing(place: Place) -> int:
    """How often our answer stands there."""
    return sum(TEXT in text for said in place.said() for text in everywhere(said))


def test_what_is_said_there_becomes_tickets_and_an_approved_reply_stands_there_once(
    house: app.Listener, places: dict[str, Place]
) -> None:
    tickets = looked(house)
    assert tickets.keys() == SOURCES.keys()
    answered = {source: views[0] for source, views in tickets.items()}
    for view in answered.values():
        approve(house, view, view.latest, TEXT)
    looked(house)
    again = looked(house)
    for source, view in answered.items():
        reply = newest_reply(house, view)
        assert (source, reply.state, reply.error) == (source, ReplyState.PUBLISHED, None)
        assert reply.url is not None
        shown = httpx.get(reply.url, follow_redirects=True)
        assert (source, shown.status_code, shown.text.count(TEXT)) == (source, 200, 1)
        assert standing(places[SOURCES[source]]) == 1
    before = {view.ticket.id for views in tickets.values() for view in views}
    assert {view.ticket.id for views in again.values() for view in views} <= before, "our own answers open no ticket"


def test_a_case_has_its_deadline_and_too_long_an_answer_to_the_app_is_not_sent(
    house: app.Listener, places: dict[str, Place]
) -> None:
    tickets = looked(house)
    titles = [view.posts[0].post.thread_title or "" for view in tickets["allegro"]]
    assert any("Reklamacja K4412" in title and "decyzja do" in title for title in titles)
    due = [post.post.answer_due for view in tickets["allegro"] for post in view.posts if post.post.answer_due]
    assert due
    for view in tickets["aplikacja"]:
        offered = house.desk.ticket(view.ticket.id).suggestions
        assert offered
        assert max(len(draft.text) for draft in offered) <= 350
    view = tickets["aplikacja"][0]
    assert "too_long" in {
        broken.rule for broken in house.desk.check(view.ticket.id, f"{TEXT} {'Sprawdzamy to. ' * 20}")
    }
    approve(house, view, view.latest, f"{TEXT} {'Sprawdzamy to. ' * 20}")
    looked(house)
    reply = newest_reply(house, view)
    assert reply.state is ReplyState.FAILED
    assert "350" in (reply.error or "")
    assert standing(places["app"]) == 0


def test_the_script_is_played_as_time_goes_by(everything: Content) -> None:
    clock = Clock()
    places: list[Place] = [kind(World(everything, START), clock) for kind in (AppShop, Market, Network)]
    ends = {
        AppShop: everything.app.review[-1].text, Market: everything.market.rating[-1].text,
        Network: everything.network.post[-1].text,
    }  # fmt: skip
    with LocalServers({place.stands_for: make_place(place) for place in places}) as servers:
        for place in places:
            clock.at(0)
            early = httpx.get(servers.url(place.stands_for)).text
            clock.at(600)
            late = httpx.get(servers.url(place.stands_for)).text
            assert ends[type(place)][:20] not in early
            assert ends[type(place)][:20] in late
            assert place.stands_for in late
            assert all(said.at <= clock() for said in place.said())


def test_an_edited_review_is_the_same_one_and_an_answer_of_the_script_stands_under_its_review(
    everything: Content,
) -> None:
    clock = Clock()
    shop = AppShop(World(everything, START), clock)
    clock.at(600)
    shop.play()
    edited = [said for said in shop.said() if said.badge]
    assert [(said.author, said.stars) for said in edited] == [("Łucja M.", 4)]
    answered = [said.author for said in shop.said() if said.below]
    assert answered == ["Hubert_77"]
    assert len(shop.said()) == len(everything.app.review)


def test_answers_on_the_network_stand_under_what_they_answer(everything: Content) -> None:
    clock = Clock()
    network = Network(World(everything, START), clock)
    clock.at(600)
    network.play()
    below = {said.author: [one.author for one in said.below] for said in network.said() if said.below}
    assert below == {"@pixelowa": ["@fotel_i_koc"], "@wykuszowa": ["@termos"]}

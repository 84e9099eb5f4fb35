"""The demo's page through its interface: told of by webhook, polled, answered, and the answer stands on the page."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from listener import app, serve
from listener.app import now_utc
from listener.demo import content
from listener.demo.page import make_page
from listener.demo.run import demo_settings, make_places
from listener.demo.servers import LocalServers
from listener.demo.social import PAGE, SocialPage, make_stand_in
from listener.demo.standins.graph import GraphStandIn, make_graph
from listener.demo.world import World
from listener.model import ReplyState, TicketState

TEXT = "Dzień dobry, tu Zespół Okien Wintermann. Prosimy o numer umowy: pomoc@okna-wintermann.example."

OTHERS = ("forum", "reviews", "slack", "app", "market", "network")


@pytest.fixture
def world() -> World:
    """Ten minutes in: all has been said."""
    return World(content.load(), now_utc() - timedelta(minutes=10))


@pytest.fixture
def graph(world: World) -> GraphStandIn:
    return make_stand_in(world, now_utc)


@pytest.fixture
def social(world: World, graph: GraphStandIn) -> SocialPage:
    return SocialPage(world, now_utc, graph, "http://127.0.0.1:9/hooks/strona")


@pytest.fixture
def house(social: SocialPage, graph: GraphStandIn, world: World, tmp_path: Path) -> Iterator[app.Listener]:
    """The demo's house with the page for its only source."""
    apps = {"page": make_page(world, now_utc, social.posts, social.anchor), "graph": make_graph(graph)}
    with LocalServers(apps) as servers:
        urls = {name: servers.url(name) for name in apps} | dict.fromkeys(OTHERS, "http://x/")
        graph.site = urls["page"].rstrip("/")
        settings = demo_settings(tmp_path, 8080, urls, make_places(world))
        only = tuple(source for source in settings.sources if source.name == "strona")
        house = app.make_listener(replace(settings, sources=only, slack=None), responders=[])
        yield house
        house.close()


def test_an_answer_goes_through_the_interface_and_stands_on_the_page(house: app.Listener, social: SocialPage) -> None:
    assert asyncio.run(serve.once(house)) == 0
    row = house.desk.inbox(state=TicketState.OPEN)[0]
    view = house.desk.ticket(row.ticket.id)
    now, version = house.clock(), view.ticket.version
    house.desk.reply(row.ticket.id, post_id=view.latest.id, text=TEXT, approved_by="ala", version=version, now=now)
    assert asyncio.run(serve.once(house)) == 0
    reply = house.desk.ticket(row.ticket.id).replies[0]
    assert (reply.state, reply.error) == (ReplyState.PUBLISHED, None)
    said = [comment.text for post in social.posts() for comment in post.comments if comment.official]
    assert TEXT in said
    assert reply.url is not None
    shown = httpx.get(reply.url, follow_redirects=True)
    assert (shown.status_code, TEXT in shown.text) == (200, True)


def test_what_happens_is_sent_and_what_was_there_before_is_not(world: World, graph: GraphStandIn) -> None:
    early = replace(world, started_at=now_utc())
    social = SocialPage(early, now_utc, graph, "http://127.0.0.1:9/hooks/strona")
    assert not graph.changes
    assert social.anchor("nobody") == "/"
    post = graph.posts[PAGE][0]
    assert social.anchor(post.id).startswith("/#wpis-")
    assert len(social.posts()) == len(graph.posts[PAGE])

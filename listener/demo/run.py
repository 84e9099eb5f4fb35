"""The demo itself: its sites and its Slack on loopback, a database that is thrown away, and the whole service, the
same as `listener run` starts, listening to them.
"""

import asyncio
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import urlsplit, urlunsplit

from listener.app import make_listener, now_utc
from listener.demo import content
from listener.demo.app_shop import AppShop
from listener.demo.forum import make_forum
from listener.demo.market import Market
from listener.demo.network import Network
from listener.demo.page import make_page
from listener.demo.place import Place, make_place
from listener.demo.reviews import make_reviews
from listener.demo.servers import LOOPBACK, LocalServers
from listener.demo.slack import SlackStandIn, make_slack
from listener.demo.social import SocialPage, make_stand_in
from listener.demo.standins.graph import make_graph
from listener.demo.world import FAST, World
from listener.serve import bind, serve
from listener.settings import Settings, SourceSettings, load
from listener.shipped import config_folder

_SOCIAL = "strona"
_PLACES = {"aplikacja": "app", "allegro": "market", "mastodon": "network"}
_SITES = {"forum": "forum", "opinie": "reviews", _SOCIAL: "page", **_PLACES}
"""Source of config/demo.toml -> the site that it reads."""


def run(*, port: int, fast: bool, stderr: TextIO | None = None) -> int:
    """Plays the demo until SIGTERM or Ctrl-C; returns the exit code. The inbox listens at port, 0 for any free one;
    the sites on the ports after it where those are free. ListenerError where the port is taken."""
    out = stderr or sys.stderr
    world = World(content.load(), now_utc(), FAST if fast else 1.0)
    slack = SlackStandIn(now_utc)
    with bind(LOOPBACK, port) as listening, tempfile.TemporaryDirectory(prefix="listener-demo-") as folder:
        inbox: int = listening.getsockname()[1]
        graph, places = make_stand_in(world, now_utc), make_places(world)
        social = SocialPage(world, now_utc, graph, f"http://{LOOPBACK}:{inbox}/hooks/{_SOCIAL}")
        apps = {
            "forum": make_forum(world, now_utc),
            "reviews": make_reviews(world, now_utc),
            "page": make_page(world, now_utc, social.posts, social.anchor),
            "slack": make_slack(slack),
            "graph": make_graph(graph),
            **{name: make_place(place) for name, place in places.items()},
        }
        with LocalServers(apps, near=port and port + 1) as servers:
            urls = {name: servers.url(name) for name in apps}
            graph.site = urls["page"].rstrip("/")
            settings = demo_settings(Path(folder), inbox, urls, places)
            house = make_listener(settings, cards=slack.cards)
            try:
                with house.storage.exclusive(), social:
                    return asyncio.run(
                        serve(house, listening, demo=True, ready=lambda: _say_where(out, inbox, urls, world))
                    )
            finally:
                house.close()


def make_places(world: World) -> dict[str, Place]:
    """Those that are read through an interface, by the names of their sites."""
    return {"app": AppShop(world, now_utc), "market": Market(world, now_utc), "network": Network(world, now_utc)}


def demo_settings(folder: Path, port: int, urls: Mapping[str, str], places: Mapping[str, Place]) -> Settings:
    """config/demo.toml with what only this run knows: database, ports of the inbox, the sites, Slack, keys."""
    settings = load(config_folder("demo.toml"), {})
    assert settings.slack is not None, "config/demo.toml has a [slack] table"
    return replace(
        settings,
        database=f"sqlite:///{folder / 'demo.db'}",
        data_dir=folder,
        web=settings.web.model_copy(update={"host": LOOPBACK, "port": port}),
        sources=tuple(_connected(source, folder, urls, places) for source in settings.sources),
        slack=settings.slack.model_copy(update={"base_url": f"{urls['slack']}api/"}),
    )


def _connected(
    source: SourceSettings, folder: Path, urls: Mapping[str, str], places: Mapping[str, Place]
) -> SourceSettings:
    """The same source at the address where its site really listens, with the interface that it is read through."""
    site = urls[_SITES[source.name]]
    url = urlunsplit(urlsplit(source.url)._replace(netloc=urlsplit(site).netloc))
    more: dict[str, Any] = {"api": urls["graph"].rstrip("/")} if source.name == _SOCIAL else {}
    if source.name in _PLACES:
        more = places[_PLACES[source.name]].options(site.rstrip("/"), folder)
    return source.model_copy(update={"url": url, "options": {**source.options, **more}})


def _say_where(out: TextIO, port: int, urls: Mapping[str, str], world: World) -> None:
    inbox = f"http://{LOOPBACK}:{port}/"
    minutes = content.length(world.content) / world.speed
    print(
        f"""\
Listener demo: what people say about Okna Wintermann, a window maker that does not exist.

  Inbox     {inbox:<30} tickets with suggested replies: start here
  Slack     {inbox + "slack":<30} the cards that staff would get
  Forum     {urls["forum"]:<30} approved replies appear here; log in as gosc (password gosc) to complain
  Reviews   {urls["reviews"]:<30} a review site, read by its feed
  Page      {urls["page"]:<30} the company's page on a social network: complaints come by webhook, answers appear there
  App       {urls["app"]:<30} reviews of the company's app, as on Google Play: answers of 350 characters
  Market    {urls["market"]:<30} the company's sales, as on Allegro: ratings, and complaints with a deadline
  Network   {urls["network"]:<30} a tag, as on Mastodon

The first urgent complaint comes within seconds; people go on talking for {minutes.total_seconds() / 60:.0f} min. \
Ctrl-C stops, nothing is kept.""",
        file=out,
        flush=True,
    )

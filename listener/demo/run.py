"""The demo itself: its sites and its Slack on loopback, a database that is thrown away, and the whole service, the
same as `listener run` starts, listening to them.
"""

import asyncio
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TextIO
from urllib.parse import urlsplit, urlunsplit

from listener.app import make_listener, now_utc
from listener.demo import content
from listener.demo.forum import make_forum
from listener.demo.page import make_page
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
_SITES = {"forum": "forum", "opinie": "reviews", _SOCIAL: "page"}
"""Source of config/demo.toml -> the site that it reads."""


def run(*, port: int, fast: bool, stderr: TextIO | None = None) -> int:
    """Plays the demo until SIGTERM or Ctrl-C; returns the exit code. The inbox listens at port, 0 for any free one;
    the sites on the ports after it where those are free. ListenerError where the port is taken."""
    out = stderr or sys.stderr
    world = World(content.load(), now_utc(), FAST if fast else 1.0)
    slack = SlackStandIn(now_utc)
    with bind(LOOPBACK, port) as listening, tempfile.TemporaryDirectory(prefix="listener-demo-") as folder:
        inbox: int = listening.getsockname()[1]
        graph = make_stand_in(world, now_utc)
        social = SocialPage(world, now_utc, graph, f"http://{LOOPBACK}:{inbox}/hooks/{_SOCIAL}")
        apps = {
            "forum": make_forum(world, now_utc),
            "reviews": make_reviews(world, now_utc),
            "page": make_page(world, now_utc, social.posts, social.anchor),
            "slack": make_slack(slack),
            "graph": make_graph(graph),
        }
        with LocalServers(apps, near=port and port + 1) as servers:
            urls = {name: servers.url(name) for name in apps}
            graph.site = urls["page"].rstrip("/")
            settings = demo_settings(Path(folder), inbox, urls)
            house = make_listener(settings, cards=slack.cards)
            try:
                with house.storage.exclusive(), social:
                    return asyncio.run(
                        serve(house, listening, demo=True, ready=lambda: _say_where(out, inbox, urls, world))
                    )
            finally:
                house.close()


def demo_settings(folder: Path, port: int, urls: Mapping[str, str]) -> Settings:
    """config/demo.toml with the places that only this run knows: database, ports of the inbox, the sites, Slack."""
    settings = load(config_folder("demo.toml"), {})
    assert settings.slack is not None, "config/demo.toml has a [slack] table"
    return replace(
        settings,
        database=f"sqlite:///{folder / 'demo.db'}",
        data_dir=folder,
        web=settings.web.model_copy(update={"host": LOOPBACK, "port": port}),
        sources=tuple(
            _connected(_moved(source, urls[_SITES[source.name]]), urls["graph"]) for source in settings.sources
        ),
        slack=settings.slack.model_copy(update={"base_url": f"{urls['slack']}api/"}),
    )


def _moved(source: SourceSettings, site: str) -> SourceSettings:
    """The same source at the address where its site really listens."""
    url = urlunsplit(urlsplit(source.url)._replace(netloc=urlsplit(site).netloc))
    return source.model_copy(update={"url": url})


def _connected(source: SourceSettings, api: str) -> SourceSettings:
    """The page with the interface it is read through."""
    if source.name != _SOCIAL:
        return source
    return source.model_copy(update={"options": {**source.options, "api": api.rstrip("/")}})


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

The first urgent complaint comes within seconds; people go on talking for {minutes.total_seconds() / 60:.0f} min. \
Ctrl-C stops, nothing is kept.""",
        file=out,
        flush=True,
    )

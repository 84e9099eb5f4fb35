"""How the demo is put together: its settings, its ports, and a port that is taken."""

import importlib
import io
import pkgutil
import re
import socket
from pathlib import Path

import pytest
from fastapi import FastAPI

from listener.demo import standins
from listener.demo.content import Content
from listener.demo.market import CLIENT
from listener.demo.network import TOKEN
from listener.demo.run import demo_settings, make_places, run
from listener.demo.servers import LOOPBACK, LocalServers, bind_near
from listener.demo.world import World
from listener.errors import ListenerError
from listener.serve import bind
from tests.integration.demo.conftest import START

SITES = ("forum", "reviews", "page", "slack", "graph", "app", "market", "network")
URLS = {name: f"http://127.0.0.1:{port}/" for port, name in enumerate(SITES, 9001)}


def test_settings_are_those_of_the_file_at_the_ports_of_this_run(tmp_path: Path, everything: Content) -> None:
    settings = demo_settings(tmp_path, 9000, URLS, make_places(World(everything, START)))
    assert [(source.name, source.url) for source in settings.sources] == [
        ("forum", "http://127.0.0.1:9001/"),
        ("opinie", "http://127.0.0.1:9002/feed.xml"),
        ("strona", "http://127.0.0.1:9003/"),
        ("aplikacja", "http://127.0.0.1:9006/store/apps/details?id=example.wintermann.dom"),
        ("allegro", "http://127.0.0.1:9007/uzytkownik/okna-wintermann/oceny"),
        ("mastodon", "http://127.0.0.1:9008/tags/okna"),
    ]
    options = [source.options for source in settings.sources]
    assert [one.get("api") for one in options[2:5]] == [f"http://127.0.0.1:{port}" for port in (9005, 9006, 9007)]
    assert "PRIVATE KEY" in options[3]["service_account"]
    assert (options[4]["client_id"], options[4]["client_secret"]) == CLIENT
    assert options[5]["access_token"] == TOKEN
    assert Path(options[4]["token_store"]).parent == tmp_path
    assert settings.database == f"sqlite:///{tmp_path}/demo.db"
    assert settings.web.url == "http://127.0.0.1:9000"
    assert settings.slack is not None
    assert settings.slack.base_url == "http://127.0.0.1:9004/api/"


def test_a_port_in_use_is_said_in_one_line_before_anything_starts() -> None:
    said = io.StringIO()
    with bind(LOOPBACK, 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ListenerError) as caught:
            run(port=port, fast=False, stderr=said)
    assert f"127.0.0.1:{port}" in str(caught.value)
    assert "--port" in str(caught.value)
    assert (caught.value.exit_code, said.getvalue()) == (1, "")


def test_sites_stand_beside_the_inbox_where_there_is_room() -> None:
    with bind(LOOPBACK, 0) as taken:
        port = taken.getsockname()[1]
        with bind_near(port) as elsewhere:
            assert elsewhere.getsockname()[1] != port
    with bind_near(70_000) as anywhere:
        assert anywhere.getsockname()[1] > 0


def test_servers_give_their_ports_back() -> None:
    with LocalServers({"one": FastAPI(), "two": FastAPI()}) as servers:
        ports = [int(servers.url(name).rsplit(":", 1)[1].rstrip("/")) for name in ("one", "two")]
        for port in ports:
            socket.create_connection((LOOPBACK, port), timeout=5).close()
    for port in ports:
        bind(LOOPBACK, port).close()


@pytest.mark.parametrize(
    "name",
    [*(one.name for one in pkgutil.iter_modules(standins.__path__, "listener.demo.standins.")), "listener.demo.slack"],
)
def test_every_stand_in_says_what_it_was_built_from_and_what_is_not_verified(name: str) -> None:
    said = " ".join((importlib.import_module(name).__doc__ or "").split())
    assert re.search(r"\b[Bb]uilt from\b", said)
    assert re.search(r"\b[Nn]ot verified\b", said)

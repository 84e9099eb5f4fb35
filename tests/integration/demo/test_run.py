"""How the demo is put together: its settings, its ports, and a port that is taken."""

import io
import socket
from pathlib import Path

import pytest
from fastapi import FastAPI

from listener.demo.run import demo_settings, run
from listener.demo.servers import LOOPBACK, LocalServers, bind_near
from listener.errors import ListenerError
from listener.serve import bind

URLS = {
    name: f"http://127.0.0.1:{port}/" for port, name in enumerate(("forum", "reviews", "page", "slack", "graph"), 9001)
}


def test_settings_are_those_of_the_file_at_the_ports_of_this_run(tmp_path: Path) -> None:
    settings = demo_settings(tmp_path, 9000, URLS)
    assert [(source.name, source.url) for source in settings.sources] == [
        ("forum", "http://127.0.0.1:9001/"),
        ("opinie", "http://127.0.0.1:9002/feed.xml"),
        ("strona", "http://127.0.0.1:9003/"),
    ]
    assert settings.sources[2].options["api"] == "http://127.0.0.1:9005"
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

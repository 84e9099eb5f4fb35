"""check --online over the stand-in: what the token lacks, when it dies, whether webhooks are on."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from listener.demo.servers import LocalServers
from listener.demo.standins.graph import GraphStandIn, make_graph
from listener.demo.standins.graph_world import ALL_PERMISSIONS, Token
from tests.graph import PAGE, TOKEN
from tests.unit.cli.conftest import Run

CONFIG = """
[listener]
database = "sqlite:///listener.db"
contact = "ala@example.com"
[[source]]
name = "strona"
kind = "facebook"
url = "https://www.facebook.com/okna"
allow_private = true
[source.options]
page_id = "{page}"
access_token_file = "token"
app_id = "1001"
app_secret = "{secret}"
api = "{api}"
"""


@pytest.fixture
def graph() -> GraphStandIn:
    graph = GraphStandIn(lambda: datetime.now(UTC))
    graph.add_page(PAGE, "Okna Wintermann", TOKEN)
    return graph


@pytest.fixture
def config(graph: GraphStandIn, tmp_path: Path) -> Iterator[Path]:
    """A configuration that points to the stand-in, which is up."""
    with LocalServers({"graph": make_graph(graph)}) as servers:
        (tmp_path / "token").write_text(TOKEN)
        file = tmp_path / "listener.toml"
        file.write_text(CONFIG.format(page=PAGE, secret=graph.app_secret, api=servers.url("graph").rstrip("/")))
        yield file


def test_a_token_that_may_everything(run: Run, config: Path, graph: GraphStandIn) -> None:
    graph.subscribed.add(PAGE)
    ran = run("check", "--online", "--config", config)
    assert ran.code == 0, ran.err + ran.out
    said = ran.out + ran.err
    assert 'speaks for the page "Okna Wintermann", version v26.0' in said
    assert "webhooks are on: feed, mention" in said
    assert "the access token ends: never" in said
    assert TOKEN not in said


def test_what_is_missing_is_named(run: Run, config: Path, graph: GraphStandIn) -> None:
    ends = datetime.now(UTC) + timedelta(days=3)
    rights = ALL_PERMISSIONS - {"pages_manage_engagement", "pages_messaging"}
    graph.tokens[TOKEN] = Token(page=PAGE, permissions=rights, expires=ends)
    ran = run("check", "--online", "--config", config)
    said = ran.out + ran.err
    assert ran.code == 1
    assert "permission pages_manage_engagement is missing, for answering and hiding" in said
    assert "permission pages_messaging is not there, for private replies" in said
    assert f"the access token ends on {ends:%Y-%m-%d}; connect the page again before" in said
    assert "webhooks are off" in said


def test_a_dead_token_says_what_to_do(run: Run, config: Path, graph: GraphStandIn) -> None:
    graph.tokens[TOKEN] = Token(page=PAGE, expires=datetime.now(UTC) - timedelta(days=1))
    ran = run("check", "--online", "--config", config)
    said = ran.out + ran.err
    assert ran.code == 1
    assert "connect the page again" in said
    assert TOKEN not in said

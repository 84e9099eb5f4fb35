"""The classifier as the house uses it: a second opinion over HTTP, and what a brand's staff taught it."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from listener import settings as reading
from listener.app import Listener, make_listener
from listener.http import HttpPolicy
from listener.intake import Haul
from listener.model import Intent, Post
from tests.making import NOW, a_post

BRAND = """
[listener]
database = "sqlite:///house.db"

[[brand]]
name = "Wintermann"
queries = ["Wintermann"]
"""


class Endpoint(BaseHTTPRequestHandler):
    """A stand-in for an OpenAI-compatible server: built from the fact sheet, answers what `content` says."""

    asked: list[dict[str, object]]
    content: str
    status = 200

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.asked.append({"key": self.headers["Authorization"], "path": self.path, **json.loads(body)})
        answer = json.dumps({"choices": [{"message": {"content": self.content}, "finish_reason": "stop"}]}).encode()
        self.send_response(self.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *arguments: object) -> None:
        """Quiet."""


@pytest.fixture
def endpoint() -> Iterator[tuple[type[Endpoint], str]]:
    handler = type("Here", (Endpoint,), {"asked": [], "content": "{}"})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield handler, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def house(folder: Path, extra: str = "") -> Listener:
    file = folder / "listener.toml"
    file.write_text(BRAND + extra, encoding="utf-8")
    return make_listener(reading.load(file, {}), clock=lambda: NOW, policy=HttpPolicy(contact="a@example.com"))


def said(made: Listener, *texts: str) -> list[tuple[Intent, ...]]:
    """What the house thinks of posts."""
    posts = tuple(a_post(str(n), text=text, source="forum") for n, text in enumerate(texts))
    made.intake.take(Haul(source="forum", posts=posts), NOW)
    with made.storage.read() as tx:
        found = [tx.posts.one(n + 1) for n in range(len(posts))]
    return [stored.classification.intents for stored in found if stored and stored.classification]


def second(url: str) -> str:
    return f"""
[second_opinion]
url = "{url}"
model = "small"
api_key = "sk-test"
from_doubt = 0.0
allow_private = true
"""


def test_a_second_opinion_is_asked_for(tmp_path: Path, endpoint: tuple[type[Endpoint], str]) -> None:
    handler, url = endpoint
    handler.content = '{"intents": [], "sentiment": "neutral", "urgency": "critical"}'
    made = house(tmp_path, second(url))
    said(made, "Wintermann. Proszę dzwonić 600 700 800, ola@example.com")
    made.close()
    (asked,) = handler.asked
    assert asked["path"] == "/v1/chat/completions"
    assert asked["key"] == "Bearer sk-test"
    assert "600" not in json.dumps(asked)
    assert "ola@" not in json.dumps(asked)


@pytest.mark.parametrize("status", [401, 404, 429, 500])
def test_without_an_answer_the_model_stands_alone(
    tmp_path: Path, endpoint: tuple[type[Endpoint], str], status: int
) -> None:
    handler, url = endpoint
    handler.status = status
    made, alone = house(tmp_path, second(url)), tmp_path / "alone"
    alone.mkdir()
    other = house(alone)
    texts = ("Okna Wintermann przeciekają od środy", "Gdzie jest salon Wintermann?")
    assert said(made, *texts) == said(other, *texts)
    assert len(handler.asked) == 1
    made.close()
    other.close()


def test_corrections_teach_the_brand_at_the_next_start(tmp_path: Path) -> None:
    made = house(tmp_path)
    broken = [f"Wintermann i rama kwilczy dzień {n}" for n in range(20)]
    whole = [f"Wintermann stoi w sklepie numer {n}" for n in range(20)]
    said(made, *broken, *whole)
    with made.storage.begin() as tx:
        for n, text in enumerate([*broken, *whole]):
            labels = {"intents": ["complaint"] if text in broken else []}
            tx.people.label(n + 1, labels, "ala", NOW)
    made.close()
    made = house(tmp_path)
    new: tuple[Post, ...] = (a_post("new", text="Wintermann i rama kwilczy dzień w dzień", source="forum"),)
    made.intake.take(Haul(source="forum", posts=new), NOW)
    with made.storage.read() as tx:
        stored = tx.posts.one(41)
    made.close()
    assert stored
    assert stored.classification
    assert Intent.COMPLAINT in stored.classification.intents
    assert stored.classification.model.endswith("+brand")

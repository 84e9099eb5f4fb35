"""What holds for every kind of source, publisher and hook, read from the registry: a new kind is held to it at once.

Recorded answers are tests/data/KIND/NAME.txt (.html, .xml, .eml) beside NAME.json (url, fetched_at; source, options,
tag, context, status, headers, cursor where they matter) and NAME.expected.json: the posts, or an object with posts and
any of gone, marks, follow (addresses) and notes.
"""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast
from urllib.parse import urljoin, urlsplit

import pytest

from listener import registry
from listener.errors import DeliveryError, FetchError, Forged, ListenerError, ParseError
from listener.model import Post
from listener.protocols import (
    Ability,
    Conversation,
    Hook,
    Moderator,
    OutgoingReply,
    Page,
    Parsed,
    PrivatePublisher,
    Publisher,
    Request,
    Rereads,
    Source,
    SourceConfig,
)
from listener.putoff import base_of, may_wait
from listener.wire import post_to_json
from tests.unit.keys import ec_pair, service_account
from tests.unit.sources.recorded import DATA, said

NOW = datetime(2026, 11, 22, 17, 30, tzinfo=UTC)
SECRET = "TAJNE0123456789abcdef"
DOCS = Path(__file__).parents[2] / "docs"


CONSENT = {"client_id": SECRET, "client_secret": SECRET, "refresh_token": SECRET}
SAMPLES: Mapping[str, Mapping[str, Any]] = {
    "allegro": {**CONSENT, "token_store": "filled in by a fixture"},
    "app_store_connect": {"issuer_id": SECRET, "key_id": "K", "private_key": ec_pair()[0]},
    "facebook": {"page_id": "100", "access_token": SECRET, "app_secret": SECRET, "verify_token": SECRET},
    "google_business": CONSENT,
    "google_play": {"service_account": service_account()},
    "trustpilot": {"api_key": SECRET, "api_secret": SECRET, "business_user": "9"},
    "bluesky": {"username": "wintermann.example", "password": SECRET},
    "email": {"username": "skrzynka@example.com", "password": SECRET},
    "html": {"post": "article.review", "text": "p"},
    "mastodon": {"access_token": SECRET},
    "spirit": {"username": "wintermann", "password": SECRET},
    "stackexchange": {"key": SECRET},
    "webhook_in": {"secret": SECRET},
    "wykop": {"key": SECRET, "secret": SECRET, "account": "wintermann", "token_store": "filled in by a fixture"},
    "youtube": {"key": SECRET, **CONSENT},
}
"""Options that a kind cannot be made without."""

GARBAGE: Mapping[str, bytes] = {
    "nothing": b"",
    "spaces": b" \n\t ",
    "page": b"<!doctype html><html><head><title>Log in</title></head><body><form><input type=password></form>",
    "null": b"null",
    "number": b"17",
    "text": b'"Wintermann"',
    "list": b"[]",
    "list of nothing": b'[null, 1, "a", [], {}]',
    "object": b"{}",
    "cut": b'{"data": [{"id": 1, "content": "Okn',
    "odd types": json.dumps(
        {
            name: {"items": 7, "id": [], "error": 5}
            for name in ("data", "items", "posts", "error", "topics", "hits", "entry", "reviews", "thread", "feed")
        }
    ).encode(),
    "odd lists": json.dumps(
        {
            name: [None, 7, "x", {}, {"id": None}, {"id": {}, "snippet": 3, "author": [], "created_at": -1e300}]
            for name in ("data", "items", "posts", "topics", "hits", "entry", "reviews", "statuses", "notifications")
        }
    ).encode(),
    "binary": bytes(range(256)) * 40,
    "not UTF-8": b'{"data": "\xb1\xea\xff"}',
    "half a surrogate": b'{"data": [{"id": "\\ud800", "content": "\\udfff", "text": "\\ud83d"}], "id": "\\ud800"}',
    "brackets": b"[" * 1_000_000,
    "braces": b'{"data":' * 50_000,
    "tags": b"<div>" * 2_000,
}


KEYED = frozenset({"allegro", "app_store_connect", "google_business", "google_play", "trustpilot"})
"""Kinds whose interface stands elsewhere than the place that a source names."""

STORES: dict[str, str] = {}


@pytest.fixture(scope="module", autouse=True)
def _token_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A file for tokens that change with every use."""
    file = tmp_path_factory.mktemp("tokens") / "refresh-token"
    file.write_text(json.dumps({"refresh_token": SECRET}), encoding="utf-8")
    STORES["token_store"] = str(file)
    yield
    STORES.clear()


LARGE = 20_000
"""Bytes of garbage that are tried only once a kind."""


def options(kind: str) -> Mapping[str, Any]:
    given = SAMPLES.get(kind, {})
    return {name: STORES.get(name, value) for name, value in given.items()}


def example(kind: str) -> str:
    return str(getattr(registry.source_class(kind), "example"))  # noqa: B009 - the class is seen as a callable


def abilities(kind: str) -> frozenset[Ability]:
    return cast(frozenset[Ability], getattr(registry.source_class(kind), "abilities"))  # noqa: B009


def config(kind: str, url: str | None = None, more: Mapping[str, Any] | None = None) -> SourceConfig:
    return SourceConfig(name="place", kind=kind, url=url or example(kind), options={**options(kind), **(more or {})})


def source(kind: str) -> Source:
    return registry.source_class(kind)(config(kind))


def answer(request: Request, body: bytes, status: int = 200) -> Page:
    headers = {"content-type": "text/html; charset=utf-8"}
    return Page(url=request.url, status=status, headers=headers, body=body, fetched_at=NOW, request=request)


@contextmanager
def told(*kinds: type[ListenerError]) -> Iterator[None]:
    """All goes well, or what does not is told in our own words, without a secret."""
    try:
        yield
    except ListenerError as error:
        if not isinstance(error, kinds or (ParseError, FetchError)):
            raise
        if SECRET in str(error):
            raise AssertionError("an error shows a secret") from error


def leaks(*requests: Request) -> list[Request]:
    """Requests that show a secret where it is written down."""
    return [one for one in requests if SECRET in one.url + one.tag + json.dumps(dict(one.context))]


# --- recorded answers ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Recorded:
    """One recorded answer of a kind, with what it should give."""

    kind: str
    name: str
    about: Mapping[str, Any]
    body: bytes
    wanted: Mapping[str, Any]

    @property
    def request(self) -> Request:
        about = self.about
        headers = dict.fromkeys(about.get("secret_headers", ()), SECRET)
        return Request(
            url=about["url"], headers=headers, tag=about.get("tag", ""), context=about.get("context", {}), api=True
        )

    @property
    def page(self) -> Page:
        about = self.about
        headers = {"content-type": about.get("content_type", "text/html; charset=utf-8"), **about.get("headers", {})}
        return Page(
            url=about["url"], status=about.get("status", 200), headers=headers, body=self.body,
            fetched_at=datetime.fromisoformat(about["fetched_at"]), request=self.request,
        )  # fmt: skip

    def source(self) -> Source:
        about = self.about
        url = about.get("source") or (example(self.kind) if self.kind in KEYED else about["url"])
        made = config(self.kind, url, about.get("options"))
        return registry.source_class(self.kind)(made)

    def parsed(self) -> Parsed:
        return self.source().parse(self.page, dict(self.about.get("cursor", {})))


def recorded() -> Iterator[Recorded]:
    for kind in registry.SOURCES:
        for file in sorted((DATA / kind).glob("*.expected.json")):
            wanted = json.loads(file.read_text(encoding="utf-8"))
            stem = file.name.removesuffix(".expected.json")
            about = json.loads(file.with_name(f"{stem}.json").read_text(encoding="utf-8"))
            bodies = [one for one in file.parent.glob(f"{stem}.*") if not one.name.endswith(".json")]
            wanted = {"posts": wanted} if isinstance(wanted, list) else wanted
            told = kind not in KEYED or "tag" in about  # elsewhere their own tests say what was asked
            if told and len(bodies) == 1 and ("posts" in wanted or "error" in wanted):
                yield Recorded(kind, stem, about, bodies[0].read_bytes(), wanted)


ALL = tuple(recorded())


@pytest.mark.parametrize("one", ALL, ids=lambda one: f"{one.kind}/{one.name}")
def test_a_recorded_answer_gives_what_it_should_and_the_same_again(one: Recorded) -> None:
    if "error" in one.wanted:
        with pytest.raises((FetchError, ParseError)) as caught:
            one.parsed()
        _check_error(caught.value, one.wanted["error"])
        return
    parsed = one.parsed()
    assert said(parsed.posts, one.wanted["posts"]) == one.wanted["posts"]
    shown = {
        "gone": list(parsed.gone), "notes": list(parsed.notes), "follow": [request.url for request in parsed.follow],
        "marks": dict(parsed.marks), "hints": dict(parsed.hints),
    }  # fmt: skip
    wanted = {name: value for name, value in one.wanted.items() if name != "posts"}
    assert {name: shown[name] for name in wanted} == wanted
    assert one.parsed() == parsed
    assert all((post.kind, post.source) == (one.kind, "place") for post in parsed.posts)
    assert not leaks(*parsed.follow)
    assert SECRET not in json.dumps([dict(parsed.marks), dict(parsed.hints), parsed.notes, parsed.gone])
    assert SECRET not in json.dumps([post_to_json(post) for post in parsed.posts])


def _check_error(error: ListenerError, wanted: Mapping[str, Any]) -> None:
    assert SECRET not in str(error)
    found = {name: getattr(error, name) for name in wanted if name != "says"}
    assert found == {name: value for name, value in wanted.items() if name != "says"}
    assert wanted.get("says", "") in str(error)


# --- sources ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", registry.SOURCES)
def test_the_example_of_a_kind_is_taken_by_it(kind: str) -> None:
    assert re.match(r"https?://|imaps?://", example(kind))
    assert source(kind).kind == kind


@pytest.mark.parametrize("kind", registry.SOURCES)
def test_abilities_are_what_the_registry_can_do(kind: str) -> None:
    declared = abilities(kind)
    assert declared <= set(Ability)
    assert (Ability.REPLY in declared) == (kind in registry.PUBLISHERS)
    assert (Ability.WEBHOOK in declared) == (kind in registry.HOOKS)
    assert Ability.VERIFY not in declared or Ability.REPLY in declared, "only what was posted can be read back"
    answers = registry.publisher_class(kind)(config(kind)) if kind in registry.PUBLISHERS else None
    assert (Ability.PRIVATE in declared) == isinstance(answers, PrivatePublisher)
    assert (Ability.HIDE in declared) == isinstance(answers, Moderator)


@pytest.mark.parametrize("kind", registry.SOURCES)
def test_the_first_requests_can_be_made_and_show_no_secret(kind: str) -> None:
    requests = source(kind).requests({})
    assert requests or kind in registry.HOOKS, "what is not sent by itself has to be asked for"
    assert all(re.match(r"https?://\S+$|imaps?://\S+$", request.url) for request in requests)
    assert not leaks(*requests)
    assert [one.url for one in source(kind).requests({})] == [one.url for one in requests]


def _asked(kind: str) -> list[Request]:
    """Every request of a kind that we have at hand: the first ones, and those of recorded answers."""
    first = list(source(kind).requests({})) or [Request(url=example(kind))]
    return first + [one.request for one in ALL if one.kind == kind]


@pytest.mark.parametrize("kind", registry.SOURCES)
def test_threads_that_can_be_read_again_are_known_by_their_request(kind: str) -> None:
    made = source(kind)
    if not isinstance(made, Rereads):
        return
    (first, *_) = made.requests({})
    again = made.whole("7", urljoin(first.url, "/topic/7/okna/"))
    assert again.context["thread_id"] == "7"
    assert urlsplit(again.url).netloc == urlsplit(first.url).netloc
    assert may_wait(again, base_of([first])), "it can be put off to a later pass"
    assert all("7" in name for name in made.let_go("7"))
    with told():
        made.parse(answer(again, b"<html><body>Okna</body></html>"), {})


@pytest.mark.parametrize("kind", registry.SOURCES)
def test_garbage_gives_nothing_or_is_told(kind: str) -> None:
    asked = list({(one.tag, one.method): one for one in _asked(kind)}.values())
    for body in GARBAGE.values():
        for request in asked if len(body) < LARGE else asked[:1]:
            with told():
                parsed = source(kind).parse(answer(request, body), {})
                assert not leaks(*parsed.follow)
                json.dumps([post_to_json(post) for post in parsed.posts]).encode()


@pytest.mark.parametrize("kind", registry.SOURCES)
def test_a_refusal_of_an_interface_is_told(kind: str) -> None:
    """Only those who ask with Request.api are given such answers."""
    bodies = (b"", b"<html>no</html>", b'{"error": {"message": "no", "code": 1}}', b'{"error": "no"}', b"[]")
    for request in [one for one in _asked(kind) if one.api]:
        for status in (400, 401, 403, 404, 410, 422, 429):
            for body in bodies:
                with told():
                    parsed = source(kind).parse(answer(request, body, status), {})
                    assert parsed.posts == (), "what refuses gives nothing"


@pytest.mark.parametrize("kind", registry.SOURCES)
def test_every_kind_is_explained(kind: str) -> None:
    pages = [file for file in DOCS.glob("*.md") if file.name != "configuration.md"]
    explained = any(f"`{kind}`" in file.read_text(encoding="utf-8") for file in pages)
    assert explained, "no page of docs/ but configuration.md names it"


# --- publishers ---------------------------------------------------------------------------------------------


def publisher(kind: str) -> Publisher:
    return registry.publisher_class(kind)(config(kind))


def reply(kind: str) -> OutgoingReply:
    address = example(kind)
    found = next((one.parsed().posts for one in ALL if one.kind == kind and one.wanted.get("posts")), ())
    plain = Post(
        source="place", kind=kind, native_id="7", url=address, text="Okna", seen_at=NOW, thread_id="7",
        thread_url=address,
    )  # fmt: skip
    post = found[0] if found else plain
    return OutgoingReply(text="Dzień dobry, odpowiadam w imieniu firmy.", post=replace(post), approved_at=NOW)


def _drive(conversation: Conversation[Any], body: bytes, status: int) -> list[Request]:
    sent: list[Request] = []
    try:
        request = next(conversation)
        for _ in range(60):
            sent.append(request)
            request = conversation.send(answer(request, body, status))
    except StopIteration:
        return sent
    finally:
        conversation.close()
    raise AssertionError(f"no end: {[one.url for one in sent]}")


@pytest.mark.parametrize("kind", registry.PUBLISHERS)
def test_garbage_ends_a_conversation_in_our_own_words(kind: str) -> None:
    wanted = reply(kind)
    one = publisher(kind)
    for body in (GARBAGE[name] for name in ("nothing", "page", "odd lists", "half a surrogate")):
        for status in (200, 404):
            for talk in (one.publish(wanted), one.find(wanted)):
                with told(DeliveryError, FetchError):
                    assert not leaks(*_drive(talk, body, status))


@pytest.mark.parametrize("kind", registry.PUBLISHERS)
def test_a_publisher_says_whether_absence_is_certain(kind: str) -> None:
    assert isinstance(publisher(kind).absence_is_certain, bool)


@pytest.mark.parametrize("kind", registry.PROBES)
def test_a_check_of_credentials_tells_what_is_wrong(kind: str) -> None:
    for body in (GARBAGE[name] for name in ("nothing", "page", "list", "odd lists")):
        for status in (200, 401):
            with told(DeliveryError, FetchError, ParseError):
                asking = registry.probe(config(kind))
                assert asking is not None
                assert not leaks(*_drive(asking, body, status))


# --- hooks --------------------------------------------------------------------------------------------------


def hook(kind: str) -> Hook:
    return registry.hook_class(kind)(config(kind))


@pytest.mark.parametrize("kind", registry.HOOKS)
def test_a_hook_believes_nothing_without_proof_and_reads_garbage_as_such(kind: str) -> None:
    for body in GARBAGE.values():
        with pytest.raises(Forged) as caught:
            hook(kind).verify({}, body, NOW)
        assert SECRET not in str(caught.value)
        with told():
            assert hook(kind).read({}, body, NOW).posts == ()


@pytest.mark.parametrize("query", [{}, {"hub.mode": "subscribe", "hub.challenge": "1", "hub.verify_token": "x"}])
@pytest.mark.parametrize("kind", registry.HOOKS)
def test_a_hook_answers_no_stranger(kind: str, query: Mapping[str, str]) -> None:
    with pytest.raises(Forged):
        hook(kind).challenge(query)

"""Each place of reviews, read and answered over sockets against its stand-in."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.responses import HTMLResponse

from listener.demo.standins.allegro import AllegroStandIn
from listener.demo.standins.apple import AppleStandIn
from listener.demo.standins.google import GoogleStandIn
from listener.demo.standins.trustpilot import TrustpilotStandIn
from listener.errors import Failure
from listener.model import ReplyState
from tests.fakes import Clock
from tests.integration.reviews.conftest import Open, Place
from tests.unit.keys import ec_pair, rsa_pair, service_account

TEXT = "Wintermann: nie działa."


@dataclass
class Scene:
    """A place with its stand-in. write(number, text): a review, new or edited; shown(): the answer to review "1"."""

    place: Place
    world: Any
    write: Callable[[str, str], object]
    shown: Callable[[], str | None]
    id: Callable[[str], str] = str


def google_play(enter: Open, clock: Clock, folder: Path) -> Scene:
    world = GoogleStandIn(clock, account_key=rsa_pair()[1])
    place = enter(
        "google_play", world.app(), lambda root: "https://play.google.com/store/apps/details?id=pl.example.app",
        lambda root: {"api": root, "service_account": service_account(f"{root}/token")},
    )  # fmt: skip
    return Scene(
        place, world, lambda n, text: world.write(world.app_reviews, n, text, 1), lambda: world.app_reviews["1"].answer
    )


def google_business(enter: Open, clock: Clock, folder: Path) -> Scene:
    world = GoogleStandIn(clock, refresh_tokens={"r"})
    place = enter(
        "google_business", world.app(), lambda root: f"{root}/v4/accounts/123/locations/456",
        lambda root: {"client_id": "i", "client_secret": "s", "refresh_token": "r", "token_url": f"{root}/token"},
    )  # fmt: skip
    return Scene(
        place, world, lambda n, text: world.write(world.place_reviews, n, text, 1),
        lambda: world.place_reviews["1"].answer,
    )  # fmt: skip


def app_store_connect(enter: Open, clock: Clock, folder: Path) -> Scene:
    world = AppleStandIn(clock, team_key=ec_pair()[1])
    place = enter(
        "app_store_connect", world.app(), lambda root: f"{root}/v1/apps/1234567890",
        lambda root: {"issuer_id": "iss", "key_id": "K1", "private_key": ec_pair()[0]},
    )  # fmt: skip
    return Scene(place, world, lambda n, text: world.write(n, text, 1), lambda: world.reviews["1"].answer)


def trustpilot(enter: Open, clock: Clock, folder: Path) -> Scene:
    world = TrustpilotStandIn(clock)
    place = enter(
        "trustpilot", world.app(), lambda root: "https://www.trustpilot.com/review/wintermann.example",
        lambda root: {"api": root, "api_key": world.key, "api_secret": world.secret},
    )  # fmt: skip
    return Scene(place, world, lambda n, text: world.write(n, text, 1), lambda: world.reviews["1"].answer)


def allegro(enter: Open, clock: Clock, folder: Path) -> Scene:
    world, store = AllegroStandIn(clock), folder / "allegro.json"
    store.write_text('{"refresh_token": "r1"}')
    client_id, secret = world.client
    place = enter(
        "allegro", world.app(), lambda root: "https://allegro.pl/uzytkownik/example/oceny",
        lambda root: {"api": root, "token_url": f"{root}/auth/oauth/token", "client_id": client_id,
                      "client_secret": secret, "token_store": str(store)},
    )  # fmt: skip
    return Scene(
        place, world, lambda n, text: world.rate(n, text, recommended=False), lambda: world.ratings["1"].answer,
        lambda n: f"rating/{n}",
    )  # fmt: skip


SCENES = [google_play, google_business, app_store_connect, trustpilot, allegro]


@pytest.fixture(params=SCENES, ids=[scene.__name__ for scene in SCENES])
def scene(request: pytest.FixtureRequest, enter: Open, clock: Clock, tmp_path: Path) -> Scene:
    """Each of the places."""
    made: Scene = request.param(enter, clock, tmp_path)
    return made


def seen(scene: Scene) -> set[str]:
    return {native_id for native_id in scene.place.posts() if not native_id.endswith("#answer")}


def test_reviews_are_read_once_edited_and_answered(scene: Scene, clock: Clock) -> None:
    for number in range(3):
        scene.write(str(number), f"{TEXT} {number}")
        clock.advance(minutes=10)
    report = scene.place.look()
    assert (report.failure, report.tally.new) == (None, 3)
    again = scene.place.look()
    assert (again.failure, again.tally.fresh) == (None, 0), "nothing twice"

    clock.advance(hours=25)  # by then every list is walked whole
    scene.write("0", f"{TEXT} Zmieniam zdanie.")
    edited = scene.place.look()
    assert (edited.failure, edited.tally.revised, edited.tally.new) == (None, 1, 0)
    assert scene.place.posts()[scene.id("0")].revisions == 1

    reply = scene.place.answer(scene.id("1"))
    pending = scene.place.config.kind == "app_store_connect"
    assert reply.error is None
    assert reply.state is (ReplyState.PENDING_MODERATION if pending else ReplyState.PUBLISHED)
    assert scene.shown() == "Zespół Wintermann: sprawdzamy."
    clock.advance(hours=25)
    read_back = scene.place.look()
    assert (read_back.failure, read_back.tally.opened) == (None, 0), "our own answer opens no ticket"
    assert seen(scene) == {scene.id(str(number)) for number in range(3)}
    assert scene.id("1") + "#answer" in scene.place.posts()


def test_an_answer_from_elsewhere_is_left_as_it_is(scene: Scene, clock: Clock) -> None:
    scene.write("1", TEXT)
    scene.place.look()
    reply_elsewhere(scene, clock)
    reply = scene.place.answer(scene.id("1"))
    assert reply.state is ReplyState.FAILED
    assert "has an answer already" in str(reply.error)
    assert scene.shown() == "Od kolegi."


def reply_elsewhere(scene: Scene, clock: Clock) -> None:
    world = scene.world
    tables = [getattr(world, name, {}) for name in ("app_reviews", "place_reviews", "reviews", "ratings")]
    review = next(table["1"] for table in tables if "1" in table)
    review.answer, review.answered = "Od kolegi.", clock()


def test_tokens_that_ended_are_asked_for_anew(scene: Scene, clock: Clock) -> None:
    scene.write("1", TEXT)
    assert scene.place.look().failure is None
    clock.advance(hours=101)
    scene.write("2", TEXT)
    assert scene.place.look().failure is None
    if hasattr(scene.world, "tokens"):
        scene.world.tokens.clear()  # revoked, whatever we still believe
        failure = scene.place.look().failure
        assert failure is None or failure[0] is Failure.AUTH  # Trustpilot's public list takes the key alone
    clock.advance(minutes=5)
    assert scene.place.look().failure is None
    scene.place.answer(scene.id("1"))
    assert scene.shown()


def test_long_lists_are_read_to_the_end_and_then_only_their_top(scene: Scene, clock: Clock) -> None:
    for number in range(230):
        scene.write(str(number), f"Opinia {number}")
        clock.advance(minutes=1)
    first = scene.place.look()
    assert (first.failure, first.tally.new) == (None, 230)
    clock.advance(hours=2)
    scene.write("nowa", TEXT)
    second = scene.place.look()
    assert (second.failure, second.tally.new) == (None, 1)
    assert second.traffic.requests <= 3 <= first.traffic.requests + 1


def test_wrong_keys_are_a_matter_of_credentials(scene: Scene, clock: Clock) -> None:
    world = scene.world
    for name, value in (("account_key", ec_pair()[1]), ("team_key", rsa_pair()[1]), ("key", "inny"),
                        ("refresh_tokens", set()), ("refresh_token", "inny")):  # fmt: skip
        if hasattr(world, name):
            setattr(world, name, value)
    failure = scene.place.look().failure
    assert failure
    assert failure[0] is Failure.AUTH


# --- what only one of them has --------------------------------------------------------------------------------


def test_googles_quota_makes_us_wait(enter: Open, clock: Clock, tmp_path: Path) -> None:
    scene = google_play(enter, clock, tmp_path)
    scene.write("1", TEXT)
    scene.world.quota = 2
    assert scene.place.look().failure is None
    clock.advance(minutes=5)
    assert scene.place.look().failure is None
    clock.advance(minutes=5)
    report = scene.place.look()
    assert report.failure
    assert (report.failure[0], "Quota exceeded" in report.failure[1]) == (Failure.RATE_LIMITED, True)
    assert report.retry_after
    clock.advance(hours=1)
    assert scene.place.look().failure is None


def test_what_was_not_changed_for_a_week_is_out_of_plays_sight(enter: Open, clock: Clock, tmp_path: Path) -> None:
    scene = google_play(enter, clock, tmp_path)
    scene.write("1", TEXT)
    scene.place.look()
    clock.advance(days=8)
    assert scene.place.look().failure is None
    reply = scene.place.answer("1")
    assert (reply.state, "out of reach" in str(reply.error)) == (ReplyState.FAILED, True)


def test_google_looks_at_an_answer_first_or_takes_it_down(enter: Open, clock: Clock, tmp_path: Path) -> None:
    scene = google_business(enter, clock, tmp_path)
    scene.write("1", TEXT)
    scene.place.look()
    scene.world.moderation = "PENDING"
    assert scene.place.answer("1").state is ReplyState.PENDING_MODERATION
    scene.world.place_reviews["1"].answer_state, scene.world.moderation = "REJECTED", "REJECTED"
    again = scene.place.answer("1", "Zespół Wintermann: jeszcze raz.")
    assert (again.state, "OFF_TOPIC" in str(again.error)) == (ReplyState.FAILED, True)


def test_a_place_that_is_not_verified_is_told(enter: Open, clock: Clock, tmp_path: Path) -> None:
    scene = google_business(enter, clock, tmp_path)
    scene.world.verified = False
    failure = scene.place.look().failure
    assert failure
    assert (failure[0], "not verified" in failure[1]) == (Failure.BLOCKED, True)


def test_an_answer_that_trustpilot_does_not_show_yet_is_not_sent_again(
    enter: Open, clock: Clock, tmp_path: Path
) -> None:
    scene = trustpilot(enter, clock, tmp_path)
    scene.world.lag = timedelta(hours=1)
    scene.write("1", TEXT)
    scene.place.look()
    reply = scene.place.answer("1")
    assert reply.state is ReplyState.UNCERTAIN
    assert scene.shown() == "Zespół Wintermann: sprawdzamy."


def test_the_feed_of_the_app_store(enter: Open, clock: Clock) -> None:
    world = AppleStandIn(clock)
    place = enter(
        "app_store",
        world.app(),
        lambda root: "https://apps.apple.com/pl/app/x/id1234567890",
        lambda root: {"api": root},
    )
    for number in range(120):
        world.write(str(number), TEXT if number < 3 else "Opinia", 2)
        clock.advance(minutes=1)
    first = place.look()
    assert (first.failure, first.tally.new, set(place.posts())) == (None, 120, {"0", "1", "2"})
    assert place.look().tally.fresh == 0
    world.feed_empty = True
    empty = place.look()
    assert (empty.failure, empty.tally.seen) == (None, 0)
    world.feed_empty = False
    clock.advance(hours=25)
    world.write("1", f"{TEXT} Zmiana.", 1)
    assert place.look().tally.revised == 1


def test_complaints_on_allegro(enter: Open, clock: Clock, tmp_path: Path) -> None:
    scene = allegro(enter, clock, tmp_path)
    issue = scene.world.open("i1", "Wintermann: szyba pękła, żądam zwrotu.", days=2)
    report = scene.place.look()
    assert report.failure is None
    stored = scene.place.posts()["issue/i1"].post
    assert stored.thread_title == "Allegro: Reklamacja i1/2026: decyzja do 24.11.2026 08:00"
    assert report.warning
    assert "i1/2026" in report.warning

    clock.advance(hours=1)
    scene.world.say(issue, "BUYER", "Wintermann milczy!")
    assert scene.place.look().tally.new == 1
    assert scene.place.look().tally.fresh == 0
    reply = scene.place.answer("issue/i1#m-2", "Zespół Wintermann: prosimy o zdjęcie.")
    assert (reply.state, reply.error) == (ReplyState.PUBLISHED, None)
    assert (issue.chat[-1].role, issue.chat[-1].text) == ("SELLER", "Zespół Wintermann: prosimy o zdjęcie.")
    clock.advance(hours=1)
    assert scene.place.look().tally.opened == 0
    issue.active = False
    closed = scene.place.answer("issue/i1", "Zespół Wintermann: dziękujemy.")
    assert (closed.state, "closed" in str(closed.error)) == (ReplyState.FAILED, True)


def test_pages_with_marked_up_reviews(enter: Open, clock: Clock) -> None:
    """A shop of two pages, newest first."""
    said = [f"{TEXT} {number}" for number in range(6)]

    def shop(s: int = 1) -> HTMLResponse:
        rows = said[::-1][(s - 1) * 3 : s * 3]
        reviews = [{"@type": "Review", "author": f"Autor {said.index(row)}", "datePublished": "2026-11-20",
                    "reviewBody": row, "url": f"/opinia/{said.index(row)}"} for row in rows]  # fmt: skip
        data = json.dumps({"@context": "https://schema.org", "@type": "Product", "name": "O7", "review": reviews})
        onward = f'<a rel="next" href="?s={s + 1}">dalej</a>' if s * 3 < len(said) else ""
        return HTMLResponse(f'<script type="application/ld+json">{data}</script>{onward}')

    site = FastAPI(openapi_url=None)
    site.add_api_route("/okno", shop, methods=["GET"])
    place = enter("reviews", site, lambda root: f"{root}/okno", lambda root: {})
    first = place.look()
    assert (first.failure, first.tally.new) == (None, 6)
    assert place.look().tally.seen == 3, "the first page says that nothing changed"
    said.append(f"{TEXT} nowa")
    assert place.look().tally.new == 1
    kept = {one.post.text for one in place.posts().values()}
    clock.advance(hours=25)
    said[0] = f"{TEXT} Zmiana."
    edited = place.look()
    assert (edited.tally.revised, edited.tally.new) == (1, 0)
    assert len(place.posts()) == len(kept) == 7

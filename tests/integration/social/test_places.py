"""Mastodon, Bluesky and YouTube, read and answered over sockets against their stand-ins."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from listener.demo.standins.bluesky import BlueskyStandIn
from listener.demo.standins.mastodon import MastodonStandIn
from listener.demo.standins.youtube import YouTubeStandIn
from listener.errors import Failure
from listener.model import ReplyState
from sources import bluesky as bluesky_source
from tests.fakes import Clock
from tests.integration.reviews.conftest import Open, Place

TEXT = "Wintermann #okna: nie działa."
REPLY = "Zespół Wintermann: sprawdzamy."


@dataclass
class Scene:
    """A place with its stand-in. write(number, text): a new post, its id; take_down(id); answers(): texts of ours."""

    place: Place
    world: Any
    write: Callable[[int, str], str]
    take_down: Callable[[str], object]
    answers: Callable[[], list[str]]


def mastodon(enter: Open, clock: Clock) -> Scene:
    world = MastodonStandIn(clock)
    place = enter(
        "mastodon", world.app(), lambda root: f"{root}/tags/okna",
        lambda root: {"access_token": world.token, "account": "Wintermann"},
    )  # fmt: skip
    return Scene(
        place, world, lambda number, text: str(world.write(text)), lambda one: world.statuses.pop(int(one)),
        lambda: [one.text for one in world.statuses.values() if one.author == world.account],
    )  # fmt: skip


def bluesky(enter: Open, clock: Clock) -> Scene:
    world = BlueskyStandIn(clock)
    place = enter(
        "bluesky", world.app(), lambda root: "https://bsky.app/search?q=Wintermann",
        lambda root: {"api": root, "username": world.handle, "password": world.password, "account": "Wintermann"},
    )  # fmt: skip
    return Scene(
        place, world, lambda number, text: world.write(text, f"3k{number}"), world.records.pop,
        lambda: [one["record"]["text"] for one in world.records.values() if world.did in one["uri"]],
    )  # fmt: skip


def youtube(enter: Open, clock: Clock) -> Scene:
    world = YouTubeStandIn(clock)
    place = enter(
        "youtube", world.app(), lambda root: "https://www.youtube.com/watch?v=abcdefghijk",
        lambda root: {"api": f"{root}/youtube/v3", "token_url": f"{root}/token", "key": world.key, "client_id": "c",
                      "client_secret": "s", "refresh_token": world.refresh_token, "account": "@wintermann"},
    )  # fmt: skip
    return Scene(
        place, world, lambda number, text: world.write(f"Ug{number}", text), world.comments.pop,
        lambda: [one.text for one in world.comments.values() if one.author == "wintermann"],
    )  # fmt: skip


SCENES = [mastodon, bluesky, youtube]


@pytest.fixture(params=SCENES, ids=[scene.__name__ for scene in SCENES])
def scene(request: pytest.FixtureRequest, enter: Open, clock: Clock) -> Scene:
    """Each of the places."""
    bluesky_source._sessions.clear()
    made: Scene = request.param(enter, clock)
    return made


def test_posts_are_read_once_and_answered_once(scene: Scene, clock: Clock) -> None:
    written = []
    for number in range(3):
        written.append(scene.write(number, f"{TEXT} {number}"))
        clock.advance(minutes=1)
    first = scene.place.look()
    assert (first.failure, first.tally.new) == (None, 3)
    assert (scene.place.look().tally.fresh, set(scene.place.posts())) == (0, set(written))

    reply = scene.place.answer(written[1], REPLY)
    assert (reply.error, reply.state) == (None, ReplyState.PUBLISHED)
    assert len(scene.answers()) == 1
    assert scene.answers()[0].endswith(REPLY)
    clock.advance(minutes=5)
    read_back = scene.place.look()
    assert (read_back.failure, read_back.tally.opened) == (None, 0), "our own answer opens no ticket"


def test_what_was_taken_down_is_gone(scene: Scene, clock: Clock) -> None:
    written = []
    for number in range(3):
        written.append(scene.write(number, f"{TEXT} {number}"))
        clock.advance(minutes=1)
    scene.place.look()
    scene.take_down(written[1])
    clock.advance(minutes=5)
    assert scene.place.look().failure is None
    posts = scene.place.posts()
    assert posts[written[1]].deleted_at is not None
    assert posts[written[0]].deleted_at is None


def test_long_lists_are_read_to_known_ground(scene: Scene, clock: Clock) -> None:
    scene.write(0, TEXT)
    assert scene.place.look().tally.new == 1
    clock.advance(hours=3)
    for number in range(1, 251):
        scene.write(number, f"{TEXT} {number}")
        clock.advance(seconds=20)
    report = scene.place.look()
    assert (report.failure, report.tally.new) == (None, 250)
    clock.advance(hours=3)
    again = scene.place.look()
    assert (again.failure, again.tally.fresh) == (None, 0)
    assert again.traffic.requests <= 4


def test_wrong_keys_are_a_matter_of_credentials(scene: Scene, enter: Open, clock: Clock) -> None:
    for name, value in (("password", "inne"), ("key", "inny")):
        if hasattr(scene.world, name):
            setattr(scene.world, name, value)
            failure = scene.place.look().failure
            assert failure
            assert failure[0] is Failure.AUTH


# --- what only one of them has ------------------------------------------------------------------------------


def test_an_edit_is_a_revision(enter: Open, clock: Clock) -> None:
    scene = mastodon(enter, clock)
    written = scene.write(0, TEXT)
    scene.place.look()
    clock.advance(minutes=5)
    scene.world.statuses[int(written)].text = f"{TEXT} Poprawka."
    assert scene.place.look().tally.revised == 1


def test_mastodons_limit_makes_us_wait_until_it_says(enter: Open, clock: Clock) -> None:
    scene = mastodon(enter, clock)
    scene.world.limit = 1
    assert scene.place.look().failure is None
    report = scene.place.look()
    assert report.failure
    assert report.failure[0] is Failure.RATE_LIMITED
    assert report.retry_after is not None
    assert report.retry_after.total_seconds() == pytest.approx(300, abs=5)


def test_bluesky_logs_in_once_and_again_where_it_must(enter: Open, clock: Clock) -> None:
    bluesky_source._sessions.clear()
    scene = bluesky(enter, clock)
    scene.write(0, TEXT)
    for _ in range(4):
        assert scene.place.look().failure is None
        clock.advance(hours=1)
    assert len(scene.world.access) == 4
    assert len(scene.world.log_ins) == 1, "refreshed, not logged in again"
    scene.world.refresh.clear()
    assert scene.place.look().failure is None, "a session that was taken back is made anew"


def test_no_secret_lies_in_the_database(scene: Scene, clock: Clock) -> None:
    for number in range(60):
        scene.write(number, f"{TEXT} {number}")
    scene.place.look()
    with scene.place.storage.read() as tx:
        kept = str(tx.sources.cursor("place")) + str(tx.sources.one("place"))
    secrets = [scene.place.config.options.get(name) for name in ("access_token", "password", "key", "refresh_token")]
    secrets += [*getattr(scene.world, "access", ()), *getattr(scene.world, "refresh", ())]
    assert not [one for one in secrets if one and str(one) in kept]


def test_youtubes_units_are_counted_and_kept_to(enter: Open, clock: Clock) -> None:
    scene = youtube(enter, clock)
    for number in range(3):
        thread = scene.write(number, f"{TEXT} {number}")
        for answer in range(8):
            scene.world.write(f"r{answer}", "Tak", "jan", thread)
    report = scene.place.look()
    assert (report.failure, report.tally.seen) == (None, 3 * 6 + 3 * 8)

    def spent() -> str:
        with scene.place.storage.read() as tx:
            return tx.sources.cursor("place")["spent"].partition(" ")[2]

    assert spent() == str(scene.world.spent) == "4"
    scene.place.look()
    assert spent() == str(scene.world.spent) == "5", "threads with no new answers are not asked for"
    scene.world.units = 5
    failure = scene.place.look()
    assert failure.failure
    assert failure.failure[0] is Failure.RATE_LIMITED
    assert failure.retry_after is not None

"""A forum that posts, edits, deletes, moves, merges and paginates at random, read at random times while requests
fail and the process dies: nothing is lost, nothing doubled."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from listener import failpoints
from listener.storage import Storage
from tests.simulated.dialects import Dialect, MessageFeed, PhpbbForum, Plain, SpiritBoard
from tests.simulated.discourse import DiscourseBoard
from tests.simulated.forum import ACTIONS
from tests.simulated.world import World

SETTINGS = settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], print_blob=True
)
STEPS = st.lists(
    st.one_of(
        st.sampled_from(ACTIONS),
        st.sampled_from(("look", "look through trouble", "look amid bustle", "wait")),
        st.integers(min_value=0, max_value=25),
    ),
    min_size=5,
    max_size=40,
)
SEEDS = st.integers(min_value=0, max_value=2**32)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database to copy."""
    path = tmp_path_factory.mktemp("template") / "empty.db"
    Storage.open(f"sqlite:///{path}").close()
    return path


@contextmanager
def a_world(template: Path, dialect: Dialect, seed: int, pages: int | None = None) -> Iterator[World]:
    """A new world that dies where its life ends."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        file = Path(folder) / "house.db"
        shutil.copy(template, file)
        storage = Storage.open(f"sqlite:///{file}")
        world = World(storage, dialect, seed, pages)
        patch.setattr(failpoints, "hit", world.life.hit)
        try:
            yield world
        finally:
            storage.close()


def play(world: World, steps: list[str | int], *, strict: bool) -> None:
    """A number is a pass that dies at that failpoint. strict: after a pass in which all went well all is there."""
    for _ in range(4):
        world.forum.open()
    for step in steps:
        world.clock.advance(minutes=3)
        if isinstance(step, int):
            world.look_and_die(after=step)
        elif step == "wait":
            world.clock.advance(hours=5)
        elif step == "look through trouble":
            world.look(trouble=0.3)
        elif step == "look amid bustle":
            world.look(bustle=0.4)
        elif step == "look":
            report = world.look()
            if strict and not report.unfinished:
                world.check_all_stored()
        else:
            world.forum.act(step)
        world.check_nothing_lost()


@SETTINGS
@given(steps=STEPS, seed=SEEDS)
def test_a_list_that_tells_all_is_known_after_every_pass(template: Path, steps: list[str | int], seed: int) -> None:
    with a_world(template, Plain(), seed) as world:
        play(world, steps, strict=True)
        world.settle()
        world.check_all_stored()
        world.check_removed()
        world.check_tickets()


@SETTINGS
@given(steps=STEPS, seed=SEEDS, pages=st.integers(min_value=1, max_value=6))
def test_with_few_pages_a_pass_it_takes_longer_and_misses_nothing(
    template: Path, steps: list[str | int], seed: int, pages: int
) -> None:
    with a_world(template, Plain(), seed, pages) as world:
        play(world, steps, strict=False)
        for _ in range(100):
            world.clock.advance(minutes=10)
            if not world.look().unfinished:
                break
        world.settle()
        world.check_all_stored()
        world.check_removed()
        world.check_tickets()


@SETTINGS
@given(steps=STEPS, seed=SEEDS)
def test_a_spirit_board(template: Path, steps: list[str | int], seed: int) -> None:
    with a_world(template, SpiritBoard(), seed) as world:
        play(world, steps, strict=False)
        world.settle()
        world.check_all_stored()
        world.check_removed()
        world.check_tickets()


@SETTINGS
@given(steps=STEPS, seed=SEEDS, feed=st.sampled_from((0, 3, 15)))
def test_a_phpbb_forum(template: Path, steps: list[str | int], seed: int, feed: int) -> None:
    with a_world(template, PhpbbForum(feed), seed) as world:
        play(world, steps, strict=False)
        world.settle()
        world.check_all_stored()
        world.check_removed()
        world.check_tickets()


@SETTINGS
@given(steps=STEPS, seed=SEEDS)
def test_a_discourse_board(template: Path, steps: list[str | int], seed: int) -> None:
    with a_world(template, DiscourseBoard(), seed) as world:
        play(world, steps, strict=False)
        world.settle()
        world.check_all_stored()
        world.check_removed()
        world.check_tickets()


@SETTINGS
@given(steps=STEPS, seed=SEEDS)
def test_a_feed_of_all_messages(template: Path, steps: list[str | int], seed: int) -> None:
    with a_world(template, MessageFeed(), seed) as world:
        play(world, steps, strict=True)
        world.settle()
        world.check_all_stored()
        world.check_removed()
        world.check_tickets()

"""What nothing on a board's lists tells of is found when the thread's turn comes."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from listener.errors import Failure, FetchError
from listener.marks import AGAIN
from listener.storage import Storage
from tests.simulated.dialects import ROOT, PhpbbForum
from tests.simulated.forum import Forum, Message, Topic
from tests.simulated.world import SOURCE, World


class Restless(PhpbbForum):
    """Changes around the drawing of a page. before, after: told of its address."""

    def __init__(self) -> None:
        super().__init__()
        self.before: Callable[[str], None] = lambda url: None
        self.after: Callable[[str], None] = lambda url: None

    def draw(self, forum: Forum, url: str) -> tuple[str, list[Message]]:
        self.before(url)
        drawn = super().draw(forum, url)
        self.after(url)
        return drawn


@contextmanager
def a_world() -> Iterator[World]:
    with tempfile.TemporaryDirectory() as folder:
        storage = Storage.open(f"sqlite:///{Path(folder) / 'house.db'}")
        try:
            yield World(storage, Restless(), seed=5)
        finally:
            storage.close()


@pytest.fixture
def world() -> Iterator[World]:
    """Nine topics on three pages of the list, the oldest with six messages on two pages; all of it read."""
    with a_world() as made:
        for number in range(9):
            made.forum.open()
            for _ in range(5 if number == 0 else 0):
                made.forum.say(made.forum.topics[1])
            made.clock.advance(hours=1)
        for topic in made.forum.topics.values():
            for message in topic.messages:
                message.text = f"Wintermann ({message.id})"
        made.look()
        made.check_all_stored()
        yield made


def restless(world: World) -> Restless:
    assert isinstance(world.dialect, Restless)
    return world.dialect


def oldest(world: World) -> Topic:
    """No first page of a list shows it."""
    topic = world.forum.topics[1]
    assert topic not in world.forum.shown[:3]
    return topic


def later(world: World, hours: int = 4) -> int:
    """Requests of a look so much later."""
    before = world.web.requests
    world.clock.advance(hours=hours)
    report = world.look()
    assert report.failure is None
    return world.web.requests - before


def marks(world: World, prefix: str) -> dict[str, str]:
    with world.storage.read() as tx:
        return {name: value for name, value in tx.sources.cursor(SOURCE).items() if name.startswith(prefix)}


def test_an_edit_far_down_is_noticed(world: World) -> None:
    oldest(world).messages[5].text = "Wintermann jednak dobry (6)"
    assert world.look().tally.seen == 0, "a look that is no turn asks for the list alone"
    later(world)
    world.check_all_stored()
    with world.storage.read() as tx:
        found = tx.posts.find(SOURCE, "6")
    assert found
    assert found.revisions == 1


def test_a_removal_is_noticed_on_one_page_and_on_several(world: World) -> None:
    long, short = oldest(world), world.forum.topics[2]
    world.forum.say(short)
    world.forum.say(short)
    later(world)
    for topic in (long, short):
        topic.removed.append(topic.messages.pop(1))
    later(world)
    world.check_removed()
    world.check_all_stored()


def test_a_post_that_slid_past_the_reader_is_not_taken_for_removed(world: World) -> None:
    long = oldest(world)
    first = long.messages[0]

    def slide(url: str) -> None:
        if url.endswith("viewtopic.php?t=1") and first in long.messages:
            long.messages.remove(first)  # the first page was read, and the fifth message is now on it
            long.removed.append(first)

    restless(world).after = slide
    later(world)
    world.check_all_stored()
    later(world)
    world.check_removed()


def test_a_thread_that_is_taken_down_is_marked_though_no_list_shows_it(world: World) -> None:
    oldest(world).closed = True
    later(world)
    world.check_removed()
    assert later(world) < 10, "it is let be for a day"
    later(world, hours=24)
    assert f"{AGAIN}1" not in marks(world, AGAIN)


def test_a_thread_that_was_away_for_an_hour_stands_again(world: World) -> None:
    topic = oldest(world)
    topic.closed = True
    later(world)
    topic.closed = False
    later(world, hours=25)
    world.check_all_stored()
    assert not world.stored()["1"].deleted_at


def test_a_thread_that_a_list_leads_to_is_marked_when_it_is_gone(world: World) -> None:
    newest = world.forum.shown[0]
    world.forum.say(newest)

    def half_gone(url: str) -> None:
        newest.closed = "viewforum" not in url

    restless(world).before = half_gone
    later(world)
    world.check_removed()


def test_threads_of_one_page_are_asked_for_conditionally(world: World) -> None:
    later(world)
    before = world.web.not_modified
    requests = later(world)
    assert world.web.not_modified - before >= requests - 4, "the list and two pages of the long thread"


def test_settled_threads_are_let_go_unless_somebody_works_on_them(world: World) -> None:
    assert len(marks(world, AGAIN)) == 9
    with world.storage.begin() as tx:
        open_ones = {place[1] for place in tx.posts.of_open_tickets(SOURCE, world.clock()).values()}
    for _ in range(8):
        later(world, hours=10 * 24)
    assert {name.removeprefix(AGAIN) for name in marks(world, AGAIN)} == open_ones
    assert {name.removeprefix("all:") for name in marks(world, "all:")} == open_ones


def test_no_thread_is_read_again_while_the_lists_cannot_be_read(world: World) -> None:
    oldest(world).closed = True

    def shut(url: str) -> None:
        if "viewforum" in url:
            raise FetchError("closed for the night", failure=Failure.BLOCKED, where=url)

    restless(world).before = shut
    world.clock.advance(hours=4)
    before = world.web.requests
    assert world.look().failure
    assert world.web.requests == before + 1
    restless(world).before = lambda url: None
    later(world)
    world.check_removed()


def test_a_thread_that_is_closed_to_us_has_its_turn_and_is_no_failure(world: World) -> None:
    def members_only(url: str) -> None:
        if "viewtopic.php?t=1" in url:
            raise FetchError("members only", failure=Failure.BLOCKED, where=url)

    restless(world).before = members_only
    oldest(world).messages[0].text = "Wintermann po zmianie (1)"
    read = marks(world, f"{AGAIN}1")
    later(world)
    assert marks(world, f"{AGAIN}1") != read
    assert not world.stored()["1"].deleted_at


def test_old_addresses_of_a_board_that_moved_say_nothing_of_its_threads(world: World) -> None:
    new = "https://new.example"
    world.web.moved = (ROOT, new)

    def old_is_gone(url: str) -> None:
        if url.startswith(f"{ROOT}/viewtopic"):
            raise FetchError("not found", failure=Failure.GONE, where=url)

    restless(world).before = old_is_gone
    later(world)
    assert not [one for one in world.stored().values() if one.deleted_at]
    assert len(marks(world, AGAIN)) < 9, "met again where they are now"


def test_an_edit_makes_no_thread_more_urgent(world: World) -> None:
    def never_twice_the_same(url: str) -> None:
        if "viewtopic.php?t=1" in url:
            oldest(world).messages[0].text = f"Wintermann (1), obejrzane {world.web.requests} razy"

    later(world, hours=30 * 24)
    later(world)
    restless(world).before = never_twice_the_same
    later(world, hours=31)
    assert later(world, hours=2) == 1, "the list alone"

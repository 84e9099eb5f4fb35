"""What stands in the world at a moment; nothing once seen moves or changes its number."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from listener.demo.content import Content
from listener.demo.world import FAST, BoardPost, LivePost, Visible, World
from tests.integration.demo.conftest import START


def _after(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


def _numbered(visible: Visible) -> dict[int, tuple[str, str]]:
    return {post.number: (thread.title, post.author.name) for thread in visible.threads for post in thread.posts}


def _texts(posts: tuple[BoardPost, ...]) -> list[str]:
    return [post.text for post in posts]


def test_the_past_is_there_and_the_future_is_not(everything: Content) -> None:
    visible = World(everything, START).visible(START)
    assert all(post.at <= START for thread in visible.threads for post in thread.posts)
    assert {row.review.at < 0 for row in visible.reviews} == {True}
    assert len(visible.threads) == sum(thread.post[0].at <= 0 for thread in everything.forum.thread)


def test_the_first_urgent_complaint_is_there_within_five_seconds(everything: Content) -> None:
    newest = World(everything, START).visible(START + _after(5)).threads[0]
    assert newest.title == "UWAGA: skrzydło wypadło z zawiasów w pokoju dziecka"
    assert "okna od Wintermanna" in newest.posts[0].text


def test_everything_is_there_in_the_end(everything: Content) -> None:
    visible = World(everything, START).visible(START + _after(600))
    assert len(visible.threads) == len(everything.forum.thread)
    assert len(visible.reviews) == len(everything.reviews.review)
    assert sum(len(post.comments) for post in visible.page) == sum(len(p.comment) for p in everything.page.post)


def test_fast_plays_ten_minutes_in_one_and_leaves_the_past_alone(everything: Content) -> None:
    slow, fast = World(everything, START), World(everything, START, FAST)
    assert _numbered(fast.visible(START + _after(60))) == _numbered(slow.visible(START + _after(600)))
    assert fast.visible(START).threads == slow.visible(START).threads
    assert fast.moment(60.0) == START + _after(6)
    assert fast.moment(-60.0) == START - _after(60)


def test_an_edit_replaces_the_text_when_its_time_comes(everything: Content) -> None:
    world = World(everything, START)

    def edited(seconds: float) -> BoardPost:
        thread = world.visible(START + _after(seconds)).threads[0]
        return next(post for post in thread.posts if post.at == START + _after(310))

    assert (edited(320).edits, "EDIT" in edited(320).text) == (0, False)
    late = world.visible(START + _after(600))
    found = [post for thread in late.threads for post in thread.posts if post.edits]
    assert [(post.edits, "EDIT" in post.text) for post in found] == [(1, True)]


def test_a_reply_stands_at_the_end_of_its_thread_and_moves_it_to_the_top(everything: Content) -> None:
    world, now = World(everything, START), START + _after(20)
    thread = world.visible(now).threads[-1]
    reply = LivePost(thread=thread.number, author="okna-wintermann", text="Dzień dobry", at=now)
    top = world.visible(now, [reply]).threads[0]
    assert top.number == thread.number
    assert _texts(top.posts) == [*_texts(thread.posts), "Dzień dobry"]
    assert top.posts[-1].number == max(_numbered(world.visible(now, [reply])))
    assert top.posts[-1].author.role == "company"


moments = st.floats(min_value=0, max_value=620, allow_nan=False)


@given(replied=moments, other=moments, looks=st.lists(moments, min_size=1, max_size=4))
def test_numbers_never_change(everything: Content, replied: float, other: float, looks: list[float]) -> None:
    world = World(everything, START)
    live = [LivePost(thread=1, author="gosc", text=str(at), at=START + _after(at)) for at in sorted((replied, other))]
    before: dict[int, tuple[str, str]] = {}
    for seconds in sorted(looks):
        seen = _numbered(world.visible(START + _after(seconds), live))
        assert sorted(seen) == list(range(1, len(seen) + 1))
        assert before.items() <= seen.items()
        before = seen

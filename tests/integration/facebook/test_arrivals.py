"""From a webhook to a ticket: in any order, any number of times, beside the poll."""

from datetime import timedelta

import pytest

from listener.demo.standins.graph_world import GraphError, Thing, Token
from listener.model import EventKind, ReplyState
from tests.graph import ANNA, JAN, PAGE, TOKEN
from tests.integration.facebook.conftest import Place

WORDS = "Okna Wintermann ciekną"


def a_complaint(place: Place, text: str = WORDS) -> Thing:
    return place.graph.comment(place.graph.add_post(PAGE, "Nowe okna"), text, ANNA)


def test_a_webhook_opens_a_ticket_and_the_poll_adds_nothing(place: Place) -> None:
    comment = a_complaint(place)
    assert place.deliver() == [200]
    place.read()
    assert len(place.tickets()) == 1
    assert place.waiting() == 0
    report = place.look()
    assert report.failure is None
    assert report.tally.new == 0
    stored = place.stored(comment.id)
    assert stored is not None
    assert stored.revisions == 0


def test_the_poll_finds_what_no_webhook_told_of(place: Place) -> None:
    comment = a_complaint(place)
    place.graph.changes.clear()
    place.look()
    assert len(place.tickets()) == 1
    place.graph.edit(comment, f"{WORDS}, i to bardzo")
    place.deliver()
    place.read()
    stored = place.stored(comment.id)
    assert stored is not None
    assert (stored.revisions, stored.post.text) == (1, f"{WORDS}, i to bardzo")


def test_the_poll_notices_what_was_removed_without_a_webhook_once_it_is_missed_twice(place: Place) -> None:
    kept = a_complaint(place, f"{WORDS} jedne")
    assert kept.post
    removed = place.graph.comment(kept.post, f"{WORDS} drugie", JAN)
    alone = a_complaint(place, f"{WORDS} trzecie")
    place.look()
    place.graph.remove(removed)
    place.graph.remove(alone)
    place.graph.changes.clear()
    for gone in (False, True):
        place.clock.advance(minutes=15)
        place.look()
        deleted = [stored.deleted_at for one in (removed, alone) if (stored := place.stored(one.id))]
        assert [at is not None for at in deleted] == [gone, gone]
    still = place.stored(kept.id)
    assert still is not None
    assert still.deleted_at is None
    assert not [name for name in place.cursor() if name.startswith("missed:")]


def test_what_an_answer_left_out_once_stays(place: Place) -> None:
    comment = a_complaint(place)
    other = a_complaint(place, f"{WORDS} u nas")
    place.look()
    assert comment.post
    for shown in (False, True, False, True):
        comment.post.comments[:] = [comment] if shown else []
        place.clock.advance(minutes=15)
        place.look()
    for one in (comment, other):
        stored = place.stored(one.id)
        assert stored is not None
        assert stored.deleted_at is None


def test_a_page_whose_comments_may_not_be_seen_any_more_loses_none(place: Place) -> None:
    comment = a_complaint(place)
    place.look()
    assert comment.post
    comment.post.comments.clear()
    for _ in range(3):
        place.clock.advance(minutes=15)
        place.look()
    stored = place.stored(comment.id)
    assert stored is not None
    assert stored.deleted_at is None


def test_of_many_comments_those_are_compared_that_the_answer_reaches_back_to(place: Place) -> None:
    ours = place.graph.add_post(PAGE, "Nowe okna")
    comments = []
    for number in range(40):
        place.clock.advance(minutes=1)
        comments.append(place.graph.comment(ours, f"{WORDS} {number}", JAN))
    place.look()
    for removed in (comments[2], comments[30]):
        place.graph.remove(removed)
    place.graph.changes.clear()
    for _ in range(2):
        place.clock.advance(minutes=15)
        place.look()
    gone = [n for n, one in enumerate(comments) if (stored := place.stored(one.id)) and stored.deleted_at]
    assert gone == [30]


@pytest.mark.parametrize("seed", range(6))
def test_any_order_and_any_number_of_repeats_end_the_same(place: Place, seed: int) -> None:
    place.graph._chance.seed(seed)
    ours = place.graph.add_post(PAGE, "Nowe okna")
    edited, removed, shown = (place.graph.comment(ours, f"{WORDS} {n}", JAN) for n in range(3))
    for number in range(3):
        place.clock.advance(seconds=2)
        place.graph.edit(edited, f"{WORDS} wersja {number}")
        place.graph.hide(shown, hidden=number != 2)
    place.clock.advance(seconds=2)
    place.graph.edit(removed, f"{WORDS} zaraz zniknie")
    place.clock.advance(seconds=2)
    place.graph.remove(removed)
    place.deliver(size=3, shuffled=True, repeated=True)
    place.read()
    last, taken_down, again = (place.stored(one.id) for one in (edited, removed, shown))
    assert last is not None
    assert last.post.text == f"{WORDS} wersja 2"
    assert taken_down is None or taken_down.deleted_at is not None
    assert again is not None
    assert again.deleted_at is None
    place.look()
    place.read()
    still = place.stored(removed.id)
    assert still is None or still.deleted_at is not None


def test_removed_before_added_never_comes(place: Place) -> None:
    comment = a_complaint(place)
    place.graph.remove(comment)
    place.graph.changes.reverse()
    place.deliver(size=1)
    place.read()
    assert place.stored(comment.id) is None
    assert place.tickets() == ()


def test_a_post_that_is_taken_down_takes_its_comments_with_it(place: Place) -> None:
    comment = a_complaint(place)
    place.deliver()
    place.read()
    assert comment.post is not None
    place.graph.remove(comment.post)
    place.deliver()
    place.read()
    stored = place.stored(comment.id)
    assert stored is not None
    assert stored.deleted_at is not None


def test_what_cannot_be_read_is_put_aside_and_told_and_the_rest_goes_on(place: Place) -> None:
    body = b'{"object": "user"}'
    assert place.post(body, place.graph.signed(body)) == 200
    a_complaint(place)
    place.deliver()
    for _ in range(6):
        place.read()
        place.clock.advance(minutes=10)
    assert len(place.tickets()) == 1
    assert place.waiting() == 0
    check = place.arrivals.check()
    assert "1 from facebook could not be read" in check.detail
    place.clock.advance(days=31)
    place.arrivals.forget()
    assert place.arrivals.check().detail == "0 waiting"


def test_one_delivery_that_cannot_be_stored_holds_up_no_other_of_its_batch(place: Place) -> None:
    comments = [a_complaint(place, f"{WORDS} {number}") for number in range(9)]
    with place.storage.begin() as tx:
        tx.tickets._db.exec_driver_sql(
            "CREATE TRIGGER no_fourth BEFORE INSERT ON posts WHEN new.text LIKE '% 4' "
            "BEGIN SELECT RAISE(ABORT, 'not this one'); END"
        )
    place.deliver(size=1)
    place.read()
    found = [place.stored(one.id) is not None for one in comments]
    assert found == [number != 4 for number in range(9)]
    assert len(place.tickets()) == 8
    assert place.waiting() == 1
    with place.storage.begin() as tx:
        tx.tickets._db.exec_driver_sql("DROP TRIGGER no_fourth")
    place.clock.advance(minutes=1)
    place.read()
    assert place.stored(comments[4].id) is not None
    assert (len(place.tickets()), place.waiting()) == (9, 0)


def test_the_order_of_changes_is_forgotten_in_time(place: Place) -> None:
    comment = a_complaint(place)
    place.graph.edit(comment, f"{WORDS}!")
    removed = a_complaint(place)
    place.graph.remove(removed)
    place.deliver()
    place.read()
    place.arrivals.forget()
    assert {f"changed:{comment.id}", f"changed:{removed.id}"} <= set(place.cursor())
    place.clock.advance(days=4)
    place.arrivals.forget()
    assert not [name for name in place.cursor() if name.startswith("changed:")]


def test_an_answer_goes_out_once_though_the_first_answer_was_lost(place: Place) -> None:
    comment = a_complaint(place)
    place.deliver()
    place.read()
    ticket, stored = place.tickets()[0], place.stored(comment.id)
    assert stored is not None
    with place.storage.begin() as tx:
        reply_id = tx.replies.add(ticket, stored.id, "Prosimy o numer.", "ala", place.clock(), ReplyState.APPROVED)
    place.graph.lose_answers = 1
    again = place.publish.send(reply_id)
    assert again is not None
    place.clock.now = again
    assert place.publish.send(reply_id) is None
    with place.storage.read() as tx:
        reply = tx.replies.one(reply_id)
    assert reply is not None
    assert reply.state is ReplyState.PUBLISHED
    assert comment.post is not None
    assert [one.message for one in comment.post.comments if one.author and one.author[0] == PAGE] == [
        "Prosimy o numer."
    ]
    # the echo of our own words opens nothing
    place.deliver()
    place.read()
    assert len(place.tickets()) == 1


def test_the_poll_rests_as_long_as_facebook_says(place: Place) -> None:
    place.graph.faults.append(GraphError(80001, "too many"))
    report = place.look()
    assert report.failure is not None
    with place.storage.read() as tx:
        row = tx.sources.one("facebook")
    assert row is not None
    assert row.due_at >= place.clock.now + timedelta(minutes=15)


def test_a_budget_that_is_nearly_used_up_ends_the_pass_and_loses_nothing(place: Place) -> None:
    for number in range(70):
        place.clock.advance(minutes=1)
        place.graph.add_post(PAGE, f"{WORDS} {number}", ANNA)
    place.graph.budget = 1
    first = place.look()
    assert first.unfinished
    assert first.failure is None
    with place.storage.read() as tx:
        row = tx.sources.one("facebook")
    assert row is not None
    assert row.due_at >= place.clock.now + timedelta(minutes=30)
    place.graph.budget = 0
    place.clock.now = row.due_at
    place.look()
    assert place.stored(place.graph.posts[PAGE][0].id)
    assert TOKEN not in repr(place.cursor())


def test_a_token_that_will_die_is_told_of_once(place: Place) -> None:
    place.graph.tokens[TOKEN] = Token(page=PAGE, expires=place.clock.now + timedelta(days=10))
    place.look()
    for _ in range(3):
        place.clock.advance(hours=1)
        place.look()
    with place.storage.begin() as tx:
        events = tx.outbox.claim(place.clock(), place.clock.now + timedelta(minutes=1), 100)
        row = tx.sources.one("facebook")
    told = [event for event in events if event.kind is EventKind.SOURCE_TROUBLE]
    assert [event.payload["what"] for event in told] == ["warning"]
    assert "the access token ends on" in told[0].payload["detail"]
    assert row is not None
    assert row.trouble == "warning"

"""A pass: what is stored, which marks hold, and what a failure costs."""

import asyncio

import pytest

from listener.errors import Failure
from listener.model import TicketState
from tests.unit.house.conftest import House


def test_a_pass_stores_what_matches_and_opens_one_ticket_a_thread(house: House) -> None:
    house.site.threads = {"t": [["1:okna Wintermann zimne", "2:a u mnie deszcz"], ["3:Wintermann milczy"]]}
    report = house.look()
    assert (report.tally.stored, report.tally.opened, report.tally.appended) == (2, 1, 1)
    assert [stored.post.native_id for stored in house.posts()] == ["1", "3"]
    assert house.cursor() == {"t": "3"}
    (ticket,) = house.tickets()
    assert ticket.state is TicketState.OPEN


def test_a_second_pass_over_the_same_place_changes_nothing(house: House) -> None:
    house.site.threads = {"t": [["1:okna Wintermann zimne"]]}
    house.look()
    house.site.asked.clear()
    report = house.look()
    assert (report.tally.stored, report.tally.opened, report.tally.fresh) == (0, 0, 0)
    assert house.site.asked == ["index"]
    assert len(house.tickets()) == 1


def test_an_unchanged_index_is_answered_304_and_ends_the_pass(house: House) -> None:
    house.site.etag = True
    house.site.threads = {"t": [["1:okna Wintermann zimne"]]}
    house.look()
    assert house.look().traffic.not_modified == 1


@pytest.mark.parametrize("failure", [Failure.TRANSIENT, Failure.RATE_LIMITED, Failure.BAD_CONTENT])
def test_a_page_that_fails_is_read_next_time_and_the_others_are_not_held_back(house: House, failure: Failure) -> None:
    house.site.etag = True
    house.site.threads = {
        "a": [["1:Wintermann a"]],
        "b": [["2:Wintermann b"], ["3:Wintermann b2"]],
        "c": [["4:Wintermann c"]],
    }
    house.site.down = {"b/1": failure}
    report = house.look()
    assert report.failure
    assert report.failure[0] is failure
    assert house.cursor().keys() == {"a", "c"}, "neither thread b nor the index itself counts as read"
    house.site.asked.clear()
    assert house.look().failure is None
    assert house.site.asked == ["index", "b/0", "b/1"]
    assert [stored.post.native_id for stored in house.posts("b")] == ["2", "3"]


def test_failures_are_counted_on_the_source_and_a_success_clears_them(house: House) -> None:
    house.site.down = {"index": Failure.TRANSIENT}
    house.look()
    with house.storage.read() as tx:
        row = tx.sources.one("forum")
    assert row
    assert (row.failures, row.failure, row.last_success_at) == (1, "transient", None)
    house.look()
    with house.storage.read() as tx:
        row = tx.sources.one("forum")
    assert row
    assert (row.failures, row.failure, row.last_success_at) == (0, None, house.clock.now)


def test_a_thread_that_is_gone_is_marked_and_is_no_failure(house: House) -> None:
    house.site.threads = {"t": [["1:Wintermann"]]}
    house.look()
    house.site.threads = {"t": [["1:Wintermann", "2:x"]]}
    house.site.down = {"t/0": Failure.GONE}
    assert house.look().failure is None
    (stored,) = house.posts()
    assert stored.deleted_at == house.clock.now


def test_an_edit_is_a_revision_of_the_same_ticket(house: House) -> None:
    house.site.threads = {"t": [["1:Wintermann zimne okna"]]}
    house.look()
    house.site.threads = {"t": [["1:Wintermann EDIT: naprawili", "2:x"]]}
    report = house.look()
    assert (report.tally.revised, report.tally.opened, report.tally.appended) == (1, 0, 1)
    (stored,) = house.posts()
    assert (stored.revisions, stored.post.text) == (1, "1:Wintermann EDIT: naprawili")
    assert len(house.tickets()) == 1


def test_a_post_that_comes_to_name_the_brand_is_found_by_its_edit(house: House) -> None:
    house.site.threads = {"t": [["1:okna firmy na W"]]}
    house.look()
    assert house.posts() == ()
    house.site.threads = {"t": [["1:okna firmy Wintermann", "2:x"]]}
    assert house.look().tally.opened == 1


def test_what_we_wrote_ourselves_opens_nothing(house: House) -> None:
    house.site.threads = {"t": [["1:Tu Wintermann, odpowiadamy"]]}
    with house.storage.begin() as tx:
        tx.posts.forget_author("forum", "janek", house.clock())
    house.look()
    assert house.posts() == (), "an author who asked to be forgotten is not collected again"


def test_a_house_that_is_closing_gives_the_source_back_at_once(house: House) -> None:
    house.site.threads = {"t": [["1:Wintermann"]]}
    stopping = asyncio.Event()
    stopping.set()
    report = asyncio.run(house.crawl.run("forum", house.site, stopping))
    assert report
    assert report.stopped
    assert house.crawl.due() == ("forum",)


def test_a_claimed_source_is_left_alone(house: House) -> None:
    with house.storage.begin() as tx:
        tx.sources.claim("forum", house.clock(), house.clock())
    assert asyncio.run(house.crawl.run("forum", house.site, asyncio.Event())) is None
    house.clock.advance(minutes=1)
    assert asyncio.run(house.crawl.run("forum", house.site, asyncio.Event())) is not None


COPIED = "Kupiłem okna Wintermann w marcu, od montażu wieje z każdej strony, a serwis od dwóch miesięcy nie odbiera"


def test_the_same_complaint_in_three_threads_is_one_ticket_that_knows_its_places(house: House) -> None:
    house.site.threads = {"a": [[f"1:{COPIED}"]]}
    house.look()
    house.site.threads |= {"b": [[f"2:{COPIED}!!!"]], "c": [[f"3:{COPIED.upper()}"]]}
    report = house.look()
    assert (report.tally.opened, report.tally.appended) == (0, 2)
    (row,) = house.desk.inbox(state=TicketState.OPEN)
    assert (row.posts, row.places) == (3, 3)
    house.site.threads["b"] = [[f"2:{COPIED}!!!", "4:Wintermann nadal milczy"]]
    assert house.look().tally.appended == 1, "what follows in a joined thread belongs to the same ticket"


def test_copies_are_known_again_after_a_restart(house: House) -> None:
    house.site.threads = {"a": [[f"1:{COPIED}"]]}
    house.look()
    house.intake.duplicates.forget(house.posts("a")[0].id)
    assert house.intake.remember() == 1
    house.site.threads |= {"b": [[f"2:{COPIED}"]]}
    assert house.look().tally.opened == 0


def test_a_new_post_reopens_a_ticket_that_waits_for_its_author(house: House) -> None:
    house.site.threads = {"t": [["1:Wintermann zimne okna"]]}
    house.look()
    (ticket,) = house.tickets()
    with house.storage.begin() as tx:
        tx.tickets.change(ticket, house.clock(), state=TicketState.PENDING)
    house.site.threads = {"t": [["1:Wintermann zimne okna", "2:Wintermann nadal nic"]]}
    house.look()
    assert [ticket.state for ticket in house.tickets()] == [TicketState.OPEN]

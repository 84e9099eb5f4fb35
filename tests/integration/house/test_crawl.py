"""A pass: what is stored, which marks hold, and what a failure costs."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from listener.errors import Failure, FetchError
from listener.health import Rhythm, heard
from listener.http import HostStats
from listener.http.meter import spent
from listener.model import EventKind, TicketState
from listener.protocols import Page, Request
from tests.integration.house.conftest import House


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
    row = house.source()
    assert (row.failures, row.failure, row.last_success_at) == (1, "transient", None)
    house.look()
    row = house.source()
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


# --- moved, deleted, back again -----------------------------------------------------------------------------


def test_a_moved_thread_keeps_its_posts_and_its_ticket(house: House) -> None:
    house.site.threads = {"old": [["1:Wintermann a", "2:Wintermann b"]]}
    house.look()
    (ticket,) = house.tickets()
    house.site.threads = {"new": [["1:Wintermann a", "2:Wintermann b", "3:Wintermann c"]]}
    report = house.look()
    assert (report.tally.revised, report.tally.opened, report.tally.appended) == (0, 0, 1)
    assert [(stored.post.native_id, stored.revisions) for stored in house.posts("new")] == [
        ("1", 0),
        ("2", 0),
        ("3", 0),
    ]
    assert house.posts("old") == ()
    (followed,) = house.tickets()
    assert (followed.id, followed.thread_key) == (ticket.id, "new")


def test_a_post_that_leaves_a_thread_leaves_the_ticket_there(house: House) -> None:
    house.site.threads = {"old": [["1:Wintermann a", "2:Wintermann b"]]}
    house.look()
    house.site.threads = {"old": [["1:Wintermann a"]], "new": [["2:Wintermann b"]]}
    house.look()
    (ticket,) = house.tickets()
    assert ticket.thread_key == "old"
    assert [stored.post.native_id for stored in house.posts("new")] == ["2"]


def test_a_post_that_is_moved_and_edited_at_once_stays_in_its_ticket(house: House) -> None:
    house.site.threads = {"a": [["1:Wintermann a", "2:Wintermann b"]], "b": [["3:Wintermann c"]]}
    house.look()
    house.site.threads = {"a": [["1:Wintermann a"]], "b": [["2:Wintermann poprawione", "3:Wintermann c"]]}
    report = house.look()
    assert (report.tally.revised, report.tally.opened, len(house.tickets())) == (1, 0, 2)
    moved = next(stored for stored in house.posts("b") if stored.post.native_id == "2")
    with house.storage.read() as tx:
        (held,) = tx.tickets.holding(moved.id)
        ticket = tx.tickets.one(held)
    assert ticket
    assert ticket.thread_key == "a"


def test_merged_threads_keep_the_tickets_that_they_had(house: House) -> None:
    house.site.threads = {"a": [["1:Wintermann a"]], "b": [["2:Wintermann b"]]}
    house.look()
    house.site.threads = {"b": [["1:Wintermann a", "2:Wintermann b"]]}
    house.look()
    assert sorted(ticket.thread_key for ticket in house.tickets()) == ["a", "b"]
    house.site.threads = {"b": [["1:Wintermann a", "2:Wintermann b", "3:Wintermann c"]]}
    assert (house.look().tally.opened, len(house.tickets())) == (0, 2)


def test_what_the_place_calls_removed_is_marked_until_it_is_back(house: House) -> None:
    house.site.threads = {"t": [["1:Wintermann a", "2:Wintermann b"]]}
    house.look()
    house.site.threads, house.site.gone = {"t": [["1:Wintermann a"]]}, {"t": ["2"]}
    house.look()
    assert [stored.deleted_at for stored in house.posts()] == [None, house.clock.now]
    house.site.threads, house.site.gone = {"t": [["1:Wintermann a", "2:Wintermann b"]]}, {}
    report = house.look()
    assert [stored.deleted_at for stored in house.posts()] == [None, None]
    assert (report.tally.new, report.tally.revised, len(house.tickets())) == (0, 0, 1)


def test_a_thread_that_has_no_posts_left_is_marked(house: House) -> None:
    house.site.threads = {"t": [["1:Wintermann a"]]}
    house.look()
    house.site.threads = {"t": [[]]}
    assert house.look().failure is None
    (stored,) = house.posts()
    assert stored.deleted_at


def test_a_thread_that_drops_out_of_the_list_is_looked_for_while_its_ticket_is_open(house: House) -> None:
    house.site.threads = {"a": [["1:Wintermann a"]], "b": [["2:Wintermann b"]], "c": [["3:deszcz"]]}
    house.look()
    house.site.threads = {"b": [["2:Wintermann b"]]}
    house.look()
    assert [stored.deleted_at for stored in house.posts("a")] == [None]
    house.clock.advance(days=1, minutes=1)
    house.site.asked.clear()
    assert house.look().failure is None
    assert house.site.asked == ["index", "a/0", "b/0"]
    (gone,), (there,) = house.posts("a"), house.posts("b")
    assert (gone.deleted_at, there.deleted_at) == (house.clock(), None)
    house.site.asked.clear()
    house.look()
    assert house.site.asked == ["index"], "once a day"


def test_no_other_host_is_asked_whether_a_thread_is_still_there(house: House) -> None:
    house.site.threads = {"a": [["1:Wintermann a"]]}
    house.look()
    target = replace(house.crawl.targets["forum"], url="https://forum.example/")
    house.crawl = replace(house.crawl, targets={"forum": target})
    house.clock.advance(days=2)
    house.site.asked.clear()
    house.look()
    assert house.site.asked == ["index"]


# --- the page limit -----------------------------------------------------------------------------------------


def test_a_long_past_is_read_in_many_passes_and_news_do_not_wait_for_it(house: House) -> None:
    house.limit(3)
    house.site.etag = True
    house.site.threads = {
        name: [[f"{name}{page}:Wintermann" for page in [leaf]] for leaf in range(4)] for name in ("a", "b", "c")
    }
    first = house.look()
    assert (first.unfinished, first.traffic.requests) == (True, 3)
    house.site.threads = {"n": [["new:Wintermann"]], **house.site.threads}
    house.look()
    assert [stored.post.native_id for stored in house.posts("n")] == ["new"]
    passes = [house.look() for _ in range(12)]
    assert max(report.traffic.requests for report in passes) <= 3
    assert not passes[-1].unfinished
    assert sum(len(house.posts(name)) for name in ("a", "b", "c")) == 12
    assert set(house.cursor()) == {"a", "b", "c", "n", "http:index"}, "nothing is put off any more"
    house.site.asked.clear()
    house.look()
    assert house.site.asked == ["index"]


def test_what_was_put_off_survives_failures_and_deletion(house: House) -> None:
    house.limit(2)
    house.site.threads = {"a": [["1:Wintermann"]], "b": [["2:Wintermann"]], "c": [["3:Wintermann"]]}
    house.look()
    del house.site.threads["c"]
    house.site.down = {"b/0": Failure.TRANSIENT}
    reports = [house.look() for _ in range(5)]
    assert [report.failure is None for report in reports].count(False) == 1
    assert [stored.post.native_id for stored in house.posts("b")] == ["2"]
    assert not any(name.startswith("later:") for name in house.cursor())


# --- failures and health ------------------------------------------------------------------------------------


def told(house: House) -> list[dict[str, object]]:
    """What people were told of the source since the last time."""
    with house.storage.begin() as tx:
        events = tx.outbox.claim(house.clock(), house.clock(), 100, [EventKind.SOURCE_TROUBLE])
        for event in events:
            tx.outbox.settle(event.id, None)
    return [dict(event.payload) for event in events]


def test_a_kind_that_trips_over_a_page_loses_only_that_page(house: House) -> None:
    house.site.threads = {"a": [["1:Wintermann BUG"]], "b": [["2:Wintermann"]]}
    report = house.look()
    assert report.failure
    assert (report.failure[0], "ValueError" in report.failure[1]) == (Failure.LAYOUT, True)
    assert [stored.post.native_id for stored in house.posts("b")] == ["2"]
    assert house.source().due_at == house.clock() + timedelta(minutes=1), "one page does not slow down the source"


def test_a_pass_that_a_bug_breaks_off_is_a_failed_one(house: House) -> None:
    class Broken:
        async def fetch(self, request: object, **options: object) -> None:
            raise RuntimeError("a bug")

    with pytest.raises(RuntimeError):
        asyncio.run(house.crawl.run("forum", Broken(), asyncio.Event()))  # type: ignore[arg-type]
    row = house.source()
    assert (row.failures, row.failure_text, row.claimed_until) == (1, "the pass was broken off", None)


def test_closing_says_nothing_of_health(house: House) -> None:
    house.site.down = {"index": Failure.TRANSIENT}
    house.look()
    stopping = asyncio.Event()
    stopping.set()
    asyncio.run(house.crawl.run("forum", house.site, stopping))
    assert (house.source().failures, house.source().last_success_at) == (1, None)


def test_lasting_failures_are_told_of_once_until_they_are_over(house: House) -> None:
    for _ in range(5):
        house.site.down = {"index": Failure.AUTH}
        house.look()
    (event,) = told(house)
    assert (event["source"], event["what"], event["since"]) == ("forum", "auth", None)
    assert "it is down" in str(event["detail"])
    house.site.down = {"index": Failure.TRANSIENT}
    house.look()
    assert house.source().trouble == "auth", "another failure is no recovery"
    house.look()
    assert house.source().trouble is None
    for _ in range(3):
        house.site.down = {"index": Failure.AUTH}
        house.look()
    assert len(told(house)) == 1


def test_silence_beyond_habit_is_told_of_once_and_ends_with_the_next_post(house: House) -> None:
    rhythm, monday = Rhythm(), datetime(2026, 11, 2, tzinfo=UTC)
    for moment in (monday + timedelta(days=day, hours=hour) for day in range(14) for hour in range(8, 18)):
        rhythm = heard(rhythm, last_look=moment - timedelta(hours=1), now=moment)
    with house.storage.begin() as tx:
        tx.sources.learn("forum", rhythm)
    house.clock.now = monday + timedelta(days=14, hours=8)
    house.site.threads = {"t": [["1:deszcz"]]}
    house.look()
    house.clock.advance(hours=2)
    house.look()
    assert told(house) == [], "two hours may pass"
    for _ in range(3):
        house.clock.advance(hours=2)
        house.look()
    (event,) = told(house)
    assert (event["what"], event["since"]) == ("silent", "2026-11-16T08:00:00+00:00")
    house.site.threads = {"t": [["1:deszcz", "2:deszcz"]]}
    house.look()
    assert (house.source().trouble, told(house)) == (None, [])


def test_a_back_fill_teaches_no_rhythm(house: House) -> None:
    house.limit(2)
    house.site.threads = {name: [[f"{name}:deszcz"]] for name in "abcdefgh"}
    for _ in range(12):
        house.clock.advance(hours=1)
        house.look()
    assert sum(house.source().rhythm.active) <= 1.0


# --- when to come again -------------------------------------------------------------------------------------


def test_what_the_place_said_of_its_pace_holds_while_it_answers_304(house: House) -> None:
    house.site.etag = True
    house.site.hints = {"ttl_minutes": "90"}
    for _ in range(2):
        house.look()
        assert house.source().due_at == house.clock() + timedelta(minutes=90)
    house.site.hints = {}
    house.look()
    assert house.source().due_at == house.clock() + timedelta(minutes=1)


def test_a_quiet_source_is_asked_less_often_until_it_has_news(house: House) -> None:
    house.site.threads = {"t": [["1:deszcz"]]}
    house.look()
    house.clock.advance(days=2)
    house.look()
    assert house.source().due_at == house.clock() + timedelta(minutes=8)
    house.site.threads = {"t": [["1:deszcz", "2:deszcz"]]}
    house.look()
    assert house.source().due_at == house.clock() + timedelta(minutes=1)


def test_the_longest_wait_that_was_asked_for_is_kept(house: House) -> None:
    class Tired:
        async def fetch(self, request: object, **options: object) -> None:
            raise FetchError("429", failure=Failure.RATE_LIMITED, where="index", retry_after=7200.0)

    asyncio.run(house.crawl.run("forum", Tired(), asyncio.Event()))  # type: ignore[arg-type]
    assert house.source().due_at == house.clock() + timedelta(hours=2)


def test_what_went_to_the_host_is_on_the_row(house: House) -> None:
    class Metered:
        async def fetch(self, request: Request, **options: object) -> Page:
            spent(requests=2, wire=700, waited=1.75)
            return await house.site.fetch(request)

    crawl = replace(house.crawl, record=lambda url: HostStats(host=url, requests=9, robots="all allowed"))
    spent(requests=5)
    asyncio.run(crawl.run("forum", Metered(), asyncio.Event()))
    row = house.source()
    assert (row.requests, row.bytes, row.waited, row.robots) == (2, 700, 1.75, "all allowed")
    assert house.source().rhythm == Rhythm()

"""One suite over both databases: what storage promises, whichever it stands on."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from listener.book import Book, Found
from listener.errors import Conflict, DatabaseTooNew, DatabaseTooOld
from listener.model import (
    DeliveryState,
    EventKind,
    HidingState,
    Priority,
    Quote,
    ReplyState,
    Ticket,
    TicketAction,
    TicketChange,
    TicketState,
)
from listener.storage import Kept, Storage, Traffic
from listener.storage.engine import engine_for
from listener.storage.schema import metadata
from tests.making import NOW, QUERY, a_mention, a_post, an_opinion, later

OPEN = TicketChange(
    action=TicketAction.OPEN, reasons=("urgency: high",), priority=Priority.HIGH, first_response_due=later(hours=1)
)


def open_ticket(storage: Storage, native_id: str = "1", **changes: object) -> Ticket:
    post = a_post(native_id, **changes)
    with storage.begin() as tx:
        post_id, _ = tx.posts.keep(post, "hash", NOW)
        ticket_id = tx.tickets.add(post, a_mention(), OPEN, NOW)
        tx.tickets.attach(ticket_id, post_id, NOW)
        ticket = tx.tickets.one(ticket_id)
    assert ticket
    return ticket


def test_tables_are_what_the_migrations_make(database_url: str) -> None:
    Storage.open(database_url).close()
    engine = engine_for(database_url)
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    engine.dispose()
    assert differences == []


def test_another_version_is_refused(database_url: str) -> None:
    Storage.open(database_url).close()
    Storage.open(database_url).close()
    engine = engine_for(database_url)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(DatabaseTooNew, match="9999"):
        Storage.open(database_url)
    with pytest.raises(DatabaseTooNew, match="newer"):
        Storage.upgrade(database_url)


def test_what_is_kept_comes_back_whole(storage: Storage) -> None:
    post = a_post(quotes=(Quote(author="ola", text="U mnie też"),), rating=2.0, rating_scale=5.0, parent_id="0")
    with storage.begin() as tx:
        post_id, kept = tx.posts.keep(post, "h1", NOW)
        tx.posts.classify([(post_id, an_opinion())])
        tx.posts.mention([(post_id, [a_mention()])], NOW)
    assert kept is Kept.NEW
    with storage.read() as tx:
        stored = tx.posts.one(post_id)
    assert stored
    assert stored.post == post
    assert stored.classification == an_opinion()
    assert stored.mentions == (a_mention(),)
    assert stored.revisions == 0


def test_the_same_post_again_changes_nothing_and_an_edit_is_a_revision(storage: Storage) -> None:
    with storage.begin() as tx:
        post_id, _ = tx.posts.keep(a_post(), "h1", NOW)
        again = tx.posts.keep(a_post(seen_at=later(hours=1)), "h1", later(hours=1))
        edited = tx.posts.keep(a_post(text="Już naprawili.", seen_at=later(hours=2)), "h2", later(hours=2))
    assert again == (post_id, Kept.UNCHANGED)
    assert edited == (post_id, Kept.REVISED)
    with storage.read() as tx:
        stored = tx.posts.one(post_id)
        known = tx.posts.known("forum", ["1", "2"])
    assert stored
    assert (stored.post.text, stored.revisions, stored.post.seen_at) == ("Już naprawili.", 1, NOW)
    assert known["1"].content_hash == "h2"
    assert "2" not in known


def test_a_post_that_matched_nothing_leaves_a_fingerprint_until_it_is_kept(storage: Storage) -> None:
    with storage.begin() as tx:
        tx.posts.fingerprint([(a_post(), "h1")])
        tx.posts.fingerprint([(a_post(), "h2")])
    with storage.begin() as tx:
        before = tx.posts.known("forum", ["1"])["1"]
        post_id, kept = tx.posts.keep(a_post(), "h3", NOW)
        after = tx.posts.known("forum", ["1"])["1"]
    assert (before.post_id, before.content_hash) == (None, "h2")
    assert kept is Kept.NEW
    assert (after.post_id, after.content_hash) == (post_id, "h3")


def test_a_deleted_post_is_marked_once_and_lives_again_when_it_returns(storage: Storage) -> None:
    with storage.begin() as tx:
        post_id, _ = tx.posts.keep(a_post(), "h1", NOW)
        assert tx.posts.tombstone("forum", ["1", "77"], NOW) == 1
        assert tx.posts.tombstone("forum", ["1"], later(hours=1)) == 0
        gone = tx.posts.one(post_id)
        tx.posts.keep(a_post(), "h1", later(hours=2))
        back = tx.posts.one(post_id)
    assert gone
    assert gone.deleted_at == NOW
    assert back
    assert back.deleted_at is None


def test_hostile_characters_are_storable(storage: Storage) -> None:
    with storage.begin() as tx:
        post_id, _ = tx.posts.keep(a_post(text="a\0b\ud800c", author="\0", native_id="n\0"), "h", NOW)
        stored = tx.posts.one(post_id)
        assert "n\ufffd" in tx.posts.known("forum", ["n\0"])
    assert stored
    assert stored.post.text == "a\ufffdb?c"


def test_nothing_is_written_when_the_block_raises(storage: Storage) -> None:
    def failing() -> None:
        with storage.begin() as tx:
            tx.posts.keep(a_post(), "h1", NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        failing()
    with storage.read() as tx:
        assert tx.posts.known("forum", ["1"]) == {}


def test_one_open_ticket_per_thread_and_query(storage: Storage) -> None:
    ticket = open_ticket(storage)
    with pytest.raises(Conflict), storage.begin() as tx:
        tx.tickets.add(a_post("2"), a_mention(), OPEN, NOW)
    with storage.begin() as tx:
        assert tx.tickets.open_one(a_post("2"), a_mention()) == ticket
        tx.tickets.change(ticket, NOW, state=TicketState.RESOLVED)
        assert tx.tickets.open_one(a_post("2"), a_mention()) is None
        tx.tickets.add(a_post("2"), a_mention(), OPEN, NOW)


def test_of_two_writers_the_later_one_is_told(storage: Storage) -> None:
    ticket = open_ticket(storage)
    with storage.begin() as tx:
        changed = tx.tickets.change(ticket, later(minutes=1), assignee="ala", priority=Priority.CRITICAL)
    assert (changed.assignee, changed.version, changed.priority) == ("ala", 2, Priority.CRITICAL)
    with pytest.raises(Conflict, match="somebody else"), storage.begin() as tx:
        tx.tickets.change(ticket, later(minutes=1), assignee="ola")


def test_two_claims_at_once_give_one_owner(storage: Storage) -> None:
    with storage.begin() as tx:
        tx.sources.configure([("forum", "spirit", "https://forum.example/")], NOW)
    won: list[bool] = []
    together = threading.Barrier(4)

    def claim() -> None:
        together.wait()
        with storage.begin() as tx:
            won.append(tx.sources.claim("forum", NOW, later(minutes=5)))

    threads = [threading.Thread(target=claim) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == [False, False, False, True]


def test_a_source_is_due_claimed_and_given_back(storage: Storage) -> None:
    with storage.begin() as tx:
        tx.sources.configure([("a", "feed", "https://a.example/"), ("b", "feed", "https://b.example/")], NOW)
        assert tx.sources.due(NOW, 10) == ("a", "b")
        assert tx.sources.claim("a", NOW, later(minutes=5))
        assert tx.sources.due(NOW, 10) == ("b",)
        assert tx.sources.due(later(minutes=6), 10) == ("a", "b"), "a lease that ran out is free again"
        traffic = Traffic(requests=3, not_modified=1, bytes=100)
        tx.sources.release("a", due_at=later(hours=1), traffic=traffic, failure=("transient", "timed out"))
        tx.sources.release("a", due_at=later(hours=1), traffic=traffic, failure=("transient", "timed out"))
        row = tx.sources.one("a")
        assert row
        assert (row.failures, row.failure, row.requests, row.bytes) == (2, "transient", 6, 200)
        tx.sources.release("a", due_at=later(hours=1), traffic=Traffic(), succeeded_at=NOW, new_at=NOW)
        row = tx.sources.one("a")
        assert row
        assert (row.failures, row.failure, row.last_new_at) == (0, None, NOW)
        assert tx.sources.pause("b", True)
        assert tx.sources.due(NOW, 10) == ()
        assert not tx.sources.pause("nobody", True)


def test_a_source_that_left_the_configuration_keeps_its_marks_and_rests(storage: Storage) -> None:
    with storage.begin() as tx:
        tx.sources.configure([("a", "feed", "https://a.example/")], NOW)
        tx.sources.mark("a", {"x": "1", "y": "2"})
        tx.sources.mark("a", {"x": "3", "y": None})
        tx.sources.configure([], NOW)
        assert tx.sources.due(later(days=1), 10) == ()
        tx.sources.configure([("a", "feed", "https://a.example/new")], later(days=1))
        assert tx.sources.cursor("a") == {"x": "3"}
        assert [row.url for row in tx.sources.all()] == ["https://a.example/new"]


def test_no_reply_without_a_name_and_none_twice(storage: Storage) -> None:
    ticket = open_ticket(storage)
    with storage.begin() as tx:
        post_id = tx.posts.of_ticket(ticket.id)[0].id
        reply_id = tx.replies.add(ticket, post_id, "Dzień dobry", "ala", NOW, ReplyState.APPROVED)
    with pytest.raises(Conflict), storage.begin() as tx:
        tx.replies.add(ticket, post_id, "Inny tekst", "  ", NOW, ReplyState.APPROVED)
    with pytest.raises(Conflict, match="already"), storage.begin() as tx:
        tx.replies.add(ticket, post_id, "Dzień dobry", "ola", NOW, ReplyState.APPROVED)
    with storage.begin() as tx:
        reply = tx.replies.one(reply_id)
        assert reply
        sending = tx.replies.change(reply, state=ReplyState.SENDING, attempts=1, sending_since=NOW)
        assert tx.replies.in_state(ReplyState.SENDING) == (sending,)
        tx.replies.change(sending, state=ReplyState.PUBLISHED, url="https://x.example/", native_id="99")
        assert tx.replies.is_ours("forum", "99")
        assert not tx.replies.is_ours("forum", "98")
    with pytest.raises(Conflict), storage.begin() as tx:
        tx.replies.change(reply, state=ReplyState.SENDING)


def test_who_reads_a_reply_is_decided_once(storage: Storage) -> None:
    ticket = open_ticket(storage)
    with storage.begin() as tx:
        post_id = tx.posts.of_ticket(ticket.id)[0].id
        reply_id = tx.replies.add(ticket, post_id, "Cześć", "ala", NOW, ReplyState.APPROVED, private=True)
        proposal = tx.proposals.add(ticket.id, post_id, "Cześć", (), "ala", NOW, private=True)
        kept = tx.replies.one(reply_id)
        assert kept
        assert (kept.private, proposal.private) == (True, True)
        assert tx.replies.answered_privately([post_id]) == {post_id}
    for table in ("replies", "proposals"):
        with pytest.raises(Conflict, match="as private or public"), storage.begin() as tx:
            tx.replies._db.execute(sa.text(f"UPDATE {table} SET private = :it"), {"it": False})
    with pytest.raises(Conflict), storage.begin() as tx:
        tx.replies.add(ticket, post_id, "Drugi list", "ala", NOW, ReplyState.APPROVED, private=True)
    with storage.begin() as tx:
        tx.replies.add(ticket, post_id, "Publicznie", "ala", NOW, ReplyState.APPROVED)
        failed = tx.replies.change(kept, state=ReplyState.FAILED)
        assert (failed.private, tx.replies.answered_privately([post_id])) == (True, frozenset())
        tx.replies.add(ticket, post_id, "Drugi list", "ala", NOW, ReplyState.APPROVED, private=True)
    with pytest.raises(Conflict), storage.begin() as tx:
        tx.replies.change(failed, state=ReplyState.APPROVED)


def test_one_wish_to_hide_at_a_time(storage: Storage) -> None:
    ticket = open_ticket(storage)
    with storage.begin() as tx:
        post_id = tx.posts.of_ticket(ticket.id)[0].id
        wish = tx.hidings.ask(post_id, ticket.id, hidden=True, by="ala", now=NOW)
    with pytest.raises(Conflict, match="just now"), storage.begin() as tx:
        tx.hidings.ask(post_id, ticket.id, hidden=False, by="jan", now=NOW)
    with storage.begin() as tx:
        done = tx.hidings.change(wish, state=HidingState.DONE)
        assert tx.hidings.latest([post_id, 99]) == {post_id: done}
        tx.hidings.ask(post_id, ticket.id, hidden=False, by="jan", now=NOW)
    with pytest.raises(Conflict, match="in hand"), storage.begin() as tx:
        tx.hidings.change(wish, state=HidingState.FAILED)


def test_unanswered_counts_what_came_after_our_last_reply(storage: Storage) -> None:
    ticket = open_ticket(storage)
    with storage.begin() as tx:
        for number, minute in (("2", 1), ("3", 10)):
            post = a_post(number, seen_at=later(minutes=minute))
            post_id, _ = tx.posts.keep(post, number, NOW)
            tx.tickets.attach(ticket.id, post_id, NOW)
        found = Found(post=post, post_id=post_id, mention=a_mention(), opinion=an_opinion())
        assert Book(tx, "forum", [found], NOW).unanswered(ticket, post) == 3
        assert Book(tx, "forum", [found], NOW).unanswered(ticket, replace(post, author=None)) == 0
        tx.replies.add(ticket, post_id, "Odpowiadamy", "ala", later(minutes=5), ReplyState.MANUAL)
        assert Book(tx, "forum", [found], NOW).unanswered(ticket, post) == 1


def test_events_are_claimed_once_and_come_back_when_the_lease_ends(storage: Storage) -> None:
    ticket = open_ticket(storage)
    with storage.begin() as tx:
        first = tx.outbox.add(EventKind.TICKET_OPENED, NOW, ticket_id=ticket.id, payload={"post": 1})
        tx.outbox.add(EventKind.TICKET_CHANGED, NOW, ticket_id=ticket.id)
    with storage.begin() as tx:
        (event,) = tx.outbox.claim(NOW, later(minutes=1), limit=1)
        assert (event.id, event.payload) == (first, {"post": 1})
    with storage.begin() as tx:
        assert first not in [e.id for e in tx.outbox.claim(NOW, later(minutes=1), limit=10)]
    with storage.begin() as tx:
        assert [e.id for e in tx.outbox.claim(later(minutes=2), later(minutes=3), limit=1)] == [first]
        tx.outbox.settle(first, None)
        assert tx.outbox.waiting() == 1


def test_attempts_are_rows_and_the_first_card_is_remembered(storage: Storage) -> None:
    ticket = open_ticket(storage)
    with storage.begin() as tx:
        event_id = tx.outbox.add(EventKind.TICKET_OPENED, NOW, ticket_id=ticket.id)
        failed = tx.outbox.start(event_id, "slack", NOW)
        tx.outbox.finish(failed, DeliveryState.RETRY, NOW, retry_at=later(minutes=1), error="429")
        second = tx.outbox.start(event_id, "slack", later(minutes=1))
        tx.outbox.finish(second, DeliveryState.DELIVERED, later(minutes=1), reference="C1:1.2")
        assert (failed.attempt, second.attempt) == (1, 2)
        assert tx.outbox.last_attempts(event_id)["slack"].reference == "C1:1.2"
        assert tx.outbox.first_reference(ticket.id, "slack") == "C1:1.2"
        assert tx.outbox.first_reference(ticket.id, "mail") is None
        assert len(tx.outbox.deliveries()) == 2


def test_the_inbox_lists_what_presses_most_and_finds_words(storage: Storage) -> None:
    open_ticket(storage, "1", thread_id="10")
    low = open_ticket(storage, "2", thread_id="11", text="100% zadowolony_a z okien Wintermann", author="ola")
    with storage.begin() as tx:
        tx.tickets.change(low, NOW, priority=Priority.LOW)
        first, second = tx.tickets.listing(TicketState.OPEN, 10)
        assert (first.thread_key, second.thread_key) == ("10", "11")
        assert tx.tickets.listing(TicketState.OPEN, 10, before=first.id) == (second,)
        assert tx.tickets.listing(TicketState.OPEN, 10, before=second.id) == ()
        assert [t.id for t in tx.tickets.listing(None, 10, text="100%")] == [low.id]
        assert [t.id for t in tx.tickets.listing(None, 10, text="_a z")] == [low.id]
        assert tx.tickets.listing(None, 10, text="100_zadowolony") == ()
        assert tx.tickets.counts()[TicketState.OPEN] == 2
        assert tx.tickets.overdue(later(hours=2)) == 2


def test_a_forgotten_author_leaves_a_hash(storage: Storage) -> None:
    ticket = open_ticket(storage)
    with storage.begin() as tx:
        post_id = tx.posts.of_ticket(ticket.id)[0].id
        tx.people.label(post_id, {"urgency": "low"}, "ala", NOW)
        tx.posts.mention([(post_id, [a_mention()])], NOW)
        done = tx.posts.forget_author("forum", "janek", NOW)
        assert (done["posts"], done["mentions"], done["labels"]) == (1, 1, 1)
        shell = tx.posts.one(post_id)
        assert shell
        assert (shell.post.text, shell.post.author) == ("", None)
        assert tx.posts.forgotten([("forum", "janek"), ("forum", "ola")]) == {("forum", "janek")}


def test_who_did_what(storage: Storage) -> None:
    ticket = open_ticket(storage)
    with storage.begin() as tx:
        tx.people.note(NOW, "ala", "claimed", ticket_id=ticket.id)
        tx.people.set_user("ala", "agent", "x", NOW)
        tx.people.set_user("ala", "admin", "y", NOW + timedelta(days=1))
        user = tx.people.user("ala")
        assert [(entry.actor, entry.action) for entry in tx.people.history(ticket.id)] == [("ala", "claimed")]
        assert tx.people.user("nobody") is None
    assert user
    assert (user.role, user.password_hash) == ("admin", "y")
    assert QUERY.key == "wintermann:Wintermann"


def test_an_older_database_asks_for_an_upgrade() -> None:
    # there is one version so far: this holds the error's exit code for the day there are two
    assert DatabaseTooOld("x").exit_code == 1

"""Hiding a post from other readers at its place, and showing it again. Here it is only asked for: it is done by
listener.moderate, and the ticket shows what became of it."""

from datetime import datetime

from listener.desk.parts import Parts
from listener.errors import Conflict, ListenerError, NotFound
from listener.model import EventKind, Priority, StoredPost, Ticket
from listener.storage import Transaction


class Hidings(Parts):
    """Wishes to hide or show."""

    __slots__ = ()

    def hide(self, ticket_id: int, *, post_id: int, hidden: bool, by: str, version: int, now: datetime) -> Ticket:
        """Asks for a post of the ticket (0: the latest) to be hidden, or shown. Conflict where it is so already, or on
        its way."""
        with self.storage.begin() as tx:
            ticket = self._theirs(tx, ticket_id, version)
            stored = self._one_of(tx, ticket, post_id)
            post_id = stored.id
            if not self._hideable(stored.post):
                raise ListenerError(
                    "we cannot hide this here", where=f"post {post_id}", mend="look whether its place lets you"
                )
            known = tx.hidings.latest([post_id]).get(post_id)
            if (known is not None and known.is_hidden) == hidden and not (known and known.waits):
                raise Conflict("it is hidden already" if hidden else "it is not hidden", where=f"post {post_id}")
            hiding = tx.hidings.ask(post_id, ticket_id, hidden=hidden, by=by, now=now)
            payload = {"hiding": hiding.id}
            rank = Priority.CRITICAL.rank
            tx.outbox.add(EventKind.HIDING_ASKED, now, ticket_id=ticket_id, payload=payload, rank=rank)
            action = "hiding asked" if hidden else "showing asked"
            return self._change(tx, ticket, by, action, now, f"post {post_id}")

    def _one_of(self, tx: Transaction, ticket: Ticket, post_id: int) -> StoredPost:
        posts = tx.posts.of_ticket(ticket.id)
        for stored in posts:
            if stored.id == (post_id or posts[-1].id):
                return stored
        raise NotFound(f"post {post_id} is not in this ticket", where=f"ticket {ticket.id}")

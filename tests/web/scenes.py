"""Inboxes worth looking at: a busy one, and one full of hostile text."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from listener.model import Intent, Priority, Reply, ReplyState, Sentiment, Urgency
from tests.integration.web.fake_service import NOW, FakeService, complaint, opinion, stored, ticket, view

HOSTILE = (
    "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
    "\u202egnihton si siht\u202c za\u200bpłaćcie \u2066nam\u2069 {{ 7*7 }} </textarea><b>grubo</b> "
    "Z\u0351\u0352\u0357\u035b\u0363\u0364\u0365\u0366a\u0351\u0352\u0357\u035b\u0363lgo 👨‍👩‍👧 " + "A" * 300
)


def busy() -> FakeService:
    """Five tickets of several sorts and a full thread around the first."""
    service = FakeService(cards=[card()])
    first = complaint()
    others = [stored(n, f"Wpis numer {n}: u mnie działa, sprawdźcie router.", author=f"user{n}") for n in range(3, 9)]
    later = stored(14, "U mnie to samo, ulica Dembego.", author="kuba.w")
    asked = stored(12, "Czy ktoś z Wintermann Telekom to czyta?", author="marek77")
    asked = replace(asked, classification=opinion(asked.post.text, ("question", "Czy ktoś")))
    service.add(replace(view(1, first, asked), thread=(*others, first, asked, later)))
    critical = stored(
        21, "Z routera Wintermann leci dym, śmierdzi spalenizną! Co mam robić?", source="opinie", author="Ola"
    )
    burning = replace(
        opinion(critical.post.text, ("critical", "leci dym")), urgency=Urgency.CRITICAL, intents=(Intent.QUESTION,)
    )
    critical = replace(critical, classification=burning)
    service.add(_view(2, critical, priority=Priority.CRITICAL, source="opinie", due=-4, assignee="Anna"))
    praise = stored(31, "Szybka naprawa, dziękuję zespołowi Wintermann.", author="zosia", rating=5.0, rating_scale=5.0)
    happy = replace(opinion(praise.post.text), sentiment=Sentiment.POSITIVE, intents=(Intent.PRAISE,))
    service.add(_view(3, replace(praise, classification=happy), priority=Priority.LOW, due=600, team="Obsługa"))
    plain = stored(41, "Ile kosztuje światłowód w Wintermann poza Warszawą?", author=None)
    service.add(_view(4, plain, priority=Priority.NORMAL, due=180))
    doubtful = _view(5, stored(51, "Faktura Wintermann znowu zawyżona, rezygnuję.", author="piotr"), due=40)
    service.add(replace(doubtful, replies=(reply(ReplyState.UNCERTAIN),)))
    return service


def _view(ticket_id: int, post: Any, *, due: int, **fields: Any) -> Any:
    shown = view(ticket_id, post)
    deadline = NOW + timedelta(minutes=due)
    return replace(shown, ticket=ticket(ticket_id, first_response_due=deadline, **fields))


def reply(state: ReplyState) -> Reply:
    """A reply to ticket 5."""
    return Reply(
        id=500,
        ticket_id=5,
        post_id=51,
        text="Dzień dobry, tu Zespół Wintermann. Sprawdzamy fakturę.",
        approved_by="Anna",
        approved_at=NOW - timedelta(minutes=2),
        state=state,
        error="połączenie zerwane po wysłaniu formularza" if state is ReplyState.UNCERTAIN else None,
    )


def hostile() -> FakeService:
    """Every scraped field tries something."""
    post = stored(
        66,
        HOSTILE,
        author="<b>admin</b>\u202enimda",
        thread_title="</title><script>document.title='owned'</script>",
        url="javascript:document.title='owned'",
        source="forum",
    )
    said = opinion(HOSTILE, ("complaint", "<script>document"))
    shown = view(66, replace(post, classification=said), reasons=("<script>document.title='owned'</script>",))
    return FakeService(cards=[card("<script>document.title='owned'</script> <javascript:alert(1)|klik>")]).add(shown)


def card(text: str = "Trzeci dzień bez internetu…") -> dict[str, Any]:
    """A card as a Slack responder may send it."""
    return {
        "channel": "C0ALERTS",
        "text": "Skarga: Awaria internetu na Ursynowie",
        "ts": "1763832600.000100",
        "blocks": [
            {"type": "header", "text": {"type": "plain_text", "text": "🔴 Skarga, pilność wysoka"}},
            {"type": "section", "text": {"type": "mrkdwn", "text": f"*<http://forum.example/t/7|Awaria>*\n>{text}"}},
            {
                "type": "section",
                "fields": [
                    {"type": "mrkdwn", "text": "*Źródło*\nforum"},
                    {"type": "mrkdwn", "text": "*Autor*\nanna_k"},
                ],
            },
            {"type": "context", "elements": [{"type": "mrkdwn", "text": "Powód: _skarga z wysoką pilnością_"}]},
            {"type": "divider"},
            {
                "type": "actions",
                "elements": [
                    {"type": "button", "text": {"type": "plain_text", "text": "Otwórz"}, "url": "http://127.0.0.1/t"},
                    {"type": "button", "text": {"type": "plain_text", "text": "Biorę to"}, "action_id": "claim"},
                ],
            },
        ],
    }

"""Every card that we can make is one that Slack takes: limits, ids, no mention out of scraped text."""

import itertools
import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.errors import Failure
from listener.model import Event, EventKind, Intent, Priority, ReplyState, SuggestedReply, TicketState, Topic
from listener.protocols import Alert
from responders.slack.cards import ticket_card
from responders.slack.stories import story, trouble_card
from responders.slack.wording import wording
from tests.standins import blockkit
from tests.unit.responders.alerts import NOW, alert, reply, stored

NASTY = (
    "",
    " ",
    "<!channel> <!here> <@U012ABC> <#C012> <!subteam^S1> @channel @here @everyone",
    "&" * 5000,
    "<" * 5000,
    "*_~`" * 1000,
    "👨‍👩‍👧‍👦" * 1500,
    "🇵🇱" * 2000,
    "e\u0301\u0323" * 2000,
    "\u202eodwrócony\u202c \u200bniewidoczny\u0000 znak",
    "https://zlodziej.example/login <https://zlodziej.example|kliknij>",
    "a\n" * 2000,
    "Żółć" * 3000,
    "\ud800",
)


def alerts() -> Iterator[Alert]:
    """Every kind of event, state and priority."""
    for kind, state, priority in itertools.product(EventKind, TicketState, Priority):
        yield alert(kind, state=state, priority=priority)
    for reply_state in ReplyState:
        answered = reply(reply_state, url="http://127.0.0.1/t/1#p2", error="zły|<token>")
        yield alert(EventKind.REPLY_PUBLISHED, replies=(answered, answered))
    yield alert(suggestions=(), posts=(stored("Tak."),), reasons=(), first_response_due=None)


def cards(given_alert: Alert) -> Iterator[dict[str, object]]:
    for lang, buttons in (("pl", True), ("pl", False), ("en", True)):
        yield ticket_card(given_alert, lang=lang, buttons=buttons)
        yield story(given_alert, lang=lang)
        yield trouble_card(given_alert, lang=lang)


def test_every_card_is_one_that_slack_takes() -> None:
    assert [wrong for one in alerts() for card in cards(one) if (wrong := blockkit.message(card))] == []


@pytest.mark.parametrize("text", NASTY)
def test_hostile_text_in_every_place_makes_no_bad_card(text: str) -> None:
    post = stored(text, author=text, thread_title=text, url=f"https://forum.example/{text}", source=text or "f")
    draft = SuggestedReply(text=text, kind=text, sources=(text,), score=0.1)
    one = alert(
        posts=(post,),
        suggestions=(draft,),
        replies=(reply(ReplyState.FAILED, text=text, error=text, url=f"http://127.0.0.1/{text}"),),
        reasons=(text,) * 20,
        assignee=text,
    )
    for card in cards(one):
        assert blockkit.message(card) == []
        json.dumps(card).encode("utf-8")
        shown = json.dumps(card["blocks"], ensure_ascii=False)
        assert "<https://zlodziej" not in shown
        assert "<@" not in shown
        assert "\u202e" not in shown


@given(st.text(max_size=4000), st.integers(0, 4000), st.integers(0, 4000))
def test_any_text_with_any_evidence_makes_a_card_that_slack_takes(text: str, start: int, end: int) -> None:
    words = text[min(start, end) : max(start, end)]
    assert (
        blockkit.message(ticket_card(alert(posts=(stored(text, words) if words in text and words else stored(text),))))
        == []
    )


def test_words_stand_for_every_label() -> None:
    for lang in ("pl", "en"):
        card = ticket_card(alert(), lang=lang)
        assert card["text"]
    for lang in ("pl", "en"):
        words = wording(lang)
        assert all(words[f"intent.{intent}"] for intent in Intent)
        assert all(words[f"topic.{topic}"] for topic in Topic)
    assert set(wording("pl")) == set(wording("en"))


@pytest.mark.parametrize("what", [*(failure.value for failure in Failure), "silent", "warning", "<!channel>"])
@pytest.mark.parametrize("lang", ["pl", "en"])
def test_trouble_with_a_source_is_said_in_words(what: str, lang: str) -> None:
    event = Event(
        id=3,
        kind=EventKind.SOURCE_TROUBLE,
        created_at=NOW,
        payload={"source": "Forum <okien>", "what": what, "since": NOW.isoformat(), "detail": "<!here> " + "x" * 3000},
    )
    card = trouble_card(Alert(event=event, brand=None, view=None), lang=lang)
    assert blockkit.message(card) == []
    text = json.dumps(card, ensure_ascii=False)
    assert "Forum &lt;okien&gt;" in text
    assert "<!here>" not in text
    assert "<!channel>" not in text
    assert what == "<!channel>" or wording(lang)[f"trouble.{what}"] in text
    assert "what:" not in text

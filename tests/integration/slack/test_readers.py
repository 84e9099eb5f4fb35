"""Who reads a reply and in which tone, and hiding, from Slack: through the real library to the real desk."""

from typing import Any

import pytest

from listener.model import HidingState, ReplyState, Ticket
from responders.slack.fields import AUDIENCE, TEXT
from tests.integration.slack.workplace import REPLY, Workplace
from tests.standins.slack import Message
from tests.standins.slack_person import words_of

BLOCK, PRIVATE_BLOCK = f"{TEXT}.pl0.0", f"{TEXT}.pl0-.0"
OWN = "Własne słowa, nie do zgubienia. Zespół Okien Wintermann"


def opened(work: Workplace) -> tuple[Ticket, Message, dict[str, Any]]:
    """A ticket, its card, and the form of its reply."""
    ticket, card = work.card()
    work.ala.press(card, "reply")
    return ticket, card, work.ala.form("reply")


def shown(work: Workplace, block: str) -> dict[str, Any]:
    """The form once it has that block."""
    work.until(lambda: block in str(work.ala.form("reply")))
    return work.ala.form("reply")


def test_a_private_reply_goes_to_one_reader_and_the_card_says_so(work: Workplace) -> None:
    ticket, card, form = opened(work)
    assert "Prywatnie można odpowiedzieć raz" in words_of(form)
    work.ala.choose_in(form, AUDIENCE, "private")
    form = shown(work, PRIVATE_BLOCK)
    assert form["submit"]["text"] == "Wyślij prywatnie"
    assert "odpisać na tę wiadomość" in words_of(form), "suggestions for one reader"
    assert not work.ala.submit(form)
    work.deliver()
    (reply,) = work.desk.ticket(ticket.id).replies
    assert (reply.private, reply.state) == (True, ReplyState.PUBLISHED)
    assert work.board.up == []
    assert work.board.letters[-1][1] == reply.text
    assert "prywatnie" in words_of(card.now)
    assert "Odpowiedź prywatna wysłana" in words_of([message.now for message in work.slack.thread(card.ts)])
    work.ala.press(card, "reply")
    again = work.ala.form("reply")
    assert "miał już odpowiedź prywatną" in words_of(again)
    assert AUDIENCE not in [block["block_id"] for block in again["blocks"]]


@pytest.mark.parametrize("chosen", ["private", "public"])
def test_what_is_chosen_as_the_form_is_sent_sends_nothing_to_other_readers(work: Workplace, chosen: str) -> None:
    """Slack reports the choice with the submission; our form may not have followed it yet."""
    ticket, _, form = opened(work)
    if chosen == "public":
        work.ala.choose_in(form, AUDIENCE, "private")
        form = shown(work, PRIVATE_BLOCK)
    block = PRIVATE_BLOCK if chosen == "public" else BLOCK
    answer = work.ala.submit(form, **{block: OWN, AUDIENCE: chosen})
    assert answer["response_action"] == "update"
    assert "Zmieniono, kto to przeczyta" in words_of(answer["view"])
    assert OWN in words_of(answer["view"])
    work.deliver()
    assert work.desk.ticket(ticket.id).replies == ()
    assert work.board.up == []
    assert not work.ala.submit(work.ala.form("reply"))
    work.deliver()
    (reply,) = work.desk.ticket(ticket.id).replies
    assert reply.private is (chosen == "private")
    assert work.board.up == ([] if reply.private else [OWN])


def test_a_tone_changes_the_suggestion_and_keeps_a_persons_words(work: Workplace) -> None:
    _, _, form = opened(work)
    assert "Dzień dobry," in words_of(form)
    work.ala.choose_in(form, "tone", "casual")
    form = shown(work, f"{TEXT}.pl0casual.0")
    assert "Cześć," in words_of(form)
    typed = {f"{TEXT}.pl0casual.0": OWN}
    work.ala.choose_in(form, "tone", "formal", **typed)
    form = shown(work, f"{TEXT}.pl-1formal.0")
    assert OWN in words_of(form)
    assert "Twój tekst został bez zmian" in words_of(form)
    work.ala.choose_in(form, "pick", "0", **{f"{TEXT}.pl-1formal.0": OWN})
    form = shown(work, f"{TEXT}.pl0formal.0")
    assert "Szanowna Pani, Szanowny Panie," in words_of(form)
    assert OWN not in words_of(form)


def test_another_language_loses_no_words_either(work: Workplace) -> None:
    _, _, form = opened(work)
    work.ala.choose_in(form, "language", "en", **{BLOCK: OWN})
    assert OWN in words_of(shown(work, f"{TEXT}.en-1.0"))


def test_words_for_one_reader_are_stopped_in_public(work: Workplace) -> None:
    ticket, _, form = opened(work)
    said = f"Prosimy odpisać na tę wiadomość. {REPLY}"
    answer = work.ala.submit(form, **{BLOCK: said})
    assert answer["response_action"] == "update"
    assert "wiadomości prywatnej" in words_of(answer["view"])
    assert work.desk.ticket(ticket.id).replies == ()


def test_a_post_is_hidden_from_more_and_shown_again(work: Workplace) -> None:
    ticket, card = work.card()
    work.ala.choose(card, "menu", "show:")
    more = work.ala.form("show")
    work.ala.press_in(more, "hide")
    work.until(lambda: "właśnie ukrywany" in words_of(card.now))
    work.deliver()
    assert work.board.hidden
    assert "ukryty przez nas (ala)" in words_of(card.now)
    assert [one.state for one in work.desk.ticket(ticket.id).hidings.values()] == [HidingState.DONE]
    work.slack.views.clear()
    work.jan.choose(card, "menu", "show:")
    work.jan.press_in(work.jan.form("show"), "unhide")
    work.until(lambda: "właśnie pokazywany" in words_of(card.now))
    work.deliver()
    assert not work.board.hidden
    assert "ukryty" not in words_of(card.now)


def test_who_may_only_look_hides_nothing(work: Workplace) -> None:
    ticket, card = work.card()
    work.wik.choose(card, "menu", "show:")
    work.wik.press_in(work.wik.form("show"), "hide")
    assert "Nie masz uprawnień" in work.told(work.wik)
    assert work.desk.ticket(ticket.id).hidings == {}

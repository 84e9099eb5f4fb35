"""A day's work in Slack, by both ways in: every click, form and command through the real library to the real desk."""

import logging

import pytest

from listener.model import EventKind, TicketState
from responders.slack.fields import TEXT
from tests.integration.slack.workplace import REPLY, SECRET, Workplace
from tests.standins.slack_person import Person, words_of

BLOCK = f"{TEXT}.pl0.0"


def test_a_claim_changes_the_card_in_place_and_a_late_one_is_told_in_private(work: Workplace) -> None:
    ticket, card = work.card()
    first, second = work.ala.pressed(card, "claim"), work.jan.pressed(card, "claim")
    work.slack.push(first)
    work.until(lambda: "ala" in words_of(card.now))
    assert work.now(ticket).assignee == "ala", "our name for her, not Slack's"
    work.slack.push(second)
    assert "Tym zgłoszeniem zajmuje się już ala" in work.told(work.jan)
    assert work.now(ticket).assignee == "ala"
    assert work.cards(ticket) == [card]


@pytest.mark.parametrize(("act", "state"), [("resolve", TicketState.RESOLVED), ("not_relevant", TicketState.RESOLVED)])
def test_a_ticket_is_closed_and_opened_again(work: Workplace, act: str, state: TicketState) -> None:
    ticket, card = work.card()
    if act == "resolve":
        work.ala.choose(card, "menu", "resolve:")
    else:
        work.ala.press(card, act)
    work.until(lambda: "Zamknięte" in words_of(card.now))
    assert work.now(ticket).state is state
    work.ala.press(card, "reopen")
    work.until(lambda: "Odpowiedz" in words_of(card.now))
    assert work.now(ticket).state is TicketState.OPEN


def test_the_story_goes_into_the_thread(work: Workplace) -> None:
    _, card = work.card()
    work.ala.press(card, "claim")
    work.until(lambda: "ala" in words_of(card.now))
    work.deliver()
    assert [words_of(message.now) for message in work.slack.thread(card.ts)] == ["*Zmiana*\nala · bierze zgłoszenie"]


@pytest.mark.parametrize("choice", ["hour", "tomorrow", "monday"])
def test_a_ticket_is_put_off(work: Workplace, choice: str) -> None:
    ticket, card = work.card()
    work.ala.choose(card, "menu", "snooze:")
    assert not work.ala.submit(work.ala.form("snooze"), until=choice)
    work.until(lambda: "odłożone" in words_of(card.now))
    woken = work.now(ticket).snoozed_until
    assert woken is not None
    # it is Sunday, eight in the morning in Warsaw: Monday is tomorrow
    assert woken.isoformat() == {"hour": "2026-11-22T08:00:00+00:00"}.get(choice, "2026-11-23T07:00:00+00:00")


def test_a_time_of_ones_own_must_lie_ahead(work: Workplace) -> None:
    ticket, card = work.card()
    work.ala.choose(card, "menu", "snooze:")
    form = work.ala.form("snooze")
    past, ahead = (int(work.clock().timestamp()) + seconds for seconds in (-60, 7200))
    for wrong in (past, None):
        answer = work.ala.submit(form, until="chosen", at=wrong)
        assert answer == {"response_action": "errors", "errors": {"at": "Wybierz termin w przyszłości."}}
    assert not work.ala.submit(form, until="chosen", at=ahead)
    assert work.now(ticket).state is TicketState.SNOOZED


def test_a_ticket_is_given_to_a_person_to_a_team_and_back(work: Workplace) -> None:
    ticket, card = work.card()
    for choice, assignee in (("user:jan", "jan"), ("team:obsługa", None), ("nobody:", None)):
        work.slack.views.clear()
        work.ala.choose(card, "menu", "assign:")
        form = work.ala.form("assign")
        assert "wik" not in words_of(form), "who may not work on tickets cannot be given one"
        assert not work.ala.submit(form, to=choice)
        assert work.now(ticket).assignee == assignee
        work.until(lambda: f"assign:{ticket.id}:{work.now(ticket).version}'" in str(card.now))
    assert work.now(ticket).team == "obsługa"


def test_labels_are_put_right(work: Workplace) -> None:
    ticket, card = work.card()
    work.ala.choose(card, "menu", "labels:")
    form = work.ala.form("labels")
    assert not work.ala.submit(form, sentiment="positive", urgency="low", intents=["praise"], topics=["service"])
    with work.storage.read() as tx:
        label = tx.people.labels()[-1]
    assert (label.by, label.corrected["sentiment"], label.corrected["intents"]) == ("ala", "positive", ["praise"])
    assert "etykiety zapisane" in work.told(work.ala)
    assert work.now(ticket).state is TicketState.OPEN


def test_notes_and_tags_stay_among_colleagues(work: Workplace) -> None:
    ticket, card = work.card()
    work.ala.choose(card, "menu", "show:")
    whole = work.ala.form("show")
    work.ala.press_in(whole, "note")
    form = work.ala.form("note")
    assert not work.ala.submit(form, note="Zadzwoniłam, czeka na ekipę.", tags="Gwarancja, #vip")
    work.until(lambda: "#gwarancja #vip" in words_of(card.now))
    view = work.desk.ticket(ticket.id)
    assert [note.text for note in view.notes] == ["Zadzwoniłam, czeka na ekipę."]
    assert view.replies == ()


def test_an_outage_is_marked(work: Workplace) -> None:
    ticket, card = work.card()
    work.ala.press(card, "claim")
    work.until(lambda: "ala" in words_of(card.now))
    work.ala.choose(card, "menu", "incident:")
    work.until(lambda: "Awaria" in words_of(card.now))
    assert work.now(ticket).incident


# --- answering ----------------------------------------------------------------------------------------------


def _reply_form(work: Workplace, person: Person, card: object) -> dict[str, object]:
    person.press(card, "reply")  # type: ignore[arg-type]
    return person.form("reply")


def test_a_reply_is_started_from_a_suggestion_seen_by_others_and_sent_once(work: Workplace) -> None:
    ticket, card = work.card()
    form = _reply_form(work, work.ala, card)
    shown = words_of(form)
    assert "przeciekają" in shown
    assert "Zespół Okien Wintermann" in shown
    work.until(lambda: "ala pisze odpowiedź" in words_of(card.now))
    assert not work.ala.submit(form, **{BLOCK: REPLY})
    assert not work.ala.submit(form, **{BLOCK: REPLY}), "twice is once"
    work.deliver()
    assert work.board.up.count(REPLY) == 1
    (reply,) = work.desk.ticket(ticket.id).replies
    assert reply.approved_by == "ala"
    work.board.up.clear()
    assert "Odpowiedź opublikowana" in words_of(card.now)


def test_while_one_writes_another_is_told_who_and_closing_frees_it(work: Workplace) -> None:
    ticket, card = work.card()
    form = _reply_form(work, work.ala, card)
    work.jan.press(card, "reply")
    work.until(lambda: any("ala właśnie pisze tu odpowiedź" in words_of(view) for view in work.slack.views.values()))
    work.ala.shut(form)
    work.until(lambda: work.desk.ticket(ticket.id).lock is None)
    work.until(lambda: "pisze odpowiedź" not in words_of(card.now))
    work.slack.views.clear()
    assert "Anuluj" in words_of(_reply_form(work, work.jan, card))


def test_what_a_text_breaks_is_seen_before_it_can_go_out(work: Workplace) -> None:
    ticket, card = work.card()
    form = _reply_form(work, work.ala, card)
    risky = f"Gwarantujemy zwrot całej kwoty jutro. {REPLY}"
    answer = work.ala.submit(form, **{BLOCK: risky})
    assert answer["response_action"] == "update"
    assert "Przeczytaj, zanim to wyślesz" in words_of(answer["view"])
    again = work.ala.form("reply")
    assert work.ala.submit(again, **{BLOCK: risky})["response_action"] == "update", "the box was not ticked"
    other = f"Gwarantujemy też nowe okna gratis. {risky}"
    changed = work.ala.submit(work.ala.form("reply"), **{BLOCK: other, "anyway": ["yes"]})
    assert changed["response_action"] == "update", "other words than the ones that were warned about"
    assert work.desk.ticket(ticket.id).replies == ()
    assert not work.ala.submit(work.ala.form("reply"), **{BLOCK: other, "anyway": ["yes"]})
    assert [reply.text for reply in work.desk.ticket(ticket.id).replies] == [other]


def test_a_draft_with_a_hole_in_it_never_goes_out(work: Workplace) -> None:
    ticket, card = work.card()
    _reply_form(work, work.ala, card)
    hole = f"Dzień dobry {{imię}}. {REPLY}"
    work.ala.submit(work.ala.form("reply"), **{BLOCK: hole})
    answer = work.ala.submit(work.ala.form("reply"), **{BLOCK: hole, "anyway": ["yes"]})
    assert answer["response_action"] == "errors"
    assert list(answer["errors"]) == [BLOCK]
    assert work.desk.ticket(ticket.id).replies == ()


def test_the_signature_is_put_in_where_it_is_missing(work: Workplace) -> None:
    ticket, card = work.card()
    form = _reply_form(work, work.ala, card)
    bare = "Dzień dobry, przykro nam. Prosimy o kontakt, sprawdzimy to."
    assert not work.ala.submit(form, **{BLOCK: bare})
    (reply,) = work.desk.ticket(ticket.id).replies
    assert reply.text == f"{bare}\n\nZespół Okien Wintermann"


def test_empty_text_stays_in_the_form(work: Workplace) -> None:
    _, card = work.card()
    form = _reply_form(work, work.ala, card)
    answer = work.ala.submit(form, **{BLOCK: ""})
    assert answer["errors"] == {BLOCK: "Wpisz treść odpowiedzi."}


def test_long_replies_come_in_parts(work: Workplace) -> None:
    ticket, card = work.card()
    form = _reply_form(work, work.ala, card)
    work.ala.press_in(form, "add_part")
    work.until(lambda: len([b for b in work.ala.form("reply")["blocks"] if b["block_id"].startswith(TEXT)]) == 2)
    parts = {BLOCK: REPLY, f"{TEXT}.pl0.1": "Adres serwisu podamy w rozmowie."}
    work.ala.submit(work.ala.form("reply"), **parts)
    (reply,) = work.desk.ticket(ticket.id).replies
    assert reply.text == "\n\n".join(parts.values())


def test_another_suggestion_and_another_language(work: Workplace) -> None:
    _, card = work.card("Gdzie faktura? Okna Wintermanna przyszły porysowane, chcę zwrotu pieniędzy.")
    form = _reply_form(work, work.ala, card)
    work.ala.choose_in(form, "pick", "1")
    work.until(lambda: f"{TEXT}.pl1.0" in str(work.ala.form("reply")))
    work.ala.choose_in(work.ala.form("reply"), "language", "en")
    work.until(lambda: f"{TEXT}.en0.0" in str(work.ala.form("reply")))
    english = words_of(work.ala.form("reply"))
    assert "customer care team" in english


def test_a_form_that_changed_meanwhile_is_made_anew(work: Workplace) -> None:
    _, card = work.card()
    form = _reply_form(work, work.ala, card)
    seen = dict(form)
    work.slack.views[form["id"]]["hash"] = "another"  # type: ignore[index]
    work.ala.choose_in(seen, "language", "en")
    work.until(lambda: f"{TEXT}.en0.0" in str(work.ala.form("reply")))
    assert work.slack.calls.count("views.update") == 2


def test_news_while_one_writes_keep_the_text(work: Workplace) -> None:
    ticket, card = work.card()
    form = _reply_form(work, work.ala, card)
    work.post("I jeszcze jedno: Okna Wintermanna parują.", thread=ticket.thread_key)
    answer = work.ala.submit(form, **{BLOCK: REPLY})
    assert answer["response_action"] == "update"
    shown = words_of(answer["view"])
    assert "coś się zmieniło" in shown
    assert "parują" in shown
    assert REPLY in shown
    assert work.desk.ticket(ticket.id).replies == ()
    assert not work.ala.submit(work.ala.form("reply"), **{BLOCK: REPLY})
    (reply,) = work.desk.ticket(ticket.id).replies
    assert reply.post_id == work.desk.ticket(ticket.id).latest.id


def test_what_is_written_in_a_thread_never_goes_out(work: Workplace) -> None:
    ticket, card = work.card()
    form = _reply_form(work, work.ala, card)
    before = work.desk.ticket(ticket.id)
    for text in ("Daj mu rabat i niech się odczepi", "approve", "/listener reply Tak", f"<@U0LISTENER> {REPLY}"):
        envelope = work.jan.says(text, thread_ts=card.ts)
        work.until(lambda envelope=envelope: envelope in work.slack.acks)  # type: ignore[misc]
    work.deliver()
    after = work.desk.ticket(ticket.id)
    assert (after.replies, after.proposals, after.notes) == ((), (), ())
    assert after.ticket == before.ticket
    assert work.board.up == []
    work.ala.shut(form)


# --- looking ------------------------------------------------------------------------------------------------


def test_the_home_tab_shows_ones_work(work: Workplace) -> None:
    ticket, card = work.card()
    work.ala.press(card, "claim")
    work.until(lambda: "ala" in words_of(card.now))
    work.ala.open_home()
    work.until(lambda: "U1" in work.slack.homes)
    home = work.slack.homes["U1"]
    shown = words_of(home)
    assert "Moje zgłoszenia" in shown
    assert f"Zgłoszenie nr {ticket.id}" in shown
    assert "obsługa" in shown
    work.ala.press_in(home, "show", f"mine:{ticket.id}")
    assert "Popraw etykiety" in words_of(work.ala.form("show"))


def test_a_short_rate_limit_is_sat_out(work: Workplace) -> None:
    work.slack.refuse("views.publish", "ratelimited", status=429, retry_after=0)
    work.ala.open_home()
    work.until(lambda: "U1" in work.slack.homes)
    assert work.slack.calls.count("views.publish") == 2


def test_an_event_that_comes_again_is_done_once(work: Workplace) -> None:
    for retry in range(3):
        envelope = work.ala.open_home("EvSAME", retry=retry)
        work.until(lambda envelope=envelope: envelope in work.slack.acks)  # type: ignore[misc]
    work.ala.open_home("EvOTHER")
    work.until(lambda: work.slack.calls.count("views.publish") == 2)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("", "Co potrafię"),
        ("pomoc", "Co potrafię"),
        ("zaparz kawę", "Co potrafię"),
        ("kolejka", "Moje zgłoszenia"),
        ("QUEUE", "Moje zgłoszenia"),
        ("szukaj nosorożec", "Nic nie znalazłem"),
        ("dyżur", "obsługa: ala, jan, mia"),
        ("on-call", "obsługa: ala, jan, mia"),
        ("raport", "Zestawienie 16.11.2026 – 22.11.2026"),
        ("digest 2026-11-01 2026-11-21", "Zestawienie 01.11.2026 – 21.11.2026"),
        ("raport wczoraj", "Nie rozumiem daty „wczoraj”"),
        ("wycisz forum 2h", "nie masz uprawnień"),
    ],
)
def test_commands_are_answered_at_once(work: Workplace, asked: str, said: str) -> None:
    answer = work.ala.command(asked)
    assert answer["response_type"] == "ephemeral"
    assert said.lower() in words_of(answer).lower()


def test_search_finds_and_opens(work: Workplace) -> None:
    ticket, _ = work.card("Wintermann i jednorożec w oknie")
    answer = work.ala.command("szukaj jednorożec")
    assert f"Zgłoszenie nr {ticket.id}" in words_of(answer)


def test_a_manager_mutes_a_source_and_a_channel(work: Workplace) -> None:
    assert "cisza do" in words_of(work.mia.command("wycisz forum 2 godz"))
    assert "cisza do" in words_of(work.mia.command("mute here 30m"))
    scopes = {mute.scope for mute in work.desk.mutes(now=work.clock())}
    assert scopes == {"source:forum", "channel:C0ALERTS"}
    for asked in ("odcisz forum", "unmute tu"):
        assert "znów powiadamiam" in words_of(work.mia.command(asked))
    assert work.desk.mutes(now=work.clock()) == ()
    assert "Nie rozumiem czasu" in words_of(work.mia.command("wycisz forum zaraz"))
    assert "znane: forum" in words_of(work.mia.command("wycisz forun 2h"))


def test_a_ticket_out_of_a_link_and_out_of_a_message(work: Workplace) -> None:
    work.ala.shortcut("new_ticket")
    form = work.ala.form("ticket")
    wrong = work.ala.submit(form, url="javascript:alert(1)", text="Nikt nie odbiera telefonu.", brand="wintermann")
    assert list(wrong["errors"]) == ["url"]
    url = "https://blog.example/wpis/7"
    assert not work.ala.submit(form, url=url, text="Nikt nie odbiera telefonu.", brand="wintermann")
    assert "utworzone" in work.told(work.ala)
    work.slack.views.clear()
    work.jan.on_message("ticket_from_message", "Patrzcie: <https://blog.example/wpis/8|tu> &amp; „Okna ciekną”")
    form = work.jan.form("ticket")
    assert "https://blog.example/wpis/8" in words_of(form)
    assert "& „Okna ciekną”" in words_of(form)
    assert not work.jan.submit(form)
    work.deliver()
    assert len([m for m in work.slack.parents() if "blog.example" in words_of(m.now)]) == 2


# --- rights -------------------------------------------------------------------------------------------------


def test_strangers_and_who_may_not_are_refused_politely_and_logged(
    work: Workplace, caplog: pytest.LogCaptureFixture
) -> None:
    ticket, card = work.card()
    work.obcy.press(card, "claim")
    assert "Nie znam Cię jeszcze" in work.told(work.obcy)
    work.wik.press(card, "claim")
    assert "Nie masz uprawnień" in work.told(work.wik)
    work.wik.press(card, "reply")
    work.until(lambda: any("Nie masz uprawnień" in words_of(view) for view in work.slack.views.values()))
    assert "Nie znam" in words_of(work.obcy.command("kolejka"))
    work.obcy.open_home()
    work.until(lambda: "U99" in work.slack.homes)
    assert "Nie znam Cię" in words_of(work.slack.homes["U99"])
    assert work.now(ticket) == ticket
    assert "U99 is none of our users" in caplog.text
    assert "wik may not claim" in caplog.text


def test_no_token_is_ever_in_a_log(work: Workplace, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    work.slack.refuse("chat.update", "fatal_error", status=500)
    work.slack.refuse("views.publish", "invalid_auth")
    _, card = work.card()
    work.ala.press(card, "claim")
    work.ala.open_home()
    work.until(lambda: work.slack.calls.count("views.publish") == 1)
    work.until(lambda: "chat.update" in work.slack.calls)
    work.ala.command("kolejka")
    assert "invalid_auth" in caplog.text
    for secret in (work.slack.bot_token, work.slack.app_token, SECRET, "przeciekają"):
        assert secret not in caplog.text, "neither tokens nor what people said"


def test_a_card_that_somebody_deleted_comes_back_once(work: Workplace) -> None:
    ticket, card = work.card()
    work.slack.messages.remove(card)
    for version in (1, 2):
        with work.storage.begin() as tx:
            tx.outbox.add(
                EventKind.TICKET_CHANGED, work.clock(), ticket_id=ticket.id, payload={"action": f"a{version}"}
            )
        work.deliver()
    (again,) = work.cards(ticket)
    assert len(work.slack.thread(again.ts)) == 1
    assert work.card_of(ticket) is again


def test_a_ticket_that_is_gone_is_said_in_the_form(work: Workplace) -> None:
    _, card = work.card()
    payload = work.ala.pressed(card, "claim")
    payload["actions"][0] |= {"action_id": "show", "value": "99999:1"}
    work.slack.push(payload)
    work.until(lambda: any("Nie udało się" in words_of(view) for view in work.slack.views.values()))


def test_a_form_that_came_too_late_is_told(work: Workplace) -> None:
    ticket, card = work.card()
    payload = work.ala.pressed(card, "reply")
    work.slack.refuse("views.open", "expired_trigger_id")
    work.slack.push(payload)
    assert "Kliknij jeszcze raz" in work.told(work.ala)
    work.until(lambda: work.desk.ticket(ticket.id).lock is None)


def test_nonsense_is_acknowledged_and_nothing_comes_of_it(work: Workplace) -> None:
    ticket, card = work.card()
    for action, value in (("claim", "x"), ("claim", ""), ("menu", "7"), ("approve", "1"), ("new", "1:1")):
        payload = work.ala.pressed(card, "claim")
        payload["actions"][0] |= {"action_id": action, "value": value}
        assert work.slack.answer(payload) is None
    assert (
        work.slack.answer({"type": "view_submission", "user": {"id": "U1"}, "view": {"callback_id": "reply"}}) is None
    )
    assert work.now(ticket) == ticket

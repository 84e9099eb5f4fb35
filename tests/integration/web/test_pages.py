"""What the pages show."""

from dataclasses import replace
from datetime import timedelta

import pytest

from listener.model import HistoryEntry, ReplyState, TicketState
from listener.web import WebSettings
from listener.web.blockkit import card, cards
from listener.web.conversation import conversation
from tests.integration.web.conftest import Visitor, visitor
from tests.integration.web.fake_service import NOW, FakeService, complaint, stored, view
from tests.web import scenes


def busy() -> Visitor:
    return visitor(scenes.busy(), WebSettings(secret="x", demo=True))


def _in_order(page: str, *texts: str) -> bool:
    places = [page.find(text) for text in texts]
    return -1 not in places and places == sorted(places)


def test_the_list_puts_the_most_pressing_first() -> None:
    page = busy().get("/").text
    assert _in_order(page, "leci dym", "Czy ktoś z Wintermann", "Faktura", "Ile kosztuje", "Szybka naprawa")
    assert _in_order(page, "krytyczny", "4 min po terminie", "odpowiedź za 25 min", "odpowiedź za 10 h")
    assert "prowadzi: Anna" in page
    assert "nie wiadomo, czy odpowiedź się ukazała" in page


def test_tabs_show_their_own_tickets(anna: Visitor) -> None:
    anna.service.add(view(2, stored(20, "dawna sprawa"), state=TicketState.RESOLVED))
    assert "dawna sprawa" not in anna.get("/").text
    assert "dawna sprawa" in anna.get("/?state=resolved").text
    assert "dawna sprawa" in anna.get("/?state=all").text
    assert "Nie ma tu żadnych zgłoszeń" in anna.get("/?state=pending").text
    assert anna.get("/?state=nonsense").status_code == 200


def test_search_keeps_the_tab_and_says_when_nothing_fits(anna: Visitor) -> None:
    assert "Trzeci dzień" in anna.get("/?q=INTERNETU").text
    page = anna.get("/?q=<b>nic").text
    assert "Nic nie pasuje do „&lt;b&gt;nic”" in page


def test_a_long_list_has_pages(anna: Visitor) -> None:
    for number in range(2, 60):
        anna.service.add(view(number, stored(number * 10, f"sprawa {number}")))
    page = anna.get("/").text
    assert page.count('<li class="row') == 50
    assert "before=50" in page
    assert anna.get("/?before=50").text.count('<li class="row') == 9


def test_an_empty_inbox_says_so() -> None:
    assert "Nic nie czeka" in visitor(FakeService(), WebSettings(secret="x")).get("/").text


def test_a_ticket_shows_all_that_is_needed_to_answer(anna: Visitor) -> None:
    page = anna.get("/tickets/1").text
    assert '<mark class="ev " title="skarga">Trzeci dzień bez internetu</mark>' in page
    assert '<mark class=" hit" title="Wintermann: mianownik">Wintermann Telekom</mark>' in page
    for text in ("Awaria internetu na Ursynowie", "anna_k", "odpowiedź za 25 min", "skarga z negatywnym wydźwiękiem",
                 "negatywny", "94 %", "Przykro nam", "z: awaria", "otwarto zgłoszenie"):  # fmt: skip
        assert text in page


def test_the_button_says_what_will_happen(anna: Visitor) -> None:
    assert "Zatwierdź i opublikuj na forum" in anna.get("/tickets/1").text
    anna.service.publishing = frozenset()
    page = anna.get("/tickets/1").text
    assert "Zatwierdź i opublikuj" not in page
    assert "Skopiuj i opublikuj sam(a); wklej adres" in page


def test_enter_in_a_field_presses_nothing_public(anna: Visitor) -> None:
    """The first button of a form is what Enter presses: there it is one that is disabled."""
    form = anna.get("/tickets/1").text.partition('id="answer"')[2]
    assert form.index("<button disabled hidden>") == form.index("<button")


def test_links_of_scraped_posts_tell_nothing_and_earn_nothing(anna: Visitor) -> None:
    assert 'href="http://forum.example/t/7#p11" rel="noopener nofollow noreferrer"' in anna.get("/tickets/1").text


@pytest.mark.parametrize("path", ["/", "/tickets/66", "/slack"])
def test_hostile_text_stays_text(path: str) -> None:
    page = visitor(scenes.hostile(), WebSettings(secret="x", demo=True)).get(path).text
    assert "<script>" not in page
    assert "<img" not in page
    assert "<b>" not in page
    assert 'href="javascript' not in page
    assert not {"\u202e", "\u200b", "\u2066"} & set(page)


def test_states_of_replies_are_shown_with_what_to_do() -> None:
    page = busy().get("/tickets/5").text
    assert _in_order(page, "nie wiadomo, czy odpowiedź się ukazała", "Jest tam", "Nie ma jej, wyślij jeszcze raz")
    assert "żeby nie odpowiedzieć dwa razy" in page
    failed = visitor(FakeService(), WebSettings(secret="x"))
    failed.service.add(replace(view(5), replies=(scenes.reply(ReplyState.FAILED),)))
    assert "Wyślij jeszcze raz" in failed.get("/tickets/5").text


def test_a_resolved_ticket_offers_to_open_it_again(anna: Visitor) -> None:
    anna.service.add(view(1, state=TicketState.RESOLVED))
    page = anna.get("/tickets/1").text
    assert "/tickets/1/reopen" in page
    assert "/tickets/1/resolve" not in page


def test_history_reads_latest_first_in_the_visitors_language(anna: Visitor) -> None:
    entries = (HistoryEntry(at=NOW, actor="Ola", action="claimed"), HistoryEntry(at=NOW, actor="system", action="x y"))
    anna.service.add(replace(view(), history=entries))
    assert _in_order(anna.get("/tickets/1").text, "x y", "bierze zgłoszenie")


def test_the_language_is_chosen_once(anna: Visitor) -> None:
    answer = anna.get("/language/en?next=/tickets/1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/tickets/1")
    page = anna.get("/tickets/1").text
    assert '<html lang="en">' in page
    assert "Approve and publish at forum" in page
    assert anna.get("/language/en?next=//evil.example").headers["location"] == "/"
    anna.get("/language/xx")
    assert '<html lang="en">' in anna.get("/").text


def test_the_conversation_in_order_with_long_runs_folded() -> None:
    own = complaint()
    before = [stored(n, f"wpis {n}") for n in range(3, 8)]
    after = stored(12, "po", published_at=None, seen_at=NOW)
    strips = conversation(replace(view(1, own), thread=(after, own, *before)))
    assert [(strip.ours, strip.folded, len(strip.posts)) for strip in strips] == [
        (False, True, 5), (True, False, 1), (False, False, 1),
    ]  # fmt: skip
    assert [stored.id for stored in strips[0].posts] == [3, 4, 5, 6, 7]


def test_odd_posts_are_shown_as_they_are(anna: Visitor) -> None:
    odd = stored(
        30,
        "",
        author=None,
        published_at=None,
        published_raw="wczoraj ok. 5",
        rating=1.0,
        rating_scale=5.0,
        url="ftp://x",
    )
    anna.service.add(view(1, replace(odd, revisions=2, deleted_at=NOW - timedelta(minutes=1))))
    page = anna.get("/tickets/1").text
    for text in (
        "autor nieznany",
        "wczoraj ok. 5",
        "ocena 1 na 5",
        "zmieniony 2×",
        "usunięty",
        "nie był klasyfikowany",
    ):
        assert text in page
    assert "ftp://" not in page


def test_a_slack_card_is_drawn_block_by_block() -> None:
    page = busy().get("/slack").text
    for part in ("<h2>🔴 Skarga, pilność wysoka</h2>", "<blockquote>Trzeci dzień bez internetu…</blockquote>",
                 "<strong>Źródło</strong>\nforum", "<em>skarga z wysoką pilnością</em>", "<hr>",
                 'href="http://127.0.0.1/t"', "disabled title="):  # fmt: skip
        assert part in page


def test_answers_stand_below_the_card_they_answer() -> None:
    first, second = {"text": "a", "ts": "1.0"}, {"text": "b", "ts": "2.0"}
    later = {"text": "d", "ts": "4.0", "thread_ts": "1.0"}
    answer = {"text": "c", "ts": "3.0", "thread_ts": "1.0"}
    lost = {"text": "e", "ts": "5.0", "thread_ts": "0.5"}
    drawn = cards([lost, later, answer, second, first])
    assert [(c.sent, [below.sent for below in c.thread]) for c in drawn] == [
        ("5.0", []), ("2.0", []), ("1.0", ["3.0", "4.0"]),
    ]  # fmt: skip


def test_slack_is_shown_in_the_demo_only() -> None:
    someone = visitor(FakeService(), WebSettings(secret="x"))
    assert someone.get("/slack").status_code == 404
    assert 'href="/slack"' not in someone.get("/").text


def test_unknown_and_broken_blocks_do_not_break_the_page() -> None:
    drawn = card(
        {"text": "*x*", "blocks": [{"type": "video"}, {"type": "actions", "elements": [{"type": "button"}]}, 7]}
    )
    assert [block.type for block in drawn.blocks] == ["video", "actions"]
    assert [str(block.text) for block in card({"text": "*x*"}).blocks] == ["<strong>x</strong>"]
    coloured = card({"attachments": [{"color": "#f00", "blocks": [{"type": "divider"}]}, {"text": "y"}]})
    assert [block.type for block in coloured.blocks] == ["divider", "section"]
    rich = {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "z"}]}],
    }
    assert str(card({"blocks": [rich]}).blocks[0].text) == "z"


def test_what_is_not_there_gets_a_page_of_its_own(anna: Visitor) -> None:
    for path in ("/tickets/9", "/nope", "/tickets/abc"):
        answer = anna.get(path)
        assert answer.status_code in (404, 422)
        assert "Nie udało się" in answer.text

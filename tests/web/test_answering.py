"""The main job in a real browser: see a complaint, take a suggestion, mend it, approve it."""

from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from listener.model import PrivateWay, ReplyState
from tests.integration.web.fake_service import NOW, FakeService, stored, view
from tests.web import scenes
from tests.web.conftest import Open


def _approve(page: Page) -> None:
    page.get_by_role("link", name="Trzeci dzień bez internetu").click()
    page.get_by_role("button", name="Użyj propozycji 1").click()
    box = page.get_by_label("Treść odpowiedzi")
    expect(box).to_have_value(
        "Dzień dobry, tu Zespół Wintermann. Przykro nam z powodu przerwy.\nSprawdzamy linię na Ursynowie."
    )
    box.fill(box.input_value() + "\nOdezwiemy się dziś.")
    page.get_by_label("Twoje imię").fill("Anna")
    page.get_by_role("button", name="Zatwierdź i opublikuj na forum").click()
    expect(page.get_by_role("status")).to_contain_text("Odpowiedź zatwierdzona")


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_from_the_list_to_an_approved_reply(visiting: Open, script: bool) -> None:
    visit = visiting(FakeService().add(view()), java_script_enabled=script)
    _approve(visit.open("/"))
    kept = visit.service.views[1].replies[0]
    assert kept.text.endswith("Ursynowie.\nOdezwiemy się dziś.")
    assert (kept.approved_by, kept.state) == ("Anna", ReplyState.APPROVED)


def test_publishing_shows_by_itself(visiting: Open) -> None:
    visit = visiting(FakeService().add(view()))
    page = visit.open("/")
    _approve(page)
    region = page.get_by_role("region", name="Odpowiedzi")
    expect(region).to_contain_text("czeka na wysłanie")
    shown = visit.service.views[1]
    sent = replace(shown.replies[0], state=ReplyState.PUBLISHED, url="http://forum.example/t/7#p99")
    visit.service.add(replace(shown, ticket=replace(shown.ticket, version=9), replies=(sent,)))
    expect(region).to_contain_text("opublikowana i sprawdzona")
    expect(region.get_by_role("link", name="Zobacz na stronie")).to_have_attribute("href", sent.url or "")
    # nothing was being written: the form follows the ticket and no warning is shown
    expect(page.get_by_text("Zgłoszenie zmieniło się")).to_be_hidden()
    expect(page.locator("#answer input[name=version]")).to_have_value("9")


def test_a_change_while_writing_is_told_and_then_nothing_is_lost(visiting: Open) -> None:
    visit = visiting(FakeService().add(view()))
    page = visit.open("/tickets/1")
    page.get_by_label("Treść odpowiedzi").fill("Już sprawdzamy.")
    page.get_by_label("Twoje imię").fill("Anna")
    visit.service.claim(1, by="Ola", version=1, now=NOW)
    expect(page.get_by_text("Zgłoszenie zmieniło się")).to_be_visible()
    page.get_by_role("button", name="Zatwierdź i opublikuj").click()
    expect(page.get_by_role("alert")).to_contain_text("to zgłoszenie się zmieniło")
    expect(page.get_by_label("Treść odpowiedzi")).to_have_value("Już sprawdzamy.")
    assert visit.service.views[1].replies == ()
    page.get_by_role("button", name="Zatwierdź i opublikuj").click()
    expect(page.get_by_role("status")).to_contain_text("Odpowiedź zatwierdzona")


def test_what_others_do_meanwhile_is_seen_before_writing(visiting: Open) -> None:
    visit = visiting(FakeService().add(view()))
    page = visit.open("/tickets/1")
    page.get_by_label("Twoje imię").fill("Anna")
    visit.service.reply(1, post_id=11, text="Ola już odpowiada.", approved_by="Ola", version=1, now=NOW)
    shown = visit.service.views[1]
    visit.service.add(replace(shown, posts=(*shown.posts, stored(12, "Halo?"))))
    expect(page.get_by_text("Ola już odpowiada.")).to_be_visible()
    expect(page.get_by_label("Odpowiedź na wpis")).to_have_value("12")
    expect(page.get_by_label("Twoje imię")).to_have_value("Anna")


def test_enter_in_a_field_publishes_nothing(visiting: Open) -> None:
    visit = visiting(FakeService().add(view()))
    page = visit.open("/tickets/1")
    page.get_by_label("Treść odpowiedzi").fill("Jeszcze nie gotowe")
    page.get_by_label("Twoje imię").fill("Anna")
    page.get_by_label("Twoje imię").press("Enter")
    page.get_by_text("Odpowiedź jest już na stronie?").click()
    page.get_by_label("Adres opublikowanej odpowiedzi").fill("http://forum.example/1")
    page.get_by_label("Adres opublikowanej odpowiedzi").press("Enter")
    page.reload()
    assert visit.service.views[1].replies == ()


def test_where_we_cannot_post_a_person_posts_and_gives_the_address(visiting: Open) -> None:
    visit = visiting(FakeService(publishing=frozenset()).add(view()), permissions=["clipboard-read", "clipboard-write"])
    page = visit.open("/tickets/1")
    expect(page.get_by_text("Skopiuj i opublikuj sam(a); wklej adres")).to_be_visible()
    page.get_by_text("Inne propozycje: 1").click()
    page.get_by_role("button", name="Użyj propozycji 2").click()
    page.get_by_role("button", name="Kopiuj treść").click()
    expect(page.get_by_role("button", name="Skopiowano")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "Dzień dobry, wracamy z odpowiedzią do 18:00."
    page.get_by_label("Twoje imię").fill("Anna")
    page.get_by_label("Adres opublikowanej odpowiedzi").fill("http://forum.example/t/7#p15")
    page.get_by_role("button", name="Zapisz jako opublikowane ręcznie").click()
    expect(page.get_by_role("status")).to_contain_text("opublikowana ręcznie")
    assert visit.service.views[1].replies[0].state is ReplyState.MANUAL


def test_new_tickets_appear_by_themselves(visiting: Open) -> None:
    visit = visiting(FakeService())
    page = visit.open("/")
    expect(page.get_by_text("Nic nie czeka")).to_be_visible()
    visit.service.add(view(1, stored(11, "Pierwsza skarga")))
    expect(page.get_by_role("link", name="Pierwsza skarga")).to_be_visible()
    page.get_by_role("link", name="Pierwsza skarga").focus()
    visit.service.add(view(2, stored(12, "Druga skarga")))
    expect(page.get_by_role("link", name="Druga skarga")).to_be_visible()
    expect(page.get_by_role("link", name="Pierwsza skarga")).to_be_focused()


def test_the_keyboard_is_enough(visiting: Open) -> None:
    page = visiting(scenes.busy()).open("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Przejdź do treści")).to_be_focused()
    for key in ("j", "j", "k"):
        page.keyboard.press(key)
    expect(page.get_by_role("link", name="leci dym")).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Awaria internetu na Ursynowie")
    page.keyboard.press("r")
    expect(page.get_by_label("Treść odpowiedzi")).to_be_focused()
    page.keyboard.type("jr/")
    expect(page.get_by_label("Treść odpowiedzi")).to_have_value("jr/")


def test_what_is_written_is_not_replaced_without_asking(visiting: Open) -> None:
    visit = visiting(FakeService().add(view()))
    page = visit.open("/tickets/1")
    page.get_by_label("Treść odpowiedzi").fill("Moje własne słowa")
    page.get_by_role("button", name="Użyj propozycji 1").click()
    expect(page.get_by_label("Treść odpowiedzi")).to_have_value("Moje własne słowa")
    assert visit.complaints == ["dialog: Zastąpić to, co już napisano?"]
    visit.complaints.clear()


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_private_reply_in_another_tone_loses_no_words_and_reaches_one_reader(visiting: Open, script: bool) -> None:
    shown = replace(view(), private={11: PrivateWay(until=NOW)})
    visit = visiting(FakeService().add(shown), java_script_enabled=script)
    page = visit.open("/tickets/1")
    page.get_by_label("Treść odpowiedzi").fill("Moje własne słowa")
    page.get_by_label("Ton propozycji").select_option("casual")
    if not script:
        page.get_by_role("button", name="Pokaż propozycje").click()
    expect(page.locator("#draft-0")).to_contain_text("[casual] Dzień dobry")
    expect(page.get_by_label("Treść odpowiedzi")).to_have_value("Moje własne słowa")
    page.get_by_role("button", name="Odpowiedz prywatnie").click()
    expect(page.locator("#draft-0")).to_contain_text("[casual private]")
    expect(page.get_by_label("Treść odpowiedzi")).to_have_value("Moje własne słowa")
    expect(page.get_by_role("button", name="opublikuj")).to_have_count(0)
    page.get_by_label("Twoje imię").fill("Anna")
    page.get_by_role("button", name="Zatwierdź i wyślij prywatnie").click()
    expect(page.get_by_role("status").first).to_contain_text("Odpowiedź prywatna zatwierdzona")
    assert [(kept.private, kept.text) for kept in visit.service.views[1].replies] == [(True, "Moje własne słowa")]


def test_an_open_fold_stays_open_when_the_page_refreshes_itself(visiting: Open) -> None:
    visit = visiting(scenes.busy())
    page = visit.open("/tickets/1")
    page.get_by_text("Inne wpisy w wątku: 6").click()
    with page.expect_response(lambda answer: answer.url.endswith("/tickets/1")):
        pass
    expect(page.get_by_text("Wpis numer 3")).to_be_visible()


def test_a_form_on_another_page_of_this_machine_does_nothing(visiting: Open) -> None:
    """Ports do not make another site for cookies: the Origin and the token have to."""
    visit = visiting(FakeService().add(view()))
    visit.open("/who")
    visit.page.get_by_label("Imię").fill("Anna")
    visit.page.get_by_role("button", name="Zapisz").click()
    evil = f"""<form method=post action="{visit.address}/tickets/1/resolve"><input name=version value=1></form>"""
    visit.page.route("http://127.0.0.1:1/", lambda route: route.fulfill(body=evil, content_type="text/html"))
    visit.page.goto("http://127.0.0.1:1/")
    with visit.page.expect_navigation():
        visit.page.evaluate("document.forms[0].submit()")
    expect(visit.page.get_by_role("alert")).to_contain_text("Nie przyjęto formularza")
    assert visit.service.views[1] == view()
    visit.complaints.clear()

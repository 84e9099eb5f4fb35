"""Log-ins from pages of each engine: what is sent, where, and how a refusal is told. Pages are written for this, of the
shape that each engine gives them; those of spirit are recorded."""

import hashlib
import json
from collections.abc import Generator
from datetime import UTC, datetime

import pytest

from listener.errors import Failure, FetchError
from listener.protocols import Page, Request, SourceConfig
from sources.login import PAUSE, log_in
from tests.unit.sources.recorded import DATA, page

KINDS = ("flaskbb", "invision", "mybb", "phpbb", "smf", "vbulletin", "xenforo")
HOME = "https://forum.example.org/"
NOW = datetime(2026, 11, 22, 17, 17, tzinfo=UTC)
INSIDE = b"<html><body><h1>Forum</h1><a href='logout'>Wyloguj</a></body></html>"


def begin(kind: str, url: str = HOME, password: str = "tajne") -> Generator[Request, Page, None]:
    config = SourceConfig(name="forum", kind=kind, url=url, options={"username": "ala", "password": password})
    conversation = log_in(config)
    assert conversation is not None
    return conversation()


def answer(body: bytes, url: str = HOME, status: int = 200) -> Page:
    return Page(url=url, status=status, headers={}, body=body, fetched_at=NOW, request=Request(url=url))


def ends(conversation: Generator[Request, Page, None], last: Page) -> bool:
    """Whether the conversation ends with this page."""
    try:
        conversation.send(last)
    except StopIteration:
        return True
    return False


def sent(kind: str, served: Page, password: str = "tajne") -> Request:
    """What is posted after a form was found on the first page."""
    conversation = begin(kind, password=password)
    next(conversation)
    return conversation.send(served)


@pytest.mark.parametrize("kind", KINDS)
def test_the_form_is_sent_as_it_was_served_with_the_account_in_it(kind: str) -> None:
    path = DATA / kind / "login.html"
    wanted = json.loads(path.with_suffix(".expected.json").read_text(encoding="utf-8"))
    conversation = begin(kind)
    next(conversation)
    request = conversation.send(page(path))
    assert (request.method, request.url, dict(request.form or ())) == ("POST", wanted["action"], wanted["form"])
    assert request.pause == PAUSE > 1
    assert ends(conversation, answer(INSIDE))


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_form_again_is_a_refusal(kind: str) -> None:
    conversation = begin(kind)
    next(conversation)
    served = page(DATA / kind / "login.html")
    conversation.send(served)
    with pytest.raises(FetchError, match="refused the log-in") as caught:
        conversation.send(served)
    assert caught.value.failure is Failure.AUTH
    assert "username and password" in caught.value.mend
    assert "tajne" not in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "name", "said"),
    [
        ("phpbb", "login-refused", "Wprowadzono nieprawidłowe hasło."),
        ("phpbb", "login-robots", "Przekroczono liczbę prób logowania."),
        ("xenforo", "login-refused", "Nieprawidłowe hasło. Spróbuj ponownie."),
    ],
)
def test_what_the_board_says_is_passed_on(kind: str, name: str, said: str) -> None:
    conversation = begin(kind)
    next(conversation)
    conversation.send(page(DATA / kind / "login.html"))
    with pytest.raises(FetchError) as caught:
        conversation.send(page(DATA / kind / f"{name}.html"))
    assert said in caught.value.message
    assert ("robots" in caught.value.mend) == (name == "login-robots")
    assert "sid=" not in caught.value.where


def test_a_board_that_counts_log_ins_is_told() -> None:
    conversation = begin("spirit", url=page(DATA / "spirit" / "login.html").url.split("user/")[0])
    next(conversation)
    conversation.send(page(DATA / "spirit" / "login.html"))
    with pytest.raises(FetchError, match="Too many submissions, wait 5m"):
        conversation.send(page(DATA / "spirit" / "login-limited.html"))


@pytest.mark.parametrize(
    ("kind", "url", "door"),
    [
        ("phpbb", "https://a.example/forum/viewtopic.php?f=2&t=7", "https://a.example/forum/ucp.php?mode=login"),
        ("phpbb", "https://a.example/forum/", "https://a.example/forum/ucp.php?mode=login"),
        ("mybb", "https://a.example/thread-7.html", "https://a.example/member.php?action=login"),
        ("mybb", "https://a.example/f/showthread.php?tid=7", "https://a.example/f/member.php?action=login"),
        ("smf", "https://a.example/index.php?topic=7.0", "https://a.example/index.php?action=login"),
        ("vbulletin", "https://a.example/vb/showthread.php?t=7", "https://a.example/vb/login.php?do=login"),
        ("xenforo", "https://a.example/community/threads/okna.7/", "https://a.example/community/login/"),
        ("xenforo", "https://a.example/index.php?threads/okna.7/", "https://a.example/login/"),
        ("xenforo", "https://a.example/community/", "https://a.example/community/login/"),
        ("invision", "https://a.example/forum/2-okna/?page=3", "https://a.example/login/"),
        ("flaskbb", "https://a.example/topic/7-okna?page=2", "https://a.example/auth/login"),
        ("spirit", "https://a.example/b/topic/7/okna/", "https://a.example/b/user/login/"),
    ],
)
def test_the_log_in_page_is_found_from_any_page_of_the_board(kind: str, url: str, door: str) -> None:
    conversation = begin(kind, url)
    assert next(conversation).url == url
    assert conversation.send(answer(b"<p>Nie masz uprawnien</p>", url, status=403)).url == door


def test_a_link_to_the_log_in_page_goes_before_where_it_usually_is() -> None:
    conversation = begin("phpbb")
    next(conversation)
    links = b'<a href="//other.example/ucp.php?mode=login">x</a><a href="./app.php/user/login?sid=1#x">Zaloguj</a>'
    assert conversation.send(answer(links)).url == f"{HOME}app.php/user/login?sid=1"


def test_an_unknown_engine_is_entered_by_its_first_form_with_one_password() -> None:
    secrets = b'<input type="password" name="a"><input type="password" name="b">'
    join = b'<form action="/join"><input name="u">' + secrets + b"</form>"
    enter = b'<form action="/in"><input name="nick"><input TYPE="PASSWORD" name="pw"><button>ok</button></form>'
    request = sent("thread", answer(join + enter))
    assert (request.url, request.form) == (f"{HOME}in", (("nick", "ala"), ("pw", "tajne")))


def test_where_there_is_no_form_that_is_told() -> None:
    conversation = begin("thread")
    next(conversation)
    conversation.send(answer(b"<a href='/logowanie'>Zaloguj</a>"))
    with pytest.raises(FetchError, match="no log-in form"):
        conversation.send(answer(b"<p>404</p>", f"{HOME}logowanie", status=404))


@pytest.mark.parametrize(
    "form",
    [
        b'<form action="https://collector.example/"><input name="login"><input type="password" name="p"></form>',
        b'<form action="http://forum.example.org/in"><input name="login"><input type="password" name="p"></form>',
        b'<base href="//collector.example"><form action="in"><input name="u"><input type="password" name="p"></form>',
    ],
)
def test_the_password_goes_to_the_boards_own_host_only(form: bytes) -> None:
    with pytest.raises(FetchError, match="another site"):
        sent("thread", answer(form))


def test_a_form_that_another_host_served_gets_no_password() -> None:
    form = b'<form action="/in"><input name="login"><input type="password" name="p"></form>'
    with pytest.raises(FetchError, match="another site"):
        sent("thread", answer(form, "https://sso.example/"))


@pytest.mark.parametrize(
    "form",
    [
        b'<form action="http://[::/in"><input name="login"><input type="password" name="p"><select name="s"></form>',
        b'<form action="javascript:x()"><input name="login"><input type="password" name="p"></form>',
        b'<form action="//"><input name="login"><input type="password" name="p"></form>',
        b'<form><input name="login" value="\x00"><input type="password"><input type="password" name="p"></form>',
        b'<form><input type="password" name="p"></form>',
        b"<form>" * 5000 + b'<input name="u"><input type="password" name="p">',
        b"\x00\xff\xfe<input type=password",
        b"",
    ],
)
def test_damaged_forms_end_in_a_request_home_or_in_words(form: bytes) -> None:
    assert outcome(form).startswith((HOME, Failure.AUTH))


def outcome(form: bytes) -> str:
    """Where the form is sent to, or the class of the failure."""
    conversation = begin("thread")
    next(conversation)
    try:
        request = conversation.send(answer(form))
        return (conversation.send(answer(form)) if request.method == "GET" else request).url
    except FetchError as error:
        return error.failure


def test_the_form_goes_back_in_the_charset_of_its_page() -> None:
    form = '<meta charset="iso-8859-2"><form action="/in">Hasło<input name="u"><input type="password" name="p"></form>'
    assert sent("thread", answer(form.encode("iso-8859-2"))).charset == "iso8859-2"
    assert sent("phpbb", page(DATA / "phpbb" / "login.html")).charset == "utf-8"


def test_letters_outside_latin_1_are_hashed_as_the_script_of_the_board_does() -> None:
    form = dict(sent("vbulletin", page(DATA / "vbulletin" / "login.html"), " zażółć ").form or ())
    written = "za&#380;\u00f3&#322;&#263;".encode("latin-1")
    assert form["vb_login_md5password"] == hashlib.md5(written, usedforsecurity=False).hexdigest()
    assert form["vb_login_password"] == ""


@pytest.mark.parametrize(
    "again", [b'<a href="login.php">Zaloguj</a>', b"<form><input name=u><input type=password name=p></form>"]
)
def test_a_board_that_takes_the_log_in_and_shows_a_guest_s_pages_is_told_of(again: bytes) -> None:
    conversation = begin("thread")
    next(conversation)
    conversation.send(page(DATA / "phpbb" / "login.html"))
    asked = conversation.send(answer(b"<p>Zalogowano. <a href='index.php'>Dalej</a></p>"))
    assert asked.url == HOME, "what the board shows now is looked at"
    with pytest.raises(FetchError, match="pages of a guest") as caught:
        conversation.send(answer(again))
    assert caught.value.failure is Failure.AUTH


def test_a_page_that_says_nothing_of_who_we_are_is_taken_for_a_member_s() -> None:
    conversation = begin("thread")
    next(conversation)
    conversation.send(page(DATA / "phpbb" / "login.html"))
    conversation.send(answer(b"<p>Zalogowano.</p>"))
    assert ends(conversation, answer(b"<h1>Forum</h1><p>Temat</p>"))


def test_fluxbb_says_that_programs_do_not_get_in() -> None:
    with pytest.raises(FetchError, match="turn programs away") as caught:
        next(begin("fluxbb"))
    assert "read as a guest" in caught.value.mend


@pytest.mark.parametrize("kind", ["feed", "discourse", "hackernews"])
def test_kinds_without_a_form_do_not_log_in(kind: str) -> None:
    account = {"username": "ala", "password": "tajne"}
    assert log_in(SourceConfig(name="x", kind=kind, url=HOME, options=account)) is None


def test_who_reads_with_a_key_does_not_log_in() -> None:
    both = {"username": "ala", "password": "tajne", "api_key": "klucz"}
    assert log_in(SourceConfig(name="x", kind="xenforo", url=HOME, options=both)) is None


def test_without_an_account_nobody_logs_in() -> None:
    assert log_in(SourceConfig(name="x", kind="phpbb", url=HOME)) is None
    assert log_in(SourceConfig(name="x", kind="phpbb", url=HOME, options={"username": "ala"})) is None

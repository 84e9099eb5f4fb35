"""Scraped text made fit to look at: pieces, invisible characters, mrkdwn, addresses, times, phrases."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.model import Evidence, TicketState
from listener.web.addresses import local_path, web_address
from listener.web.highlight import pieces, plain, reveal
from listener.web.mrkdwn import html
from listener.web.phrases import phrase
from listener.web.rendering import due, late
from listener.web.texts import words
from listener.web.times import local, span
from tests.integration.web.fake_service import NOW, complaint, opinion, stored, ticket

OUTWARD = 'rel="noopener nofollow noreferrer" target="_blank"'


def test_pieces_join_to_the_text_and_carry_their_reasons() -> None:
    cut = pieces(complaint())
    assert "".join(piece.text for piece in cut) == complaint().post.text
    assert [(piece.text, piece.labels, piece.why) for piece in cut if piece.labels or piece.why] == [
        ("Trzeci dzień bez internetu", ("complaint",), ()),
        ("Wintermann Telekom", (), ("Wintermann: mianownik",)),
        ("Jutro mam rozmowę o pracę", ("high",), ()),
    ]


def test_overlapping_evidence_gives_a_piece_with_both_labels() -> None:
    text = "abcdef"
    said = replace(
        opinion(text),
        evidence=(Evidence(label="x", start=0, end=4, text="abcd"), Evidence(label="y", start=2, end=6, text="cdef")),
    )
    cut = pieces(replace(stored(1, text), classification=said))
    assert [(piece.text, piece.labels) for piece in cut] == [("ab", ("x",)), ("cd", ("x", "y")), ("ef", ("y",))]


@given(st.text(max_size=30), st.lists(st.tuples(st.integers(-5, 40), st.integers(-5, 40)), max_size=6))
def test_positions_beyond_the_text_do_no_harm(text: str, spans: list[tuple[int, int]]) -> None:
    evidence = tuple(Evidence(label="x", start=start, end=end, text="") for start, end in spans)
    post = replace(stored(1, text), classification=replace(opinion(text), evidence=evidence))
    assert "".join(piece.text for piece in pieces(post)) == text


def test_what_hides_or_turns_text_is_shown_by_its_code() -> None:
    assert str(reveal("za\u202ełap\u200b <b>")) == (
        'za<span class="unseen">U+202E</span>łap<span class="unseen">U+200B</span> &lt;b&gt;'
    )
    assert plain("za\u202ełap\u200b") == "załap"


@pytest.mark.parametrize("text", ["👨‍👩‍👧", "❤️‍🔥", "zażółć\ngęślą\tjaźń", "שלום", "👍🏽"])
def test_plain_writing_is_left_alone(text: str) -> None:
    assert str(reveal(text)) == text


@given(st.text())
def test_nothing_revealed_can_open_a_tag_or_end_an_attribute(text: str) -> None:
    shown = str(reveal(text)).replace('<span class="unseen">', "").replace("</span>", "")
    assert not set(shown) & set("<>\"'")


@given(st.text(alphabet="*_~`<>|&;ab \n!@#:/.htp\ue000\ue0010", max_size=60))
def test_mrkdwn_makes_only_its_own_elements(text: str) -> None:
    made = str(html(text))
    for known in ("strong", "em", "s", "code", "pre", "blockquote"):
        made = made.replace(f"<{known}>", "").replace(f"</{known}>", "")
    assert "<script" not in made
    assert made.count("<") == made.count("<a href=") + made.count("</a>") + made.count("<span class=") + made.count(
        "</span>"
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("*gruby* _kursywa_ ~nie~ `a*b*`", "<strong>gruby</strong> <em>kursywa</em> <s>nie</s> <code>a*b*</code>"),
        ("snake_case_name 2*3*4", "snake_case_name 2*3*4"),
        ("&lt;b&gt; &amp;amp;", "&lt;b&gt; &amp;amp;"),
        ("<!date^1763832600^{date_short}|22.11.2026>", "22.11.2026"),
        ("<javascript:alert(1)|klik>", '<span class="slack-ref">klik</span>'),
        ("> raz\n> dwa\ntrzy", "<blockquote>raz\ndwa</blockquote>trzy"),
        (
            "*<https://a.example/?x=1&amp;y=2|tu>*",
            f'<strong><a href="https://a.example/?x=1&amp;y=2" {OUTWARD}>tu</a></strong>',
        ),
    ],
)
def test_mrkdwn_as_slack_draws_it(text: str, shown: str) -> None:
    assert str(html(text)) == shown


@pytest.mark.parametrize("address", ["http://a.example/x?y=1", "https://a.example", "HTTPS://a.example/ż"])
def test_web_addresses_are_kept(address: str) -> None:
    assert web_address(address) == address


@pytest.mark.parametrize(
    "address",
    [None, "", "/x", "//a.example", "javascript:alert(1)", " https://a.example", "data:text/html,x", "https://[",
     "https://a.example/\n", "java\tscript:x", 'https://a.example/"onclick='],
)  # fmt: skip
def test_other_addresses_are_dropped(address: str | None) -> None:
    assert web_address(address) is None


@pytest.mark.parametrize(
    ("path", "kept"),
    [("/tickets/3?x=1", "/tickets/3?x=1"), ("//evil.example", "/"), ("/\\evil.example", "/"), ("https://evil", "/"),
     ("", "/"), (None, "/"), ("/a\nb", "/")],
)  # fmt: skip
def test_paths_lead_nowhere_else(path: str | None, kept: str) -> None:
    assert local_path(path) == kept


@pytest.mark.parametrize(
    ("length", "said"),
    [(timedelta(seconds=20), "1 min"), (timedelta(minutes=-5), "5 min"), (timedelta(hours=26, minutes=3), "1 d 2 h")],
)
def test_spans_in_two_units(length: timedelta, said: str) -> None:
    assert span(length) == said


def test_moments_in_the_zone_of_the_reader() -> None:
    assert local(NOW, "Europe/Warsaw", NOW) == "18:30"
    assert local(NOW - timedelta(days=1), "Europe/Warsaw", NOW) == "21.11 18:30"
    assert local(NOW - timedelta(days=400), "Europe/Warsaw", NOW) == "18.10.2025 19:30"


def test_the_clock_of_a_ticket_in_words() -> None:
    t = words("en")
    assert due(ticket(), t, NOW) == "answer due in 25 min"
    assert due(ticket(first_response_due=NOW - timedelta(hours=2)), t, NOW) == "2 h overdue"
    assert due(ticket(first_response_due=None), t, NOW) == "no deadline"
    assert due(ticket(first_response_at=NOW), t, NOW) == "answered after 5 min"
    running = ticket(first_response_at=NOW, resolution_due=NOW + timedelta(hours=3))
    assert due(running, t, NOW) == "answered after 5 min, resolve within 3 h"
    assert late(running, NOW + timedelta(hours=4))
    assert not late(ticket(first_response_due=NOW - timedelta(hours=2), state=TicketState.RESOLVED), NOW)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("urgency: high", "wysoka pilność"),
        ("urgency: high; intent: complaint", "wysoka pilność; zamiar: skarga"),
        ("rating 1 of 5", "ocena 1 na 5"),
        ("repeated and unanswered", "kolejny wpis bez odpowiedzi"),
        ("reguła: banki", "reguła: banki"),
        ("", ""),
    ],
)
def test_phrases_of_the_core_in_polish(said: str, shown: str) -> None:
    assert phrase(said, words("pl")) == shown

"""Text on its way into Slack."""

import pytest

from responders.slack.text import clean, cut, emphasised, escape, fitted, link, quoted, size


@pytest.mark.parametrize(
    ("text", "limit", "wanted"),
    [
        ("krótko", 10, "krótko"),
        ("jedno drugie trzecie", 16, "jedno drugie…"),
        ("👨‍👩‍👧‍👦👨‍👩‍👧‍👦", 13, "👨‍👩‍👧‍👦…"),
        ("👨‍👩‍👧‍👦👨‍👩‍👧‍👦", 12, "👨‍👩‍👧‍👦…"),
        ("👨‍👩‍👧‍👦👨‍👩‍👧‍👦", 11, "…"),
        ("🇵🇱🇩🇪", 6, "🇵🇱…"),
        ("👍🏽👍🏽", 5, "👍🏽…"),
        ("e\u0301e\u0301e\u0301", 4, "e\u0301…"),
    ],
)
def test_cut_never_splits_what_a_reader_sees_as_one(text: str, limit: int, wanted: str) -> None:
    assert cut(text, limit) == wanted
    assert size(cut(text, limit)) <= limit


def test_escape_leaves_nothing_that_slack_acts_on() -> None:
    assert escape("<!channel> & <@U1>") == "&lt;!channel&gt; &amp; &lt;@\u2060U1&gt;"
    assert escape("@here http://zle.example") == "@\u2060here http:\u2060//zle.example"
    assert (
        escape("*gruby* _kursywa_ ~skreślony~ `kod` snake_case") == "∗gruby∗ ＿kursywa＿ ∼skreślony∼ ˋkodˋ snake_case"
    )


def test_fitted_cuts_before_escaping() -> None:
    made = fitted("&" * 100, 52)
    assert size(made) <= 52
    assert made.rstrip("…").replace("&amp;", "") == ""


def test_evidence_is_bold_in_whole_words_line_by_line() -> None:
    assert emphasised("okno przecieka mocno", [(5, 12)]) == "okno *przecieka* mocno"
    assert emphasised("a b\nc d", [(2, 5)]) == "a *b*\n*c* d"
    assert emphasised("raz dwa trzy", [(0, 4), (3, 8)]) == "*raz dwa* trzy"
    assert emphasised("tekst", [(3, 99), (-1, 2), (4, 4)]) == "tekst"


def test_link_only_to_the_web() -> None:
    assert (
        link("https://a.example/x?a=1&b=2|c>d", "Tytuł <b>")
        == "<https://a.example/x?a=1&amp;b=2%7Cc%3Ed|Tytuł &lt;b&gt;>"
    )
    assert link("javascript:alert(1)", "Tytuł") == "Tytuł"
    assert link(None, "Tytuł") == "Tytuł"
    assert link("https://a.example/" + "x" * 3000, "Tytuł") == "Tytuł"


def test_invisible_letters_go_and_lines_stay() -> None:
    assert clean("a\u202eb\u200bc\r\nd\x00") == "abc\nd"
    assert quoted("a\n\nb") == "> a\n>\n> b"

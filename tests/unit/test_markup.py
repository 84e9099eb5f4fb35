"""HTML to text, quotes, signatures, characters and links."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.charset import charset, decode
from listener.links import joined
from listener.markup import Body, absolute, clean_text, clean_url, plain, read_body, tree
from listener.model import Quote


def body(html: str) -> Body:
    node = tree(f"<div id=post>{html}</div>").css_first("#post")
    assert node is not None
    return read_body(node)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Raz <b>dwa</b>,</p><p>trzy<br>cztery</p>", "Raz dwa,\n\ntrzy\ncztery"),
        ("raz<br><br><br><br>dwa", "raz\n\ndwa"),
        ("<ul><li>raz<li>dwa</ul>potem", "raz\ndwa\n\npotem"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("raz<script>x()</script><style>y</style> dwa", "raz dwa"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("źle <img class='smilie' alt='Sad' src=x> <img alt='zdjęcie ogródka' src=y>", "źle :("),
        ("a&nbsp;b &amp; c&shy;d​e", "a b & cde"),
        ("", ""),
    ],
)
def test_text_keeps_its_paragraphs(html: str, text: str) -> None:
    assert plain(html) == text


def test_quotes_are_split_off_with_their_writers() -> None:
    found = body("<blockquote><div><cite>Ola pisze: <a>↑</a></cite>Raz.<br>Dwa.</div></blockquote>Moje.<br><br>Słowa.")
    assert found == Body(text="Moje.\n\nSłowa.", quotes=(Quote(author="Ola", text="Raz.\nDwa."),))


@pytest.mark.parametrize(
    ("heading", "author"),
    [
        ("Ola wrote:", "Ola"),
        ("Cytat: Ola w Listopad 20, 2026, 08:05:10", "Ola"),
        ("W dniu 20.11.2026 o 08:05, Ola napisał:", "Ola"),
        ("On 5/20/2020 at 8:05 AM, Ola said:", "Ola"),
        ("(11-20-2026, 08:05 AM)Ola napisał(a):", "Ola"),
        ("Zamieszczone przez Ola", "Ola"),
        ("Originally Posted by Ola", "Ola"),
        ("Zitat von Ola", "Ola"),
        ("Cytat:", None),
    ],
)
def test_the_heading_of_a_quote_names_its_writer(heading: str, author: str | None) -> None:
    assert body(f"<blockquote><cite>{heading}</cite>Raz.</blockquote>Moje.").quotes == (
        Quote(author=author, text="Raz."),
    )


def test_a_heading_before_its_quote_goes_with_it() -> None:
    found = body("<b>Ola napisał:</b><table><tr><td class='quote'>Raz.</td></tr></table>Moje.")
    assert found == Body(text="Moje.", quotes=(Quote(author="Ola", text="Raz."),))


def test_only_the_outermost_quote_is_one() -> None:
    found = body("<blockquote>Raz.<blockquote>Dwa.</blockquote></blockquote>Moje.")
    assert [quote.text for quote in found.quotes] == ["Raz.\n\nDwa."]


@pytest.mark.parametrize(
    "more",
    [
        "<div class='signature'>Pozdrawiam</div>",
        "<div class='notice'></div><p class='lastedit'>x</p>",
        "<br>____________________<br>Mój podpis",
        "<br>Ostatnio zmieniony 3 maja 2020, 10:11 przez Ola, łącznie zmieniany 1 raz.",
        "<br>Last edited by Ola on Sun May 03, 2020 10:11 am, edited 1 time in total.",
    ],
)
def test_signatures_and_notes_of_edits_are_nobodys_words(more: str) -> None:
    assert body(f"Moje słowa.{more}").text == "Moje słowa."


def test_a_rule_in_a_long_post_is_no_signature() -> None:
    assert body("Raz.<br>________<br>" + "Dalej. " * 200).text.count("Dalej.") == 200


def test_text_loses_what_cannot_be_seen() -> None:
    assert clean_text("a\x00b\x07\r\nc\ud800\u202ed\ufeff") == "ab\nc\ufffdd"


# --- characters ---------------------------------------------------------------------------------------------

POLISH = "Zażółć gęślą jaźń, ŁÓDŹ ĄĘŚĆ"


@pytest.mark.parametrize("encoding", ["utf-8", "iso8859-2", "cp1250", "utf-8-sig", "utf-16"])
def test_polish_is_read_without_a_header(encoding: str) -> None:
    assert decode((POLISH * 3).encode(encoding)) == POLISH * 3


@pytest.mark.parametrize(
    ("data", "declared", "name"),
    [
        (POLISH.encode("iso8859-2"), "text/html; charset=ISO-8859-2", "iso8859-2"),
        (POLISH.encode("cp1250"), 'text/html; charset="windows-1250"', "cp1250"),
        (POLISH.encode("cp1250"), "text/html; charset=iso-8859-2", "cp1250"),
        (POLISH.encode(), "text/html; charset=iso-8859-1", "utf-8"),
        (POLISH.encode("cp1250"), "text/html; charset=utf-8", "cp1250"),
        (b'<meta charset="iso-8859-2">' + POLISH.encode("iso8859-2"), None, "iso8859-2"),
        (b'<?xml version="1.0" encoding="windows-1250"?>' + POLISH.encode("cp1250"), None, "cp1250"),
        ("Größe und Straße".encode("cp1252"), None, "cp1252"),
        (("привет как дела " * 40).encode("cp1251"), None, "cp1251"),
        (b"caf\xe9", "text/html; charset=nonsense", "cp1252"),
        (b"abc", "text/html; charset=hex", "utf-8"),
    ],
)
def test_the_encoding_is_found_as_browsers_find_it(data: bytes, declared: str | None, name: str) -> None:
    assert charset(data, declared) == name


@given(
    st.binary(max_size=300),
    st.sampled_from([None, "text/html; charset=utf-8", "text/html; charset=gbk", "x; charset=\x00"]),
)
def test_no_bytes_break_the_decoder(data: bytes, declared: str | None) -> None:
    assert isinstance(decode(data, declared), str)


# --- links --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "clean"),
    [
        ("http://x/v.php?t=5&sid=2d2db902bbdbc139c4b4fc9800fa1e24&p=3#p3", "http://x/v.php?t=5&p=3#p3"),
        ("http://x/v.php?sid=2d2db902bbdbc139c4b4fc9800fa1e24", "http://x/v.php"),
        ("http://x/i.php?PHPSESSID=abc;topic=5.msg3;utm_source=1#msg3", "http://x/i.php?topic=5.msg3#msg3"),
        ("http://x/s.php?t=1&s=0123456789abcdef0123456789abcdef", "http://x/s.php?t=1"),
        ("http://x/a;jsessionid=0A1B?x=1&fbclid=z", "http://x/a?x=1"),
        ("http://x/a?s=szukane&sid=7", "http://x/a?s=szukane&sid=7"),
        ("http://x/zażółć?b=%C4%85&a=", "http://x/zażółć?b=%C4%85&a="),
    ],
)
def test_links_lose_sessions_and_tracking(url: str, clean: str) -> None:
    assert clean_url(url) == clean
    assert clean_url(clean) == clean


@pytest.mark.parametrize("href", [None, "", "javascript:void(0)", "mailto:a@b.pl", "http://[x", "data:text/html,x"])
def test_what_leads_nowhere_is_no_link(href: str | None) -> None:
    assert absolute("https://x.example/a/", href) is None


# --- hostile pages ------------------------------------------------------------------------------------------


@given(st.text(alphabet="<>/=\"' abdivpr!-quote\n\ud800\x00&;#x1", max_size=300))
def test_no_markup_breaks_the_reader(html: str) -> None:
    found = body(html)
    assert "\ud800" not in found.text


PIECES = st.lists(
    st.sampled_from(
        ["./", "../", "/", "//", "?", "#", "&", ";", ":", "=", ".", "a", "t=1", "sid=0123456789abcdef0123456789abcdef",
         "viewtopic.php", "http:", "https://", "f.example", ":80", "%20", " ", "ą", "[", "]", "@", "\\", "\t", "-", "~",
         "utm_source=x", ";jsessionid=1", "amp;"]
    ),
    max_size=8,
)  # fmt: skip


@given(
    PIECES, st.sampled_from(["https://f.example/a/b.php?x=1#y", "http://f.example", "https://f.example/a/./b/", "x"])
)
def test_the_short_way_to_an_address_leads_where_the_long_one_does(pieces: list[str], base: str) -> None:
    href = "".join(pieces)
    assert absolute(base, href) == (joined(base, href.strip()) if href.strip() else None)

"""The matcher agrees with the plain reading of the language on random queries and posts."""

from hypothesis import assume, given
from hypothesis import strategies as st

from listener import matching
from listener.errors import QueryError
from listener.matching.inflection import forms
from listener.model import Query
from listener.text import fold
from tests.unit.matching.posts import post
from tests.unit.matching.reference import matches

NAMES = ("Tauron", "InPost", "Wintermann", "Netia", "zwrot", "faktura", "opóźnienie")
PHRASES = ('"Poczta Wintermann"', '"nie działa"', '"Media Expert"')
OTHERS = ("=InPost", "=zwrot", "opóź*", "*mann", "fa?tura", "Wintermann~", "faktura~")
LOOSE = [
    "i",
    "oraz",
    "sąd",
    "sad",
    "pani",
    "nie",
    "działa",
    "dziala",
    "Media",
    "Experta",
    "inpostowy",
    "Tauron-Netia",
    "faktua",
]


def _written() -> st.SearchStrategy[str]:
    forms_of = [form for name in NAMES for form in forms(name)]
    word = st.sampled_from([*forms_of, *LOOSE, "Tauron-Netia", "Poczty", "Poczta"])
    change = st.sampled_from([str, str.upper, str.lower, fold, str.capitalize])
    return st.builds(lambda said, how: how(said), word, change)


TEXTS = st.builds(
    lambda words, signs: "".join(f"{word}{sign}" for word, sign in zip(words, signs, strict=False)),
    st.lists(_written(), max_size=14),
    st.lists(st.sampled_from([" ", " ", " ", ", ", ". ", "\n", " #", "-", " (", ") "]), min_size=14, max_size=14),
)
TERMS = st.sampled_from([*NAMES, *PHRASES, *OTHERS])


def _near() -> st.SearchStrategy[str]:
    sign = st.sampled_from(["NEAR/0", "NEAR/2", "ONEAR/1", "ONEAR/5"])
    side = st.one_of(TERMS, st.builds(lambda a, b: f"({a} OR {b})", TERMS, TERMS))
    return st.builds(lambda a, how, b: f"{a} {how} {b}", side, sign, side)


def _joined(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    sign = st.sampled_from([" AND ", " OR ", " NOT ", " lub ", " bez ", " "])
    return st.builds(lambda a, how, b: f"({a}{how}{b})", inner, sign, inner)


QUERIES = st.recursive(st.one_of(TERMS, _near()), _joined, max_leaves=5)


@given(st.lists(QUERIES, min_size=1, max_size=6), st.lists(TEXTS, min_size=1, max_size=4))
def test_matcher_agrees_with_the_reference(expressions: list[str], texts: list[str]) -> None:
    readable = [expression for expression in expressions if _reads(expression)]
    assume(readable)
    matcher = matching.compile([Query(brand="b", expression=expression) for expression in readable])
    for text in texts:
        expected = [expression for expression in readable if matches(matching.parse(expression), text)]
        found = matcher.match(post(text))
        assert [mention.query.expression for mention in found] == expected
        for mention in found:
            assert mention.spans
            assert all(text[span.start : span.end] == span.text for span in mention.spans)


def _reads(expression: str) -> bool:
    try:
        matching.parse(expression)
    except QueryError:
        return False
    return True


@given(st.text(max_size=60))
def test_any_text_is_parsed_or_refused_with_a_place(expression: str) -> None:
    position = 0
    try:
        matching.parse(expression)
    except QueryError as error:
        position = error.position
    assert 0 <= position <= len(expression)


ANYTHING = matching.compile([Query(brand="b", expression="ab* OR Żabka OR x-kom OR Wintermann~2 OR a NEAR/3 b OR =Ź")])


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("aźŻb-'. \u00ad\u0307ǅİßﬁ")), max_size=200))
def test_any_post_can_be_read(text: str) -> None:
    for mention in ANYTHING.match(post(text, thread_title=text)):
        for span in mention.spans:
            assert text[span.start : span.end] == span.text != ""

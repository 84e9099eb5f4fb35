"""Suggested replies: the right text first, nothing expired, nothing unfilled, and never one that breaks a rule."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from listener.errors import ConfigError
from listener.model import Brand, Intent, Tone, Topic, Urgency
from listener.protocols import SuggestionContext
from responders.suggest import PastReply, ReplyCheck, Suggestions, load_canned, load_knowledge
from tests.unit.responders.alerts import classified
from tests.unit.responders.brands import DATA, brands

CONFIG = Path(__file__).parents[3] / "config"
CANNED = load_canned(CONFIG / "canned")
KB = load_knowledge(DATA / "suggest" / "kb")
BRANDS = brands()
TODAY = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
SUGGEST = Suggestions(CANNED, KB, checker=ReplyCheck(KB))


def context(text: str, brand: Brand | None = BRANDS["sk"], lang: str = "pl", **opinion: object) -> SuggestionContext:
    found = classified(text, **opinion) if opinion else None
    return SuggestionContext(text=text, lang=lang, brand=brand, classification=found, today=TODAY)


def test_expired_and_foreign_articles_are_never_used() -> None:
    expired = context("Od jakiej kwoty darmowa dostawa?")
    assert not any("stara-promocja" in draft.sources for draft in SUGGEST.suggest(expired))
    before = SuggestionContext(
        text=expired.text, lang="pl", brand=BRANDS["sk"], today=datetime(2026, 10, 31, 12, tzinfo=UTC)
    )
    assert SUGGEST.suggest(before)[0].sources == ("stara-promocja",)
    undated = SuggestionContext(text=expired.text, lang="pl", brand=BRANDS["sk"])
    assert not any("stara-promocja" in draft.sources for draft in SUGGEST.suggest(undated))
    other = context("Jak wypowiedzieć umowę na internet?")
    assert not any("innej-marki" in draft.sources for draft in SUGGEST.suggest(other))
    own = context(other.text, BRANDS["wt"])
    assert SUGGEST.suggest(own)[0].sources == ("innej-marki",)


def test_holding_reply_alone_where_nothing_fits() -> None:
    (draft,) = SUGGEST.suggest(
        context("Czy wasze świece są wegańskie?", intents=(Intent.QUESTION,), topics=(), urgency=Urgency.LOW)
    )
    assert draft.kind == "holding"
    assert draft.sources == ()
    assert draft.text.endswith("Obsługa klienta Sklepu Klonowego")


def test_nothing_is_said_to_spam() -> None:
    assert SUGGEST.suggest(context("TANIE KREDYTY KLIKNIJ", intents=(Intent.SPAM,))) == ()


@pytest.mark.parametrize(
    ("brand", "topics", "urgency", "wanted"),
    [
        ("wt", (Topic.AVAILABILITY,), Urgency.HIGH, "pl-telecom-outage"),
        ("bw", (Topic.SECURITY,), Urgency.CRITICAL, "pl-bank-fraud"),
        ("pm", (Topic.SERVICE,), Urgency.NORMAL, "pl-medicine-secrecy"),
        ("ow", (Topic.QUALITY,), Urgency.NORMAL, "pl-complaint-building"),
        ("sk", (Topic.DELIVERY,), Urgency.NORMAL, "pl-complaint-delivery"),
        ("sk", (Topic.LEGAL,), Urgency.HIGH, "pl-legal"),
        ("sk", (), Urgency.NORMAL, "pl-complaint"),
    ],
)
def test_complaints_get_the_response_of_their_sector_and_topic(
    brand: str, topics: tuple[Topic, ...], urgency: Urgency, wanted: str
) -> None:
    suggest = Suggestions(CANNED, checker=ReplyCheck())
    drafts = suggest.suggest(context("Bardzo się zawiodłem", BRANDS[brand], topics=topics, urgency=urgency))
    assert drafts[0].sources == (wanted,)
    assert [draft.score for draft in drafts] == sorted((draft.score for draft in drafts), reverse=True)


def test_english_posts_get_english_replies() -> None:
    drafts = SUGGEST.suggest(
        context("My parcel never arrived", lang="en", topics=(Topic.DELIVERY,), urgency=Urgency.NORMAL)
    )
    assert drafts[0].sources == ("en-complaint-delivery",)
    assert drafts[0].text.startswith("Hello,")


def test_past_replies_serve_again_for_the_same_brand_only() -> None:
    past = PastReply(
        id="r1",
        post="Okno w sypialni przecieka po deszczu",
        text="Prosimy o kontakt.\n\nZespół Okien Wintermann",
        lang="pl",
        brand="ow",
    )
    suggest = Suggestions((), (), [past], ReplyCheck())
    (draft,) = suggest.suggest(context("po deszczu przecieka okno w sypialni", BRANDS["ow"]))
    assert (draft.kind, draft.sources) == ("past", ("r1",))
    assert suggest.suggest(context("po deszczu przecieka okno w sypialni", BRANDS["sk"])) == ()


def test_article_link_only_to_the_brands_own_domain() -> None:
    ours = SUGGEST.suggest(context("Ile mam dni na zwrot?"))[0]
    assert "https://klonowy.example.com/zwroty" in ours.text
    foreign = SUGGEST.suggest(context("Ile mam dni na zwrot?", BRANDS["ow"]))[0]
    assert foreign.sources == ours.sources
    assert "http" not in foreign.text


@pytest.mark.parametrize(
    ("text", "place", "what"),
    [
        ("bez niczego", ":1", "no front matter"),
        ("---\nid: a\ntitle: b: c\nlang: pl\n---\nx", ":3", "broken YAML"),
        ("---\nid: a\ntitle: b\nlang: pl\nintent: [complaint]\n---\nx", ":5", "unknown key"),
        ("---\nid: a\ntitle: b\nlang: pl\nintents: [skarga]\n---\nx", ":5", "is no intents"),
        ("---\nid: a\ntitle: b\nlang: pl\n---\nraz\n{imie} dwa", ":7", "unknown slot {imie}"),
        ("---\nid: a\ntitle: b\nlang: pl\n---\n", ":5", "no text"),
        ("---\ntitle: b\nlang: pl\n---\nx", ":1", "'id' must be a text"),
    ],
)
def test_broken_files_are_told_by_file_line_and_mend(tmp_path: Path, text: str, place: str, what: str) -> None:
    file = tmp_path / "zly.md"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_canned(tmp_path)
    assert caught.value.where == f"{file}{place}"
    assert what in caught.value.message
    assert caught.value.mend


def test_broken_articles_and_folders_are_told_too(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("---\nid: a\nvalid_untill: 2026-01-01\n---\nx", encoding="utf-8")
    with pytest.raises(ConfigError, match="valid_untill"):
        load_knowledge(tmp_path)
    (tmp_path / "a.md").write_text("---\nid: a\nvalid_until: jutro\n---\nx", encoding="utf-8")
    with pytest.raises(ConfigError, match="jutro"):
        load_knowledge(tmp_path)
    (tmp_path / "a.md").write_bytes(b"---\nid: \xb1\n---\nx")
    with pytest.raises(ConfigError, match="UTF-8"):
        load_knowledge(tmp_path)
    with pytest.raises(ConfigError, match="no such folder"):
        load_knowledge(tmp_path / "nie-ma")


HELLO = {
    ("pl", Tone.FORMAL): "Szanowna Pani, Szanowny Panie,", ("en", Tone.FORMAL): "Dear Sir or Madam,",
    ("pl", Tone.NEUTRAL): "Dzień dobry,", ("en", Tone.NEUTRAL): "Hello,",
    ("pl", Tone.CASUAL): "Cześć,", ("en", Tone.CASUAL): "Hi,",
}  # fmt: skip


@pytest.mark.parametrize(("lang", "tone"), HELLO)
def test_a_tone_changes_greeting_closing_and_forms(lang: str, tone: Tone) -> None:
    asked = context("Paczka nie dotarła", lang=lang, topics=(Topic.DELIVERY,), urgency=Urgency.NORMAL)
    first = {one: SUGGEST.suggest(replace(asked, tone=one))[0] for one in Tone}
    assert first[tone].text.startswith(HELLO[lang, tone])
    assert {draft.sources for draft in first.values()} == {(f"{lang}-complaint-delivery",)}
    assert len({draft.text for draft in first.values()}) == 3


def test_the_brand_has_a_tone_until_somebody_asks_for_another() -> None:
    asked = context("Bardzo się zawiodłem", replace(BRANDS["sk"], tone=Tone.CASUAL), urgency=Urgency.NORMAL)
    assert SUGGEST.suggest(asked)[0].text.startswith("Cześć,")
    assert SUGGEST.suggest(replace(asked, tone=Tone.NEUTRAL))[0].text.startswith("Dzień dobry,")


def test_a_past_reply_serves_in_its_own_tone_only() -> None:
    past = PastReply(
        id="r1", post="Okno w sypialni przecieka po deszczu", text="Cześć,\n\nodezwij się.\n\nZespół Klonowy",
        lang="pl", brand="sk",
    )  # fmt: skip
    suggest, asked = Suggestions((), past=(past,)), context(past.post)
    assert suggest.suggest(asked) == ()
    assert suggest.suggest(replace(asked, tone=Tone.CASUAL))[0].sources == ("r1",)


def test_what_is_for_one_reader_is_never_offered_for_a_thread() -> None:
    private = {canned.id for canned in CANNED if canned.private and canned.kind == "canned"}
    asked = context("Bardzo się zawiodłem", topics=(Topic.SERVICE,), urgency=Urgency.NORMAL)
    in_public = {source for draft in SUGGEST.suggest(asked) for source in draft.sources}
    in_private = {source for draft in SUGGEST.suggest(replace(asked, private=True)) for source in draft.sources}
    assert in_public.isdisjoint(private)
    assert in_private == {"pl-private-complaint"}
    (holding,) = SUGGEST.suggest(replace(context("Czy wasze świece są wegańskie?", intents=()), private=True))
    assert "w odpowiedzi na tę wiadomość" in holding.text
    assert holding.text.endswith("Obsługa klienta Sklepu Klonowego")


def test_words_of_a_private_message_are_stopped_in_public() -> None:
    draft = "Dzień dobry,\n\nprosimy odpisać na tę wiadomość.\n\nObsługa klienta Sklepu Klonowego"
    asked = context("Nie działa")
    assert [one.rule for one in ReplyCheck().check(draft, asked, "human")] == ["asks_data_in_public"]
    assert ReplyCheck().check(draft, replace(asked, private=True), "human") == ()


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("Tekst.\n\n=== luźny\nCześć", "no tone"),
        ("Tekst.\n\n=== casual\n", "no tone"),
        ("Tekst.\n\n=== casual\nA\n\n=== casual\nB", "no tone"),
        ("=== casual\nA", "above the tones"),
        ("Tekst.\n\n=== casual\nA {nazwa}", "unknown slot"),
    ],
)
def test_a_tone_that_cannot_be_read_is_named_with_its_line(tmp_path: Path, body: str, says: str) -> None:
    (tmp_path / "a.md").write_text(f"---\nid: a\ntitle: A\nlang: pl\n---\n{body}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=says) as caught:
        load_canned(tmp_path)
    assert "a.md:" in caught.value.where

"""Every shipped response and article for every brand, and many questions of customers."""

import itertools
import json
import re
from dataclasses import replace

import pytest

from listener.model import Brand, Tone
from listener.protocols import SuggestionContext
from responders.suggest import ReplyCheck, Suggestions, load_knowledge
from responders.suggest.canned import SECTORS
from responders.suggest.slots import compose
from tests.timing import work_within
from tests.unit.responders.brands import DATA
from tests.unit.responders.test_suggestions import (
    BRANDS,
    CANNED,
    CONFIG,
    SUGGEST,
    context,
)


def test_every_canned_response_passes_the_check_for_every_brand() -> None:
    names = ("Bank Wiślany S.A.", "mBud24", "Żabi Róg")
    says: tuple[tuple[str, ...], ...] = (
        (),
        ("odpowiadam w imieniu",),
        ("Zespół Żabi Róg",),
        ("We are the care team of",),
    )
    made = [
        Brand(id=sector, name=name, sector=sector, disclosure=disclosure, public_contacts=contacts)
        for sector, name, disclosure, contacts in itertools.product(
            sorted(SECTORS), names, says, ((), ("22 555 01 00", "pomoc@example.com"))
        )
    ]
    check = ReplyCheck()
    wrong = []
    for brand, canned, tone in itertools.product([made[37], BRANDS["wt"], None], CANNED, Tone):
        text = compose(canned.said(tone), brand, canned.lang, tone, in_private=canned.private)
        meant = SuggestionContext(text="", lang=canned.lang, brand=brand, tone=tone, private=canned.private)
        found = check.check(text, meant, canned.kind)
        if found or "{" in text:
            wrong.append((canned.id, brand, tone, found))
        # what asks one reader for data is never fit for a thread
        said = check.check(text, replace(meant, private=False), canned.kind)
        assert bool(said) is canned.private, (canned.id, tone)
    assert wrong == []


def test_every_canned_response_is_written_in_every_tone() -> None:
    to_many = re.compile(r"\b(?:Państw\w*|Pan\w*|[Pp]rosimy|[Dd]ziękujemy)\b|\b(?:We would ask|We regret)\b")
    to_you = re.compile(r"\b(?:Ci|Cię|Twoj\w+|[Oo]dezwij|[Oo]dpisz|[Nn]ie podawaj)\b|\b\w+'(?:re|t|ll|d)\b")
    for canned in CANNED:
        formal, casual = canned.said(Tone.FORMAL), canned.said(Tone.CASUAL)
        assert casual not in (canned.text, formal), canned.id
        if canned.lang == "pl":
            assert not to_many.search(casual.replace("nie prosimy", "").replace("możemy prosić", "")), canned.id
        assert not to_you.search(formal), canned.id


def test_every_article_makes_a_reply_that_passes_the_check() -> None:
    articles = load_knowledge(CONFIG / "knowledge")
    suggest = Suggestions((), articles, checker=ReplyCheck(articles))
    unused = []
    for article, brand in itertools.product(articles, BRANDS.values()):
        drafts = suggest.suggest(context(article.questions[0], brand, article.language))
        if not drafts or drafts[0].sources != (article.id,):
            unused.append((article.id, brand.id))
    assert unused == []


def test_articles_are_found_by_what_customers_ask() -> None:
    right = wrong = missed = silent = falsely = 0
    for line in (DATA / "suggest" / "retrieval.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        drafts = SUGGEST.suggest(context(row["text"], lang=row["lang"]))
        first = drafts[0].sources[0] if drafts and drafts[0].kind == "knowledge" else None
        if row["article"] is None:
            silent, falsely = silent + (first is None), falsely + (first is not None)
        else:
            right += first == row["article"]
            missed += first is None
            wrong += first not in (None, row["article"])
    assert right >= 28, (right, missed, wrong)
    assert wrong <= 2
    assert falsely <= 3, (silent, falsely)


@pytest.mark.parametrize("text", ["", "?", "😀" * 50, "<!-- zignoruj instrukcje -->", "a" * 100_000, "Ж" * 50])
def test_odd_posts_are_answered_quickly_and_without_error(text: str) -> None:
    with work_within(seconds=10):
        assert len(SUGGEST.suggest(context(text))) <= 5

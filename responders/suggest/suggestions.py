"""Suggested replies, best first: from knowledge articles, canned responses, earlier replies, else a holding reply.

No reply is made up here: each is a text that a person wrote, with its slots filled and the line that says who speaks.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from listener.model import Brand, Intent, SuggestedReply
from listener.protocols import ReplyChecker, SuggestionContext
from responders.suggest.canned import Canned, names_brand
from responders.suggest.fit import fit
from responders.suggest.knowledge import Article
from responders.suggest.passages import passage
from responders.suggest.similarity import Document, Index
from responders.suggest.slots import compose, language_of_ours, sounds, tone_of

MOST = 5
_ARTICLE_FITS = 0.3  # below this an article is about something else (tests/data/suggest/retrieval.jsonl)
_ARTICLE_FITS_WEAKLY = 0.22  # enough where the topic found by the classifier agrees
_PAST_FITS = 0.55
_ASKING = frozenset((Intent.QUESTION, Intent.COMPLAINT, Intent.LEAD, Intent.CHURN, Intent.SUGGESTION))


@dataclass(frozen=True, slots=True, kw_only=True)
class PastReply:
    """An approved reply that stands in public, with the post that it answered. lang: of the reply."""

    id: str
    post: str
    text: str
    lang: str
    brand: str


class Suggestions:
    """A Suggester over texts that are loaded once.

    checker: drops drafts that break a rule, so that staff are never offered one.
    """

    def __init__(
        self,
        canned: Sequence[Canned],
        knowledge: Sequence[Article] = (),
        past: Sequence[PastReply] = (),
        checker: ReplyChecker | None = None,
    ) -> None:
        self._canned = tuple(canned)
        self._knowledge = tuple(knowledge)
        self._past = tuple(past)
        self._checker = checker
        self._canned_index = Index([Document((c.title, *c.phrases), "") for c in canned])
        self._knowledge_index = Index([Document((a.title, *a.questions), a.text) for a in knowledge])
        self._past_index = Index([Document((p.post,), "") for p in past])

    def suggest(self, context: SuggestionContext) -> tuple[SuggestedReply, ...]:
        """At most MOST drafts, best first. Empty for spam; a holding reply alone where nothing fits."""
        if _spam(context):
            return ()
        drafts = [*self._from_knowledge(context), *self._from_canned(context), *self._from_past(context)]
        drafts.sort(key=lambda draft: (-draft.score, draft.sources))
        fitting = [draft for draft in _distinct(drafts) if self._passes(draft, context)]
        return tuple(fitting[:MOST]) or tuple(self._holding(context))[:1]

    def _from_knowledge(self, context: SuggestionContext) -> Iterator[SuggestedReply]:
        lang = language_of_ours(context.lang)
        text = f"{context.text}\n{context.thread_title or ''}"
        for article, likeness in zip(self._knowledge, self._knowledge_index.scores(text), strict=True):
            usable = article.language == lang and article.serves(context.brand, context.today)
            if usable and likeness >= _needed(article, context):
                body = _with_link(passage(article.text, context.text), article, context.brand, lang)
                yield _draft(body, "knowledge", (article.id,), _knowledge_score(likeness, context), context)

    def _from_canned(self, context: SuggestionContext) -> Iterator[SuggestedReply]:
        for canned, likeness in zip(self._canned, self._canned_index.scores(context.text), strict=True):
            if canned.kind == "canned" and _usable(canned, context):
                score = fit(canned, context, likeness)
                if score is not None:
                    yield _draft(_said(canned, context), "canned", (canned.id,), score, context)

    def _from_past(self, context: SuggestionContext) -> Iterator[SuggestedReply]:
        ours, tone = language_of_ours(context.lang), tone_of(context.brand, context.tone)
        for past, likeness in zip(self._past, self._past_index.scores(context.text), strict=True):
            same_brand = context.brand is not None and past.brand == context.brand.id
            fits = past.lang == ours and same_brand and not context.private and sounds(past.text, ours) is tone
            if likeness >= _PAST_FITS and fits:
                score = round(0.9 * likeness, 4)
                yield SuggestedReply(text=past.text, kind="past", sources=(past.id,), score=score)

    def _holding(self, context: SuggestionContext) -> Iterator[SuggestedReply]:
        for canned in self._canned:
            if canned.kind == "holding" and _usable(canned, context):
                draft = _draft(_said(canned, context), "holding", (), 0.1, context)
                if self._passes(draft, context):
                    yield draft

    def _passes(self, draft: SuggestedReply, context: SuggestionContext) -> bool:
        return self._checker is None or not self._checker.check(draft.text, context, draft.kind)


def _spam(context: SuggestionContext) -> bool:
    found = context.classification
    return found is not None and Intent.SPAM in found.intents and _ASKING.isdisjoint(found.intents)


def _usable(canned: Canned, context: SuggestionContext) -> bool:
    """In the language, for the brand, and for as many readers as will read it: what asks for data in private is
    never offered for a thread, nor what keeps silent in public for a private message."""
    speaks = canned.lang == language_of_ours(context.lang) and names_brand(canned.brand, context.brand)
    return speaks and canned.private == context.private


def _said(canned: Canned, context: SuggestionContext) -> str:
    return canned.said(tone_of(context.brand, context.tone))


def _needed(article: Article, context: SuggestionContext) -> float:
    found = context.classification
    if found is None:
        return _ARTICLE_FITS
    if _ASKING.isdisjoint(found.intents):
        return 2 * _ARTICLE_FITS  # nobody asked: only what is plainly about the same thing
    agrees = not article.topics.isdisjoint(topic.value for topic in found.topics)
    return _ARTICLE_FITS_WEAKLY if agrees else _ARTICLE_FITS


def _knowledge_score(likeness: float, context: SuggestionContext) -> float:
    found = context.classification
    asked = found is None or Intent.QUESTION in found.intents
    # an answer beats a courtesy where somebody asked; a complaint first wants to be heard
    return round(min(1.0, (0.55 if asked else 0.3) + 0.6 * likeness), 4)


def _with_link(body: str, article: Article, brand: Brand | None, lang: str) -> str:
    if not article.public_url or not _ours(article.public_url, brand):
        return body
    more = "Więcej informacji" if lang == "pl" else "More information"
    return f"{body}\n\n{more}: {article.public_url}"


def _ours(url: str, brand: Brand | None) -> bool:
    host = url.split("//", 1)[-1].split("/", 1)[0].split(":", 1)[0].lower()
    return brand is not None and any(host == d.lower() or host.endswith("." + d.lower()) for d in brand.link_domains)


def _draft(body: str, kind: str, sources: tuple[str, ...], score: float, context: SuggestionContext) -> SuggestedReply:
    tone = tone_of(context.brand, context.tone)
    text = compose(body, context.brand, context.lang, tone, in_private=context.private)
    return SuggestedReply(text=text, kind=kind, sources=sources, score=score)


def _distinct(drafts: Sequence[SuggestedReply]) -> Iterator[SuggestedReply]:
    seen: set[str] = set()
    for draft in drafts:
        if draft.text not in seen:
            seen.add(draft.text)
            yield draft

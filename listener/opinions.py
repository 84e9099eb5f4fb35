"""The classifier as this house uses it: the model, a second opinion where one is configured, and what the staff of each
brand taught it. Part of the composition root.
"""

import logging
from collections.abc import Callable, Mapping
from typing import Any

import classifiers
from classifiers import adapt, rows
from classifiers.adapt import Adaptation, Lesson
from classifiers.model import TriageClassifier
from classifiers.second_opinion import SecondOpinion
from listener.errors import Failure, FetchError
from listener.learning import Taught, lessons
from listener.model import Classification
from listener.protocols import Classifier, Conversation, Page, Request
from listener.settings import SecondOpinionSettings, Settings
from listener.storage import Storage

log = logging.getLogger("listener.opinions")

Talk = Callable[[Conversation[bytes]], bytes]
"""Drives a conversation with the endpoint: listener.http, made synchronous."""


def base_model(settings: Settings) -> TriageClassifier:
    """The shipped model, or the one that the settings name."""
    return classifiers.load(settings.model, settings.costs, embedding=settings.embedding)


def doubted(base: TriageClassifier, settings: SecondOpinionSettings | None, talk: Talk) -> Classifier:
    """The model, asking elsewhere about what it doubts where the settings say so."""
    if settings is None:
        return base
    key = settings.api_key.get_secret_value() if settings.api_key else None

    def ask(body: Mapping[str, Any]) -> bytes:
        return talk(_asking(f"{settings.url.rstrip('/')}/v1/chat/completions", key, body))

    return SecondOpinion(
        base,
        ask,
        model=settings.model,
        thresholds=base.thresholds,
        from_doubt=settings.from_doubt,
        at_most=settings.at_most,
    )


def _asking(url: str, key: str | None, body: Mapping[str, Any]) -> Conversation[bytes]:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    page: Page = yield Request(url=url, method="POST", json=dict(body), headers=headers, api=True)
    if page.status != 200:
        failure = Failure.AUTH if page.status in (401, 403) else Failure.BAD_CONTENT
        raise FetchError(
            f"answers {page.status}", failure=failure, where="[second_opinion]", mend="check url, model and api_key"
        )
    return page.body


class Staff:
    """What the staff of each brand taught the model: applied to an opinion about a post of that brand."""

    def __init__(self, model: TriageClassifier, learned: Mapping[str, Adaptation]) -> None:
        self._thresholds = model.thresholds
        self._learned = learned

    @classmethod
    def of(cls, storage: Storage, model: TriageClassifier) -> "Staff":
        """Learned anew from the latest corrections that are stored: some two seconds for all that are read."""
        taught: dict[str, list[Taught]] = {}
        for lesson in lessons(storage):
            taught.setdefault(lesson.brand, []).append(lesson)
        learned = {brand: adapt.learn(_lessons(model, found)) for brand, found in taught.items()}
        for brand, found in learned.items():
            log.info("%s: %d lessons move %s", brand, found.lessons, ", ".join(sorted(found.shifts)) or "nothing")
        return cls(model, learned)

    def adapt(self, brand: str, text: str, opinion: Classification) -> Classification:
        """The opinion as this brand's staff would have it; the model's own where they taught nothing."""
        learned = self._learned.get(brand)
        return opinion if learned is None else learned.apply(opinion, text, self._thresholds)


def _lessons(model: TriageClassifier, taught: list[Taught]) -> list[Lesson]:
    found = []
    for lesson, opinion in zip(taught, model.classify([lesson.text for lesson in taught]), strict=True):
        try:
            known = rows.row({"text": lesson.text, **lesson.labels}).known
        except (ValueError, TypeError, KeyError) as cause:
            log.warning("%s: a stored correction cannot be read and teaches nothing: %s", lesson.brand, cause)
            continue
        found.append(Lesson(text=lesson.text, confidence=opinion.confidence, known=known, weight=lesson.weight))
    return found

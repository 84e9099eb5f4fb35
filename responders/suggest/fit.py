"""How well a canned response fits a post, by what the classifier found in it and by its words."""

from listener.model import Classification, Intent
from listener.protocols import SuggestionContext
from responders.suggest.canned import Canned

# what a match is worth; together they make at most 1
_INTENT, _TOPIC, _WORDS, _URGENCY, _SECTOR, _BRAND = 0.2, 0.3, 0.2, 0.05, 0.2, 0.05
_WORDS_ALONE = 0.3  # without a classification the words must be at least so close
_ANYTHING = 0.5  # share of the worth that a response open to anything gets


def fit(canned: Canned, context: SuggestionContext, likeness: float) -> float | None:
    """0..1, or None where the response is not for this post. likeness: closeness of words, 0..1."""
    if canned.sector and (context.brand is None or context.brand.sector not in canned.sector):
        return None
    found = context.classification
    if found is None:
        return likeness if likeness >= _WORDS_ALONE else None
    if _excluded(canned, found, likeness):
        return None
    return round(_intent(canned, found) + _topic(canned, found) + _rest(canned, found, likeness), 4)


def _excluded(canned: Canned, found: Classification, likeness: float) -> bool:
    return (
        bool(canned.intents and canned.intents.isdisjoint(found.intents))
        or bool(canned.topics and canned.topics.isdisjoint(found.topics) and likeness < _WORDS_ALONE)
        or bool(canned.urgency and found.urgency not in canned.urgency)
        or _praise_at_odds(canned, found)
    )


def _praise_at_odds(canned: Canned, found: Classification) -> bool:
    """Thanks for praise that nobody gave, or only thanks where somebody complains as well."""
    if Intent.PRAISE in canned.intents and not canned.intents <= set(found.intents):
        return True
    return Intent.COMPLAINT in found.intents and bool(canned.intents) and canned.intents <= {Intent.PRAISE, Intent.LEAD}


def _intent(canned: Canned, found: Classification) -> float:
    if not canned.intents:
        return _INTENT * _ANYTHING
    shared = len(canned.intents.intersection(found.intents))
    return _INTENT * (0.5 + 0.4 * shared / len(found.intents) + 0.1 * shared / len(canned.intents))


def _topic(canned: Canned, found: Classification) -> float:
    if not canned.topics:
        return _TOPIC * _ANYTHING * 0.5
    shared = canned.topics.intersection(found.topics)
    if not shared:
        return 0.0  # the words alone spoke for it
    sure = max((found.confidence.get(topic.value, 0.5) for topic in shared), default=0.5)
    covered, aimed = len(shared) / len(found.topics), len(shared) / len(canned.topics)
    return _TOPIC * (0.3 + 0.35 * covered + 0.15 * aimed + 0.2 * sure)


def _rest(canned: Canned, found: Classification, likeness: float) -> float:
    urgency = _URGENCY if found.urgency in canned.urgency else 0.0
    sector = _SECTOR if canned.sector else 0.0
    brand = _BRAND if canned.brand else 0.0
    return _WORDS * min(1.0, likeness * 1.5) + urgency + sector + brand

"""Who gets a ticket. Ordered rules; the first that fits decides; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from listener.model import Classification, Intent, Priority, Query, Sentiment, Topic, Urgency


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule fits when every condition that is set holds. team: who gets it; channel: Slack channel id, where it
    differs from the default one; skills: what whoever answers needs; raise_to: the least priority that it gets.

    min_confidence: label (an intent, topic, sentiment or urgency) -> the least probability that the model gives it.
    name: what the rule is called in reports; made from its team and conditions unless given."""

    team: str
    name: str = ""
    channel: str | None = None
    skills: tuple[str, ...] = ()
    raise_to: Priority | None = None
    brand: str | None = None
    query: str | None = None
    source: str | None = None
    language: str | None = None
    topics: frozenset[Topic] = frozenset()
    intents: frozenset[Intent] = frozenset()
    sentiments: frozenset[Sentiment] = frozenset()
    min_urgency: Urgency | None = None
    min_priority: Priority | None = None
    min_confidence: Mapping[str, float] = field(default_factory=dict)

    def fits(self, query: Query, source: str, classification: Classification, priority: Priority) -> bool:
        """All set conditions hold; topics, intents and sentiments: any of them."""
        return (
            self.brand in (None, query.brand)
            and self.query in (None, query.expression)
            and self.source in (None, source)
            and self.language in (None, classification.language)
            and (self.min_priority is None or priority.rank >= self.min_priority.rank)
            and self._fits_text(classification)
        )

    def _fits_text(self, classification: Classification) -> bool:
        return (
            (not self.topics or bool(self.topics & set(classification.topics)))
            and (not self.intents or bool(self.intents & set(classification.intents)))
            and (not self.sentiments or classification.sentiment in self.sentiments)
            and (self.min_urgency is None or classification.urgency.rank >= self.min_urgency.rank)
            and all(classification.confidence.get(label, 0.0) >= p for label, p in self.min_confidence.items())
        )

    @property
    def title(self) -> str:
        """What reports call it."""
        return self.name or " ".join([self.team, *self._conditions()])

    def _conditions(self) -> list[str]:
        named = {"brand": self.brand, "query": self.query, "source": self.source, "language": self.language}
        said = [f"{key}={value}" for key, value in named.items() if value]
        for key, values in (("topics", self.topics), ("intents", self.intents), ("sentiments", self.sentiments)):
            said += [f"{key}={','.join(sorted(values))}"] if values else []
        said += [f"urgency>={self.min_urgency.value}"] if self.min_urgency else []
        said += [f"priority>={self.min_priority.value}"] if self.min_priority else []
        return said + [f"p({label})>={p:g}" for label, p in sorted(self.min_confidence.items())]


def route(
    rules: Sequence[Rule], query: Query, source: str, classification: Classification, priority: Priority
) -> Rule | None:
    """The first rule that fits, or None: the default team."""
    return next((rule for rule in rules if rule.fits(query, source, classification, priority)), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A ticket of the past, as routing saw it."""

    ticket_id: int
    query: Query
    source: str
    classification: Classification
    priority: Priority


@dataclass(frozen=True, slots=True, kw_only=True)
class Rerouted:
    """A ticket that changed rules place elsewhere. None: no rule fits."""

    ticket_id: int
    before: Rule | None
    after: Rule | None


def compare(before: Sequence[Rule], after: Sequence[Rule], cases: Sequence[Case]) -> tuple[Rerouted, ...]:
    """The cases that go to another team, channel, skill or priority with other rules."""
    found = []
    for case in cases:
        old = route(before, case.query, case.source, case.classification, case.priority)
        new = route(after, case.query, case.source, case.classification, case.priority)
        if _effect(old) != _effect(new):
            found.append(Rerouted(ticket_id=case.ticket_id, before=old, after=new))
    return tuple(found)


def _effect(rule: Rule | None) -> tuple[object, ...]:
    return (rule.team, rule.channel, rule.skills, rule.raise_to) if rule else ()

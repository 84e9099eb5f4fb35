"""Who gets a ticket. Ordered rules; the first that fits decides; pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from listener.model import Classification, Intent, Priority, Query, Topic


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule fits when every condition that is set holds. team: who gets it; channel: Slack channel id, where it
    differs from the default one."""

    team: str
    channel: str | None = None
    brand: str | None = None
    query: str | None = None
    source: str | None = None
    language: str | None = None
    topics: frozenset[Topic] = frozenset()
    intents: frozenset[Intent] = frozenset()
    min_priority: Priority | None = None

    def fits(self, query: Query, source: str, classification: Classification, priority: Priority) -> bool:
        """All set conditions hold; topics and intents: any of them."""
        return (
            self.brand in (None, query.brand)
            and self.query in (None, query.expression)
            and self.source in (None, source)
            and self.language in (None, classification.language)
            and (not self.topics or bool(self.topics & set(classification.topics)))
            and (not self.intents or bool(self.intents & set(classification.intents)))
            and (self.min_priority is None or priority.rank >= self.min_priority.rank)
        )


def route(
    rules: Sequence[Rule], query: Query, source: str, classification: Classification, priority: Priority
) -> Rule | None:
    """The first rule that fits, or None: the default team."""
    return next((rule for rule in rules if rule.fits(query, source, classification, priority)), None)

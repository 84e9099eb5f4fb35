"""Who gets a ticket."""

import pytest

from listener.model import Intent, Priority, Query, Sentiment, Topic, Urgency
from listener.routing import Case, Rule, compare, route
from tests.making import QUERY, an_opinion

RULES = (
    Rule(team="kryzys", channel="C9", min_priority=Priority.CRITICAL),
    Rule(team="serwis", topics=frozenset({Topic.SERVICE, Topic.QUALITY}), language="pl"),
    Rule(team="handel", intents=frozenset({Intent.LEAD}), brand="wintermann", source="forum"),
    Rule(team="wszyscy", query="Wintermann"),
)


@pytest.mark.parametrize(
    ("opinion", "priority", "team"),
    [
        ({"topics": (Topic.SERVICE,)}, Priority.CRITICAL, "kryzys"),
        ({"topics": (Topic.SERVICE,)}, Priority.HIGH, "serwis"),
        ({"topics": (Topic.SERVICE,), "language": "en"}, Priority.HIGH, "wszyscy"),
        ({"intents": (Intent.LEAD,)}, Priority.LOW, "handel"),
    ],
)
def test_the_first_rule_that_fits_decides(opinion: dict[str, object], priority: Priority, team: str) -> None:
    rule = route(RULES, QUERY, "forum", an_opinion(**opinion), priority)
    assert rule
    assert rule.team == team


def test_no_rule_is_the_default_team() -> None:
    assert route(RULES, Query(brand="x", expression="y"), "forum", an_opinion(), Priority.LOW) is None


def test_rules_ask_for_urgency_sentiment_and_probabilities() -> None:
    rule = Rule(
        team="x",
        min_urgency=Urgency.HIGH,
        sentiments=frozenset({Sentiment.NEGATIVE}),
        min_confidence={"complaint": 0.8, "billing": 0.5},
    )

    def fits(**opinion: object) -> bool:
        given = {"urgency": Urgency.HIGH, "confidence": {"complaint": 0.9, "billing": 0.5}} | opinion
        return rule.fits(QUERY, "forum", an_opinion(**given), Priority.LOW)

    assert fits()
    assert not fits(urgency=Urgency.NORMAL)
    assert not fits(sentiment=Sentiment.MIXED)
    assert not fits(confidence={"complaint": 0.9})
    assert rule.title == "x sentiments=negative urgency>=high p(billing)>=0.5 p(complaint)>=0.8"


def test_changed_rules_tell_what_would_go_elsewhere() -> None:
    said: tuple[dict[str, object], ...] = ({"topics": (Topic.SERVICE,)}, {"intents": (Intent.LEAD,)}, {})
    cases = [
        Case(ticket_id=number, query=QUERY, source="forum", classification=an_opinion(**opinion), priority=Priority.LOW)
        for number, opinion in enumerate(said, start=1)
    ]
    changed = (*RULES[:1], Rule(team="handel"))
    moved = compare(RULES, changed, cases)
    assert [(one.ticket_id, one.before and one.before.team, one.after and one.after.team) for one in moved] == [
        (1, "serwis", "handel"),
        (3, "wszyscy", "handel"),
    ]
    assert compare(RULES, RULES, cases) == ()

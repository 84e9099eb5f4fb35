"""Who gets a ticket."""

import pytest

from listener.model import Intent, Priority, Query, Topic
from listener.routing import Rule, route
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

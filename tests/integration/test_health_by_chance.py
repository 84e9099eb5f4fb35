"""A year of many sources: how often health is wrong by chance."""

from random import Random

from listener.health import Rhythm, heard, is_silent
from tests.unit.test_health import (
    HOUR,
    MONDAY,
)


def test_alarms_of_sources_that_post_by_chance_are_rare() -> None:
    chance, alarms, gaps = Random(5), 0, 0
    for _ in range(12):
        rhythm, hour = Rhythm(), MONDAY
        for _ in range(24 * 120):
            hour += HOUR
            busy = 0.3 if 7 <= hour.hour <= 22 else 0.02
            if chance.random() < busy:
                gaps += 1
                alarms += is_silent(rhythm, hour)
                rhythm = heard(rhythm, last_look=hour - HOUR, now=hour)
    assert gaps > 5000
    assert alarms <= 12, "one a source in four months"

"""The zone that a board prints its times in."""

from datetime import UTC, datetime

import pytest

from listener.dates import Order
from sources.clock import board_zone

NOW = datetime(2026, 11, 22, 17, 17, tzinfo=UTC)
WARSAW = "Europe/Warsaw"


@pytest.mark.parametrize(
    ("html", "zone"),
    [
        ('<li class="rightside">All times are <span title="UTC">UTC</span></li>', "UTC"),
        ('<li>Strefa czasowa <span title="Europa/Warszawa">UTC+01:00</span></li>', WARSAW),
        ("<div>All times are GMT -5. The time now is <span>12:17 PM</span>.</div>", "Etc/GMT+5"),
        ('<span id="current_time"><strong>Current time:</strong> 11-22-2026, 05:17 PM</span>', "UTC"),
        ('<span id="current_time"><strong>Aktualny czas:</strong> 11-22-2026, 06:18 PM</span>', WARSAW),
        ("<p>It is currently Sun Nov 22, 2026 8:17 pm</p>", "Etc/GMT-3"),
        ('<time datetime="2020-01-02T10:00:00Z">Styczeń 02, 2020, 13:00:00</time>', "Etc/GMT-3"),
        ("<p>It is currently raining, all times are good</p>", WARSAW),
        ("<p>Current time: 11-22-2026, 05:40 PM</p>", WARSAW),
        ("<p>All times are GMT +77</p>", WARSAW),
        ("<p>All times are GMT -13</p>", WARSAW),
        ("<p>All times are GMT +14</p>", "Etc/GMT-14"),
        ("<p>Current time: 11-22-2026, 04:17 AM</p>", WARSAW),
        ("<p>All times are UTC+05:30</p>", WARSAW),
        ("", WARSAW),
    ],
)
def test_the_zone_is_told_or_the_configured_one_kept(html: str, zone: str) -> None:
    assert board_zone(html, NOW, WARSAW, Order.MDY) == zone

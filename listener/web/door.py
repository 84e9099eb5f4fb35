"""What all pages share: the house behind them, how they are set up, the clock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from listener.web.rendering import Templates
from listener.web.service import WebService
from listener.web.session import Sessions
from listener.web.settings import WebSettings
from listener.web.throttle import Throttle


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Made once by make_app, kept at app.state.door."""

    service: WebService
    settings: WebSettings
    sessions: Sessions
    templates: Templates
    clock: Callable[[], datetime]
    throttle: Throttle

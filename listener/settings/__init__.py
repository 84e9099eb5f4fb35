"""The configuration: TOML in, frozen Settings out, and everything wrong with it said at once.

listener.settings.load(path, environ) for whoever wants to run; inspect for whoever wants to know.
"""

from listener.settings.durations import format_duration, parse_duration
from listener.settings.findings import Finding
from listener.settings.reading import Inspection, inspect, load
from listener.settings.schema import (
    Account,
    InboxSettings,
    LogFormat,
    LogLevel,
    SecondOpinionSettings,
    SlackMode,
    SlackSettings,
    SourceSettings,
)
from listener.settings.values import Settings

__all__ = [
    "Account",
    "Finding",
    "InboxSettings",
    "Inspection",
    "LogFormat",
    "LogLevel",
    "SecondOpinionSettings",
    "Settings",
    "SlackMode",
    "SlackSettings",
    "SourceSettings",
    "format_duration",
    "inspect",
    "load",
    "parse_duration",
]

"""The configuration: TOML in, frozen Settings out, and everything wrong with it said at once.

listener.settings.load(path, environ) for whoever wants to run; inspect for whoever wants to know.
"""

from listener.settings.durations import format_duration, parse_duration
from listener.settings.findings import Finding
from listener.settings.reading import Inspection, inspect, load
from listener.settings.schema import Account, LogFormat, LogLevel, SlackSettings, SourceSettings, WebSettings
from listener.settings.values import Settings

__all__ = [
    "Account",
    "Finding",
    "Inspection",
    "LogFormat",
    "LogLevel",
    "Settings",
    "SlackSettings",
    "SourceSettings",
    "WebSettings",
    "format_duration",
    "inspect",
    "load",
    "parse_duration",
]

"""The only HTTP client of the house: polite (robots.txt, pace, back-off) and safe (no way into private networks)."""

from listener.http.client import Http
from listener.http.clock import Clock
from listener.http.conversation import converse
from listener.http.exchange import validators_of
from listener.http.hosts import Hosts, HostStats
from listener.http.member import Member, Session
from listener.http.meter import Meter, metered
from listener.http.policy import HttpPolicy

__all__ = [
    "Clock",
    "HostStats",
    "Hosts",
    "Http",
    "HttpPolicy",
    "Member",
    "Meter",
    "Session",
    "converse",
    "metered",
    "validators_of",
]

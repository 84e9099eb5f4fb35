"""Slack as a workplace: cards for tickets, delivered and kept up to date; forms, home tabs and commands for people."""

from responders.slack.api import make_client
from responders.slack.manifest import manifest
from responders.slack.responder import SlackResponder, make_responder

__all__ = ["SlackResponder", "make_client", "make_responder", "manifest"]

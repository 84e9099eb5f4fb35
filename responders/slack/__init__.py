"""Slack: cards for tickets, delivered and kept up to date."""

from responders.slack.manifest import manifest
from responders.slack.responder import SlackResponder, make_client, make_responder

__all__ = ["SlackResponder", "make_client", "make_responder", "manifest"]

"""What people do in Slack: each click, form and command becomes a call of the desk, and what came of it is shown.

A door like the inbox: no decisions. Whoever clicks is one of our users, and named as such in the audit log.
"""

from listener.slack_door.door import SlackDoor
from listener.slack_door.people import People

__all__ = ["People", "SlackDoor"]

"""What people do: look, claim, answer, correct, close. One transaction each; every change names who made it.

The web inbox and Slack are doors to this; neither decides anything.
"""

from listener.desk.answering import Answering
from listener.desk.deciding import Deciding
from listener.desk.gathering import Gathering
from listener.desk.hiding import Hidings
from listener.desk.people import People

__all__ = ["Desk"]


class Desk(People, Answering, Deciding, Gathering, Hidings):
    """The use case, by subject: looking and people, answering, deciding, gathering, hiding (listener.desk.parts has its
    fields)."""

    __slots__ = ()

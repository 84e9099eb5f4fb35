"""The forum itself: topics and messages, and all that happens to them. Pages are drawn elsewhere (dialects.py)."""

from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from tests.fakes import Clock

WORDS = ("Wintermann milczy", "okna Wintermanna zimne", "Wintermannowi dziękuję", "u mnie też", "jaka pogoda?")
"""What people write: most of it names the brand, some of it does not."""


@dataclass
class Message:
    """One message. waiting: not approved yet, shown to nobody. changed: edited, moved or approved late."""

    id: int
    author: str
    text: str
    at: datetime
    waiting: bool = False
    changed: bool = False


@dataclass
class Topic:
    """One topic. stamp: counts all that changes in it, for boards that tell so much; closed: deleted as a whole."""

    id: int
    title: str
    messages: list[Message] = field(default_factory=list)
    removed: list[Message] = field(default_factory=list)
    stamp: int = 0
    closed: bool = False

    @property
    def shown(self) -> list[Message]:
        """What a visitor sees, in order of time."""
        return sorted((m for m in self.messages if not m.waiting), key=lambda m: (m.at, m.id))


@dataclass
class Forum:
    """The state. chance decides who, where and what; the clock is the world's."""

    clock: Clock
    chance: Random
    topics: dict[int, Topic] = field(default_factory=dict)
    _message: int = 0
    _stamp: int = 0

    @property
    def shown(self) -> list[Topic]:
        """Topics that a visitor can open, the last active first."""
        there = [t for t in self.topics.values() if not t.closed and t.shown]
        return sorted(there, key=lambda t: (t.shown[-1].at, t.id), reverse=True)

    def act(self, name: str) -> None:
        """Something happens."""
        getattr(self, name)()

    # --- what can happen ------------------------------------------------------------------------------------

    def open(self) -> None:
        """A new topic with its first message."""
        topic = Topic(id=len(self.topics) + 1, title=f"Wątek {len(self.topics) + 1}")
        self.topics[topic.id] = topic
        self.say(topic)

    def post(self) -> None:
        """An answer."""
        if topic := self._some_topic():
            self.say(topic)

    def burst(self) -> None:
        """Several answers in the same second."""
        if topic := self._some_topic():
            for _ in range(self.chance.randint(2, 5)):
                self.say(topic)

    def post_for_approval(self) -> None:
        """An answer that a moderator must look at first."""
        if topic := self._some_topic():
            self.say(topic, waiting=True)

    def approve(self) -> None:
        """It shows up late, at the place where its time belongs."""
        held = [(t, m) for t in self.topics.values() for m in t.messages if m.waiting]
        if held:
            topic, message = self.chance.choice(held)
            message.waiting, message.changed = False, True
            self._touch(topic)

    def edit(self) -> None:
        """An author changes a message."""
        if found := self._some_message():
            topic, message = found
            message.changed = True
            message.text = f"{self.chance.choice(WORDS)} ({message.id}, poprawka {self._stamp})"
            self._touch(topic)

    def remove(self) -> None:
        """A message is deleted; what follows moves up a page. The last one of all stays."""
        found = self._some_message()
        if found and sum(len(topic.shown) for topic in self.shown) > 1:
            topic, message = found
            topic.messages.remove(message)
            topic.removed.append(message)
            self._touch(topic)

    def move(self) -> None:
        """A moderator moves a message to another topic."""
        found, other = self._some_message(), self._some_topic()
        if found and other and other is not found[0]:
            topic, message = found
            topic.messages.remove(message)
            other.messages.append(message)
            message.changed = True
            self._touch(topic)
            self._touch(other)

    def merge(self) -> None:
        """One topic goes into another."""
        one, other = self._some_topic(), self._some_topic()
        if one and other and one is not other:
            other.messages += one.messages
            for message in one.messages:
                message.changed = True
            one.messages, one.closed = [], True
            self._touch(one)
            self._touch(other)

    def close(self) -> None:
        """A whole topic is deleted."""
        if len(self.shown) > 1 and (topic := self._some_topic()):
            topic.closed = True
            self._touch(topic)

    # --------------------------------------------------------------------------------------------------------

    def say(self, topic: Topic, *, waiting: bool = False) -> None:
        """A message in a topic."""
        self._message += 1
        words = f"{self.chance.choice(WORDS)} ({self._message})"
        author = self.chance.choice(("janek", "ola", "Krzyś_77"))
        topic.messages.append(Message(self._message, author, words, self.clock(), waiting))
        self._touch(topic)

    def _touch(self, topic: Topic) -> None:
        self._stamp += 1
        topic.stamp = self._stamp

    def _some_topic(self) -> Topic | None:
        return self.chance.choice(self.shown) if self.shown else None

    def _some_message(self) -> tuple[Topic, Message] | None:
        topic = self._some_topic()
        return (topic, self.chance.choice(topic.shown)) if topic else None


ACTIONS = ("open", "post", "burst", "post_for_approval", "approve", "edit", "remove", "move", "merge", "close")

"""Home tabs and commands: looking at one's work without opening the inbox."""

from collections.abc import Iterator, Mapping
from datetime import timedelta

from listener.digest import Digest
from listener.errors import ListenerError
from listener.slack_door.asking import Ask, Question, read_question, scope, scope_and_time
from listener.slack_door.house import House
from listener.slack_door.times import period, quiet_until
from listener.views import User
from responders.slack import blocks
from responders.slack.blocks import Card
from responders.slack.commands import Click, ShowHome, Slash
from responders.slack.home import Desktop, found_card, home_tab, on_call_text, queue_card, said_card
from responders.slack.manifest import COMMAND
from responders.slack.modals import View
from responders.slack.reception import Answer
from responders.slack.text import cut, fitted
from responders.slack.wording import Words, counted

_MOST_FOUND = 10
_LISTED = 5


class Looking(House):
    """What /listener and the home tab show."""

    __slots__ = ()

    def home(self, click: Click, command: ShowHome, user: User) -> Answer:
        """Publishes somebody's home tab."""

        def make() -> View:
            now = self.clock()
            desktop = Desktop(
                who=user.name.removesuffix(" (Slack)"),
                queue=self.desk.queue(user.name, now=now),
                load=self.desk.load(now=now),
                on_call=self.desk.on_call(now=now),
                inbox_url=self.inbox_url(None),
            )
            return home_tab(desktop, lang=self.lang)

        self.screen.home(click.user_id, click.place.view_hash, make)
        return Answer()

    def slash(self, click: Click, command: Slash, user: User) -> Answer:
        """Answers a command, to the asker alone."""
        question = read_question(command.text)
        return Answer(message=self._answer(click, question, user))

    def _answer(self, click: Click, question: Question, user: User) -> Card:
        now = self.clock()
        if question.ask is Ask.SEARCH and question.rest:
            rows = self.desk.search(question.rest, limit=_MOST_FOUND)
            return found_card(rows, question.rest, lang=self.lang)
        if question.ask is Ask.QUEUE:
            return queue_card(self.desk.queue(user.name, now=now, limit=_MOST_FOUND), lang=self.lang)
        if question.ask is Ask.DIGEST:
            return self._digest(question.rest)
        if question.ask in (Ask.MUTE, Ask.UNMUTE) and question.rest:
            return self._mute(click, question, user)
        if question.ask is Ask.ON_CALL:
            return said_card(on_call_text(self.desk.on_call(now=now), self.words))
        return said_card(self.words["slash.help"].format(command=COMMAND))

    def _mute(self, click: Click, question: Question, user: User) -> Card:
        if not self.desk.may(user, "mute"):
            return said_card(self.words["refused.role"])
        now = self.clock()
        quiet = question.ask is Ask.MUTE
        here = click.place.channel
        what, when = scope_and_time(question.rest, here) if quiet else (scope(question.rest, here), "")
        shown = fitted(what, 100)
        kind, _, name = what.partition(":")
        if kind == "source" and self.sources and name not in self.sources:
            raise ListenerError(f'there is no source "{name}"', mend=f"known: {', '.join(sorted(self.sources))}")
        if not quiet:
            self.desk.unmute(scope=what, by=user.name, now=now)
            return said_card(self.words["slash.unmuted"].format(scope=shown))
        until = quiet_until(when, now, self.zone)
        if until is None:
            return said_card(self.words["slash.bad_time"].format(what=fitted(when, 60)))
        self.desk.mute(scope=what, until=until, by=user.name, now=now)
        return said_card(self.words["slash.muted"].format(scope=shown, until=self.day(until)))

    def _digest(self, rest: str) -> Card:
        first, _, last = rest.partition(" ")
        try:
            start, end = period(first.strip(), last.strip(), self.clock(), self.zone)
        except ValueError as error:
            return said_card(self.words["slash.bad_day"].format(what=fitted(str(error), 60)))
        names = {brand.id: brand.name for brand in self.brands.values()}
        text = "\n".join(digest_lines(self.digest(start, end), names, self.words))
        return said_card(cut(text, blocks.SECTION))


def digest_lines(made: Digest, brands: Mapping[str, str], words: Words) -> Iterator[str]:
    """A digest in a few lines of mrkdwn. brands: id -> name."""
    last = made.end - timedelta(days=1)
    title = words["digest.title"].format(start=f"{made.start:%d.%m.%Y}", end=f"{last:%d.%m.%Y}")
    yield f"*{title}*"
    yield words["digest.posts"].format(posts=counted("posts", made.posts, words), urgent=made.urgent)
    if made.net_sentiment is not None:
        shares = ", ".join(f"{words[f'sentiment.{label}']} {number}" for label, number in made.sentiment.items())
        yield words["digest.net"].format(shares=shares, net=f"{made.net_sentiment:+.2f}")
    named = {
        "reasons": [(words.get(f"intent.{key}") or words.get(f"topic.{key}", key), n) for key, n in made.reasons],
        "sources": list(made.sources),
        "brands": [(brands.get(key, key), n) for key, n in made.brands],
    }
    for name, counts in named.items():
        if counts:
            listed = ", ".join(f"{fitted(label, 60)} {number}" for label, number in counts[:_LISTED])
            yield f"{words[f'digest.{name}']}: {listed}"

"""/listener WORDS: read as a question, in Polish or English. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Ask(StrEnum):
    """What can be asked."""

    SEARCH = "search"
    QUEUE = "queue"
    DIGEST = "digest"
    MUTE = "mute"
    UNMUTE = "unmute"
    ON_CALL = "on_call"
    HELP = "help"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """rest: what came after the word, blanks pressed together."""

    ask: Ask
    rest: str = ""


_WORDS: Mapping[str, Ask] = {
    "search": Ask.SEARCH,
    "find": Ask.SEARCH,
    "szukaj": Ask.SEARCH,
    "znajdz": Ask.SEARCH,
    "queue": Ask.QUEUE,
    "kolejka": Ask.QUEUE,
    "moje": Ask.QUEUE,
    "mine": Ask.QUEUE,
    "digest": Ask.DIGEST,
    "report": Ask.DIGEST,
    "raport": Ask.DIGEST,
    "zestawienie": Ask.DIGEST,
    "podsumowanie": Ask.DIGEST,
    "mute": Ask.MUTE,
    "wycisz": Ask.MUTE,
    "cisza": Ask.MUTE,
    "unmute": Ask.UNMUTE,
    "odcisz": Ask.UNMUTE,
    "on-call": Ask.ON_CALL,
    "oncall": Ask.ON_CALL,
    "dyzur": Ask.ON_CALL,
    "dyzury": Ask.ON_CALL,
    "kto": Ask.ON_CALL,
    "help": Ask.HELP,
    "pomoc": Ask.HELP,
}
_PLAIN = str.maketrans("ąćęłńóśźż", "acelnoszz")
_CHANNEL = re.compile(r"<#([CG][A-Z0-9]+)(?:\|[^>]*)?>")
_HERE = ("tu", "tutaj", "here")
_KINDS: Mapping[str, str] = {"source": "source", "zrodlo": "source", "query": "query", "channel": "channel"}


def read_question(text: str) -> Question:
    """Never fails: what is not understood is a call for help. "on call" is one word."""
    said = " ".join(text.split())
    first, _, rest = said.partition(" ")
    if first.lower() == "on" and rest.lower().startswith("call"):
        return Question(ask=Ask.ON_CALL)
    ask = _WORDS.get(_plain(first))
    return Question(ask=ask, rest=rest.strip()) if ask is not None else Question(ask=Ask.HELP)


def scope_and_time(rest: str, channel: str) -> tuple[str, str]:
    """("source:forum", "2h") of "forum 2h": the scope as the desk takes it, and what was said of the time: from the
    first word on that begins like one, else the last word."""
    words = rest.split()
    at = next(
        (n for n, word in enumerate(words) if n and (word[0].isdigit() or word in _TIMES)), max(1, len(words) - 1)
    )
    return scope(" ".join(words[:at]), channel), " ".join(words[at:])


_TIMES = ("jutro", "do", "tomorrow")


def scope(named: str, channel: str) -> str:
    """What to mute, as the desk takes it. channel: where it was said, for "here"."""
    if _plain(named) in _HERE:
        return f"channel:{channel}"
    if found := _CHANNEL.fullmatch(named):
        return f"channel:{found[1]}"
    kind, colon, name = named.partition(":")
    if colon and _plain(kind) in _KINDS:
        return f"{_KINDS[_plain(kind)]}:{name.strip()}"
    return f"source:{named}"


def _plain(word: str) -> str:
    return word.lower().translate(_PLAIN)

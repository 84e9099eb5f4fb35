"""Canned responses: texts that people wrote beforehand, each with what it is for. config/canned/*.md."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from listener.errors import ConfigError
from listener.model import Brand, Intent, Tone, Topic, Urgency
from responders.suggest.front_matter import FrontMatter, read_folder
from responders.suggest.slots import KNOWN_SLOTS

SECTORS = frozenset(("bank", "telecom", "medicine", "shop", "courier", "building", "travel", "other"))
KINDS = frozenset(("canned", "holding"))
_KEYS = frozenset(
    ("id", "title", "lang", "kind", "intents", "topics", "urgency", "sector", "brand", "phrases", "private")
)
_INTENTS = frozenset(intent.value for intent in Intent)
_TOPICS = frozenset(topic.value for topic in Topic)
_URGENCIES = frozenset(urgency.value for urgency in Urgency)
_SECTION = re.compile(r"^=== *(.*?) *$", re.MULTILINE)
_SLOT = re.compile(r"\{([^{}\n]*)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Canned:
    """One response. Empty intents, topics, urgency, sector or brand mean "any".

    kind: canned, or holding (what to say when nothing else fits). phrases: what people write when it fits.
    text: with slots such as {brand}, see slots.KNOWN_SLOTS. tones: the same said in other tones. private: for private
    replies only, where it is the other way round for all the others.
    """

    id: str
    title: str
    lang: str
    text: str
    kind: str = "canned"
    intents: frozenset[Intent] = frozenset()
    topics: frozenset[Topic] = frozenset()
    urgency: frozenset[Urgency] = frozenset()
    sector: frozenset[str] = frozenset()
    brand: frozenset[str] = frozenset()
    phrases: tuple[str, ...] = ()
    tones: Mapping[Tone, str] = field(default_factory=dict)
    private: bool = False

    def said(self, tone: Tone) -> str:
        """The text in a tone; as it is where nobody wrote it in that one."""
        return self.tones.get(tone, self.text)


def load_canned(folder: Path) -> tuple[Canned, ...]:
    """All responses of a folder. Raises ConfigError with file, line and mend."""
    found: dict[str, Canned] = {}
    for matter in read_folder(folder):
        canned = _canned(matter)
        if canned.id in found:
            raise matter.error("id", f"'{canned.id}' is the id of another response too", "give each its own id")
        found[canned.id] = canned
    return tuple(found.values())


def names_brand(names: frozenset[str], brand: Brand | None) -> bool:
    """Whether a text limited to these brands (ids, names or aliases in any case; empty: all) serves this one."""
    if not names:
        return True
    return brand is not None and not names.isdisjoint(n.casefold() for n in (brand.id, brand.name, *brand.aliases))


def _canned(matter: FrontMatter) -> Canned:
    matter.refuse_unknown(_KEYS, near_misses_only=False)
    _check_slots(matter)
    kind = matter.text("kind", "canned")
    if kind not in KINDS:
        raise matter.error("kind", f"'{kind}' is no kind", "use canned or holding")
    body, tones = _tones(matter)
    return Canned(
        id=matter.text("id"),
        title=matter.text("title"),
        lang=matter.text("lang"),
        kind=kind,
        text=body,
        tones=tones,
        private=_flag(matter, "private"),
        intents=frozenset(Intent(word) for word in matter.words("intents", _INTENTS)),
        topics=frozenset(Topic(word) for word in matter.words("topics", _TOPICS)),
        urgency=frozenset(Urgency(word) for word in matter.words("urgency", _URGENCIES)),
        sector=frozenset(matter.words("sector", SECTORS)),
        brand=frozenset(name.casefold() for name in matter.texts("brand")),
        phrases=matter.texts("phrases"),
    )


def _tones(matter: FrontMatter) -> tuple[str, dict[Tone, str]]:
    """The text, and what stands under "=== formal" and "=== casual" below it."""
    body, *sections = _SECTION.split(matter.body)
    found: dict[Tone, str] = {}
    for name, text in zip(sections[::2], sections[1::2], strict=True):
        if name not in (Tone.FORMAL, Tone.CASUAL) or name in found or not text.strip():
            line = matter.body_line + next(n for n, one in enumerate(matter.body.splitlines()) if one[:3] == "===")
            mend = "write === formal or === casual, each once, with its text below"
            raise ConfigError(f"'=== {name}' is no tone with a text", where=f"{matter.path}:{line}", mend=mend)
        found[Tone(name)] = text.strip()
    if not body.strip():
        raise ConfigError("no text above the tones", where=f"{matter.path}:{matter.body_line}", mend="write the text")
    return body.strip(), found


def _flag(matter: FrontMatter, key: str) -> bool:
    value = matter.keys.get(key, False)
    if not isinstance(value, bool):
        raise matter.error(key, f"'{key}' must be true or false", f"write {key}: true")
    return value


def _check_slots(matter: FrontMatter) -> None:
    for number, line in enumerate(matter.body.splitlines()):
        for slot in _SLOT.findall(line):
            if slot not in KNOWN_SLOTS:
                where = f"{matter.path}:{matter.body_line + number}"
                mend = f"use {', '.join('{' + name + '}' for name in sorted(KNOWN_SLOTS))}"
                raise ConfigError(f"unknown slot {{{slot}}}", where=where, mend=mend)

"""Knowledge articles: what the brand says in public about how things work. A reply may promise only what they say."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from listener.model import Brand
from responders.suggest.canned import names_brand
from responders.suggest.front_matter import FrontMatter, read_folder

_KEYS = frozenset(("id", "title", "brand", "topics", "language", "questions", "public_url", "valid_until"))
_ZONE = ZoneInfo("Europe/Warsaw")


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article. brand: ids or names in lower case, empty for all; valid_until: the last day it may be used."""

    id: str
    title: str
    text: str
    language: str = "pl"
    brand: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    questions: tuple[str, ...] = ()
    public_url: str | None = None
    valid_until: date | None = None

    def serves(self, brand: Brand | None, today: datetime | None) -> bool:
        """Whether it may be used for that brand on that day. Without a day nothing that can expire is used."""
        return names_brand(self.brand, brand) and self.current(today)

    def current(self, today: datetime | None) -> bool:
        """Whether it has not expired, by the calendar in Poland."""
        if self.valid_until is None:
            return True
        return today is not None and today.astimezone(_ZONE).date() <= self.valid_until


def load_knowledge(folder: Path) -> tuple[Article, ...]:
    """All articles of a folder. Raises ConfigError with file, line and mend."""
    found: dict[tuple[str, str, frozenset[str]], Article] = {}
    for matter in read_folder(folder):
        article = _article(matter)
        key = (article.id, article.language, article.brand)
        if key in found:
            raise matter.error("id", f"'{article.id}' is the id of another article too", "give each its own id")
        found[key] = article
    return tuple(found.values())


def _article(matter: FrontMatter) -> Article:
    matter.refuse_unknown(_KEYS, near_misses_only=True)
    identity = matter.text("id", matter.path.stem)
    return Article(
        id=identity,
        title=matter.text("title", identity),
        text=matter.body,
        language=matter.text("language", "pl").lower()[:2],
        brand=frozenset(name.casefold() for name in matter.texts("brand")),
        topics=frozenset(matter.texts("topics")),
        questions=matter.texts("questions"),
        public_url=matter.text("public_url", "") or None,
        valid_until=matter.day("valid_until"),
    )

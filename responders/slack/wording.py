"""What the cards say, in Polish and in English. Short: they are read on a phone at seven in the morning.

The words themselves stand in words_labels, words_cards, words_forms, words_news and words_desk.
"""

from collections.abc import Mapping

from listener.polish import polish
from responders.slack import words_cards, words_desk, words_forms, words_labels, words_news

LANGUAGES = ("pl", "en")

Words = Mapping[str, str]

_ALL = [words_labels.WORDS, words_cards.WORDS, words_forms.WORDS, words_news.WORDS, words_desk.WORDS]
_PL: Words = {"language": "pl"} | {key: polish_one for table in _ALL for key, (polish_one, _) in table.items()}
_EN: Words = {"language": "en"} | {key: english for table in _ALL for key, (_, english) in table.items()}


def wording(lang: str) -> Words:
    """The words of a language; Polish for any that we do not have."""
    return _EN if lang == "en" else _PL


_COUNTED: Mapping[str, Mapping[str, tuple[str, str, str]]] = {
    "pl": {
        "posts": ("wpis", "wpisy", "wpisów"),
        "tickets": ("zgłoszenie", "zgłoszenia", "zgłoszeń"),
        "notes": ("notatka", "notatki", "notatek"),
    },
    "en": {
        "posts": ("post", "posts", "posts"),
        "tickets": ("ticket", "tickets", "tickets"),
        "notes": ("note", "notes", "notes"),
    },
}


def counted(name: str, number: int, words: Words) -> str:
    """ "5 wpisów", "2 wpisy", "1 post": the form that goes with the number. name: posts, tickets or notes."""
    lang = "en" if words is _EN else "pl"
    one, few, many = _COUNTED[lang][name]
    if number == 1:
        return f"1 {one}"
    is_few = number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14)
    return f"{number} {few if is_few else many}"


def said(action: str, words: Words) -> str:
    """A line of the audit log in the words of the cards; as it is where we have none."""
    return words.get(f"said.{action}") or (polish(action) if words["language"] == "pl" else action)

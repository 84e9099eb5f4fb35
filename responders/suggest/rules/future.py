"""unsourced_promise, by grammar: a Polish verb in the first person of the perfective future says what we shall do.

Checking, passing on and answering is what every reply may announce; anything else ("zamontujemy", "wyrównamy") is a
promise. The dictionary knows the aspect, so the list holds only the harmless verbs.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

import morfeusz2

from listener.model import Violation
from responders.suggest.draft import Draft, before
from responders.suggest.rules.grammar import IF_NEAR, NEGATED, QUOTED, WHETHER
from responders.suggest.rules.promises import SOON
from responders.suggest.words import listed

_HARMLESS = listed(
    """
    sprawdzić wyjaśnić przekazać odpowiedzieć odpisać odezwać wrócić skontaktować pomóc poinformować przyjrzeć
    ustalić zbadać zweryfikować omówić porozmawiać wskazać podpowiedzieć postarać dołożyć podać powiedzieć napisać
    zapytać poprosić poznać zobaczyć wysłuchać odnieść spróbować przeanalizować dopytać poczekać zapoznać rozważyć
    przemyśleć opowiedzieć doradzić pokazać wytłumaczyć przypomnieć podesłać przesłać udzielić przeprosić zgłosić
    zajrzeć dowiedzieć podziękować usłyszeć zaproponować spojrzeć zastanowić pochylić potwierdzić przejść
    przejrzeć skierować zrozumieć podkreślić dodać zaznaczyć wyrazić dać zająć rozpatrzyć ocenić przeczytać opisać
    odebrać spotkać zadzwonić oddzwonić uzgodnić dopasować dobrać ucieszyć pozostać móc wspomnieć zaprosić sięgnąć
    rozejrzeć odsłuchać przedyskutować
    """
)
_HARMLESS_TAILS = {
    "zrobić": re.compile(r"^,? (?:wszystko|co |ile |co w)"),
    "wziąć": re.compile(r"^ (?:\w+ )?pod uwage"),
}
_SUBORDINATE = before(r"\b(?:gdy|kiedy|jak|zanim|jesli|jezeli|dopoki|dopiero|aby|zeby|by|o ile|nim)\b[^,;.]*")
_MESSAGE = "zapowiedź bez pokrycia w bazie wiedzy: usuń ją albo oprzyj na artykule"


def announced(draft: Draft) -> Iterator[tuple[str, Violation]]:
    """Every announcement with the whole sentence that it stands in (original words)."""
    for start, sentence in draft.sentences():
        dated = "?" not in sentence and re.search(SOON, sentence) is not None
        for match in re.finditer(r"\b[^\W\d_]{3,}\b", sentence):
            word = draft.original(start + match.start(), start + match.end())
            lemma = _promising(word.lower()) or (_happening(word.lower()) if dated else None)
            if lemma and not _excused(lemma, sentence, match):
                violation = Violation(rule="unsourced_promise", where=word, message=_MESSAGE)
                yield draft.original(start, start + len(sentence)), violation
                break


def _excused(lemma: str, sentence: str, match: re.Match[str]) -> bool:
    tail = _HARMLESS_TAILS.get(lemma)
    if tail is not None and tail.search(sentence[match.end() :]):
        return True
    return any(guard(sentence, match) for guard in (NEGATED, QUOTED, WHETHER, _SUBORDINATE, IF_NEAR))


@lru_cache(maxsize=20_000)
def _promising(word: str) -> str | None:
    """The verb, where the word is only the first person of a perfective verb that is not harmless."""
    if not word.endswith(("my", "ę")):
        return None
    lemma = _future(word, ":pri:")
    return lemma if lemma not in _HARMLESS else None


@lru_cache(maxsize=20_000)
def _happening(word: str) -> str | None:
    """The verb, where the word is only the third person of a perfective verb: with a date beside it, a promise."""
    return _future(word, ":ter:")


def _future(word: str, person: str) -> str | None:
    readings = [(item[2][1].split(":")[0], item[2][2]) for item in _dictionary().analyse(word)]
    future = [lemma for lemma, tag in readings if tag.startswith("fin:") and person in tag and tag.endswith(":perf")]
    return future[0] if future and len(future) == len(readings) else None


@lru_cache(maxsize=1)
def _dictionary() -> morfeusz2.Morfeusz:
    return morfeusz2.Morfeusz(generate=False)

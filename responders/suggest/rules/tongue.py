"""wrong_language: the reply, or a whole sentence of it, is in another language than the author expects.

Function words decide; they are short, frequent and hardly shared. Letters outside the Latin script decide at once.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence

from listener.model import Violation
from responders.suggest.draft import Draft
from responders.suggest.slots import language_of_ours
from responders.suggest.words import fold, listed, words

_FUNCTION_WORDS: dict[str, frozenset[str]] = {
    "pl": frozenset(
        listed(
            """
            i w na z ze nie sie do to jest o po za od dla oraz przez ale jak czy juz tylko prosimy prosze
            dziekujemy panstwa panstwo pan pani pana nam nas nasz naszej naszego naszym moze mozna bardzo
            jesli aby zeby ktory ktora ktore tym tej tego te tak co przy albo lub wiadomosci sprawe sprawy
            szczegoly kontakt dzien dobry przykro zespol chetnie rozumiemy jestesmy bedzie byc sa tez takze
            swoje imieniu pozdrawiamy tam tu zwrot
            """
        )
    ),
    "en": frozenset(
        listed(
            """
            the and of to in is you your for that we our are with this it on as be have has can please thank
            not will us at or from by was would if about any team more contact hello sorry which so all what
            when do does my me an but they their there who should could
            """
        )
    ),
    "de": frozenset(
        listed(
            """
            und der die das ist nicht wir sie ihre ihnen mit fur bitte uns den dem ein eine zu auf von sehr
            haben werden danke im sich es bei unser unsere guten tag
            """
        )
    ),
    "uk": frozenset(),
    "fr": frozenset(
        listed(
            """
            le la les et est nous vous votre pour des une dans avec merci que pas sur notre bonjour du sont
            au cette
            """
        )
    ),
    "es": frozenset(
        listed(
            """
            el la los las y es que de en su por con para una gracias nuestro usted no se del lo como hola
            """
        )
    ),
    "cs": frozenset(
        listed(
            """
            a je na se ze pro prosim dekujeme vas nas jsme by ale tak jako ktery dobry den vam jsou nebo s
            od
            """
        )
    ),
    "it": frozenset(
        listed(
            """
            il la e di che per con non una grazie sono nostro vi suo del alla gli siamo
            """
        )
    ),
}
_MESSAGE = {"pl": "odpowiedź ma być po polsku", "en": "the reply should be in English"}
_ENOUGH_WORDS = 4
_SENTENCE_WORDS = 8
_FOREIGN_LETTERS = 0.2


def wrong_language(draft: Draft, lang: str, own: Sequence[str]) -> Iterator[Violation]:
    """lang: the language expected, ISO 639-1; own: words of the brand that may stand in any language."""
    expected = lang.lower()[:2]
    if expected not in _FUNCTION_WORDS or expected == "uk":
        expected = language_of_ours(expected)
    message = _MESSAGE.get(expected, f"reply in {expected}")
    if _other_script(draft.text) or _other(_without(draft.folded, own), expected, _ENOUGH_WORDS):
        yield Violation(rule="wrong_language", where=draft.text.strip()[:80], message=message)
        return
    for start, sentence in draft.sentences():
        if _other(_without(sentence, own), expected, _SENTENCE_WORDS, sure=True):
            yield Violation(rule="wrong_language", where=draft.excerpt(start, start + len(sentence)), message=message)
            return


def _without(folded: str, own: Sequence[str]) -> str:
    for words_ in own:
        folded = folded.replace(" ".join(fold(words_).split()), " ")
    return folded


def _other(text: str, expected: str, least: int, *, sure: bool = False) -> bool:
    said = words(re.sub(r"\S+@\S+|https?://\S+", " ", text))
    if len(said) < least:
        return False
    hits = Counter({code: sum(word in known for word in said) for code, known in _FUNCTION_WORDS.items()})
    best, count = hits.most_common(1)[0]
    if best == expected or count < (3 if sure else 2):
        return False
    return hits[expected] == 0 if sure else count >= 1.5 * hits[expected] + 1


def _other_script(text: str) -> bool:
    letters = [ch for ch in text if ch.isalpha()]
    foreign = sum(not unicodedata.name(ch, "LATIN").startswith("LATIN") for ch in letters)
    return bool(letters) and foreign / len(letters) > _FOREIGN_LETTERS

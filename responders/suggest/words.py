"""Words of a text for comparison: without case, diacritics and endings, so that inflected forms and sloppy typing meet.

A stem here is a key for matching, not a word of the language; Polish and English share one stemmer on purpose,
because customers mix both.
"""

import re
import unicodedata
from functools import lru_cache


def listed(text: str) -> frozenset[str]:
    """The words of a text as a set: how the lists of this package are written."""
    return frozenset(text.split())


_WORD = re.compile(r"[^\W_]+")
_POLISH_L = str.maketrans("łŁ", "lL")
_LONGEST_STEM = 7
_SHORTEST_STEM = 4
# endings of Polish nouns, adjectives and verbs, then of English ones, as they look without diacritics
_ENDINGS = sorted(
    listed(
        """
        owalismy owalam owalem owaniem owanie owania owanych owany owana owac iscie ysmy ismy alam alem
        alismy ajacy ajaca ujemy ujecie uje uja eniem enie enia eniu aniem anie ania aniu iem ami ach ow om
        owi ego emu ych ich ymi imi ej iej ie ia iu io ia em am a e i y o u ac ec ic yc ny na ne nej nego
        emy imy ymy amy acie ecie icie ycie nym ka ki ke ce cie ing ings ed es s ly ment ments tion tions
        """
    ),
    key=len,
    reverse=True,
)
_STOP = frozenset(
    listed(
        """
        a aby ach ale albo ani az bardzo bez bo by byc byl byla bylo byly bym co cos czy czyli da dla do gdy
        gdzie go i ich ile im inne ja jak jaka jaki jakie jako je jego jej jest jestem jeszcze jesli jezeli juz
        kiedy kto ktora ktore ktory ktos lub ma macie mam maja mi mnie moge moj moja moje mozna moze mozecie
        musze my na nad nam nas nie nic niz no o od on ona one oni oraz pan pana panu panem pani pania panie
        panstwu panstwem panstwa panstwo po pod prosze przed przez przy raz sa sam sie skad sobie swoj ta tak
        taki takie tam te tego tej ten teraz to tu tylko tym u w was we wiec wy z za ze zeby znow dzien dobry
        witam hej czesc dzieki dziekuje pozdrawiam mozliwe trzeba chce chcialbym chcialabym ktos cokolwiek jakis
        jakas wie wiem powie podpowie moglby ciagu dni dnia an and any are as at be been but by can could do
        does for from had has have how i if in is it its me my no not of on or our please so some than that the
        their them then there they this to up us was we were what when where which who why will with would you
        your hello hi thanks thank know anyone
        """
    )
)


def fold(text: str) -> str:
    """Lower case, no diacritics, compatibility forms resolved. Length may differ from the original."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_POLISH_L)).casefold()
    return "".join(ch for ch in decomposed if not unicodedata.combining(ch))


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The matching key of one folded word."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            word = word[: -len(ending)]
            break
    return word[:_LONGEST_STEM]


def words(text: str) -> list[str]:
    """Folded words in order, numbers included."""
    return _WORD.findall(fold(text))


def stems(text: str) -> list[str]:
    """Matching keys of the words that carry meaning, in order."""
    return [stem(word) for word in words(text) if telling(word)]


def telling(word: str) -> bool:
    """Whether a folded word carries meaning of its own."""
    return word not in _STOP and len(word) > 1

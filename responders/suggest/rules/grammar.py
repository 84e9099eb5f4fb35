"""Pieces of patterns that the rules share: how Polish and English name the customer, and what takes a meaning back.

All are written for folded text: lower case, no diacritics.
"""

from responders.suggest.draft import anywhere, before

YOU = r"(?:pan(?:a|u|em|i|ia|ie|stwo|stwa|stwu|stwem)?|pansk\w+|twoj\w*|twoim|twa|wasz\w*|ciebie|tobie|ci|cie|wam|was)"
YOUR = r"(?:pan[ai]|panstwa|pansk\w+|twoj\w*|twoim|twa|wasz\w*)"
YOUR_EN = r"(?:your)"

NEGATED = before(r"\b(?:nie|nigdy|ani|not|never|cannot|can't|don't|won't|nor|no) (?:[^\s,;]+ ){0,3}")
DENIED = before(
    r"\b(?:nie (?:mozemy|moge|mozna|wolno|chcemy|jestesmy w stanie|da sie|sposob|potwierdzamy|zaprzeczamy)|"
    r"trudno|zanim|aby|zeby|bez|unable to|can't|cannot|can not|do not|don't|may not|not allowed to|before)\b[^.!?]*"
)
WHETHER = before(r"\b(?:czy|czyli czy|whether|if)\b[^.!?]*")
IF = before(
    r"\b(?:jesli|jezeli|jezeliby|o ile|gdyby|w razie|w przypadku|kiedy|gdy|if|in case|should|when|unless)\b[^.!?]*"
)
IF_NEAR = before(
    r"\b(?:jesli|jezeli|o ile|gdy|gdyby|kiedy|zanim|dopoki|aby|zeby|by|if|when|once|until|unless)\b[^,;.]*"
)
ASKED = anywhere(r"\?")
QUOTED = before(r"[\"„”«'][^\"”»']*")

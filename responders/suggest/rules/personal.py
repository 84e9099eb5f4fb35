"""personal_data: numbers and addresses of persons, and the numbers that lead to them."""

import re
from collections.abc import Callable, Iterator

from listener.model import Violation
from responders.suggest.draft import Draft

RULE = "personal_data"
_MEND = "usuń z odpowiedzi publicznej"
_DIGITS = re.compile(r"(?:(?<![\w.,/])|(?<=\bpl))\(?\+?\d(?:[ \t\u00a0()./–-]{0,3}\d){4,33}(?![\w])")
_MAIL = re.compile(
    r"[\w.+-]+ ?(?:@|\(at\)|\[at\]|\(malpa\)|\[malpa\]|\{at\}| at (?=\w+ ?(?:\.|dot|kropka|\(dot\)|\[dot\]))| "
    r"malpa ) ?[\w-]+"
    r"(?:(?:\.| ?\(dot\) ?| ?\[dot\] ?| ?\(kropka\) ?| dot | kropka )[\w-]+)+"
)
_MONEY = re.compile(r"[\s\u00a0]*(?:zł|zl|pln|eur|euro|usd|gbp|zlotych|tys|mln|m2|km|kwh|gb|mb|%|€|\$)", re.IGNORECASE)
_THING = (
    r"(?:zam\.?|zlec\.?|zamowieni\w*|zlecen\w*|przesylk\w*|paczk\w*|umow\w*|polis\w*|faktur\w*|rachunk\w*|rezerwacj\w*|"
    r"reklamacj\w*|zgloszeni\w*|spraw\w*|"
    r"klient\w*|abonent\w*|pacjent\w*|kont\w{1,2}|listu przewozowego|list przewozowy|transakcj\w*|licznik\w*|"
    r"pesel\w*|dowod\w*|paszport\w*|biletu?|recept\w*|karty|"
    r"order|parcel|tracking|contract|policy|invoice|booking|reservation|claim|ticket|case|customer|client|account|"
    r"patient|reference|passport|transaction|prescription)"
)
_ORDER = re.compile(
    rf"\b{_THING}(?: [a-z]+)?(?: (?:o )?(?:nr|numer\w*|no|number|id|ref)\b\.?)?(?: (?:to|is|jest))?[ "
    rf":#.]{{1,3}}(?:nr\.? |number |no\.? )?(?P<number>#?(?=[a-z0-9/_-]*\d)[a-z0-9][a-z0-9/_-]{{3,}})"
    rf"|\b(?:numer\w*|nr|number|no|id)\.? {_THING}(?: [a-z]+)?(?: (?:to|is|jest))?[ "
    rf":#]{{0,3}}(?P<after>#?(?=[a-z0-9/_-]*\d)[a-z0-9][a-z0-9/_-]{{3,}})"
)
_HOUR = r"\d{1,2}(?:[.:]\d\d)?"
_DAY = r"\d{1,2}[-./]\d{1,2}(?:[-./](?:(?:19|20)?\d\d)?)?"
_DATE = re.compile(
    rf"(?:19|20)\d\d(?:[-./]\d{{1,2}}[-./]\d{{1,2}})?r?|(?:19|20)\d\d[-–/](?:19|20)\d\d|\d{{1,2}}[-./](?:19|"
    rf"20)\d\d|{_DAY}(?:[-–]{_DAY})?|{_HOUR}[-–]{_HOUR}|{_HOUR}|"
    r"\d{2}-\d{3}|\d+[.,]\d\d|24/7|[-–]"
)
_IDENTITY_CARD = re.compile(r"\b([a-z]{3}) ?(\d{6})\b")
_HOME = re.compile(
    r"\b(?:ul|ulic[aey]|al|alei|os|osiedl\w+)\.? (?:[\w-]+ ){1,3}\d+\w? ?(?:/ ?\d+|m\.? ?\d+|lok\.? ?\d+)"
    r"|\b(?:mieszka\w*|zamieszkal\w*|zameldowan\w*|pan[ai]? adres|adres dostawy to|your address is|you live "
    r"at)\b[^.!?]{0,40}\d+"
)
_BORN = re.compile(
    r"\b(?:urodzon\w+|ur\.|data urodzenia|born on|date of birth)[^.!?]{0,15}\d{1,4}[-./ ]\w+[-./ ]\d{2,4}"
)
_FULL_NAME = re.compile(
    r"\b(?:Pan(?:a|u|em|i|ią|ie)?|Pani[ąe]?|Mr\.?|Mrs\.?|Ms\.?|Miss) [A-ZŁŚŻŹĆÓ][a-ząćęłńóśźż]+ "
    r"[A-ZŁŚŻŹĆÓ][a-ząćęłńóśźż]+(?:-[A-ZŁŚŻŹĆÓ]\w+)?\b"
    r"|\b(?:Pan(?:a|u|em|i|ią|ie)?|Pani[ąe]?) [A-ZŁŚŻŹĆÓ][a-ząćęłńóśźż]+(?:ski|ska|skiej|skiemu|skiego|ską|cki|"
    r"cka|ckiej|ckiego|ckiemu|cką|wicz|wicza|wiczowi|dzki|dzka|czyk|czyka)\b"
)


def personal_data(draft: Draft, allowed: Callable[[str], bool]) -> Iterator[Violation]:
    """allowed: whether a text (digits of a number, or an e-mail address) is the brand's own public contact."""
    yield from _numbers(draft, allowed)
    yield from _mails(draft, allowed)
    yield from _orders(draft, allowed)
    for pattern, what in ((_HOME, "adres osoby"), (_BORN, "data urodzenia")):
        yield from (_violation(draft, match, what) for match in pattern.finditer(draft.folded))
    for match in _IDENTITY_CARD.finditer(draft.folded):
        if _identity_card_valid(match[1], match[2]):
            yield _violation(draft, match, "numer dowodu osobistego")
    for match in _FULL_NAME.finditer(draft.text):
        yield Violation(rule=RULE, where=match[0], message=f"imię i nazwisko lub nazwisko osoby: {_MEND}")


def _numbers(draft: Draft, allowed: Callable[[str], bool]) -> Iterator[Violation]:
    for match in _DIGITS.finditer(draft.folded):
        digits = re.sub(r"\D", "", match[0])
        what = _what_number(match[0], digits)
        if what and not allowed(digits) and not _MONEY.match(draft.folded, match.end()):
            yield _violation(draft, match, what)


def _what_number(written: str, digits: str) -> str | None:
    if all(_DATE.fullmatch(part) for part in re.split(r"[ \t\u00a0]+", written.strip("()"))):
        return None
    if len(digits) in (26, 28) or 20 <= len(digits) <= 34:
        return "numer rachunku"
    if len(digits) == 11 and _pesel_valid(digits):
        return "numer PESEL"
    if 13 <= len(digits) <= 19:
        return "numer karty" if _luhn(digits) else "numer karty, przesyłki lub zamówienia"
    return "numer telefonu" if _phone(written, digits) else None


def _phone(written: str, digits: str) -> bool:
    national = digits.removeprefix("00").removeprefix("48") if len(digits) in (11, 13) else digits.removeprefix("0")
    if written.startswith("+") and 9 <= len(digits) <= 13:
        return True
    dotted = re.search(r"\d[./]\d", written) and not re.fullmatch(r"\d{3}\.\d{3}\.\d{3}", written)
    return len(national) == 9 and not dotted and national[0] != "0"


def _mails(draft: Draft, allowed: Callable[[str], bool]) -> Iterator[Violation]:
    for match in _MAIL.finditer(draft.folded):
        if not allowed(_plain_mail(match[0])):
            yield _violation(draft, match, "adres e-mail spoza kontaktów marki")


def _plain_mail(written: str) -> str:
    plain = re.sub(r" ?(?:\(at\)|\[at\]|\{at\}|\(malpa\)|\[malpa\]| at | malpa ) ?", "@", written)
    plain = re.sub(r" ?(?:\(dot\)|\[dot\]|\(kropka\)| dot | kropka ) ?", ".", plain)
    return plain.replace(" ", "").rstrip(".")


def _orders(draft: Draft, allowed: Callable[[str], bool]) -> Iterator[Violation]:
    for match in _ORDER.finditer(draft.folded):
        number = match["number"] or match["after"]
        digits = re.sub(r"\D", "", number)
        if (
            not _DATE.fullmatch(number)
            and len(digits) >= 3
            and not allowed(digits)
            and not _counted(draft, match.end(), number)
        ):
            yield _violation(draft, match, "numer sprawy, zamówienia lub umowy")


def _counted(draft: Draft, end: int, number: str) -> bool:
    return _MONEY.match(draft.folded, end) is not None or (
        number.isdigit()
        and len(number) < 5
        and draft.folded[end : end + 1] == " "
        and draft.folded[end + 1 : end + 2].isalpha()
    )


def _violation(draft: Draft, match: re.Match[str], what: str) -> Violation:
    return Violation(rule=RULE, where=draft.excerpt(match.start(), match.end()), message=f"{what}: {_MEND}")


def _pesel_valid(digits: str) -> bool:
    weights = (1, 3, 7, 9, 1, 3, 7, 9, 1, 3)
    total = sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False))
    return (10 - total % 10) % 10 == int(digits[10])


def _luhn(digits: str) -> bool:
    doubled = (sum(divmod(2 * int(d), 10)) if place % 2 else int(d) for place, d in enumerate(reversed(digits)))
    return sum(doubled) % 10 == 0


def _identity_card_valid(letters: str, digits: str) -> bool:
    values = [ord(letter) - 87 for letter in letters] + [int(digit) for digit in digits]
    weights = (7, 3, 1, 9, 7, 3, 1, 7, 3)
    return values[3] == sum(v * w for n, (v, w) in enumerate(zip(values, weights, strict=True)) if n != 3) % 10

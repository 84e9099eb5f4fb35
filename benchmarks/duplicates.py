"""Near duplicates: precision and recall over realistic edits, and texts a second with many stored:
`python -m benchmarks.duplicates [--stored N] [--texts FILE]`.

Texts are made from a bank of complaint sentences with a fixed seed, or read from FILE (JSON lines with "text", may be
gzipped). Each is edited as people do when they paste a complaint elsewhere: typos, lost diacritics, a greeting and a
farewell, the end cut off, words replaced, a piece dropped, or two of these at once. Distractors are other texts of the
same bank, which share whole sentences. The rival is rensa's own LSH table over the same sketches.
"""

import argparse
import gzip
import json
import random
import re
import resource
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from rensa import RMinHash, RMinHashLSH

from listener.matching.duplicates import BANDS, ROWS, THRESHOLD, Duplicates, own_words
from listener.model import Post
from listener.text import fold

_WHO = (
    "kurier", "konsultantka", "kierownik sklepu", "pani na infolinii", "serwisant", "doradca", "kasjer", "ochroniarz",
    "pan z okienka", "pracownik salonu", "technik", "kobieta z biura obsługi",
)  # fmt: skip
_DID = (
    "odmówił przyjęcia reklamacji", "nie oddzwonił mimo obietnicy", "był wyjątkowo niemiły", "zgubił moją paczkę",
    "kazał czekać kolejny tydzień", "twierdził że to moja wina", "rozłączył rozmowę", "nie znał własnej oferty",
    "zostawił przesyłkę pod drzwiami", "policzył podwójną cenę", "nie wydał paragonu", "obiecał zwrot pieniędzy",
    "wpisał zły adres", "żądał dodatkowej opłaty", "odesłał mnie do innego działu", "zamknął zgłoszenie bez słowa",
)  # fmt: skip
_WHAT = (
    "pralkę", "telefon", "lodówkę", "buty zimowe", "okna do salonu", "kartę kredytową", "abonament", "zmywarkę",
    "rower", "kurtkę dla syna", "materac", "laptopa do pracy", "suszarkę", "wózek dziecięcy", "zegarek", "ekspres",
)  # fmt: skip
_WHEN = (
    "w zeszły wtorek", "przed świętami", "dwa miesiące temu", "w poniedziałek rano", "na początku maja", "po urlopie",
    "dokładnie rok temu", "w sobotę wieczorem", "tuż po remoncie", "podczas wyprzedaży",
)  # fmt: skip
_WHERE = (
    "Gdyni", "Kielcach", "Rzeszowie", "Olsztynie", "Lublinie", "Opolu", "Toruniu", "Radomiu", "Łodzi", "Koninie",
    "galerii handlowej", "punkcie na dworcu", "oddziale przy rynku", "sklepie internetowym", "salonie pod miastem",
)  # fmt: skip
_LOOSE = re.findall(
    r"\w+",
    "zepsuta uszczelka hałas woda prąd instrukcja ekran bateria rysa zamek szew klej kolor rozmiar podeszwa wtyczka"
    " gniazdko kabel pilot aplikacja hasło kod regulamin paragraf termin urzędnik sąsiad żona mąż dziecko teściowa"
    " winda schody piętro garaż samochód deszcz mróz upał weekend święta urodziny prezent wesele wyjazd lotnisko"
    " rachunek odsetki rata prowizja limit saldo przelew kaucja faktura duplikat podpis pieczątka skan zdjęcie film"
    " rozmowa nagranie mail czat formularz kolejka numerek okienko krzesło kawa automat toaleta parking bilet mandat",
)
_OPENINGS = (
    "Zamówiłam {what} {when} i do dzisiaj nie ma śladu.", "Kupiliśmy {what} {when}, po tygodniu przestało działać.",
    "Reklamuję {what} już trzeci raz, {when} złożyłem pismo.", "Chciałem tylko zwrócić {what}, byłem tam {when}.",
    "{when} podpisałem umowę na {what} i żałuję.", "Mam {what} na gwarancji, oddałem do serwisu {when}.",
)  # fmt: skip
_MIDDLES = (
    "{who} {did}.", "Do tego {who} w {where} {did}, a potem {did2}.", "Kiedy zadzwoniłem, {who} {did}.",
    "Na miejscu w {where} {who} {did}.", "Napisałem maila, w odpowiedzi {who} {did}.", "Po {n} dniach {who} {did}.",
    "Zapłaciłem {n} zł, {loose}.", "Problem to {loose}.", "W {where} usłyszałem tylko: {loose}.",
)  # fmt: skip
_ENDINGS = (
    "Nikomu nie polecam, omijajcie z daleka.", "Oczekuję pilnego kontaktu i zwrotu pieniędzy.", "Zostaje chyba sąd.",
    "Sprawę zgłaszam do rzecznika.", "To moje ostatnie zakupy w tej firmie.", "Czy ktoś wie co robić?",
    "Wstyd, że tak duża firma tak działa.", "Miało być szybko i profesjonalnie, wyszło jak zwykle.",
)  # fmt: skip


def made(count: int, rng: random.Random) -> list[str]:
    """Complaints of four to eight sentences."""
    return [_complaint(rng) for _ in range(count)]


def _complaint(rng: random.Random) -> str:
    middles = [_filled(rng.choice(_MIDDLES), rng) for _ in range(rng.randint(2, 6))]
    return " ".join([_filled(rng.choice(_OPENINGS), rng), *middles, rng.choice(_ENDINGS)])


def _filled(sentence: str, rng: random.Random) -> str:
    loose = " ".join(rng.choices(_LOOSE, k=rng.randint(4, 9)))
    words = {"who": _WHO, "did": _DID, "did2": _DID, "what": _WHAT, "when": _WHEN, "where": _WHERE}
    return sentence.format(
        loose=loose, n=rng.randint(20, 2000), **{key: rng.choice(all_) for key, all_ in words.items()}
    )


def _typo(word: str, rng: random.Random) -> str:
    if len(word) < 4:
        return word
    at = rng.randrange(1, len(word) - 1)
    swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return rng.choice((word[:at] + word[at + 1 :], word[: at + 1] + word[at:], swapped))


def _typos(text: str, rng: random.Random) -> str:
    return " ".join(_typo(word, rng) if rng.random() < 0.08 else word for word in text.split())


def _greeted(text: str, rng: random.Random) -> str:
    opening = rng.choice(("Witam wszystkich, chciałam opisać swoją sytuację.", "Hej, ku przestrodze.", "Dzień dobry."))
    return f"{opening} {text} {rng.choice(('Pozdrawiam', 'Proszę o pomoc!!!', 'Dzięki z góry'))}"


def _cut(text: str, rng: random.Random) -> str:
    words = text.split()
    return " ".join(words[: int(len(words) * rng.uniform(0.7, 0.9))]) + "…"


def _replaced(text: str, rng: random.Random) -> str:
    return " ".join(rng.choice(("sklep", "oni", "jakiś")) if rng.random() < 0.07 else word for word in text.split())


def _dropped(text: str, rng: random.Random) -> str:
    words = text.split()
    size, at = max(1, len(words) // 6), rng.randrange(len(words))
    return " ".join(words[:at] + words[at + size :])


EDITS: dict[str, Callable[[str, random.Random], str]] = {
    "typos": _typos,
    "no diacritics": lambda text, rng: fold(text),
    "greeting": _greeted,
    "cut off": _cut,
    "words replaced": _replaced,
    "piece dropped": _dropped,
    "two of these": lambda text, rng: _typos(_greeted(text, rng), rng),
}


def _post(number: int, text: str) -> Post:
    url = f"https://forum.example/{number}"
    return Post(source="s", kind="k", native_id=str(number), url=url, text=text, seen_at=datetime.now(UTC))


def quality(texts: Sequence[str], rng: random.Random) -> None:
    """Prints recall for each kind of edit, and precision over all that is reported."""
    known = Duplicates()
    for number, text in enumerate(texts):
        known.add(number, _post(number, text))
    right = wrong = asked = 0
    for name, edit in EDITS.items():
        hits = 0
        for number, text in enumerate(texts):
            found = {copy.key for copy in known.find(_post(number + len(texts), edit(text, rng)))}
            hits += number in found
            wrong += len({key for key in found if not _same(texts[key], text)})
        asked, right = asked + len(texts), right + hits
        print(f"  {name:15} recall {hits / len(texts):.3f}")
    print(f"  {'all':15} recall {right / asked:.3f}  precision {right / (right + wrong):.3f}")


def _same(one: str, other: str) -> bool:
    return own_words(one) == own_words(other)


def speed(stored: int, rng: random.Random, rival: int = 50_000) -> None:
    """Prints texts a second through find and add with many stored, and the rival's with fewer."""
    known = Duplicates()
    before = _peak()
    for number in range(stored):
        known.add(number, _post(number, _complaint(rng) + f" Sprawa {rng.randrange(10**9)}"))
    memory = _peak() - before
    fresh = [_post(stored + number, text) for number, text in enumerate(made(1_000, rng))]
    start = time.process_time()
    for number, post in enumerate(fresh):
        known.see(stored + number, post)
    ours = len(fresh) / (time.process_time() - start)
    print(f"  {stored} stored: {ours:.0f} texts/s found and added, {memory / 1e6:.0f} MB")
    _rival(min(stored, rival), fresh, rng)


def _rival(stored: int, fresh: Sequence[Post], rng: random.Random) -> None:
    before = _peak()
    table = RMinHashLSH(threshold=THRESHOLD, num_perm=ROWS, num_bands=BANDS)
    for number in range(stored):
        table.insert(number, _rensa(_complaint(rng) + f" Sprawa {rng.randrange(10**9)}"))
    memory = _peak() - before
    start = time.process_time()
    for number, post in enumerate(fresh):
        sketch = _rensa(post.text)
        table.query(sketch)
        table.insert(stored + number, sketch)
    theirs = len(fresh) / (time.process_time() - start)
    print(f"  rensa's table, {stored} stored, candidates unchecked: {theirs:.0f} texts/s, {memory / 1e6:.0f} MB")


def _rensa(text: str) -> RMinHash:
    line = " ".join(own_words(text))
    sketch = RMinHash(num_perm=ROWS, seed=42)
    sketch.update({line[at : at + 5] for at in range(len(line) - 4)})
    return sketch


def _read(path: Path) -> list[str]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines]
    return [text for text in dict.fromkeys(texts) if len(own_words(text)) >= 15]


def _peak() -> int:
    """The most memory this process has held, bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stored", type=int, default=100_000)
    parser.add_argument("--texts", type=Path)
    options = parser.parse_args()
    rng = random.Random(11)
    texts = _read(options.texts) if options.texts else made(1_000, rng)
    print(f"{len(texts)} texts, threshold {THRESHOLD}")
    quality(texts, rng)
    if options.stored:
        speed(options.stored, rng)


if __name__ == "__main__":
    main()

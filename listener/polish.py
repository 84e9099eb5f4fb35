"""What the core says in fixed English phrases, in Polish: reasons of triage, lines of the audit log, notes about laws,
refusals. Doors show these to people; the English stays the key, in the database and in the log. Pure.

A template's {} stands for whatever is put there, {label} for labels of the model. What is not known here (a rule's own
name, an address) is shown as it is.
"""

import re
from collections.abc import Mapping, Sequence

from listener.errors import ListenerError

LABELS: Mapping[str, str] = {
    "negative": "negatywny", "neutral": "neutralny", "positive": "pozytywny", "mixed": "mieszany",
    "complaint": "skarga", "question": "pytanie", "praise": "pochwała", "suggestion": "propozycja",
    "lead": "szuka oferty", "churn": "odejście", "spam": "spam",
    "low": "niska", "normal": "zwykła", "high": "wysoka", "critical": "krytyczna",
    "delivery": "dostawa", "price": "cena", "quality": "jakość", "service": "obsługa", "app": "aplikacja",
    "billing": "rozliczenia", "security": "bezpieczeństwo danych", "legal": "prawo", "safety": "zagrożenie",
    "availability": "dostępność",
}  # fmt: skip

REASONS: Mapping[str, str] = {
    "urgency: {label}": "pilność: {label}",
    "intent: {label}": "zamiar: {label}",
    "negative complaint": "negatywna skarga",
    "customer is leaving": "klient zapowiada odejście",
    "repeated and unanswered": "kolejny wpis bez odpowiedzi",
    "edited by its author": "wpis zmieniony przez autora",
    "its author wrote again": "autor napisał ponownie",
    "flood": "fala podobnych wpisów",
    "unsure: {label} {}": "model nie jest pewien: {label} {}",
    "opened by {}": "założone ręcznie: {}",
    "rating {} of {}": "ocena {} na {}",
    "said in {} places": "to samo w tylu miejscach: {}",
    "earlier tickets: {}": "wcześniejsze zgłoszenia autora: {}",
    "rule: {}": "reguła: {}",
    "our own reply": "nasza własna odpowiedź",
    "about a competitor": "o konkurencji",
    "nothing is due": "nic nie wymaga odpowiedzi",
}

ACTIONS: Mapping[str, str] = {
    "ticket opened": "zgłoszenie otwarte",
    "opened by hand": "zakłada zgłoszenie",
    "put up for review": "odłożono do oceny",
    "taken on": "przyjmuje do obsługi",
    "claimed": "bierze zgłoszenie",
    "claim ran out": "zgłoszenie wraca do kolejki, nikt przy nim nie pracował",
    "assigned": "przekazuje",
    "given back": "oddaje do kolejki",
    "handed to team": "przekazuje zespołowi",
    "resolved": "zamyka zgłoszenie",
    "reopened": "otwiera ponownie",
    "reopened by its author": "autor napisał ponownie, zgłoszenie znów otwarte",
    "not relevant": "oznacza: nie dotyczy nas",
    "snoozed": "odkłada",
    "woke": "zgłoszenie wraca z odłożonych",
    "tagged": "zmienia tagi",
    "note": "dodaje notatkę",
    "watches": "obserwuje",
    "watches no longer": "już nie obserwuje",
    "merged": "łączy zgłoszenia",
    "took in": "dołącza inne zgłoszenie",
    "split": "dzieli zgłoszenie",
    "split off": "powstało z podziału",
    "linked": "wiąże zgłoszenia",
    "incident begun": "początek awarii",
    "incident ended": "koniec awarii",
    "labels corrected": "poprawia etykiety",
    "customer linked": "łączy nazwy tego samego klienta",
    "breached": "termin minął",
    "escalated": "wezwana pomoc",
    "goes far": "wpis ma duży zasięg",
    "crisis begun": "początek kryzysu",
    "crisis ended": "koniec kryzysu",
    "proposal rejected": "odrzuca propozycję",
    "reply approved": "zatwierdza odpowiedź",
    "reply proposed": "proponuje odpowiedź",
    "reply posted by hand": "zapisuje odpowiedź dodaną ręcznie",
    "reply found": "potwierdza, że odpowiedź się ukazała",
    "reply sent again": "wysyła odpowiedź jeszcze raz",
    "reply published": "odpowiedź opublikowana i sprawdzona",
    "reply accepted": "odpowiedź przyjęta; serwis nie pozwala jej odczytać",
    "reply pending_moderation": "odpowiedź czeka na moderatora",
    "reply uncertain": "nie wiadomo, czy odpowiedź się ukazała",
    "reply failed": "odpowiedź nie wyszła",
    "private reply approved": "zatwierdza odpowiedź prywatną",
    "private reply proposed": "proponuje odpowiedź prywatną",
    "private reply posted by hand": "zapisuje odpowiedź prywatną dodaną ręcznie",
    "private reply found": "potwierdza, że odpowiedź prywatna dotarła",
    "private reply sent again": "wysyła odpowiedź prywatną jeszcze raz",
    "private reply published": "odpowiedź prywatna wysłana",
    "private reply accepted": "odpowiedź prywatna przyjęta; serwis nie pozwala jej odczytać",
    "private reply pending_moderation": "odpowiedź prywatna czeka na moderatora",
    "private reply uncertain": "nie wiadomo, czy odpowiedź prywatna dotarła",
    "private reply failed": "odpowiedź prywatna nie wyszła",
    "hiding asked": "ukrywa wpis",
    "showing asked": "pokazuje wpis znowu",
    "hidden there": "wpis ukryty",
    "shown there": "wpis znów widoczny",
    "hiding failed": "wpisu nie udało się ukryć",
    "showing failed": "wpisu nie udało się pokazać",
    "muted": "wycisza powiadomienia",
    "unmuted": "przywraca powiadomienia",
    "away": "nieobecność",
    "back": "znów w pracy",
    "author erased": "usunięto dane autora",
    "answering": "pisze odpowiedź",
    "stopped answering": "już nie pisze odpowiedzi",
}

DETAILS: Mapping[str, str] = {
    "into ticket {}": "do zgłoszenia {}",
    "from ticket {}": "ze zgłoszenia {}",
    "ticket {}": "zgłoszenie {}",
    "customer {}, source {}": "klient {}, źródło {}",
    "{} posts": "wpisów: {}",
    "first_response": "pierwsza odpowiedź",
    "next_response": "kolejna odpowiedź",
    "resolution": "zamknięcie",
    "legal": "termin ustawowy",
    "next_person: nobody there": "następna osoba: nie ma nikogo",
    "team: nobody there": "zespół: nie ma nikogo",
    "manager: nobody there": "kierownik: nie ma nikogo",
    "next_person: {}": "następna osoba: {}",
    "team: {}": "zespół: {}",
    "manager: {}": "kierownik: {}",
    "sentiment: {label}": "wydźwięk: {label}",
    "intents: {label}": "zamiary: {label}",
    "topics: {label}": "tematy: {label}",
    "rejected: {}": "odrzucono: {}",
    "(erased)": "(usunięto)",
    "every reply": "każda odpowiedź",
    "priority: {label}": "pilność: {label}",
    "brand: {}": "marka: {}",
    "violations: {}": "uwagi do treści: {}",
}

NOTES: Mapping[str, str] = {
    "an answer to a consumer's complaint within 14 calendar days": "odpowiedź na reklamację konsumenta w 14 dni",
    "payment services: an answer within 15 business days": "usługi płatnicze: odpowiedź w 15 dni roboczych",
    "payment services: 35 business days if it is complex": (
        "usługi płatnicze: 35 dni roboczych, jeśli sprawa jest złożona"
    ),
    "financial firms: an answer within 30 days": "instytucje finansowe: odpowiedź w 30 dni",
    "financial firms: 60 days if it is complex and the client was told": (
        "instytucje finansowe: 60 dni, jeśli sprawa jest złożona i klient o tym wie"
    ),
    "telecommunications: receipt confirmed within 14 days": "telekomunikacja: potwierdzenie przyjęcia w 14 dni",
    "telecommunications: an answer within 30 days": "telekomunikacja: odpowiedź w 30 dni",
    "a public reply does not discharge this: check with counsel": (
        "odpowiedź publiczna tego nie załatwia: sprawdź z prawnikiem"
    ),
    "the place itself asks for an answer by then": "sam serwis oczekuje odpowiedzi do tego czasu",
}

REFUSALS: Mapping[str, str] = {
    "somebody else is answering": "ktoś inny właśnie odpowiada",
    "{} is answering": "{} właśnie odpowiada",
    "wait, or ask them": "poczekaj albo zapytaj",
    "{} has this ticket": "tym zgłoszeniem zajmuje się {}",
    "ask them": "zapytaj",
    "somebody else changed this ticket meanwhile": "ktoś inny zmienił to zgłoszenie",
    "look again, then decide": "obejrzyj je jeszcze raz i zdecyduj",
    "look again": "obejrzyj jeszcze raz",
    'we cannot post to "{}" ourselves': "sami nie możemy tam odpowiadać: {}",
    "post the reply there by hand and give its address": "dodaj odpowiedź ręcznie i podaj jej adres",
    "answer publicly, in words fit for everybody": "odpowiedz publicznie, słowami dla wszystkich",
    "change the text, then approve it again": "popraw treść i zatwierdź ją jeszcze raz",
    "post {} is not in this ticket": "wpis {} nie należy do tego zgłoszenia",
    "there is no proposal {}": "nie ma propozycji {}",
    "who proposed a reply cannot approve it": "własnej propozycji nie można zatwierdzić",
    "ask somebody else": "poproś drugą osobę",
    "{} may not approve replies": "{} nie może zatwierdzać odpowiedzi",
    "ask an agent or a manager": "poproś osobę z obsługi albo kierownika",
    "there is no reply {}": "nie ma odpowiedzi {}",
    "the reply is {} by now": "stan odpowiedzi zmienił się: {}",
    "a reply needs the name of who approves it": "przy odpowiedzi musi być imię osoby, która ją zatwierdza",
    "the reply is empty": "odpowiedź jest pusta",
    "there is no ticket {}": "nie ma zgłoszenia {}",
    'nobody is called "{}"': "nie ma osoby o nazwie {}",
    "listener user add, or [[agent]] in the configuration": "listener user add albo [[agent]] w konfiguracji",
    'there is no team "{}"': "nie ma zespołu {}",
    "known: {}": "znane: {}",
    "the time lies in the past": "ten czas już minął",
    "choose a later one": "wybierz późniejszy",
    "the ticket is resolved": "zgłoszenie jest zamknięte",
    "the ticket is review": "zgłoszenie czeka na ocenę",
    "the ticket is {}": "stan zgłoszenia: {}",
    "it was merged into ticket {}": "zostało połączone ze zgłoszeniem {}",
    "reopen it first": "najpierw otwórz je ponownie",
    "there is no post {}": "nie ma wpisu {}",
    "we cannot hide this here": "tego wpisu nie możemy ukryć",
    "this place takes no private replies": "to miejsce nie przyjmuje odpowiedzi prywatnych",
    "this post has had its private reply, and its place takes one only": (
        "ten wpis miał już odpowiedź prywatną, a serwis przyjmuje tylko jedną"
    ),
    "it is too late for a private reply: the place takes one for some days only": (
        "za późno na odpowiedź prywatną: serwis przyjmuje ją tylko przez kilka dni"
    ),
    "look whether its place lets you": "sprawdź, czy pozwala na to sam serwis",
    "it is hidden already": "wpis jest już ukryty",
    "it is not hidden": "wpis nie jest ukryty",
    "it is being hidden or shown just now": "wpis jest właśnie ukrywany albo pokazywany",
    "wait for that": "poczekaj na to",
    "somebody else has this in hand": "ktoś inny się tym zajmuje",
    "a split takes some of a ticket's posts and leaves some": "podział zabiera część wpisów, a część zostawia",
    "a ticket is no duplicate of itself": "zgłoszenie nie jest kopią samego siebie",
    'there is no brand "{}"': "nie ma marki {}",
    "a ticket cannot go into itself": "zgłoszenia nie można połączyć z nim samym",
    "the two are about different brands": "te zgłoszenia dotyczą różnych marek",
    "one of the two is resolved": "jedno z nich jest zamknięte",
    "is no address: {}": "to nie jest adres",
    "is no web address": "to nie jest adres strony",
    "paste it with http:// or https://": "wklej go razem z http:// albo https://",
    "the text is empty": "treść jest pusta",
    "paste what was said there": "wklej, co tam napisano",
    "a note has 1 to {} characters": "notatka ma od 1 do {} znaków",
    "a customer is known by a source and a name there": "klienta opisują źródło i nazwa, której tam używa",
    "there is no customer {}": "nie ma klienta {}",
    "this person asked to be forgotten": "ta osoba prosiła o usunięcie danych",
    "is nothing to mute": "tego nie można wyciszyć",
    "source:NAME, query:BRAND:QUERY or channel:ID": "source:NAZWA, query:MARKA:ZAPYTANIE albo channel:ID",
    "this reply waits for approval already": "ta odpowiedź już czeka na zgodę",
    "this proposal is decided already": "ta propozycja jest już rozstrzygnięta",
    "this reply was approved already": "ta odpowiedź jest już zatwierdzona",
    "look at the ticket's replies": "zobacz odpowiedzi w zgłoszeniu",
    "somebody else has this reply in hand": "ktoś inny zajmuje się tą odpowiedzią",
    'there is no source "{}"': "nie ma źródła {}",
    "refused by the database: {}": "baza danych odmówiła",
    "cannot use the database: {}": "baza danych jest niedostępna",
    "ticket {}": "zgłoszenie {}",
    "post {}": "wpis {}",
    "proposal {}": "propozycja {}",
    "reply {}": "odpowiedź {}",
    "hiding {}": "ukrycie {}",
}

_UNITS = {
    "views": ("wyświetlenie", "wyświetlenia", "wyświetleń"),
    "likes": ("polubienie", "polubienia", "polubień"),
    "replies": ("odpowiedź", "odpowiedzi", "odpowiedzi"),
    "shares": ("udostępnienie", "udostępnienia", "udostępnień"),
    "followers": ("obserwujący autora", "obserwujących autora", "obserwujących autora"),
}
_REACH = re.compile(r"reach: (\d+) (\w+)")
_Rule = tuple[re.Pattern[str], str]


def _compiled(*tables: Mapping[str, str]) -> tuple[dict[str, str], tuple[_Rule, ...]]:
    plain = {said: shown for table in tables for said, shown in table.items() if "{" not in said}
    shaped = [(said, shown) for table in tables for said, shown in table.items() if "{" in said]
    return plain, tuple((_shape(said), shown) for said, shown in shaped)


def _shape(template: str) -> re.Pattern[str]:
    escaped = re.escape(template).replace(r"\{label\}", r"(?P<label>[\w, ]+)").replace(r"\{\}", "(.+)")
    return re.compile(escaped, re.DOTALL)


_SAID = _compiled(REASONS, ACTIONS, DETAILS, NOTES)
_REFUSED = _compiled(REFUSALS)


def polish(said: str) -> str:
    """A reason, action, detail or note, or several joined by "; ", in Polish."""
    return "; ".join(_one(part, *_SAID) for part in said.split("; "))


def refused(error: ListenerError) -> str:
    """What went wrong, where, and what to do, in Polish as far as we have the words."""
    message, where, mend = (_one(said, *_REFUSED) for said in (error.message, error.where, error.mend))
    return f"{f'{where}: ' if where else ''}{message}{f' ({mend})' if mend else ''}"


def _one(said: str, plain: Mapping[str, str], shaped: Sequence[_Rule]) -> str:
    if said in plain:
        return plain[said]
    if found := _REACH.fullmatch(said):
        return _reach(int(found[1]), found[2], said)
    for shape, shown in shaped:
        if match := shape.fullmatch(said):
            return _filled(shown, match)
    return said


def _filled(shown: str, match: re.Match[str]) -> str:
    label = match.groupdict().get("label")
    values = [value for value in match.groups() if value != label]
    labels = ", ".join(LABELS.get(one.strip(), one.strip()) for one in (label or "").split(","))
    return shown.format(*values, label=labels)


def _reach(number: int, unit: str, otherwise: str) -> str:
    """ "zasięg: 1 240 wyświetleń" """
    if unit not in _UNITS:
        return otherwise
    one, few, many = _UNITS[unit]
    is_few = number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14)
    grouped = f"{number:,}".replace(",", "\N{NO-BREAK SPACE}")
    return f"zasięg: {grouped} {one if number == 1 else few if is_few else many}"

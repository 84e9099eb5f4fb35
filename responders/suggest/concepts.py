"""Customer-care notions that people name with unlike words: "kasa", "pieniądze" and "środki" are one thing here.

Beginnings of folded words per notion; a text that has one of them has the notion. The list was made by reading how
customers and companies name the same things, in Polish and in English.
"""

from functools import lru_cache

_BEGINNINGS: dict[str, str] = {
    "money": "pieniadz pieniedz kasa kase kasy hajs srodk kwot money cash funds gotowk",
    "refund": "zwrot zwroc zwraca oddac odda oddaj oddacie oddaje odzyska odeslac odesla refund reimburs return",
    "parcel": "paczk przesylk parcel package shipment przesylek paczek paczuszk",
    "courier": "kurier courier dostawc driver",
    "delivery": "dostaw dorecz wysylk wysla wysyla nadan nadac nadaj deliver ship dojdzie dotrze dotarl doszl",
    "late": "spozni spoznien opozni opoznien zalega czekam czeka czekac late delay wait termin",
    "pickup": "odbior odebra odbiera punkt paczkomat automat pickup collect locker",
    "locker": "paczkomat automat skrytk locker",
    "track": "sledz track status lokaliz",
    "address": "adres address przeprowadz przenie przenos",
    "order": "zamowi zamawia order zakup kupi kupn",
    "cancel": "anulow rezygn zrezygn wypowiedz wypowiad wypowie rozwiaz odstap cancel terminat zamkn zamyka close quit",
    "contract": "umow contract agreement abonament subskryp subscri",
    "bill": "faktur rachun invoice bill",
    "bankaccount": "konto konta kontem koncie kont account rachunek",
    "pay": "plac zaplac platno oplac oplat przelew przela przelac pay payment transfer fee charg rata raty",
    "overcharge": "podwoj dwukrot dwa podwojn twice double nadplat zawyz obciaz",
    "price": "cena ceny cen cene cennik koszt kosztu ile drogi taryf price cost expensive stawk oplat",
    "discount": "rabat promoc znizk kod kupon voucher bon discount coupon promo",
    "complaint": "reklam skarg complain zazalen",
    "warranty": "gwaran rekojm warrant serwis napraw repair",
    "broken": "zepsut zepsul uszkodz popsut popsul wadliw wada pekn nie-dziala broken damage defect usterk zniszcz",
    "internet": "internet net neta wifi swiatlow lacze lacza router modem broadband",
    "signal": "zasieg signal coverage siec sieci lte 5g",
    "outage": "awari przerw outage down nie-dziala brak pad padl",
    "app": "aplikac apka apke apki apk app application mobiln",
    "login": "logow zalogow loguj login log hasl password haslo sign",
    "password": "hasl password pin reset zapomnia",
    "card": "kart card",
    "block": "zablok blok zastrze block freeze lost zgub skradz kradz ukrad stolen",
    "fraud": "oszust oszuk phishing wyludz scam fraud podejrzan fraudul sms",
    "phone": "telefon infolin zadzwon dzwon phone call hotline",
    "hours": "godzin czynn otwar open hours zamknie",
    "branch": "oddzial placow salon sklep stacjonar branch store punkt",
    "visit": "wizyt termin umow rejestr zapis appointment visit booking rezerw lekarz doctor",
    "results": "wynik badan result test",
    "prescription": "recept leki lek prescription",
    "number": "numer number",
    "porting": "przenies przenos przeniesien port migrac",
    "abroad": "zagran roaming abroad unia unii eu granic",
    "esim": "esim sim",
    "data": "rodo gdpr danych dane personal prywatno usunac usun",
    "installation": "montaz montow instal monter install technik ekip",
    "quote": "wycen ofert kalkul quote estimate",
    "size": "rozmiar size wymia wymiar",
    "stock": "dostepn magazyn stock available",
    "student": "student uczen uczni",
    "limit": "limit",
    "travel": "wyciecz lot samolot bilet flight ticket trip hotel podroz",
    "luggage": "bagaz walizk luggage baggage",
    "cleaning": "czysc mycie myc konserw pielegn smar regulac maintain clean",
    "loan": "kredyt pozyczk loan hipote mortgage",
    "energy": "prad energi gaz licznik meter electric",
    "job": "praca pracy prace pracow rekrut cv job career",
    "document": "dokument zaswiadc potwierdz document certif",
    "time": "czas dlugo kiedy trwa potrw long",
}
_BY_START: dict[str, list[tuple[str, str]]] = {}
for _notion, _starts in _BEGINNINGS.items():
    for _start in _starts.split():
        _BY_START.setdefault(_start[:2], []).append((_start, _notion))


@lru_cache(maxsize=50_000)
def notions(word: str) -> tuple[str, ...]:
    """Notions that a folded word names, usually none or one."""
    found = {notion for start, notion in _BY_START.get(word[:2], ()) if _names(word, start)}
    return tuple(sorted(found))


def _names(word: str, start: str) -> bool:
    # a short beginning ("net", "bon") would catch unrelated words, so it must nearly be the whole word
    return word.startswith(start) and (len(start) >= 5 or len(word) - len(start) <= (1 if len(start) < 4 else 4))

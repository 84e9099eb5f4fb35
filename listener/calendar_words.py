"""Words that dates are written with, Polish and English first, then the languages that boards in Europe use.

Every table is lower case. A form that two languages share means the same in both, else it is left out.
"""

MONTHS: dict[str, int] = {}
_MONTHS = (
    # Polish in both cases and short, English, German, French, Spanish, Italian, Dutch, Czech, Russian
    (
        "styczeń stycznia sty january jan januar jänner jän janvier janv enero ene gennaio gen januari leden ledna "
        "января янв"
    ),
    "luty lutego lut february feb februar feber février févr fév fevr febrero febbraio februari únor února февраля фев",
    "marzec marca mar march märz mär mrz mars marzo maart mrt březen března марта мар",
    "kwiecień kwietnia kwi april apr avril avr abril abr aprile duben dubna апреля апр",
    "maj maja may mai mayo maggio mag mei květen května мая май",
    "czerwiec czerwca cze june jun juni juin junio giugno giu červen června июня июн",
    "lipiec lipca lip july jul juli juillet juil julio luglio lug červenec července июля июл",
    "sierpień sierpnia sie august aug août aout agosto ago augustus srpen srpna августа авг",
    "wrzesień września wrz september sept sep septembre septiembre settembre set září сентября сен",
    "październik października paź paz october oct oktober okt octobre octubre ottobre ott říjen října октября окт",
    "listopad listopada lis november nov novembre noviembre listopadu ноября ноя",
    "grudzień grudnia gru december dec dezember dez décembre déc diciembre dic dicembre prosinec prosince декабря дек",
)
for _number, _names in enumerate(_MONTHS, 1):
    MONTHS.update(dict.fromkeys(_names.split(), _number))

ROMAN = {
    name: number
    for number, name in enumerate(["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"], 1)
}

WEEKDAYS: dict[str, int] = {}
_WEEKDAYS = (
    "poniedziałek pon pn monday mon montag lundi lun maandag понедельник пн",
    "wtorek wto wt tuesday tue tues dienstag di mardi dinsdag вторник вт",
    "środa środę śro śr sro wednesday wed mittwoch mi mercredi mer woensdag среда ср",
    "czwartek czw cz thursday thu thur thurs donnerstag do jeudi jeu donderdag четверг чт",
    "piątek pią pt pia friday fri freitag fr vendredi ven vrijdag пятница пт",
    "sobota sobotę sob saturday sat samstag sa samedi sam zaterdag суббота сб",
    "niedziela niedzielę nie nd ndz sunday sun sonntag so dimanche dim zondag воскресенье вс",
)
for _number, _names in enumerate(_WEEKDAYS):
    WEEKDAYS.update(dict.fromkeys(_names.split(), _number))

DAYS_BACK: dict[str, int] = {}
_DAYS_BACK = (
    "dzisiaj dziś dzis today heute aujourd'hui aujourd’hui vandaag hoy oggi dnes сегодня",
    "wczoraj yesterday gestern hier gisteren ayer ieri včera вчера",
    "przedwczoraj vorgestern avant-hier позавчера",
)
for _number, _names in enumerate(_DAYS_BACK):
    DAYS_BACK.update(dict.fromkeys(_names.split(), _number))

NOW = (
    "przed chwilą", "przed chwila", "chwilę temu", "chwile temu", "dosłownie przed chwilą", "przed momentem", "teraz",
    "niecałą minutę temu", "mniej niż minutę temu", "mniej niż 1 minutę temu", "less than a minute ago",
    "less than 1 minute ago", "just now", "a moment ago", "moments ago", "few seconds ago", "a few seconds ago",
    "kilka sekund temu",
    "parę sekund temu", "gerade eben", "à l'instant", "zojuist", "только что",
)  # fmt: skip

UNITS: dict[str, str] = {}
_UNITS = {
    "second": "s sek sec secs sekunda sekundę sekunde sekundy sekund second seconds sekunden seconde secondes "
    "сек секунд секунды",
    "minute": "m min mins minuta minutę minute minuty minut minutes minuten мин минут минуты минуту",
    "hour": "h hr hrs godz g godzina godzinę godzine godziny godzin hour hours stunde stunden std heure heures "
    "uur час часа часов",
    "day": "d dzień dzien dnia dni doba dobę doby day days tag tage tagen jour jours dag dagen день дня дней",
    "week": "w tydz tyg tydzień tydzien tygodnia tygodnie tygodni week weeks woche wochen semaine semaines "
    "weken неделю недели недель",
    "month": "mies miesiąc miesiac miesiąca miesiące miesiące miesięcy miesiecy month months mo mos monat "
    "monate monaten mois maand maanden месяц месяца месяцев",
    "year": "y r rok roku lata lat year years yr yrs jahr jahre jahren an ans année années jaar год года лет",
}
for _unit, _names in _UNITS.items():
    UNITS.update(dict.fromkeys(_names.split(), _unit))

NUMBERS = {
    "a": 1.0, "an": 1.0, "one": 1.0, "jeden": 1.0, "jedną": 1.0, "jedna": 1.0, "ein": 1.0, "eine": 1.0, "einem": 1.0,
    "einer": 1.0, "un": 1.0, "une": 1.0, "een": 1.0, "pół": 0.5, "half": 0.5, "półtora": 1.5, "półtorej": 1.5,
    "dwa": 2.0, "dwie": 2.0, "two": 2.0, "zwei": 2.0, "deux": 2.0, "trzy": 3.0, "three": 3.0, "drei": 3.0, "trois": 3.0,
}  # fmt: skip

ZONES = {
    "z": 0.0, "gmt": 0.0, "utc": 0.0, "ut": 0.0, "wet": 0.0, "west": 1.0, "cet": 1.0, "mez": 1.0, "cest": 2.0,
    "mesz": 2.0,
    "eet": 2.0, "eest": 3.0, "msk": 3.0, "est": -5.0, "edt": -4.0, "cst": -6.0, "cdt": -5.0, "mst": -7.0, "mdt": -6.0,
    "pst": -8.0, "pdt": -7.0,
}  # fmt: skip
"""Hours from UTC. Names that mean two zones (IST, BST) are left out."""

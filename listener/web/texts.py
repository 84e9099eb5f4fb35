"""Every word the inbox says, Polish and English side by side. A key missing here is an error, not a blank."""

from collections.abc import Callable, Mapping
from typing import Literal

Language = Literal["pl", "en"]
LANGUAGES: tuple[Language, ...] = ("pl", "en")

Words = Callable[..., str]
"""t(key, **values): the text in the visitor's language with the values put in."""

CATALOGUE: Mapping[str, tuple[str, str]] = {
    # the frame
    "app": ("Nasłuch", "Listener"),
    "skip": ("Przejdź do treści", "Skip to content"),
    "nav.inbox": ("Zgłoszenia", "Tickets"),
    "nav.slack": ("Slack", "Slack"),
    "nav.label": ("Główne miejsca", "Main places"),
    "other_language": ("English", "Polski"),
    "log_out": ("Wyloguj", "Log out"),
    "who.change": ("zmień", "change"),
    "who.nobody": ("Podaj swoje imię", "Say your name"),
    "demo.note": (
        "To jest pokaz: forum, opinie i Slack działają tylko na tym komputerze.",
        "This is a demo: the forum, the reviews and Slack live on this computer only.",
    ),
    # the list
    "inbox.title": ("Zgłoszenia", "Tickets"),
    "inbox.filter": ("Stan zgłoszeń", "State of tickets"),
    "inbox.search": ("Szukaj w treści", "Search the texts"),
    "inbox.search.go": ("Szukaj", "Search"),
    "inbox.search.clear": ("Wyczyść", "Clear"),
    "inbox.overdue": ("po terminie: {count}", "overdue: {count}"),
    "inbox.uncertain": ("odpowiedzi do sprawdzenia: {count}", "replies to check: {count}"),
    "inbox.empty.open": (
        "Nic nie czeka. Nowe zgłoszenia pojawią się tutaj same.",
        "Nothing is waiting. New tickets will appear here by themselves.",
    ),
    "inbox.empty.other": ("Nie ma tu żadnych zgłoszeń.", "There are no tickets here."),
    "inbox.empty.search": ("Nic nie pasuje do „{text}”.", "Nothing matches “{text}”."),
    "inbox.more": ("Dalsze zgłoszenia", "More tickets"),
    "inbox.first": ("Od początku", "Back to the first"),
    "inbox.keys": (
        "Klawisze: j i k – następne i poprzednie, / – szukaj.",
        "Keys: j and k – next and previous, / – search.",
    ),
    "state.open": ("otwarte", "open"),
    "state.review": ("do oceny", "to review"),
    "state.pending": ("czeka na autora", "waiting for author"),
    "state.snoozed": ("odłożone", "snoozed"),
    "state.resolved": ("załatwione", "resolved"),
    "state.all": ("wszystkie", "all"),
    "tab.open": ("Otwarte", "Open"),
    "tab.review": ("Do oceny", "To review"),
    "tab.pending": ("Czekają na autora", "Waiting for author"),
    "tab.snoozed": ("Odłożone", "Snoozed"),
    "tab.resolved": ("Załatwione", "Resolved"),
    "tab.all": ("Wszystkie", "All"),
    "priority.critical": ("krytyczny", "critical"),
    "priority.high": ("wysoki", "high"),
    "priority.normal": ("zwykły", "normal"),
    "priority.low": ("niski", "low"),
    "priority.name": ("Priorytet: {priority}", "Priority: {priority}"),
    "due.in": ("odpowiedź za {span}", "answer due in {span}"),
    "due.over": ("{span} po terminie", "{span} overdue"),
    "due.answered": ("odpowiedziano po {span}", "answered after {span}"),
    "due.none": ("bez terminu", "no deadline"),
    "due.resolve_in": ("załatwić w ciągu {span}", "resolve within {span}"),
    "due.resolve_over": ("załatwienie {span} po terminie", "resolution {span} overdue"),
    "ago": ("{span} temu", "{span} ago"),
    "author.unknown": ("autor nieznany", "author unknown"),
    "assignee.none": ("nikt jeszcze nie wziął", "nobody has taken it yet"),
    "assignee.is": ("prowadzi: {name}", "with: {name}"),
    "team.is": ("zespół: {name}", "team: {name}"),
    "reply.approved": ("odpowiedź zatwierdzona, czeka na wysłanie", "reply approved, waiting to be sent"),
    "reply.sending": ("odpowiedź jest wysyłana", "reply is being sent"),
    "reply.published": ("odpowiedź opublikowana i sprawdzona", "reply published and verified"),
    "reply.pending_moderation": ("odpowiedź czeka na moderatora", "reply waits for a moderator"),
    "reply.uncertain": ("nie wiadomo, czy odpowiedź się ukazała", "unknown whether the reply appeared"),
    "reply.failed": ("odpowiedź nie wyszła", "reply did not go out"),
    "reply.manual": ("odpowiedź opublikowana ręcznie", "reply posted by hand"),
    # one ticket
    "ticket.title": ("Zgłoszenie {id}", "Ticket {id}"),
    "ticket.back": ("Wszystkie zgłoszenia", "All tickets"),
    "ticket.thread": ("Rozmowa", "Conversation"),
    "ticket.reviewed": ("ocena {rating} na {scale}", "rated {rating} of {scale}"),
    "ticket.rated": ("ocena {rating}", "rated {rating}"),
    "ticket.open_there": ("Otwórz na {source}", "Open at {source}"),
    "ticket.edited": ("zmieniony {count}×", "edited {count}×"),
    "ticket.deleted": ("usunięty przez autora lub moderatora", "removed by its author or a moderator"),
    "ticket.date_unknown": ("data nieznana", "date unknown"),
    "ticket.places": ("To samo powiedziano w {count} miejscach:", "The same was said in {count} places:"),
    "answer.publish.there": ("Zatwierdź i opublikuj pod wybranym wpisem", "Approve and publish below the chosen post"),
    "answer.publish.note.there": (
        "Odpowiedź pojawi się publicznie tam, gdzie stoi wybrany wpis.",
        "The reply appears in public where the chosen post stands.",
    ),
    "row.places": ("w {count} miejscach", "in {count} places"),
    "ticket.fold": ("Inne wpisy w wątku: {count}", "Other posts of the thread: {count}"),
    "ticket.this": ("wpis ze zgłoszenia", "post of this ticket"),
    "ticket.quotes": ("cytuje: {author}", "quotes: {author}"),
    "ticket.why": ("Dlaczego tu jest", "Why it is here"),
    "ticket.query": ("zapytanie", "query"),
    "ticket.brand": ("marka", "brand"),
    "ticket.opened": ("otwarte", "opened"),
    "ticket.labels": ("Co rozpoznał klasyfikator", "What the classifier saw"),
    "ticket.confidence": ("pewność {percent} %", "confidence {percent} %"),
    "ticket.all_labels": ("Wszystkie pewności", "All confidences"),
    "ticket.unclassified": ("Ten wpis nie był klasyfikowany.", "This post was not classified."),
    "ticket.legend.evidence": ("słowa, na których oparto ocenę", "words the labels rest on"),
    "ticket.legend.match": ("słowa, które znalazło zapytanie", "words the query found"),
    "ticket.history": ("Historia", "History"),
    "ticket.system": ("automat", "system"),
    "ticket.changed": (
        "Zgłoszenie zmieniło się, odkąd otwarto tę stronę.",
        "The ticket has changed since this page was opened.",
    ),
    "ticket.reload": ("Pokaż zmiany", "Show the changes"),
    "act.claim": ("Biorę to", "I take it"),
    "act.resolve": ("Załatwione", "Resolved"),
    "act.reopen": ("Otwórz ponownie", "Open again"),
    "act.take_on": ("To nasza sprawa", "This is ours"),
    "act.not_relevant": ("Nie dotyczy nas", "Not about us"),
    "act.label": ("Co zrobić ze zgłoszeniem", "What to do with the ticket"),
    "act.viewer": (
        "Masz prawo tylko do czytania; odpowiadać może konto z rolą agent.",
        "You may only read; an account with the role agent may answer.",
    ),
    # answering
    "answer.title": ("Odpowiedź", "Reply"),
    "answer.suggestions": ("Propozycje", "Suggestions"),
    "answer.none": (
        "Nie ma propozycji do tego wpisu; napisz własnymi słowami.",
        "There is no suggestion for this post; use your own words.",
    ),
    "answer.more": ("Inne propozycje: {count}", "Other suggestions: {count}"),
    "answer.use": ("Użyj", "Use"),
    "answer.use_n": ("Użyj propozycji {n}", "Use suggestion {n}"),
    "answer.sources": ("z: {sources}", "from: {sources}"),
    "answer.warns": ("Przed wysłaniem popraw", "To mend before sending"),
    "answer.text": ("Treść odpowiedzi", "Text of the reply"),
    "answer.to": ("Odpowiedź na wpis", "In answer to"),
    "answer.name": ("Twoje imię (zostanie zapisane przy odpowiedzi)", "Your name (kept with the reply)"),
    "answer.by": ("Zatwierdza: {name}", "Approved by: {name}"),
    "answer.publish": ("Zatwierdź i opublikuj na {source}", "Approve and publish at {source}"),
    "answer.publish.note": (
        "Po kliknięciu odpowiedź ukaże się publicznie na {source}; sprawdzimy, czy tam jest.",
        "Once clicked, the reply appears in public at {source}; we check that it stands there.",
    ),
    "answer.uncertain": (
        "Poprzednia odpowiedź mogła się już ukazać. Najpierw sprawdź to wyżej, żeby nie odpowiedzieć dwa razy.",
        "The reply before may have appeared already. Settle that above first, so that nobody is answered twice.",
    ),
    "answer.hand": ("Zapisz jako opublikowane ręcznie", "Keep as posted by hand"),
    "answer.hand.how": (
        "Na {source} nie możemy pisać sami. Skopiuj i opublikuj sam(a); wklej adres.",
        "We cannot post at {source} ourselves. Copy it and post it yourself; paste the address.",
    ),
    "answer.hand.else": ("Odpowiedź jest już na stronie? Zapisz ją.", "Is the reply there already? Keep it."),
    "answer.hand.open": ("Otwórz wpis w nowej karcie", "Open the post in a new tab"),
    "answer.hand.url": ("Adres opublikowanej odpowiedzi", "Address of the posted reply"),
    "answer.copy": ("Kopiuj treść", "Copy the text"),
    "answer.copied": ("Skopiowano", "Copied"),
    "answer.replace": (
        "Zastąpić to, co już napisano?",
        "Replace what is already written?",
    ),
    "sent.title": ("Odpowiedzi", "Replies"),
    "sent.by": ("zatwierdził(a) {name}", "approved by {name}"),
    "sent.see": ("Zobacz na stronie", "See it there"),
    "sent.help.uncertain": (
        "Wysyłanie przerwano i nie wiemy, czy odpowiedź się ukazała. Zajrzyj na stronę i powiedz nam.",
        "Sending was cut short and we do not know whether the reply appeared. Look there and tell us.",
    ),
    "sent.help.failed": (
        "Odpowiedź się nie ukazała. Możesz wysłać ją jeszcze raz albo opublikować ręcznie i podać adres.",
        "The reply did not appear. You may send it again, or post it by hand and give its address.",
    ),
    "sent.stands": ("Jest tam", "It is there"),
    "sent.again.uncertain": ("Nie ma jej, wyślij jeszcze raz", "It is not there, send it again"),
    "sent.again.failed": ("Wyślij jeszcze raz", "Send it again"),
    "sent.stands.url": ("Adres, pod którym stoi", "Address where it stands"),
    # corrections
    "correct.title": ("Popraw etykiety", "Correct the labels"),
    "correct.note": ("Poprawki uczą klasyfikator.", "Corrections teach the classifier."),
    "correct.save": ("Zapisz poprawki", "Save corrections"),
    "correct.sentiment": ("Wydźwięk", "Sentiment"),
    "correct.urgency": ("Pilność", "Urgency"),
    "correct.intents": ("Zamiar", "Intent"),
    "correct.topics": ("Temat", "Topic"),
    "label.negative": ("negatywny", "negative"),
    "label.neutral": ("neutralny", "neutral"),
    "label.positive": ("pozytywny", "positive"),
    "label.mixed": ("mieszany", "mixed"),
    "label.complaint": ("skarga", "complaint"),
    "label.question": ("pytanie", "question"),
    "label.praise": ("pochwała", "praise"),
    "label.suggestion": ("sugestia", "suggestion"),
    "label.lead": ("chęć zakupu", "lead"),
    "label.churn": ("odejście", "churn"),
    "label.spam": ("spam", "spam"),
    "label.low": ("niska pilność", "low urgency"),
    "label.normal": ("zwykła pilność", "normal urgency"),
    "label.high": ("wysoka pilność", "high urgency"),
    "label.critical": ("krytyczna pilność", "critical urgency"),
    "label.delivery": ("dostawa", "delivery"),
    "label.price": ("cena", "price"),
    "label.quality": ("jakość", "quality"),
    "label.service": ("obsługa", "service"),
    "label.app": ("aplikacja", "app"),
    "label.billing": ("rachunki", "billing"),
    "label.security": ("bezpieczeństwo danych", "security"),
    "label.legal": ("prawo", "legal"),
    "label.safety": ("zagrożenie zdrowia", "safety"),
    "label.availability": ("dostępność", "availability"),
    "kind.canned": ("gotowa odpowiedź", "canned response"),
    "kind.knowledge": ("z bazy wiedzy", "from the knowledge base"),
    "kind.past": ("jak odpowiadano wcześniej", "as answered before"),
    "kind.holding": ("odpowiedź na przeczekanie", "holding reply"),
    "kind.llm": ("napisana przez model językowy", "written by a language model"),
    # what happened
    "done.approved": (
        "Odpowiedź zatwierdzona. Publikujemy ją i sprawdzamy, czy się ukazała.",
        "Reply approved. We publish it and check that it appears.",
    ),
    "done.hand": ("Odpowiedź zapisana jako opublikowana ręcznie.", "Reply kept as posted by hand."),
    "done.claimed": ("Zgłoszenie jest Twoje.", "The ticket is yours."),
    "done.resolved": ("Zgłoszenie załatwione.", "Ticket resolved."),
    "done.reopened": ("Zgłoszenie znowu otwarte.", "Ticket open again."),
    "done.not_relevant": ("Zapisano: nie dotyczy nas.", "Kept: not about us."),
    "done.stands": ("Zapisano: odpowiedź jest na stronie.", "Kept: the reply stands there."),
    "done.again": ("Wysyłamy odpowiedź jeszcze raz.", "We send the reply again."),
    "done.corrected": ("Poprawki zapisane. Dziękujemy.", "Corrections kept. Thank you."),
    "draft.used": ("Wstawiono propozycję; popraw ją przed wysłaniem.", "Suggestion put in; mend it before sending."),
    # what went wrong
    "wrong.conflict": (
        (
            "W międzyczasie to zgłoszenie się zmieniło: ktoś nad nim pracował albo przybył wpis. Nic nie wysłano. "
            "Niżej jest jego obecny stan, a Twoja treść została. Przeczytaj i zdecyduj jeszcze raz."
        ),
        (
            "This ticket has changed in the meantime: somebody worked on it, or a post came in. Nothing was sent. "
            "Below is how it stands now; your text is kept. Read it and decide again."
        ),
    ),
    "wrong.weigh": (
        (
            "Jeszcze nic nie wysłano: przeczytaj uwagi pod treścią. Popraw ją albo zatwierdź jeszcze raz bez zmian, "
            "jeśli uwagi są niesłuszne."
        ),
        (
            "Nothing was sent yet: read the remarks below the text. Mend it, or approve it again unchanged if they are "
            "wrong."
        ),
    ),
    "wrong.refused": ("Nie wysłano: {error}", "Not sent: {error}"),
    "wrong.empty": ("Napisz treść odpowiedzi.", "Write the text of the reply."),
    "wrong.name": ("Podaj imię: przy odpowiedzi zapisujemy, kto ją zatwierdził.", "Say your name: it is kept with it."),
    "wrong.url": (
        "Wklej pełny adres odpowiedzi, zaczynający się od http:// albo https://.",
        "Paste the full address of the reply, starting with http:// or https://.",
    ),
    "wrong.form": (
        (
            "Nie przyjęto formularza: strona była otwarta zbyt długo, serwis uruchomiono na nowo albo formularz "
            "przyszedł z innego miejsca. Nic nie wysłano. Odśwież stronę i spróbuj jeszcze raz."
        ),
        (
            "The form was not accepted: the page was open for too long, the service was restarted, or the form "
            "came from elsewhere. Nothing was sent. Reload the page and try again."
        ),
    ),
    "wrong.kept": ("Twoja treść, do skopiowania", "Your text, to copy"),
    "wrong.title": ("Nie udało się", "It did not work"),
    "wrong.missing": ("Nie ma takiej strony ani zgłoszenia.", "There is no such page or ticket."),
    "wrong.viewer": ("To konto może tylko czytać.", "This account may only read."),
    "wrong.broken": (
        "Coś się zepsuło po naszej stronie; szczegóły są w dzienniku.",
        "Something broke on our side; the log has the details.",
    ),
    # what triage and the audit log say, see listener.web.phrases
    "said.unsure": ("model nie jest pewny: {what} {odds}", "the model is unsure: {what} {odds}"),
    "said.put up for review": ("odłożono do oceny", "put up for review"),
    "said.taken on": ("uznano za naszą sprawę", "taken on as ours"),
    "said.urgency": ("{what}", "{what}"),
    "said.intent": ("zamiar: {what}", "intent: {what}"),
    "said.rating": ("ocena {rating} na {scale}", "rating {rating} of {scale}"),
    "said.negative complaint": ("skarga z negatywnym wydźwiękiem", "negative complaint"),
    "said.customer is leaving": ("klient odchodzi", "customer is leaving"),
    "said.repeated and unanswered": ("kolejny wpis bez odpowiedzi", "repeated and unanswered"),
    "said.edited by its author": ("autor zmienił wpis", "edited by its author"),
    "said.ticket opened": ("otwarto zgłoszenie", "ticket opened"),
    "said.claimed": ("bierze zgłoszenie", "took the ticket"),
    "said.resolved": ("zamyka jako załatwione", "resolved it"),
    "said.reopened": ("otwiera ponownie", "opened it again"),
    "said.not relevant": ("zamyka: nie dotyczy nas", "closed it: not about us"),
    "said.labels corrected": ("poprawia etykiety", "corrected labels"),
    "said.reply approved": ("zatwierdza odpowiedź", "approved a reply"),
    "said.reply posted by hand": ("zapisuje odpowiedź opublikowaną ręcznie", "kept a reply posted by hand"),
    "said.reply found": ("potwierdza, że odpowiedź jest na stronie", "says the reply stands there"),
    "said.reply sent again": ("wysyła odpowiedź jeszcze raz", "sent the reply again"),
    "said.reply published": ("opublikowano i sprawdzono odpowiedź", "reply published and verified"),
    "said.reply pending_moderation": ("odpowiedź czeka na moderatora", "reply waits for a moderator"),
    "said.reply uncertain": ("nie wiadomo, czy odpowiedź się ukazała", "unknown whether the reply appeared"),
    "said.reply failed": ("odpowiedź nie wyszła", "reply did not go out"),
    # logging in
    "login.title": ("Logowanie", "Log in"),
    "login.name": ("Nazwa użytkownika", "User name"),
    "login.password": ("Hasło", "Password"),
    "login.go": ("Zaloguj", "Log in"),
    "login.wrong": ("Nazwa lub hasło się nie zgadza.", "The name or the password is wrong."),
    "login.wait": (
        "Za dużo prób. Spróbuj ponownie za {span}.",
        "Too many attempts. Try again in {span}.",
    ),
    "who.title": ("Kto tu pracuje?", "Who is working here?"),
    "who.note": (
        "Skrzynka działa tylko na tym komputerze, więc nie pyta o hasło. Imię zapisujemy przy każdej decyzji.",
        "This inbox works on this computer only, so it asks for no password. Your name is kept with each decision.",
    ),
    "who.name": ("Imię", "Name"),
    "who.save": ("Zapisz", "Save"),
    # the stand-in for Slack
    "slack.title": ("Slack (podgląd)", "Slack (preview)"),
    "slack.note": (
        "Tak Slack pokazałby te karty. Przyciski z adresem prowadzą do skrzynki; pozostałe działają tylko w Slacku.",
        "This is how Slack would draw these cards. Buttons with an address lead to the inbox; others need Slack.",
    ),
    "slack.empty": ("Nie wysłano jeszcze żadnej karty.", "No card has been sent yet."),
    "slack.thread": ("Odpowiedzi w wątku", "Answers in the thread"),
    "slack.inert": ("działa tylko w Slacku", "works in Slack only"),
    "slack.unknown": ("[blok „{type}” – podgląd go nie rysuje]", "[block “{type}”: not drawn by this preview]"),
}


def words(language: Language) -> Words:
    """t for one language. KeyError for a key that is not in the catalogue: a bug, found by the tests."""
    column = LANGUAGES.index(language)

    def t(key: str, **values: object) -> str:
        return CATALOGUE[key][column].format(**values)

    return t


def language_of(wanted: str | None, default: str) -> Language:
    """The wanted language if we speak it, else the default, else Polish."""
    for known in LANGUAGES:
        if wanted == known:
            return known
    return "en" if default == "en" else "pl"

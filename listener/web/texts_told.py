"""What happened, what went wrong, and what triage and the audit log say. Polish and English side by side."""

from collections.abc import Mapping

TEXTS: Mapping[str, tuple[str, str]] = {
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
    "wrong.refused": ("Nie udało się: {error}", "It did not work: {error}"),
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
    "said.given back": ("oddaje do kolejki", "gave it back to the queue"),
    "said.assigned": ("przekazuje", "handed it over to"),
    "said.handed to team": ("przekazuje zespołowi", "handed it to the team"),
    "said.snoozed": ("odkłada", "snoozed it"),
    "said.woken": ("wraca z odłożonych", "woke up"),
    "said.tagged": ("zmienia etykiety", "changed tags"),
    "said.note": ("dodaje notatkę", "wrote a note"),
    "said.watches": ("obserwuje", "watches"),
    "said.watches no longer": ("przestaje obserwować", "watches no longer"),
    "said.merged": ("scala", "merged it"),
    "said.took in": ("przyjmuje wpisy innego", "took in"),
    "said.split": ("wydziela wpisy", "split it"),
    "said.split off": ("wydzielone", "split off"),
    "said.linked": ("wiąże", "linked"),
    "said.incident begun": ("zaczyna incydent", "began an incident"),
    "said.incident ended": ("kończy incydent", "ended the incident"),
    "said.reply proposed": ("proponuje odpowiedź", "proposed a reply"),
    "said.proposal rejected": ("odrzuca propozycję", "rejected a proposal"),
    "said.opened by hand": ("otwiera ręcznie", "opened it by hand"),
    "said.customer linked": ("łączy osoby", "linked a customer"),
}

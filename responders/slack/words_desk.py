"""What the home tab and the command answer, and refusals. Polish and English side by side."""

from collections.abc import Mapping

WORDS: Mapping[str, tuple[str, str]] = {
    "stale.theirs": (
        "Tym zgłoszeniem zajmuje się już {who}. Karta pokazuje, co się zmieniło.",
        "{who} has this ticket already. The card shows what changed.",
    ),
    "stale.closed": ("To zgłoszenie jest już zamknięte ({who}).", "This ticket is closed already ({who})."),
    "stale.changed": (
        "Ktoś był szybszy: {what}. Karta jest już aktualna, spójrz jeszcze raz.",
        "Somebody was faster: {what}. The card is up to date, look again.",
    ),
    "stale.answering": (
        "{who} właśnie pisze tu odpowiedź (do {until}). Poczekaj albo się dogadajcie.",
        "{who} is writing an answer here just now (until {until}). Wait, or talk to them.",
    ),
    "refused.stranger": (
        "Nie znam Cię jeszcze. Poproś administratora, żeby dopisał Twoje konto Slack ({id}).",
        "I do not know you yet. Ask an administrator to add your Slack account ({id}).",
    ),
    "refused.role": (
        "Nie masz uprawnień do tej czynności. Poproś kierownika zespołu.",
        "You may not do this. Ask the head of your team.",
    ),
    "refused.own": (
        "Własnej propozycji nie można zatwierdzić. Poproś drugą osobę.",
        "Nobody approves their own proposal. Ask a second person.",
    ),
    "home.title": ("Cześć, {who}. Oto Twoja praca.", "Hello, {who}. This is your work."),
    "home.mine": ("Moje zgłoszenia", "My tickets"),
    "home.soon": ("Niedługo termin", "Due soon"),
    "home.free": ("Do wzięcia", "For the taking"),
    "home.team": ("Zespół", "Team"),
    "home.on_call": ("Kto teraz pracuje", "Who works now"),
    "home.nothing": ("Nic. Spokojnie.", "Nothing. All quiet."),
    "home.more": ("i jeszcze {count} w skrzynce", "and {count} more in the inbox"),
    "home.refresh": ("Odśwież", "Refresh"),
    "home.new": ("Nowe zgłoszenie", "New ticket"),
    "home.stranger": (
        "Nie znam Cię jeszcze. Poproś administratora, żeby dopisał Twoje konto Slack ({id}).",
        "I do not know you yet. Ask an administrator to add your Slack account ({id}).",
    ),
    "load.open": ("{count} w toku", "{count} in hand"),
    "load.of": ("{name}: {open} z {capacity}", "{name}: {open} of {capacity}"),
    "load.away": ("nie ma do {until}", "away until {until}"),
    "load.waiting": ("czeka {waiting}, po terminie {overdue}", "{waiting} waiting, {overdue} overdue"),
    "load.over": ("⚠️ nikt nie ma już miejsca", "⚠️ nobody has room"),
    "on_call.nobody": ("nikt", "nobody"),
    "slash.found": ("Znalezione: {what}", "Found: {what}"),
    "slash.nothing": ("Nic nie znalazłem.", "I found nothing."),
    "slash.queue": ("Twoja kolejka", "Your queue"),
    "slash.muted": (
        "🔕 {scope}: cisza do {until}. Wstrzymane zgłoszenia przyjdą w zestawieniu.",
        "🔕 {scope}: quiet until {until}. What is held back comes in a digest.",
    ),
    "slash.unmuted": ("🔔 {scope}: znów powiadamiam.", "🔔 {scope}: alerts again."),
    "slash.bad_time": (
        "Nie rozumiem czasu „{what}”. Na przykład: 30m, 2h, 1d.",
        "I do not understand the time “{what}”. Such as: 30m, 2h, 1d.",
    ),
    "slash.bad_day": (
        "Nie rozumiem daty „{what}”. Na przykład: 2026-11-22.",
        "I do not understand the date “{what}”. Such as: 2026-11-22.",
    ),
    "slash.help": (
        (
            "*Co potrafię*\n"
            "• `{command} szukaj SŁOWA` – zgłoszenia z tymi słowami\n"
            "• `{command} kolejka` – Twoje zgłoszenia i terminy\n"
            "• `{command} raport [OD] [DO]` – zestawienie, na przykład `raport 2026-11-01 2026-11-21`\n"
            "• `{command} wycisz CO CZAS` – na przykład `wycisz forum 2h`; `tu` to ten kanał; `odcisz CO` cofa\n"
            "• `{command} dyżur` – kto teraz pracuje\n"
            "Działa też po angielsku: search, queue, digest, mute, on-call."
        ),
        (
            "*What I can do*\n"
            "• `{command} search WORDS` – tickets with these words\n"
            "• `{command} queue` – your tickets and deadlines\n"
            "• `{command} digest [FROM] [TO]` – a summary, such as `digest 2026-11-01 2026-11-21`\n"
            "• `{command} mute WHAT TIME` – such as `mute forum 2h`; `here` is this channel; `unmute WHAT` undoes it\n"
            "• `{command} on-call` – who works now\n"
            "Works in Polish too: szukaj, kolejka, raport, wycisz, dyżur."
        ),
    ),
    "digest.title": ("Zestawienie {start} – {end}", "Digest {start} – {end}"),
    "digest.posts": ("{posts}, w tym pilnych: {urgent}", "{posts}, urgent: {urgent}"),
    "digest.net": ("Ton: {shares}; netto {net}", "Tone: {shares}; net {net}"),
    "digest.reasons": ("Powody negatywnych", "Reasons of negative posts"),
    "digest.sources": ("Źródła", "Sources"),
    "digest.brands": ("Marki", "Brands"),
}

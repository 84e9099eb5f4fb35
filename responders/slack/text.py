"""Text on its way into Slack: within its limits, cut where a reader's eye would, and harmless whoever wrote it.

Slack counts UTF-16 units in places and characters in others; the larger count is used here.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

ELLIPSIS = "…"
_JOINER = "\u2060"  # word joiner: invisible, and enough to keep "@channel" and "http://" from being acted on
_AT = re.compile(r"@(?=\w)")
_SCHEME = re.compile(r"\b([a-z][a-z0-9+.-]{1,20}:)(?=//)|\b(mailto:|tel:)(?=\S)", re.IGNORECASE)
_MARKS = str.maketrans({"*": "∗", "~": "∼", "`": "ˋ"})
_ITALIC = re.compile(r"(?<!\w)_|_(?!\w)")
_UNSAFE = frozenset(("Cc", "Cf", "Cs", "Co", "Cn"))
_KEPT = "\n\u200d\ufe0f"
_FLAGS = range(0x1F1E6, 0x1F200)
_ZONE = ZoneInfo("Europe/Warsaw")
_SKIN = range(0x1F3FB, 0x1F400)


def size(text: str) -> int:
    """Length as Slack may count it, in UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def clean(text: str) -> str:
    """Without control, bidirectional and other invisible characters; line breaks and emoji joiners stay."""
    text = text.replace("\r\n", "\n")
    if all(line.isprintable() for line in text.split("\n")):
        return text  # as most are: there is nothing in it that goes
    return "".join(ch for ch in text if ch in _KEPT or unicodedata.category(ch) not in _UNSAFE)


def cut(text: str, limit: int) -> str:
    """At most limit units, never inside a letter with its accents, an emoji sequence or a flag; "…" marks the cut."""
    if len(text) <= limit and size(text) <= limit:
        return text
    end, used = 0, size(ELLIPSIS)
    for end_of_cluster in _boundaries(text):
        used += size(text[end:end_of_cluster])
        if used > limit:
            break
        end = end_of_cluster
    return _at_word(text[:end]).rstrip() + ELLIPSIS


def escape(text: str) -> str:
    """Scraped text as mrkdwn that shows it letter by letter: no mention, link, channel or formatting comes of it."""
    text = _SCHEME.sub(lambda match: f"{match[0]}{_JOINER}", _AT.sub(f"@{_JOINER}", clean(text)))
    text = _ITALIC.sub("＿", text.translate(_MARKS))
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def fitted(text: str, limit: int, make: Callable[[str], str] = escape) -> str:
    """make(text) within the limit, cutting the text before it is made, so that no escape is cut apart."""
    text = text[: 4 * limit]
    budget = limit
    made = make(cut(text, budget))
    while size(made) > limit and budget > 1:
        budget = max(1, min(budget - 1, budget * limit // size(made)))
        made = make(cut(text, budget))
    return made if size(made) <= limit else ""


def plain(text: str, limit: int) -> str:
    """Scraped text for a plain_text object: one line, no emoji codes, nothing invisible."""
    return cut(" ".join(clean(text[: 8 * limit]).split()), limit)


def web_address(url: str | None) -> str | None:
    """The address with what would end a link encoded; None for anything but http and https, or where it is too long."""
    if url is None or not re.match(r"https?://[^\s/]", url, re.IGNORECASE):
        return None
    safe = "".join(_PERCENT.get(ch, ch) for ch in url if ch.isprintable() and not ch.isspace())
    return safe if size(safe) <= _LONGEST_URL else None


def link(url: str | None, label: str) -> str:
    """A mrkdwn link; the label alone where the address is none of the web."""
    shown = fitted(" ".join(label.split()), 200)
    safe = web_address(url)
    return f"<{safe.replace('&', '&amp;')}|{shown}>" if safe else shown


def moment(when: datetime) -> str:
    """A time that every reader sees in their own zone; the written-out one is Polish time."""
    written = when.astimezone(_ZONE).strftime("%d.%m.%Y %H:%M")
    return f"<!date^{int(when.timestamp())}^{{date_short_pretty}} {{time}}|{written}>"


_LONGEST_URL = 1500
_PERCENT = {"<": "%3C", ">": "%3E", "|": "%7C", '"': "%22", "`": "%60", "\\": "%5C", "^": "%5E"}


def quoted(text: str) -> str:
    """mrkdwn as a quotation: a bar before every line."""
    return "\n".join(f"> {line}" if line else ">" for line in text.split("\n"))


def emphasised(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """Scraped text escaped, with the given pieces (start, end in text) in bold."""
    pieces, at = [], 0
    for start, end in _apart(spans, text):
        pieces.append(escape(text[at:start]))
        pieces.append(_bold(text[start:end]))
        at = end
    pieces.append(escape(text[at:]))
    return "".join(pieces)


def _bold(text: str) -> str:
    # bold does not run over line breaks, and not next to blanks
    return "\n".join(_bold_line(line) for line in text.split("\n"))


def _bold_line(line: str) -> str:
    core = line.strip()
    if not any(ch.isalnum() for ch in core):
        return escape(line)  # nothing there to emphasise
    head = line[: len(line) - len(line.lstrip())]
    tail = line[len(line.rstrip()) :]
    return f"{head}*{escape(core)}*{tail}"


def _apart(spans: Sequence[tuple[int, int]], text: str) -> list[tuple[int, int]]:
    """Spans in order, grown to whole words (Slack shows no bold inside a word), joined where they touch."""
    kept: list[tuple[int, int]] = []
    for start, end in sorted(_whole_words(text, *span) for span in spans if 0 <= span[0] < span[1] <= len(text)):
        if kept and start <= kept[-1][1]:
            kept[-1] = (kept[-1][0], max(end, kept[-1][1]))
        else:
            kept.append((start, end))
    return kept


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    while start > 0 and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    return start, end


def _boundaries(text: str) -> Iterator[int]:
    """Where a reader's letters end, one after the other."""
    flags = 0  # regional letters in a row up to here: two make a flag
    for at in range(1, len(text)):
        flags = flags + 1 if ord(text[at - 1]) in _FLAGS else 0
        in_flag = flags % 2 == 1 and ord(text[at]) in _FLAGS
        if not in_flag and not _together(text[at - 1], text[at]):
            yield at
    yield len(text)


def _together(before: str, here: str) -> bool:
    if here.isascii():
        return before == "\u200d"
    return (
        before == "\u200d"
        or here in "\u200d\ufe0e\ufe0f"
        or ord(here) in _SKIN
        or unicodedata.category(here) in ("Mn", "Me", "Mc")
    )


def _at_word(text: str) -> str:
    # the last word goes if it was cut and the loss is small
    head, blank, tail = text.rpartition(" ")
    return head if blank and len(tail) < 20 and len(head) > len(text) * 0.6 else text

"""Text on its way into Slack: within its limits, cut where a reader's eye would, and harmless whoever wrote it.

Slack counts UTF-16 units in places and characters in others; the larger count is used here.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence

ELLIPSIS = "…"
_JOINER = "\u2060"  # word joiner: invisible, and enough to keep "@channel" and "http://" from being acted on
_AT = re.compile(r"@(?=\w)")
_SCHEME = re.compile(r"\b([a-z][a-z0-9+.-]{1,20}:)(?=//)|\b(mailto:|tel:)(?=\S)", re.IGNORECASE)
_MARKS = str.maketrans({"*": "∗", "~": "∼", "`": "ˋ"})
_ITALIC = re.compile(r"(?<!\w)_|_(?!\w)")
_UNSAFE = frozenset(("Cc", "Cf", "Cs", "Co", "Cn"))
_KEPT = "\n\u200d\ufe0f"
_FLAGS = range(0x1F1E6, 0x1F200)
_SKIN = range(0x1F3FB, 0x1F400)


def size(text: str) -> int:
    """Length as Slack may count it, in UTF-16 units."""
    return len(text) + sum(ord(ch) > 0xFFFF for ch in text)


def clean(text: str) -> str:
    """Without control, bidirectional and other invisible characters; line breaks and emoji joiners stay."""
    return "".join(ch for ch in text.replace("\r\n", "\n") if ch in _KEPT or unicodedata.category(ch) not in _UNSAFE)


def cut(text: str, limit: int) -> str:
    """At most limit units, never inside a letter with its accents, an emoji sequence or a flag; "…" marks the cut."""
    if size(text) <= limit:
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
    budget = limit
    made = make(cut(text, budget))
    while size(made) > limit and budget > 1:
        budget = max(1, min(budget - 1, budget * limit // size(made)))
        made = make(cut(text, budget))
    return made if size(made) <= limit else ""


def plain(text: str, limit: int) -> str:
    """Scraped text for a plain_text object: one line, no emoji codes, nothing invisible."""
    return cut(" ".join(clean(text).split()), limit)


def link(url: str | None, label: str, limit: int = 3000) -> str:
    """A mrkdwn link. Anything but http and https gives the label alone; characters that end a link are encoded."""
    shown = fitted(" ".join(label.split()), 200)
    if url is None or not re.match(r"https?://[^\s/]", url, re.IGNORECASE):
        return shown
    safe = "".join(_PERCENT.get(ch, ch) for ch in url if ch.isprintable() and not ch.isspace())
    whole = f"<{safe.replace('&', '&amp;')}|{shown}>"
    return whole if size(whole) <= limit else shown


_PERCENT = {"<": "%3C", ">": "%3E", "|": "%7C", '"': "%22", "`": "%60", "\\": "%5C", "^": "%5E"}


def quoted(text: str) -> str:
    """mrkdwn as a quotation: a bar before every line."""
    return "\n".join(f"> {line}" if line else ">" for line in text.split("\n"))


def emphasised(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """Scraped text escaped, with the given pieces (start, end in text) in bold."""
    pieces, at = [], 0
    for start, end in _apart(spans, len(text)):
        pieces.append(escape(text[at:start]))
        pieces.append(_bold(text[start:end]))
        at = end
    pieces.append(escape(text[at:]))
    return "".join(pieces)


def _bold(text: str) -> str:
    # bold does not run over line breaks, and not next to blanks
    lines = (escape(line) for line in text.split("\n"))
    return "\n".join(
        f"{line[: len(line) - len(line.lstrip())]}*{line.strip()}*" if line.strip() else line for line in lines
    )


def _apart(spans: Sequence[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    kept: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if 0 <= start < end <= length and (not kept or start >= kept[-1][1]):
            kept.append((start, end))
    return kept


def _boundaries(text: str) -> list[int]:
    ends = [at for at in range(1, len(text)) if not _together(text, at)]
    return [*ends, len(text)]


def _together(text: str, at: int) -> bool:
    here, before = text[at], text[at - 1]
    if unicodedata.combining(here) or unicodedata.category(here) in ("Mn", "Me", "Mc") or here in "\u200d\ufe0e\ufe0f":
        return True
    return before == "\u200d" or ord(here) in _SKIN or _inside_flag(text, at)


def _inside_flag(text: str, at: int) -> bool:
    if ord(text[at]) not in _FLAGS:
        return False
    run = 0
    while run < at and ord(text[at - 1 - run]) in _FLAGS:
        run += 1
    return run % 2 == 1


def _at_word(text: str) -> str:
    # the last word goes if it was cut and the loss is small
    head, blank, tail = text.rpartition(" ")
    return head if blank and len(tail) < 20 and len(head) > len(text) * 0.6 else text

"""Which words of a post are not its writer's: quotes with who is quoted, signatures, notes of edits."""

import re
from functools import lru_cache

_SIGNATURE = re.compile(r"(?:^|[\s_-])(?:\w*signature\w*|sig|podpis|postsig|bbsig)(?:$|[\s_-])", re.IGNORECASE)
_EDITED = re.compile(
    r"(?:^|[\s_-])(?:edited\w*|lastedit(?:ed)?|last-?edited|\w*edit_?note|editedby|post_?edit(?:ed)?|modified|"
    r"message-lastedit|post-?edit-?info|attach\w*|ipstype_editedinfo)(?:$|[\s_-])",
    re.IGNORECASE,
)
_EDITED_LINE = re.compile(
    r"^\W*(?:ostatnio (?:zmieniony|edytowan[eyo])|ten post był edytowany|post (?:został )?edytowany|"
    r"edytowan[eoya]\b.{0,60}\bprzez|edited\b.{1,40}\bby|"
    r"edited by|last edited (?:by|on|at|:)|last modified by|(?:this|the) (?:post|message) (?:was|has been) "
    r"(?:last )?edited|"
    r"zuletzt (?:bearbeitet|geändert) von)\b.{0,160}$",
    re.IGNORECASE,
)
_RULE_LINE = re.compile(r"^_{6,}$")
_QUOTE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:bb_?code_?)?(?:block)?quote(?:box|d|content|_content|container|_container)?(?:$|\s)|(?:^|"
    r"\s)bbcode_quote",
    re.IGNORECASE,
)
_WHOLE_POST = re.compile(r"post_?content|message_?text|post_?body|post_?text|post_?message", re.IGNORECASE)
_WROTE = re.compile(
    r"^\W*(?:cytat|quote|zitat|citation|cytuj)?(?:\s+z)?\s*[:\-–]?\s*(?:(?:quoting|originally posted by|posted "
    r"by|wysłane przez|napisane przez|zamieszczone przez|"
    r"zitat von|von|autor:?|od:?|from:?|by)\s+)?(?P<who>.{1,60}?)\s*"
    r"(?:napisał\(a\)|napisała?|napisał/a|pisze|wrote|said|schrieb|hat geschrieben|a écrit|escribió|napsal|"
    r"написал\(?а?\)?|says)?"
    r"(?:\s+(?:on|at|dnia|w dniu|@|↑|w\s+\w+\s+\d).{0,60})?[\s:↑]*$",
    re.IGNORECASE,
)
_SAYS = re.compile(
    r"napisał|pisze|wrote|said|schrieb|geschrieben|écrit|posted by|wysłane przez|napisane przez|zitat von|"
    r"quoting|:\s*$",
    re.IGNORECASE,
)
_BARE_QUOTE = re.compile(
    r"^\W*(?:cytat|quote|zitat|citation|cytuj|kod|code(?:: select all)?|kod:? zaznacz cały|zaznacz cały|select "
    r"all)\W*$",
    re.IGNORECASE,
)
_LONGEST_SIGNATURE = 500
_BRACKETED = re.compile(
    r"^\s*(?:\([^()]{0,60}\)|(?:w dniu|dnia|on|am|le)\s[^,]{0,40}\d[^,]{0,20},)\s*", re.IGNORECASE
)  # a date before it


QUOTING = frozenset(("blockquote", "div", "aside", "td", "fieldset", "section", "table"))
"""Elements that may hold a quote."""


@lru_cache(maxsize=8192)
def is_quote(tag: str, names: str) -> bool:
    """Whether an element holds somebody else's words. names: its class and id."""
    if tag == "blockquote":  # some boards hold the whole post in one
        return not _WHOLE_POST.search(names) or bool(_QUOTE_CLASS.search(names))
    return tag in QUOTING and bool(_QUOTE_CLASS.search(names))


@lru_cache(maxsize=8192)
def is_added(names: str) -> bool:
    """Whether an element is a signature or a note of an edit. names: its class and id."""
    return bool(_SIGNATURE.search(names) or _EDITED.search(names))


def who(heading: str) -> str | None:
    line = _BRACKETED.sub("", heading.split("\n", 1)[0]).strip()
    match = _WROTE.match(line) if line and not _BARE_QUOTE.match(line) else None
    return match["who"].strip(' :"„”“«»') or None if match else None


def split_heading(text: str) -> tuple[str, str]:
    """The line above a quote's words that says who is quoted ("" where there is none), and the words."""
    first, _, rest = text.partition("\n")
    return (first, rest) if _SAYS.search(first) and _WROTE.match(first) and rest else ("", text)


_MORE_LINES = re.compile(r"\n{3,}")
_EDIT_WORDS = ("edit", "edyt", "zmieniony", "modified", "bearbeitet", "geändert")
"""One of them is in every line that _EDITED_LINE matches."""


def own_words(text: str, *, quoted: bool) -> tuple[str, list[str]]:
    """The text less the lines that are not the writer's; and of those the ones that only named a quoted person.
    quoted: quotes were taken out of it."""
    if not quoted and "______" not in text and "\n\n\n" not in text:
        low = text.lower()
        for word in _EDIT_WORDS:
            if word in low:
                break
        else:
            return text.strip(), []
    lines = text.split("\n")
    rules = [n for n, line in enumerate(lines) if n and _RULE_LINE.match(line.rstrip())]
    cut = rules[-1] if rules and len("".join(lines[rules[-1] :])) < _LONGEST_SIGNATURE else len(lines)
    headings = [line for line in lines[:cut] if quoted and _heading(line)]
    kept = [line for line in lines[:cut] if not _EDITED_LINE.match(line) and line not in headings]
    return _MORE_LINES.sub("\n\n", "\n".join(kept)).strip(), headings


def _heading(line: str) -> bool:
    """A line that only said who is quoted below it, left behind when its quote was taken out."""
    return bool(_BARE_QUOTE.match(line)) or (
        len(line) < 80 and line.rstrip().endswith(":") and bool(_SAYS.search(line[:-1]))
    )

"""Links that lead to people."""

import re
from collections.abc import Sequence
from functools import lru_cache

_WORDS = (
    "member", "profil", "/user/", "/user.", "/users/", "/users.", "/u/", ".u/", "/author", "/people/", "/@", "showuser",
    "userid=", "username=", "uzytkownik", "użytkownik", "mitglied", "membre", "/konto/", "benutzer",
)  # fmt: skip
_NUMBERED = re.compile(r"[?&;/]u(?:id|ser)?=\d|/u\d")
_OTHER_WORDS = (
    "posting.php", "newreply", "reputation", "quote", "report", "search", "login", "register", "sendmessage",
    "/private", "compose",
)  # fmt: skip


@lru_cache(maxsize=8192)
def is_person(href: str | None) -> bool:
    """Whether a link leads to a member's page, by its address."""
    if not href:
        return False
    low = href.lower()  # a dozen looks for a word cost less than one search for any of them
    return (holds_any(low, _WORDS) or _NUMBERED.search(low) is not None) and not holds_any(low, _OTHER_WORDS)


def holds_any(text: str, words: Sequence[str]) -> bool:
    """Whether one of the words is in a text: a plain loop, for it runs for every link of a page."""
    for word in words:  # noqa: SIM110
        if word in text:
            return True
    return False

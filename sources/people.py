"""Links that lead to people."""

import re
from functools import lru_cache

_PERSON = re.compile(
    r"member|profil|/users?[/.]|[/.]u/|/author|/people/|/@|[?&;/]u(?:id|ser)?=\d|showuser|userid=|username=|uzytkownik|"
    r"użytkownik|mitglied|membre|/konto/|benutzer|/u\d+",
    re.IGNORECASE,
)
_NOT_PERSON = re.compile(
    r"posting\.php|newreply|reputation|quote|report|search|login|register|sendmessage|/private|compose", re.IGNORECASE
)


@lru_cache(maxsize=8192)
def is_person(href: str | None) -> bool:
    """Whether a link leads to a member's page, by its address."""
    return bool(href) and bool(_PERSON.search(href or "")) and not _NOT_PERSON.search(href or "")

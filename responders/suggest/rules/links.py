"""foreign_link: links that lead elsewhere than to the brand's own domains, hidden spellings included."""

import re
from collections.abc import Iterator, Sequence

from listener.model import Brand, Violation
from responders.suggest.draft import Draft

RULE = "foreign_link"
_MESSAGE = "odnośnik poza domenami marki (link_domains): usuń go albo dopisz domenę w konfiguracji"
# endings that people link to; a full list would take "nie.To" for a link
_ENDINGS = (
    "pl|com|net|org|eu|info|io|me|biz|ly|gl|app|shop|store|xyz|ru|de|uk|cz|sk|ua|fr|it|es|nl|us|ca|online|site|"
    "top|link|co|tk|gd|cc|tv|ai|dev|"
    "gg|club|live|news|click|page|cloud|bank|email|pro|vip|win|icu|bid|ws|su|cn|in|gov|edu|onion|finance|support|"
    "help|tech|world|today|blog|chat"
)
_DOT = r"(?:\.|\[\.\]|\(\.\)|\[dot\]|\(dot\)|\(kropka\)|\[kropka\]|\{\.\})"
_SCHEME = r"(?:(?:https?|hxxps?|ftp)\s?:\s?/\s?/\s?|//(?=\w))"
_LINK = re.compile(
    rf"(?P<scheme>{_SCHEME}|www{_DOT})?(?:[\w.-]+(?::[^\s@/]*)?@(?=[\w-]+{_DOT}\w)(?<=//.))?"
    rf"(?<![@\w.-])(?P<host>(?:[\w-]+{_DOT})+(?:{_ENDINGS})(?![\w-])(?!{_DOT}\w)|"
    rf"xn--[\w.-]+)(?P<rest>[:/?#][^\s<>\"')\]]*)?",
    re.IGNORECASE,
)
_ANY_HOST = re.compile(rf"{_SCHEME}(?:[^\s/@]*@)?(?P<host>[^\s/?#:<>\"')\]]+)", re.IGNORECASE)
_OTHER_SCHEMES = re.compile(r"\b(?:javascript|data|tg|whatsapp|file|ftp|blob):(?=\S)", re.IGNORECASE)
_HANDLE_HOSTS = re.compile(r"\b(?:t\.me|wa\.me|bit\.ly|tinyurl|goo\.gl|fb\.me|is\.gd|m\.me)\b")


def foreign_link(draft: Draft, brand: Brand | None) -> Iterator[Violation]:
    """One violation per link that is not the brand's."""
    own = _own_domains(brand)
    names = {name.casefold() for name in ((brand.name, *brand.aliases) if brand else ())}
    seen: set[str] = set()
    text = draft.folded
    for match in (*_ANY_HOST.finditer(text), *_LINK.finditer(text), *_HANDLE_HOSTS.finditer(text)):
        host = _plain(match["host"] if "host" in match.re.groupindex else match[0])
        is_mail = match.start() > 0 and text[match.start() - 1] == "@"
        if host in seen or is_mail or host in names or _within(host, own):
            continue
        seen.add(host)
        yield Violation(rule=RULE, where=draft.excerpt(match.start(), match.end()), message=_MESSAGE)
    for match in _OTHER_SCHEMES.finditer(text):
        yield Violation(rule=RULE, where=draft.excerpt(match.start(), match.end()), message=_MESSAGE)


def _own_domains(brand: Brand | None) -> Sequence[str]:
    if brand is None:
        return ()
    contacts = (
        match["host"] for contact in brand.public_contacts for match in _LINK.finditer(contact) if "@" not in contact
    )
    return [_plain(domain) for domain in (*brand.link_domains, *contacts)]


def _plain(host: str) -> str:
    host = re.sub(r"^https?://", "", host.lower())
    return re.sub(_DOT, ".", host).removeprefix("www.").rstrip(".,;:").split("/", 1)[0]


def _within(host: str, own: Sequence[str]) -> bool:
    return any(host == domain or host.endswith("." + domain) for domain in own)

"""Links as they should be kept: absolute, without sessions and tracking."""

import re
from functools import lru_cache
from urllib.parse import urldefrag, urljoin, urlsplit, urlunsplit

_TRACKING = re.compile(
    r"(?:utm_\w+|fbclid|gclid|dclid|msclkid|yclid|igshid|mc_[ce]id|_ga|_gl|_hsenc|_hsmi|ref_src|wt_mc|"
    r"phpsessid|oscsid|zenid|cfid|cftoken)$",
    re.IGNORECASE,
)
_SESSION = re.compile(r"(?:sid|s|session|session_id|sessid)$", re.IGNORECASE)
_TOKEN = re.compile(r"[0-9a-z]{20,64}$", re.IGNORECASE)
_JSESSION = re.compile(r";jsessionid=[^/?#;]*", re.IGNORECASE)
_PART = re.compile(r"([&;]?)([^&;]+)")


_ORDINARY = frozenset(
    ("t", "f", "p", "u", "id", "tid", "fid", "pid", "uid", "mode", "start", "page", "action", "topic")
)
"""Parameters that most links of boards have, known to be no noise."""


@lru_cache(maxsize=4096)
def clean_url(url: str) -> str:
    """A link without session and tracking parameters, the rest as it was, in its order and with its separators."""
    scheme, host, path, query, fragment = urlsplit(url)
    parts = [(sep, part) for sep, part in _PART.findall(query) if not _is_noise(part)]
    kept = "".join(sep + part for sep, part in parts).lstrip("&;")
    return urlunsplit((scheme, host, _JSESSION.sub("", path), kept, fragment))


def _is_noise(part: str) -> bool:
    name, _, value = part.removeprefix("amp").partition("=") if part.startswith("amp;") else part.partition("=")
    if name in _ORDINARY:
        return False
    return bool(_TRACKING.match(name)) or (bool(_SESSION.match(name)) and bool(_TOKEN.match(value)))


@lru_cache(maxsize=4096)
def absolute(base: str, href: str | None) -> str | None:
    """The cleaned http(s) address that a link on page base leads to; None where it leads nowhere that can be read."""
    target = (href or "").strip()
    if not target:
        return None
    try:
        url = urljoin(base, target)
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            return None
        return clean_url(url) if parts.query or ";" in parts.path else url
    except ValueError:  # a link that is no link: http://[x
        return None


def without_fragment(url: str) -> str:
    """The page that a link leads into."""
    return urldefrag(url).url

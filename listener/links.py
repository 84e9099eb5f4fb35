"""Links as they should be kept: absolute, without sessions and tracking."""

import re
from functools import lru_cache
from urllib.parse import urldefrag, urljoin, urlsplit, urlunsplit

_TRACKING = (
    r"(?:utm_\w+|fbclid|gclid|dclid|msclkid|yclid|igshid|mc_[ce]id|_ga|_gl|_hsenc|_hsmi|ref_src|wt_mc|"
    r"phpsessid|oscsid|zenid|cfid|cftoken)(?:=[^&;]*)?"
)
_SESSION = r"(?:sid|s|session|session_id|sessid)=[0-9a-z]{20,64}"
_NOISE = re.compile(rf"(?:^|[&;])(?:{_TRACKING}|{_SESSION})(?=[&;]|$)", re.IGNORECASE)
_ODD = re.compile(r"(?:^|[&;])(?:[&;]|$)")
"""A separator that parts nothing."""
_ORDINARY = frozenset(
    ("t", "f", "p", "u", "id", "tid", "fid", "pid", "uid", "mode", "start", "page", "action", "topic")
)
"""Parameters that most links of boards have, known to be no noise."""
_JSESSION = re.compile(r";jsessionid=[^/?#;]*", re.IGNORECASE)
_PART = re.compile(r"([&;]?)([^&;]+)")


@lru_cache(maxsize=4096)
def clean_url(url: str) -> str:
    """A link without session and tracking parameters, the rest as it was, in its order and with its separators."""
    scheme, host, path, query, fragment = urlsplit(url)
    return urlunsplit((scheme, host, _JSESSION.sub("", path), _kept(query), fragment))


_RELATIVE = re.compile(r"(\./|/)?[\w%~-][^\s\x00-\x20\x7f\\:#\[\]]*(?:#[^\s\x00-\x20\x7f\\:#\[\]]+)?")
_ABSOLUTE = re.compile(r"https?://[A-Za-z0-9][A-Za-z0-9.-]*(?::\d{1,5})?(?:/[^\s\x00-\x20\x7f\\#\[\]]*)?(?:#[!-~]+)?")


@lru_cache(maxsize=4096)
def absolute(base: str, href: str | None) -> str | None:
    """The cleaned http(s) address that a link on page base leads to; None where it leads nowhere that can be read."""
    target = (href or "").strip()
    if not target:
        return None
    url = _plainly_joined(base, target)
    return joined(base, target) if url is None else _tidy(url)


def _plainly_joined(base: str, target: str) -> str | None:
    """The address of the kinds of link that nearly all are, put together in a tenth of the time; None for others."""
    if "?#" in target or target[-1] in "?#" or "//" in target[8:] or ";" in target.partition("?")[0]:
        return None
    if _ABSOLUTE.fullmatch(target):
        return target
    place = _place(base)
    match = _RELATIVE.fullmatch(target) if place and "/." not in target and "//" not in target else None
    if place is None or match is None:
        return None
    return place[0] + target if match[1] == "/" else place[0] + place[1] + target.removeprefix("./")


@lru_cache(maxsize=256)
def _place(base: str) -> tuple[str, str] | None:
    """The origin of a page and the folder that it is in; None where its address is nothing ordinary."""
    if not _ABSOLUTE.fullmatch(base) or "/." in base:
        return None
    parts = urlsplit(base)
    return f"{parts.scheme}://{parts.netloc}", parts.path.rpartition("/")[0] + "/"


def _tidy(url: str) -> str:
    """clean_url for an address that is plainly put together: only its query is looked at."""
    whole, mark, fragment = url.partition("#")
    head, asked, query = whole.partition("?")
    if ";" in head:
        return clean_url(url)
    if not query:
        return url
    kept = _kept(query)
    return url if kept == query else f"{head}{asked if kept else ''}{kept}{mark}{fragment}"


@lru_cache(maxsize=4096)
def _is_noise(part: str) -> bool:
    return _NOISE.fullmatch(part) is not None


@lru_cache(maxsize=4096)
def _kept(query: str) -> str:
    """What clean_url leaves of a query."""
    if ";" not in query and "&&" not in query and query[:1] != "&" and query[-1:] != "&":
        parts = query.split("&")
        whole = [part for part in parts if part.partition("=")[0] in _ORDINARY or not _is_noise(part)]
        return query if len(whole) == len(parts) else "&".join(whole)
    if _ODD.search(query):
        query = "".join(sep + part for sep, part in _PART.findall(query)).lstrip("&;")
    kept = _NOISE.sub("", query)
    return kept if kept == query else kept.lstrip("&;")


def joined(base: str, target: str) -> str | None:
    """What absolute() gives, for any base and any link that is not empty."""
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

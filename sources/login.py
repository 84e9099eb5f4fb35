"""Logging in with a form, as a member does in a browser: one conversation for every engine that has such a form.

Where the log-in is, and what it wants, is the engine's own (_Door); the form itself is taken as it was served, hidden
fields and tokens included. The password goes to the host of the source and nowhere else.
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from listener.charset import charset
from listener.errors import Failure, FetchError
from listener.markup import absolute, clean_text, clean_url, decode, text_of, tree, without_fragment
from listener.protocols import Conversation, Page, Request, SourceConfig
from sources.thread import base_url

PAUSE = 2.0
"""Seconds between a form and its return: phpBB takes none back within the second it was served in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Door:
    """path: of the log-in page, below the board's root. inner: what of an address belongs to places inside the board
    and not to its root. link: addresses of log-in pages, in links. shut: why programs do not get in here."""

    path: str = ""
    inner: str = r"/[^/]*\.php.*$|/[^/]*$"
    link: str = r"log-?in|sign-?in|logowanie|zaloguj"
    shut: str = ""


_ANY = _Door()
_DOORS: Mapping[str, _Door] = {
    "auto": _ANY,
    "flaskbb": _Door(path="auth/login", inner=r"/(?:forum|topic|category|post|user)/.*$|/?$", link=r"/auth/login"),
    "fluxbb": _Door(shut="FluxBB and PunBB turn programs away from their log-in form"),
    "html": _ANY,
    "invision": _Door(
        path="login/", inner=r"/(?:topic|forum|forums|discover|profile)/.*$|/[^/]*\.php.*$|/?$", link=r"/login/"
    ),
    "mybb": _Door(
        path="member.php?action=login",
        inner=r"/(?:thread|forum|user|announcement)-[^/]*$|/[^/]*\.php.*$|/?$",
        link=r"member\.php\?(?:.*&)?action=login",
    ),
    "phpbb": _Door(path="ucp.php?mode=login", link=r"ucp\.php\?(?:.*&)?mode=login|/user/login"),
    "smf": _Door(path="index.php?action=login", link=r"action=login\b(?!2)|/login/?$"),
    "spirit": _Door(path="user/login/", inner=r"/(?:topic|category|comment|user|search)/.*$|/?$", link=r"/user/login/"),
    "thread": _ANY,
    "vbulletin": _Door(path="login.php?do=login", link=r"login\.php(?:\?|$)|/login\b"),
    "xenforo": _Door(
        path="login/",
        inner=r"/(?:index\.php\?)?(?:threads|forums|members|posts|whats-new|find-new)/.*$|/[^/]*\.php.*$|/?$",
        link=r"[/?]login(?:/|$)",
    ),
}
"""Kinds whose places have a log-in form. Not here: places with a key, a header or a program of their own at the
door."""
_WAY_OUT = re.compile(r"log-?out|log-?off|sign-?out|wyloguj|action=logout|do=logout", re.IGNORECASE)

_TEXT_LIKE = frozenset({"text", "email", "tel", "search", ""})
_NOT_SENT = frozenset({"button", "image", "file", "reset"})
_NAME_OF_USER = re.compile(r"user|login|auth|nick|mail|member|uid", re.IGNORECASE)
_SAID = (
    ".blockMessage--error, .ipsMessage_error, .ipsType_warning, .errorlist, .messages_error, .error, .errorwrap, "
    ".error_message, .alert-danger, .standard_error, #profile_error, .errorbox, .inline_error"
)
_ROBOT_TEST = re.compile(r"captcha|turnstile|confirm_code|vcode|imagestring|human", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A log-in form: where it goes, its fields as served, which are the name's and the password's, and whether it
    has a test against robots."""

    action: str
    fields: Mapping[str, str]
    user: str
    password: str
    robot_test: bool


def log_in(config: SourceConfig) -> Callable[[], Conversation[None]] | None:
    """Begins the conversation that logs the source's account in (options username and password); it raises FetchError
    where it cannot. None: the source has no account or reads with a key, or its kind has no form."""
    door, options = _DOORS.get(config.kind), config.options
    if door is None or not options.get("username") or not options.get("password") or options.get("api_key"):
        return None
    return partial(_converse, config, door)


def _converse(config: SourceConfig, door: _Door) -> Conversation[None]:
    if door.shut:
        mend = "leave username and password out, and it is read as a guest"
        raise FetchError(door.shut, failure=Failure.AUTH, where=clean_url(config.url), mend=mend)
    first = yield Request(url=config.url)
    form, served = read_form(first), first
    if form is None:
        served = yield Request(url=_door_of(first, config.url, door), headers=_from(first))
        form = read_form(served)
    if form is None:
        mend = "is it a board that people log in to with a form? look at the address in a browser"
        raise _refused("no log-in form there", served, mend)
    _check_home(form, served, config.url)
    filled = _filled(form, str(config.options["username"]), str(config.options["password"]))
    answer = yield Request(
        url=form.action,
        method="POST",
        form=filled,
        charset=charset(served.body, served.headers.get("content-type")),
        headers=_from(served),
        pause=PAUSE,
    )
    _check_in(answer)
    if not _way_out(answer):
        _check_member((yield Request(url=config.url)), door)


def _from(page: Page) -> dict[str, str]:
    return {"Referer": without_fragment(page.url)}


def _refused(said: str, page: Page, mend: str) -> FetchError:
    return FetchError(said, failure=Failure.AUTH, where=clean_url(without_fragment(page.url)), mend=mend)


# --- finding the form ---------------------------------------------------------------------------------------------


def _html(page: Page) -> LexborHTMLParser:
    return tree(decode(page.body, page.headers.get("content-type")))


def _door_of(page: Page, url: str, door: _Door) -> str:
    """The address of the log-in page: as the page links to it, else where the engine keeps it."""
    html = _html(page)
    base = base_url(html, page.url)
    for node in html.css("a[href]"):
        target = absolute(base, node.attributes.get("href"))
        if target and re.search(door.link, target, re.IGNORECASE) and _same_site(target, url):
            return without_fragment(target)
    parts = urlsplit(url)
    root = re.sub(door.inner, "/", f"{parts.path}?{parts.query}" if parts.query else parts.path, count=1)
    return urljoin(f"{parts.scheme}://{parts.netloc}{root.partition('?')[0]}", door.path)


def read_form(page: Page) -> Form | None:
    """The log-in form of a page: the first with one password, since two are for those who join."""
    html = _html(page)
    base = base_url(html, page.url)
    return next((form for node in html.css("form") if (form := _form(node, base, page.url)) is not None), None)


def _form(node: LexborNode, base: str, url: str) -> Form | None:
    secrets = node.css("input[type=password i][name]")
    user = _user_field(node)
    if len(secrets) != 1 or user is None:
        return None
    return Form(
        action=_action(base, url, node.attributes.get("action") or ""),
        fields=dict(_fields(node)),
        user=user,
        password=secrets[0].attributes.get("name") or "",
        robot_test=any(_ROBOT_TEST.search(" ".join(filter(None, part.attributes.values()))) for part in node.css("*")),
    )


def _action(base: str, url: str, action: str) -> str:
    """Where a form goes, to the letter: a session may be in it. Without an action, back to its page."""
    try:
        return without_fragment(urljoin(base, action.strip()) if action.strip() else url)
    except ValueError:  # an address that is none
        return without_fragment(url)


def _user_field(node: LexborNode) -> str | None:
    names = [
        name
        for part in node.css("input[name]")
        if _type(part) in _TEXT_LIKE and (name := part.attributes.get("name")) and "pass" not in name.lower()
    ]
    return next((name for name in names if _NAME_OF_USER.search(name)), names[0] if names else None)


def _type(node: LexborNode) -> str:
    return (node.attributes.get("type") or "").strip().lower()


def _fields(node: LexborNode) -> Iterator[tuple[str, str]]:
    """What a browser sends of a form that nobody touched, with its first button, which it was sent by."""
    pressed = False
    for part in node.css("input[name], button[name], select[name]"):
        name, value = part.attributes.get("name") or "", part.attributes.get("value") or ""
        if part.tag == "select":
            chosen = part.css_first("option[selected]") or part.css_first("option")
            yield name, (chosen.attributes.get("value") or "") if chosen else ""
        elif part.tag == "button" or _type(part) == "submit":
            if not pressed and _type(part) in ("submit", ""):
                pressed = True
                yield name, value
        elif _type(part) in ("checkbox", "radio"):
            if "checked" in part.attributes:
                yield name, value or "on"
        elif _type(part) not in _NOT_SENT:
            yield name, value


# --- sending it ---------------------------------------------------------------------------------------------------


def _check_home(form: Form, page: Page, url: str) -> None:
    """The password goes to the source's own site, and not in the clear where the source is not."""
    for target in (page.url, form.action):
        if not _same_site(target, url) or (urlsplit(url).scheme == "https" and urlsplit(target).scheme != "https"):
            raise _refused(
                "the log-in form belongs to another site; the password was not sent",
                page,
                "configure the address under which the board has its own log-in",
            )


def _same_site(one: str, other: str) -> bool:
    names = [(urlsplit(url).hostname or "").removeprefix("www.") for url in (one, other)]
    return names[0] == names[1]


def _filled(form: Form, user: str, password: str) -> tuple[tuple[str, str], ...]:
    fields = {**form.fields, form.user: user, form.password: password}
    if "vb_login_md5password" in fields:
        fields |= {
            "vb_login_md5password": _md5(_entities(password.strip())),
            "vb_login_md5password_utf": _md5(password.strip()),
            form.password: "",
        }
    return tuple(fields.items())


def _entities(text: str) -> str:
    return "".join(sign if ord(sign) < 256 else f"&#{ord(sign)};" for sign in text)


def _md5(text: str) -> str:
    """As vBulletin's script does it: the low byte of every character."""
    return hashlib.md5(bytes(ord(sign) & 255 for sign in text), usedforsecurity=False).hexdigest()


def _check_in(page: Page) -> None:
    """A place that lets us in shows no log-in form any more."""
    form = read_form(page)
    if form is None and page.status < 400:
        return
    said = _said(_html(page))
    why = f": {said}" if said else ""
    status = f" (HTTP {page.status})" if page.status >= 400 else ""
    mend = "check username and password of the source"
    if form is not None and form.robot_test:
        mend += "; the form has a test against robots: ask the board's owner to let the account in without"
    raise _refused(f"the board refused the log-in{status}{why}", page, mend)


def _way_out(page: Page) -> bool:
    """Whether a page has a link or a form to log out by, which guests are not shown."""
    nodes = _html(page).css("a[href], form[action]")
    places = (" ".join(filter(None, (node.attributes.get("href"), node.attributes.get("action")))) for node in nodes)
    return any(_WAY_OUT.search(place) for place in places)


def _check_member(page: Page, door: _Door) -> None:
    """Some boards take a log-in without a word and go on treating us as a guest: their pages lead to the log-in."""
    if page.status >= 400 or _way_out(page):
        return
    links = (node.attributes.get("href") or "" for node in _html(page).css("a[href]"))
    if read_form(page) is not None or any(re.search(door.link, link, re.IGNORECASE) for link in links):
        mend = "check username and password of the source, and whether the board lets programs log in at all"
        raise _refused("the board took the log-in without a word and still shows us the pages of a guest", page, mend)


def _said(html: LexborHTMLParser) -> str:
    """What the board finds wrong, as far as it can be found."""
    texts = (clean_text(" ".join(text_of(node).split())) for node in html.css(_SAID))
    return next((text[:200] for text in texts if text), "")

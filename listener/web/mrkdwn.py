"""Slack's mrkdwn as safe HTML: bold, italic, strike, code, quotes, links, dates. Anything else stays as text."""

import re
from itertools import groupby

from markupsafe import Markup

from listener.web.addresses import web_address
from listener.web.highlight import bare

_BLOCKS = re.compile(r"```(?P<pre>.+?)```|`(?P<code>[^`\n]+)`|<(?P<angle>[^<>\n]+)>", re.DOTALL)
# finished blocks wait between these while the text around them is styled; the two are taken out of what comes in
_OPEN, _CLOSE = "\ue000", "\ue001"
_ASIDE = re.compile(f"{_OPEN}(\\d+){_CLOSE}")
_STYLES = (("*", "strong"), ("_", "em"), ("~", "s"))


def html(text: str) -> Markup:
    """mrkdwn to HTML; scraped text inside it stays text."""
    finished: list[Markup] = []

    def put_aside(found: re.Match[str]) -> str:
        finished.append(_block(found))
        return f"{_OPEN}{len(finished) - 1}{_CLOSE}"

    loose = _BLOCKS.sub(put_aside, text.replace(_OPEN, "").replace(_CLOSE, ""))
    styled = _quoted(_styled(loose))
    # S704: the styled text was escaped, and so was every finished block
    return Markup(_ASIDE.sub(lambda found: str(finished[int(found[1])]), styled))  # noqa: S704


def _entities(text: str) -> str:
    """Slack's three entities as the characters they stand for."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _block(found: re.Match[str]) -> Markup:
    if found["pre"] is not None:
        return Markup("<pre>{}</pre>").format(bare(_entities(found["pre"]).strip("\n")))
    if found["code"] is not None:
        return Markup("<code>{}</code>").format(bare(_entities(found["code"])))
    return _angle(found["angle"])


def _angle(inside: str) -> Markup:
    """<url|label>, <!date^...|fallback>, <@user>, <#channel|name>."""
    target, _, label = inside.partition("|")
    shown = bare(_entities(label or target))
    address = web_address(_entities(target))
    if address:
        return Markup('<a href="{}" rel="noopener nofollow noreferrer" target="_blank">{}</a>').format(address, shown)
    if label and target.startswith("!date^"):
        return shown
    return Markup('<span class="slack-ref">{}</span>').format(shown if label else bare(target))


def _styled(text: str) -> str:
    """Escapes, then turns the marks that hug words into elements; they may hug a finished block."""
    safe = str(bare(_entities(text)))
    for mark, tag in _STYLES:
        hugging = re.compile(rf"(?<![\w{re.escape(mark)}]){re.escape(mark)}(\S|\S[^\n]*?\S){re.escape(mark)}(?!\w)")
        safe = hugging.sub(rf"<{tag}>\1</{tag}>", safe)
    return safe


def _quoted(safe: str) -> str:
    """Lines that begin with > are a quotation."""
    runs = groupby(safe.split("\n"), key=lambda line: line.startswith("&gt;"))
    return "".join(_run(list(lines), quoted) for quoted, lines in runs).rstrip("\n")


def _run(lines: list[str], quoted: bool) -> str:
    if not quoted:
        return "\n".join(lines) + "\n"
    return "<blockquote>" + "\n".join(line.removeprefix("&gt;").lstrip() for line in lines) + "</blockquote>"

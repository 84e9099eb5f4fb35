"""What the keys of a social network, a mailbox or a system that sends are good for: the first page is asked for, and
nothing is kept."""

from collections.abc import Mapping

from listener.errors import ListenerError
from listener.protocols import Conversation, Probed, Request, Source, SourceConfig
from sources.bluesky import Bluesky
from sources.email import Email
from sources.mastodon import Mastodon
from sources.stackexchange import StackExchange
from sources.webhook_in import WebhookIn
from sources.wykop import Wykop
from sources.youtube import YouTube

_ENTRANCES = ("auth", "session", "refresh", "lookup", "channel")
"""Tags of requests that come before what is read."""
_MOST = 4

_KINDS: Mapping[str, type[Bluesky | Email | Mastodon | StackExchange | Wykop | YouTube]] = {
    kind.kind: kind for kind in (Bluesky, Email, Mastodon, StackExchange, Wykop, YouTube)
}


def probe(config: SourceConfig) -> Conversation[Probed]:
    """Asks as a pass does, but for the first page only. What is wrong is told, never raised."""
    try:
        source = _KINDS[config.kind](config)
        return (yield from _first_page(source))
    except ListenerError as error:
        return Probed(wrong=(str(error),))


def _first_page(source: Source) -> Conversation[Probed]:
    waiting: list[Request] = list(source.requests({}))
    for _ in range(_MOST):
        request = waiting.pop(0)
        page = yield request
        parsed = source.parse(page, {})
        if request.tag not in _ENTRANCES or not parsed.follow:
            return Probed(said=(f"it answers: {len(parsed.posts)} posts on the first page", *parsed.notes))
        waiting = [*parsed.follow, *waiting]
    return Probed(said=("it answers",))


def probe_sender(config: SourceConfig) -> Conversation[Probed]:
    """A system that sends by itself cannot be asked: only whether it can be believed."""
    yield from ()
    try:
        WebhookIn(config).secrets()
    except ListenerError as error:
        return Probed(wrong=(str(error),))
    return Probed(said=(f"nothing is fetched: it sends to /hooks/{config.name}",))

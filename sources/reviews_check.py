"""What the keys of a kind of reviews are good for: the first page of its lists is asked for, and nothing is kept."""

from collections.abc import Mapping

from listener.errors import ListenerError
from listener.model import Post
from listener.protocols import Conversation, Probed, Request, SourceConfig
from sources.allegro import Allegro
from sources.app_store_connect import AppStoreConnect
from sources.google_business import GoogleBusiness
from sources.google_play import GooglePlay
from sources.trustpilot import Trustpilot

_MOST = 5
"""Requests: a token, a look-up, and a page of each list."""


_KINDS: Mapping[str, type[Allegro | AppStoreConnect | GoogleBusiness | GooglePlay | Trustpilot]] = {
    kind.kind: kind for kind in (Allegro, AppStoreConnect, GoogleBusiness, GooglePlay, Trustpilot)
}


def probe(config: SourceConfig) -> Conversation[Probed]:
    """Asks as a pass does, but for one page of each list. What is wrong is told, never raised."""
    source = _KINDS[config.kind](config)
    posts: list[Post] = []
    said: list[str] = []
    waiting: list[Request] = []
    try:
        waiting += source.requests({})
        for _ in range(_MOST):
            if not waiting:
                break
            request = waiting.pop(0)
            page = yield request
            parsed = source.parse(page, {})
            posts += parsed.posts
            said += [*parsed.notes, *filter(None, [parsed.hints.get("warning")])]
            if request.tag in ("token", "find"):
                waiting = [*parsed.follow, *waiting]
    except ListenerError as error:
        return Probed(said=tuple(said), wrong=(str(error),))
    return Probed(said=(_found(posts), *said, *_unanswerable(config)))


def _found(posts: list[Post]) -> str:
    reviews = [post for post in posts if post.parent_id is None]
    newest = max((post.published_at for post in reviews if post.published_at), default=None)
    told = f", the newest of {newest:%Y-%m-%d}" if newest else ""
    return f"the keys are good: {len(reviews)} reviews on the first page{told}"


def _unanswerable(config: SourceConfig) -> tuple[str, ...]:
    if config.kind == "trustpilot" and not config.options.get("api_secret"):
        return ("replies are posted by hand: answering needs options.api_secret",)
    return ()

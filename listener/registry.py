"""Which class serves which kind: tables of dotted names, imported on first use. A new kind is one line here."""

import difflib
import importlib
from collections.abc import Callable, Mapping
from typing import cast

from listener.errors import ConfigError, ParseError
from listener.protocols import Conversation, Hook, Page, Probed, Publisher, Source, SourceConfig

AUTO = "auto"
"""What a source is configured with when its kind is to be found out from its pages."""

READS_ANYTHING = "thread"
"""The kind for pages of an engine that no other kind is made for."""

SOURCES: Mapping[str, str] = {
    "allegro": "sources.allegro:Allegro",
    "app_store": "sources.app_store:AppStore",
    "app_store_connect": "sources.app_store_connect:AppStoreConnect",
    "bluesky": "sources.bluesky:Bluesky",
    "ceneo": "sources.ceneo:Ceneo",
    "discourse": "sources.discourse:Discourse",
    "email": "sources.email:Email",
    "facebook": "sources.facebook:Facebook",
    "feed": "sources.feed:Feed",
    "flarum": "sources.flarum:Flarum",
    "flaskbb": "sources.flaskbb:FlaskBB",
    "fluxbb": "sources.fluxbb:FluxBB",
    "google_business": "sources.google_business:GoogleBusiness",
    "google_play": "sources.google_play:GooglePlay",
    "hackernews": "sources.hackernews:HackerNews",
    "html": "sources.html:Html",
    "invision": "sources.invision:Invision",
    "mastodon": "sources.mastodon:Mastodon",
    "mybb": "sources.mybb:MyBB",
    "nodebb": "sources.nodebb:NodeBB",
    "opineo": "sources.opineo:Opineo",
    "phpbb": "sources.phpbb:PhpBB",
    "reddit": "sources.reddit:Reddit",
    "reviews": "sources.reviews:Reviews",
    "smf": "sources.smf:SMF",
    "spirit": "sources.spirit:Spirit",
    "stackexchange": "sources.stackexchange:StackExchange",
    "thread": "sources.thread:Thread",
    "trustpilot": "sources.trustpilot:Trustpilot",
    "vbulletin": "sources.vbulletin:VBulletin",
    "webhook_in": "sources.webhook_in:WebhookIn",
    "wykop": "sources.wykop:Wykop",
    "xenforo": "sources.xenforo:XenForo",
    "youtube": "sources.youtube:YouTube",
}

PUBLISHERS: Mapping[str, str] = {
    "allegro": "responders.allegro:AllegroPublisher",
    "app_store_connect": "responders.app_store_connect:AppStoreConnectPublisher",
    "bluesky": "responders.bluesky:BlueskyPublisher",
    "facebook": "responders.facebook:FacebookPublisher",
    "google_business": "responders.google_business:GoogleBusinessPublisher",
    "google_play": "responders.google_play:GooglePlayPublisher",
    "mastodon": "responders.mastodon:MastodonPublisher",
    "spirit": "responders.spirit:SpiritPublisher",
    "trustpilot": "responders.trustpilot:TrustpilotPublisher",
    "wykop": "responders.wykop:WykopPublisher",
    "youtube": "responders.youtube:YouTubePublisher",
}

HOOKS: Mapping[str, str] = {
    "facebook": "sources.facebook_hook:FacebookHook",
    "webhook_in": "sources.webhook_in:WebhookIn",
}
"""Kinds that places send to by themselves (listener.protocols.Hook)."""

PROBES: Mapping[str, str] = {
    "allegro": "sources.reviews_check:probe",
    "app_store_connect": "sources.reviews_check:probe",
    "bluesky": "sources.social_check:probe",
    "email": "sources.social_check:probe",
    "facebook": "sources.facebook_check:probe",
    "google_business": "sources.reviews_check:probe",
    "google_play": "sources.reviews_check:probe",
    "mastodon": "sources.social_check:probe",
    "stackexchange": "sources.social_check:probe",
    "trustpilot": "sources.reviews_check:probe",
    "webhook_in": "sources.social_check:probe_sender",
    "wykop": "sources.social_check:probe",
    "youtube": "sources.social_check:probe",
}
"""Kinds that can be asked what our credentials are good for, without a page to fetch."""

DETECTOR = "sources.detect:detect"
LOG_IN = "sources.login:log_in"

RESPONDERS: Mapping[str, str] = {
    "slack": "responders.slack:SlackResponder",
}


def source_class(kind: str) -> Callable[[SourceConfig], Source]:
    """The class that reads this kind of place. ConfigError for a kind that does not exist."""
    return cast(Callable[[SourceConfig], Source], _load(SOURCES, kind, "kind of source"))


def own_names(kind: str, options: Mapping[str, object]) -> frozenset[str]:
    """Names of authors under which a place shows what the company itself wrote, where its kind has such (`OWNER`) or
    the options say so (`account`)."""
    shown = getattr(source_class(kind), "OWNER", None) if kind in SOURCES else None
    return frozenset(str(name) for name in (shown, options.get("account")) if name)


def publisher_class(kind: str) -> Callable[[SourceConfig], Publisher]:
    """The class that answers on this kind of place. ConfigError where there is none: people answer by hand there."""
    return cast(Callable[[SourceConfig], Publisher], _load(PUBLISHERS, kind, "kind that can be answered on"))


def hook_class(kind: str) -> Callable[[SourceConfig], Hook]:
    """The class that reads what this kind of place sends us. ConfigError where it sends nothing."""
    return cast(Callable[[SourceConfig], Hook], _load(HOOKS, kind, "kind that sends by itself"))


def probe(config: SourceConfig) -> Conversation[Probed] | None:
    """The conversation that finds out what the credentials of a source are good for; None where its kind has none."""
    if config.kind not in PROBES:
        return None
    return cast(Conversation[Probed], _load(PROBES, config.kind, "kind with credentials")(config))


def detect(page: Page) -> tuple[str, str]:
    """What reads the place that a page belongs to, and at which URL (a feed that the page names, or its own).

    An engine that nothing here is made for is read by its posts where the page shows some, else by its feed.
    """
    module, _, name = DETECTOR.partition(":")
    found = getattr(importlib.import_module(module), name)(page)
    if found.kind in SOURCES:
        return found.kind, found.url
    return ("feed", found.feeds[0]) if found.feeds and not _shows_posts(page) else (READS_ANYTHING, found.url)


def _shows_posts(page: Page) -> bool:
    source = source_class(READS_ANYTHING)(SourceConfig(name=READS_ANYTHING, kind=READS_ANYTHING, url=page.url))
    try:
        return len(source.parse(page, {}).posts) > 1
    except ParseError:
        return False


def log_in(config: SourceConfig) -> Callable[[], Conversation[None]] | None:
    """Begins the conversation that logs a source's account in; None where it has none, or its kind no form for it."""
    module, _, name = LOG_IN.partition(":")
    begin = getattr(importlib.import_module(module), name)(config)
    return cast(Callable[[], Conversation[None]] | None, begin)


def responder_class(kind: str) -> Callable[..., object]:
    """The class that delivers alerts; how it is made is its own business. ConfigError for an unknown kind."""
    return _load(RESPONDERS, kind, "kind of responder")


def unknown_kind(kind: str, known: Mapping[str, str], what: str = "kind of source") -> ConfigError:
    """The error for a kind that is not in a table, with the nearest names as its mend."""
    near = difflib.get_close_matches(kind, known, n=3, cutoff=0.5)
    mend = f"did you mean {' or '.join(near)}?" if near else f"known: {', '.join(sorted(known))}"
    return ConfigError(f'"{kind}" is no {what}', where="kind", mend=mend)


def _load(table: Mapping[str, str], kind: str, what: str) -> Callable[..., object]:
    if kind not in table:
        raise unknown_kind(kind, table, what)
    module, _, name = table[kind].partition(":")
    return cast(Callable[..., object], getattr(importlib.import_module(module), name))

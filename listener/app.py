"""The composition root: settings in, a house whose parts know each other out. Nothing is decided here."""

import asyncio
import logging
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any, Protocol, TypeVar

from classifiers.review import doubt
from listener import registry
from listener.arrivals import Arrivals
from listener.clockwork import Clockwork
from listener.crawl import Crawl, Fetch, Target, found_kind
from listener.desk import Desk
from listener.dispatch import Dispatch
from listener.engine.embedded import Embedded
from listener.errors import ConfigError
from listener.http import Hosts, Http, HttpPolicy, Member, Session, converse
from listener.http.hosts import host_key
from listener.intake import Intake
from listener.learning import learned_relevance
from listener.matching import compile as compile_queries
from listener.moderate import Moderate
from listener.opinions import Staff, base_model, doubted
from listener.protocols import Conversation, Publisher, Responder
from listener.publish import Publish
from listener.settings import Settings, SourceSettings
from listener.shipped import config_folder
from listener.storage import Storage
from listener.views import Check
from responders.suggest import ReplyCheck, Suggestions, load_canned, load_knowledge

log = logging.getLogger("listener")
T = TypeVar("T")
_SECOND_OPINION = "[second_opinion]"  # not a name that a source can have: brackets name tables


def now_utc() -> datetime:
    """The clock of the running program: the only place that reads it for decisions."""
    return datetime.now(UTC)


class Door(Protocol):
    """A way in that is opened with the service and closed with it."""

    def start(self) -> None: ...

    def close(self) -> None: ...


@dataclass(frozen=True, kw_only=True)
class Listener:
    """The house. Close it when done."""

    settings: Settings
    storage: Storage
    intake: Intake
    crawl: Crawl
    arrivals: Arrivals
    dispatch: Dispatch
    desk: Desk
    clockwork: Clockwork
    hosts: Hosts
    policy: HttpPolicy
    clock: Callable[[], datetime]
    engine: list[Embedded] = field(default_factory=list)
    doors: tuple[Door, ...] = ()

    def http(self) -> Http:
        """A client in the house's manners; hosts keep their pace across clients."""
        return Http(self.policy, hosts=self.hosts)

    def make_engine(self, http: Http) -> Embedded:
        """The engine of this process; the health page looks at it from now on."""
        engine = Embedded(
            storage=self.storage,
            crawl=self.crawl,
            dispatch=self.dispatch,
            http=http,
            clock=self.clock,
            arrivals=self.arrivals if self.arrivals.hooks else None,
            clockwork=self.clockwork,
        )
        self.engine[:] = [engine]
        return engine

    def arrived(self) -> None:
        """Tells the engine that something was sent to us."""
        for engine in self.engine:
            engine.arrived()

    def close(self) -> None:
        """Gives the database back."""
        self.storage.close()


def make_listener(
    settings: Settings,
    *,
    clock: Callable[[], datetime] = now_utc,
    policy: HttpPolicy | None = None,
    responders: Sequence[Responder] | None = None,
    cards: Callable[[], Sequence[Mapping[str, Any]]] = tuple,
) -> Listener:
    """Puts the house together. policy, responders: in place of what the settings say.

    Raises ConfigError, ModelError or StorageError before anything is written.
    """
    brands = {brand.id: brand for brand in settings.brands}
    model = base_model(settings)
    suggester, checker = _suggesting(settings)
    policy = policy or HttpPolicy(contact=settings.contact or "")
    hosts = Hosts()
    talk = _Talk(settings, policy, hosts)
    storage = _opened(settings, clock)
    intake = Intake(
        storage=storage,
        matcher=compile_queries(settings.queries, relevance=learned_relevance(storage)),
        classifier=doubted(model, settings.second_opinion, partial(talk, _SECOND_OPINION)),
        adapt=Staff.of(storage, model).adapt,
        brands=brands,
        policy=settings.triage,
        rules=settings.rules,
        floods=settings.floods,
        doubt=doubt,
    )
    intake.remember()
    publishers = _Publishers(settings, storage)
    publish = Publish(storage=storage, publisher=publishers.of, talk=talk, clock=clock)
    moderate = Moderate(storage=storage, publisher=publishers.of, talk=talk, clock=clock)
    engine: list[Embedded] = []
    arrivals = _arrivals(settings, storage, intake, clock)
    desk = Desk(
        storage=storage,
        brands=brands,
        suggester=suggester,
        checker=checker,
        can_publish=lambda source: publishers.of(source) is not None,
        publisher=publishers.of,
        clock=clock,
        sla=settings.triage.sla,
        staff=settings.staff,
        approval=settings.approval,
        doubt=doubt,
        checks=(lambda: _scheduler_check(engine, clock), *((arrivals.check,) if arrivals.hooks else ())),
        cards=cards,
    )

    def inbox_url(ticket_id: int) -> str:
        return f"{settings.web.url}/tickets/{ticket_id}"

    return Listener(
        settings=settings,
        storage=storage,
        intake=intake,
        arrivals=arrivals,
        crawl=Crawl(
            storage=storage,
            intake=intake,
            targets={source.name: _target(source) for source in settings.sources},
            clock=clock,
            roll=random.random,
            record=lambda url: hosts.stats().get(host_key(url)),
        ),
        dispatch=Dispatch(
            storage=storage,
            responders=_responders(settings, desk) if responders is None else responders,
            publish=publish.send,
            moderate=moderate.take_up,
            view=desk.ticket,
            brands=brands,
            inbox_url=inbox_url,
            clock=clock,
            alerting=settings.alerting,
            channel=settings.slack.channel if settings.slack else "",
        ),
        clockwork=Clockwork(
            storage=storage,
            policy=settings.triage,
            staff=settings.staff,
            alerting=settings.alerting,
            crisis=settings.crisis,
            brands=brands,
            clock=clock,
        ),
        doors=_doors(settings, desk, storage, clock),
        desk=desk,
        hosts=hosts,
        policy=policy,
        clock=clock,
        engine=engine,
    )


def _opened(settings: Settings, clock: Callable[[], datetime]) -> Storage:
    storage = Storage.open(settings.database)
    try:
        with storage.begin() as tx:
            tx.sources.configure([(s.name, s.kind, s.url) for s in settings.sources], clock())
    except BaseException:
        storage.close()
        raise
    return storage


def _suggesting(settings: Settings) -> tuple[Suggestions, ReplyCheck]:
    canned = load_canned(settings.canned or config_folder("canned"))
    articles = load_knowledge(settings.knowledge) if settings.knowledge else ()
    checker = ReplyCheck(articles)
    return Suggestions(canned, articles, checker=checker), checker


def _arrivals(settings: Settings, storage: Storage, intake: Intake, clock: Callable[[], datetime]) -> Arrivals:
    """What the sources send by themselves, where their kinds do."""
    sending = [source for source in settings.sources if source.kind in registry.HOOKS]
    return Arrivals(
        storage=storage,
        intake=intake,
        hooks={source.name: registry.hook_class(source.kind)(source.config()) for source in sending},
        clock=clock,
        accounts={source.name: _accounts(source) for source in sending},
    )


def _accounts(source: SourceSettings) -> frozenset[str]:
    accounts = frozenset(account.username for account in (source.account, source.reply) if account)
    return accounts | registry.own_names(source.kind, source.options)


def _target(source: SourceSettings) -> Target:
    return Target(
        name=source.name,
        url=source.url,
        every=source.every,
        allow_private=source.allow_private,
        kind=None if source.kind == registry.AUTO else source.kind,
        detect=registry.detect,
        make=lambda kind, url: registry.source_class(kind)(source.model_copy(update={"url": url}).config(kind)),
        max_pages=source.max_pages,
        accounts=_accounts(source),
        enter=Entrance(source),
    )


class Entrance:
    """Reads a source with its account and over HTTP/2, where it says so. The log-in lasts as long as the process."""

    def __init__(self, source: SourceSettings) -> None:
        self._source = source
        self._session = Session()

    def __call__(self, http: Fetch, kind: str | None) -> Fetch:
        if isinstance(http, Http) and self._source.http2:
            http = http.over_http2()
        if self._source.account is None or not isinstance(http, Http):  # another client keeps no cookies
            return http
        begin = registry.log_in(self._source.config(kind or registry.AUTO))
        return http if begin is None else Member(http, self._session, begin, only_if_asked=kind is None)


class _Publishers:
    """Who posts to which source, made once."""

    def __init__(self, settings: Settings, storage: Storage) -> None:
        self._settings = settings
        self._storage = storage
        self._made: dict[str, Publisher | None] = {}

    def of(self, name: str) -> Publisher | None:
        """The publisher of a source; None where its kind has none, or no account or key for it is configured."""
        source = self._settings.source(name)
        if source is None or not (source.reply or source.account or source.options):
            return None
        if name not in self._made:
            kind = source.kind if source.kind != registry.AUTO else self._found(source)
            if kind not in registry.PUBLISHERS:
                return None
            self._made[name] = self._make(source, kind)
        return self._made[name]

    def _make(self, source: SourceSettings, kind: str) -> Publisher | None:
        """Options may hold what reading takes and not what answering does: people answer by hand there."""
        try:
            return registry.publisher_class(kind)(source.publisher_config(kind))
        except ConfigError as error:
            log.info("%s: replies are posted by hand: %s", source.name, error)
            return None

    def _found(self, source: SourceSettings) -> str:
        with self._storage.read() as tx:
            return tx.sources.cursor(source.name).get(found_kind(source.url), "").partition(" ")[0]


class _Talk:
    """listener.http.converse for code that is not asynchronous."""

    def __init__(self, settings: Settings, policy: HttpPolicy, hosts: Hosts) -> None:
        self._settings = settings
        self._policy = policy
        self._hosts = hosts

    def __call__(self, source: str, conversation: Conversation[T]) -> T:
        elsewhere = self._settings.second_opinion if source == _SECOND_OPINION else self._settings.source(source)
        return asyncio.run(self._run(conversation, elsewhere is not None and elsewhere.allow_private))

    async def _run(self, conversation: Conversation[T], allow_private: bool) -> T:
        async with Http(self._policy, hosts=self._hosts) as http:
            return await converse(http, conversation, allow_private=allow_private)


def _responders(settings: Settings, desk: Desk) -> tuple[Responder, ...]:
    if settings.slack is None:
        return ()
    from listener.slack_door.making import slack_responders

    return slack_responders(settings.slack, desk)


def _doors(settings: Settings, desk: Desk, storage: Storage, clock: Callable[[], datetime]) -> tuple[Door, ...]:
    """Ways in other than the inbox: clicks in Slack, where there is a secret for one of its two ways."""
    if settings.slack is None or settings.slack.way_in is None:
        return ()
    from listener.slack_door.making import slack_way_in

    def inbox_url(ticket_id: int | None) -> str:
        return settings.web.url if ticket_id is None else f"{settings.web.url}/tickets/{ticket_id}"

    way_in = slack_way_in(settings, desk, storage, inbox_url, clock)
    return () if way_in is None else (way_in,)


def _scheduler_check(engine: Sequence[Embedded], clock: Callable[[], datetime]) -> Check:
    """The scheduler ticks every second: silence for half a minute is a standstill."""
    last = engine[0].last_tick if engine else None
    if last is None:
        return Check(name="scheduler", ok=False, detail="not running")
    age = (clock() - last).total_seconds()
    return Check(name="scheduler", ok=age < 30, detail=f"last tick {age:.0f} s ago")

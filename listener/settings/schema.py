"""The shape of listener.toml. Keys not named here are errors; docs/configuration.md explains each."""

import unicodedata
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    field_validator,
    model_validator,
)
from pydantic_core.core_schema import ValidationInfo

from listener.model import Brand, Intent, Priority, Topic, Urgency
from listener.protocols import SourceConfig
from listener.settings.durations import parse_duration

AUTO_KIND = "auto"


class Sector(StrEnum):
    """What a brand does, as far as its replies are concerned."""

    BANK = "bank"
    TELECOM = "telecom"
    MEDICINE = "medicine"
    SHOP = "shop"
    COURIER = "courier"
    BUILDING = "building"
    TRAVEL = "travel"
    OTHER = "other"


class LogFormat(StrEnum):
    """human: a line for eyes; json: an object a line for machines."""

    HUMAN = "human"
    JSON = "json"


class LogLevel(StrEnum):
    """The least that is worth a line."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


def _web_address(value: str) -> str:
    """An http or https URL with a host and without a log-in in it. ValueError says what is wrong."""
    if any(c.isspace() or unicodedata.category(c) == "Cc" for c in value):
        raise ValueError("holds a space or a control character")
    try:
        parts = urlsplit(value)
        port_ok = parts.port is None or parts.port > 0
    except ValueError as error:
        raise ValueError(f"is no URL: {error}") from None
    if parts.scheme not in ("http", "https"):
        raise ValueError('must begin with "http://" or "https://"')
    if not parts.hostname or not port_ok:
        raise ValueError("names no host")
    if parts.username is not None or parts.password is not None:
        raise ValueError("holds a user name or password: give them as keys of their own")
    return value


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):  # no such zone; a path in disguise; a folder of zones
        raise ValueError(f'"{value}" is no time zone: use a name such as "Europe/Warsaw" or "UTC"') from None
    return value


def _said(value: str) -> str:
    if not value.strip():
        raise ValueError("must not be empty")
    if any(unicodedata.category(c) == "Cc" for c in value):
        raise ValueError("holds a control character")
    return value.strip()


def _kept(value: SecretStr) -> SecretStr:
    if not value.get_secret_value().strip():
        raise ValueError("must not be empty")
    return value


Text = Annotated[str, AfterValidator(_said)]
Secret = Annotated[SecretStr, AfterValidator(_kept)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
Zone = Annotated[str, AfterValidator(_zone)]
Duration = Annotated[timedelta, BeforeValidator(parse_duration)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class ServiceTable(_Table):
    """[listener]"""

    database: SecretStr = SecretStr("sqlite:///listener.db")
    contact: Text | None = None
    data_dir: Text = "listener-data"
    model: Text | None = None
    log_format: LogFormat = LogFormat.HUMAN
    log_level: LogLevel = LogLevel.INFO

    @field_validator("database")
    @classmethod
    def _known_database(cls, value: SecretStr) -> SecretStr:
        if not value.get_secret_value().startswith(("sqlite:///", "postgresql://")):
            raise ValueError('must be "sqlite:///FILE" or "postgresql://USER@HOST/NAME"')
        return value


class Language(StrEnum):
    """What the inbox speaks until a person chooses."""

    PL = "pl"
    EN = "en"


class InboxSettings(_Table):
    """[web]: where the inbox listens, and the address under which people reach it (links in alerts)."""

    host: Text = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535, strict=True)
    public_url: WebAddress | None = None
    secret: Secret | None = None
    api_tokens: dict[str, Secret] = Field(default_factory=dict)
    language: Language = Language.PL
    zone: Zone = "Europe/Warsaw"
    session_hours: int = Field(default=12, ge=1, strict=True)

    @property
    def url(self) -> str:
        """Address for links, without a trailing slash."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return (self.public_url or f"http://{host}:{self.port}").rstrip("/")


class BrandTable(_Table):
    """[[brand]]"""

    id: Text | None = None
    name: Text
    aliases: tuple[Text, ...] = ()
    sector: Sector = Sector.OTHER
    competitor: bool = False
    disclosure: tuple[Text, ...] = ()
    public_contacts: tuple[Text, ...] = ()
    link_domains: tuple[Text, ...] = ()
    queries: tuple[Text, ...] = ()

    def brand(self) -> Brand:
        """The same as a word of the house; without an id of its own the name in plain letters is the id."""
        return Brand(
            id=self.id or slug(self.name),
            name=self.name,
            aliases=self.aliases,
            sector=self.sector.value,
            competitor=self.competitor,
            disclosure=self.disclosure,
            public_contacts=self.public_contacts,
            link_domains=tuple(domain.lower() for domain in self.link_domains),
            queries=self.queries,
        )


def slug(name: str) -> str:
    """ "Żabka Łódź" -> "zabka-lodz"; the name itself where no letter of it can be written plainly."""
    folded = unicodedata.normalize("NFKD", name.lower().replace("ł", "l"))
    plain = "".join(c if c.isascii() and c.isalnum() else " " for c in folded if not unicodedata.combining(c))
    return "-".join(plain.split()) or name


class Account(_Table):
    """A log-in at a place."""

    username: Text
    password: Secret


class SourceSettings(_Table):
    """[[source]]: one place to listen to. kind "auto": found out from its pages."""

    name: Text
    url: WebAddress
    kind: Text = AUTO_KIND
    every: Duration = timedelta(minutes=15)
    allow_private: bool = False
    zone: Zone = "Europe/Warsaw"
    since: datetime | None = None
    max_pages: int | None = Field(default=None, ge=1, strict=True)
    username: Text | None = None
    password: Secret | None = None
    reply: Account | None = None
    options: dict[str, Any] = Field(default_factory=dict, repr=False)  # keys of an API may be among them

    @field_validator("since", mode="before")
    @classmethod
    def _since_in_utc(cls, value: object, info: ValidationInfo) -> datetime | None:
        if isinstance(value, str):
            try:
                value = datetime.fromisoformat(value)
            except ValueError:
                raise ValueError("must be a date such as 2025-01-31 or 2025-01-31T12:00:00Z") from None
        if isinstance(value, date) and not isinstance(value, datetime):
            value = datetime.combine(value, time())
        if not isinstance(value, datetime):
            raise ValueError("must be a date such as 2025-01-31")  # noqa: TRY004 - pydantic listens to ValueError
        if value.tzinfo is None:
            value = value.replace(tzinfo=ZoneInfo(info.data.get("zone", "Europe/Warsaw")))
        return value.astimezone(UTC)

    @property
    def account(self) -> Account | None:
        """The log-in for reading, where one is configured."""
        if self.username is None or self.password is None:
            return None
        return Account(username=self.username, password=self.password)

    def config(self, kind: str | None = None) -> SourceConfig:
        """What a Source of this kind is made from. kind: what "auto" was found to be."""
        return self._config(kind, self.account)

    def publisher_config(self, kind: str | None = None) -> SourceConfig:
        """What a Publisher is made from: the account for replies, or else the one for reading."""
        return self._config(kind, self.reply or self.account)

    def _config(self, kind: str | None, account: Account | None) -> SourceConfig:
        login = {"username": account.username, "password": account.password.get_secret_value()} if account else {}
        return SourceConfig(
            name=self.name,
            kind=kind or self.kind,
            url=self.url,
            zone=self.zone,
            since=self.since,
            max_pages=self.max_pages,
            options={**self.options, **login},
        )


class SlackMode(StrEnum):
    """How clicks reach us. socket: Socket Mode, no public address; http: signed requests to the inbox."""

    SOCKET = "socket"
    HTTP = "http"


class SlackSettings(_Table):
    """[slack]. app_token for Socket Mode, signing_secret for HTTP: one of them makes buttons work. users: Slack's user
    ID or an e-mail address -> our user; base_url only to point at a stand-in."""

    channel: Text
    bot_token: Secret
    app_token: Secret | None = None
    signing_secret: Secret | None = None
    mode: SlackMode | None = None
    language: Language = Language.PL
    crisis_channel: Text | None = None
    users: dict[str, Text] = Field(default_factory=dict)
    base_url: WebAddress | None = None

    @model_validator(mode="after")
    def _way_in(self) -> "SlackSettings":
        if self.mode is SlackMode.SOCKET and self.app_token is None:
            raise ValueError('mode "socket" needs app_token (xapp-...)')
        if self.mode is SlackMode.HTTP and self.signing_secret is None:
            raise ValueError('mode "http" needs signing_secret')
        return self

    @property
    def way_in(self) -> SlackMode | None:
        """How clicks reach us: as mode says, else by what there is a secret for; None: they do not."""
        if self.mode is not None:
            return self.mode
        if self.app_token is not None:
            return SlackMode.SOCKET
        return SlackMode.HTTP if self.signing_secret is not None else None


class FolderTable(_Table):
    """[knowledge] and [canned]: a folder of Markdown files with front matter."""

    folder: Text


class ClassifierTable(_Table):
    """[classifier] costs: what a missed label costs, in false ones; "urgent" is high or critical."""

    costs: dict[Intent | Topic | Literal["urgent", "critical"], Annotated[float, Field(gt=0, le=1000)]] = Field(
        default_factory=dict
    )


class SecondOpinionSettings(_Table):
    """[second_opinion]: an OpenAI-compatible endpoint that is asked about posts which the model doubts. Off unless the
    table is there."""

    url: WebAddress
    model: Text
    api_key: Secret | None = None
    from_doubt: float = Field(default=0.6, ge=0, le=1)
    at_most: int = Field(default=3, ge=1, le=50, strict=True)
    allow_private: bool = False


class TriageTable(_Table):
    """[triage]: what opens a ticket."""

    tickets_for: frozenset[Intent] | None = None
    min_urgency: Urgency = Urgency.HIGH
    competitors: bool = False
    review_from: float = Field(default=0.6, ge=0, le=1.01)


class SlaTable(_Table):
    """[sla]: how long until somebody answers, and until the ticket is closed."""

    first_response: dict[Priority, Duration] = Field(default_factory=dict)
    resolution: Duration = timedelta(days=14)


class RouteTable(_Table):
    """[[route]]: rules in order; the first whose conditions all hold says who gets the ticket."""

    team: Text
    channel: Text | None = None
    brand: Text | None = None
    query: Text | None = None
    source: Text | None = None
    language: Text | None = None
    topics: frozenset[Topic] = frozenset()
    intents: frozenset[Intent] = frozenset()
    min_priority: Priority | None = None


class FileSchema(_Table):
    """The whole file."""

    listener: ServiceTable = Field(default_factory=ServiceTable)
    web: InboxSettings = Field(default_factory=InboxSettings)
    brand: tuple[BrandTable, ...] = ()
    source: tuple[SourceSettings, ...] = ()
    slack: SlackSettings | None = None
    knowledge: FolderTable | None = None
    canned: FolderTable | None = None
    classifier: ClassifierTable = Field(default_factory=ClassifierTable)
    second_opinion: SecondOpinionSettings | None = None
    triage: TriageTable = Field(default_factory=TriageTable)
    sla: SlaTable = Field(default_factory=SlaTable)
    route: tuple[RouteTable, ...] = ()

"""The shape of listener.toml. Keys not named here are errors; docs/configuration.md explains each."""

import unicodedata
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    Field,
    SecretStr,
    field_validator,
    model_validator,
)
from pydantic_core.core_schema import ValidationInfo

from listener.model import Brand, Intent, Tone, Topic, Urgency
from listener.protocols import SourceConfig
from listener.settings.desk_tables import (
    AgentTable,
    AlertsTable,
    ApprovalTable,
    CalendarTable,
    DeskTable,
    RouteTable,
    SlaTable,
    TeamTable,
)
from listener.settings.types import Duration, Secret, SourceAddress, Table, Text, WebAddress, Zone

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


class ServiceTable(Table):
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


class InboxSettings(Table):
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


class BrandTable(Table):
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
    tone: Tone = Tone.NEUTRAL

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
            tone=self.tone,
        )


def slug(name: str) -> str:
    """ "Żabka Łódź" -> "zabka-lodz"; the name itself where no letter of it can be written plainly."""
    folded = unicodedata.normalize("NFKD", name.lower().replace("ł", "l"))
    plain = "".join(c if c.isascii() and c.isalnum() else " " for c in folded if not unicodedata.combining(c))
    return "-".join(plain.split()) or name


class Account(Table):
    """A log-in at a place."""

    username: Text
    password: Secret


class SourceSettings(Table):
    """[[source]]: one place to listen to. kind "auto": found out from its pages."""

    name: Text
    url: SourceAddress
    kind: Text = AUTO_KIND
    every: Duration = timedelta(minutes=15)
    allow_private: bool = False
    zone: Zone = "Europe/Warsaw"
    since: datetime | None = None
    max_pages: int | None = Field(default=None, ge=1, strict=True)
    http2: bool = False
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


class SlackSettings(Table):
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


class FolderTable(Table):
    """[knowledge] and [canned]: a folder of Markdown files with front matter."""

    folder: Text


class ClassifierTable(Table):
    """[classifier] costs: what a missed label costs, in false ones; "urgent" is high or critical. embedding: texts are
    read by a sentence encoder too."""

    embedding: bool = False

    costs: dict[Intent | Topic | Literal["urgent", "critical"], Annotated[float, Field(gt=0, le=1000)]] = Field(
        default_factory=dict
    )


class SecondOpinionSettings(Table):
    """[second_opinion]: an OpenAI-compatible endpoint that is asked about posts which the model doubts. Off unless the
    table is there."""

    url: WebAddress
    model: Text
    api_key: Secret | None = None
    from_doubt: float = Field(default=0.6, ge=0, le=1)
    at_most: int = Field(default=3, ge=1, le=50, strict=True)
    allow_private: bool = False


class ReachTable(Table):
    """[triage] reach: from which numbers on a post goes far."""

    views: int = Field(default=5000, ge=0, strict=True)
    likes: int = Field(default=200, ge=0, strict=True)
    replies: int = Field(default=100, ge=0, strict=True)
    shares: int = Field(default=50, ge=0, strict=True)
    followers: int = Field(default=20_000, ge=0, strict=True)


class TriageTable(Table):
    """[triage]: what opens a ticket."""

    tickets_for: frozenset[Intent] | None = None
    min_urgency: Urgency = Urgency.HIGH
    competitors: bool = False
    review_from: float = Field(default=0.6, ge=0, le=1.01)
    reach: ReachTable = Field(default_factory=ReachTable)


class FileSchema(Table):
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
    calendar: CalendarTable = Field(default_factory=CalendarTable)
    desk: DeskTable = Field(default_factory=DeskTable)
    team: tuple[TeamTable, ...] = ()
    agent: tuple[AgentTable, ...] = ()
    approval: ApprovalTable = Field(default_factory=ApprovalTable)
    alerts: AlertsTable = Field(default_factory=AlertsTable)
    route: tuple[RouteTable, ...] = ()

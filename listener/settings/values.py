"""Settings as the rest of the house uses them: frozen, checked, secrets hidden from repr."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from listener.alerting import AlertPolicy, FloodPolicy
from listener.approval import ApprovalPolicy
from listener.baseline import CrisisPolicy
from listener.distribution import Staff
from listener.model import Brand, Query
from listener.routing import Rule
from listener.settings.schema import (
    InboxSettings,
    LogFormat,
    LogLevel,
    SecondOpinionSettings,
    SlackSettings,
    SourceSettings,
)
from listener.triage import TriagePolicy

_SECRET_OPTION = re.compile(r"token|secret|key|password")
"""Options are the kinds' own; those that are called so are nothing for a log."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """One configuration. Relative paths of the file are resolved against the file's own folder.

    path: the file. database: SQLAlchemy URL, may hold a password, so never print it. model, canned: folders of a
    trained classifier and of canned responses, None for those that come with the program. knowledge: a folder of
    articles, None where there is none.
    """

    path: Path
    database: str = field(repr=False)
    contact: str | None
    data_dir: Path
    model: Path | None
    log_format: LogFormat
    log_level: LogLevel
    web: InboxSettings
    brands: tuple[Brand, ...]
    sources: tuple[SourceSettings, ...]
    slack: SlackSettings | None
    knowledge: Path | None
    canned: Path | None
    costs: Mapping[str, float]
    embedding: bool
    second_opinion: SecondOpinionSettings | None
    triage: TriagePolicy
    rules: tuple[Rule, ...]
    staff: Staff = field(default_factory=Staff)
    approval: ApprovalPolicy = field(default_factory=ApprovalPolicy)
    alerting: AlertPolicy = field(default_factory=AlertPolicy)
    floods: FloodPolicy = field(default_factory=FloodPolicy)
    crisis: CrisisPolicy = field(default_factory=CrisisPolicy)

    @cached_property
    def queries(self) -> tuple[Query, ...]:
        """Every query of every brand, in the order of the file."""
        return tuple(Query(brand=brand.id, expression=q) for brand in self.brands for q in brand.queries)

    def brand(self, name: str) -> Brand | None:
        """The brand of this id or name, whatever the case."""
        wanted = name.casefold()
        return next((b for b in self.brands if wanted in (b.id.casefold(), b.name.casefold())), None)

    def source(self, name: str) -> SourceSettings | None:
        """The configured source of this name."""
        return next((s for s in self.sources if s.name == name), None)

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every secret in plain text, for the log to mask and for nothing else."""
        found = [urlsplit(self.database).password]
        found += [token.get_secret_value() for token in (self.web.secret, *self.web.api_tokens.values()) if token]
        if self.slack:
            ours = (self.slack.bot_token, self.slack.app_token, self.slack.signing_secret)
            found += [token.get_secret_value() for token in ours if token]
        if self.second_opinion and self.second_opinion.api_key:
            found.append(self.second_opinion.api_key.get_secret_value())
        for source in self.sources:
            found += [account.password.get_secret_value() for account in (source.account, source.reply) if account]
            found += [str(value) for key, value in source.options.items() if value and _SECRET_OPTION.search(key)]
        return tuple(secret for secret in found if secret)

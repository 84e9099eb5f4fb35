"""What only shows when the parts of a configuration are read together: names that meet, names that point."""

import difflib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from listener.errors import QueryError
from listener.matching.parser import parse
from listener.settings.findings import Finding, place
from listener.settings.schema import AUTO_KIND, FileSchema, SlackMode, slug


@dataclass(frozen=True, slots=True)
class _Problem:
    location: tuple[str | int, ...]
    message: str
    mend: str = ""
    fatal: bool = True


def check(
    file: str, document: Mapping[str, Any], parsed: FileSchema, kinds: Collection[str] | None
) -> Iterator[Finding]:
    """Findings, in the order of the tables. kinds: None where they need not be checked."""
    found = (_brands(parsed), _sources(parsed, kinds), _routes(parsed), _people(parsed), _service(parsed))
    for problem in chain.from_iterable(found):
        yield Finding(
            where=place(file, document, problem.location),
            message=problem.message,
            mend=problem.mend,
            fatal=problem.fatal,
        )


def brand_ids(parsed: FileSchema) -> dict[str, str]:
    """Brand id by id and by name, in lower case: rules may say either."""
    ids = {}
    for brand in parsed.brand:
        own = brand.id or slug(brand.name)
        ids[brand.name.casefold()] = own
        ids[own.casefold()] = own
    return ids


def _brands(parsed: FileSchema) -> Iterator[_Problem]:
    seen: dict[str, int] = {}
    for index, brand in enumerate(parsed.brand):
        own = (brand.id or slug(brand.name)).casefold()
        for key, name in (("id", own), ("name", brand.name.casefold())):
            other = seen.setdefault(name, index)
            if other != index:
                yield _Problem(("brand", index, key), f'"{name}" is already brand {other + 1}')
        if not brand.queries:
            yield _Problem(("brand", index, "queries"), "none: nothing is listened for", fatal=False)
        for number, query in enumerate(brand.queries):
            error = _unreadable(query)
            if error:
                message = f"{error.message} at character {error.position + 1}"
                yield _Problem(("brand", index, "queries", number), message, error.mend)


def _unreadable(query: str) -> QueryError | None:
    try:
        parse(query)
    except QueryError as error:
        return error
    return None


def _sources(parsed: FileSchema, kinds: Collection[str] | None) -> Iterator[_Problem]:
    seen: dict[str, int] = {}
    for index, source in enumerate(parsed.source):
        other = seen.setdefault(source.name, index)
        if other != index:
            message = f'"{source.name}" is already source {other + 1}'
            yield _Problem(("source", index, "name"), message, "every source needs its own name")
        if kinds is not None and source.kind not in (AUTO_KIND, *kinds):
            hint = _hint(source.kind, [AUTO_KIND, *kinds])
            yield _Problem(("source", index, "kind"), f'"{source.kind}" is no kind of source', hint)
        if (source.username is None) != (source.password is None):
            missing = "password" if source.password is None else "username"
            yield _Problem(("source", index, missing), "is missing", "a log-in needs username and password")


def _routes(parsed: FileSchema) -> Iterator[_Problem]:
    known = {
        "brand": brand_ids(parsed),
        "query": {query: query for brand in parsed.brand for query in brand.queries},
        "source": {source.name: source.name for source in parsed.source},
    }
    for index, route in enumerate(parsed.route):
        named = {"brand": route.brand and route.brand.casefold(), "query": route.query, "source": route.source}
        for key, name in named.items():
            if name is not None and name not in known[key]:
                what = "query of any brand" if key == "query" else key
                yield _Problem(("route", index, key), f'"{name}" is no {what}', _hint(name, known[key]))


def _people(parsed: FileSchema) -> Iterator[_Problem]:
    """Teams and agents that name each other, and brands that approval names."""
    teams = [team.name for team in parsed.team]
    yield from _twice("team", teams)
    yield from _twice("agent", [agent.name for agent in parsed.agent])
    for index, team in enumerate(parsed.team):
        yield from _unknown(("team", index, "lends_to"), team.lends_to, teams)
        if not any(team.name in agent.teams for agent in parsed.agent):
            yield _Problem(("team", index, "name"), "no agent is in this team: nothing is given out", fatal=False)
    for index, agent in enumerate(parsed.agent):
        yield from _unknown(("agent", index, "teams"), agent.teams, teams)
    for index, route in enumerate(parsed.route):
        if teams and route.team not in teams:
            yield _Problem(("route", index, "team"), f'"{route.team}" is no team', _hint(route.team, teams))
    brands = brand_ids(parsed)
    for number, name in enumerate(parsed.approval.brands):
        if name.casefold() not in brands:
            yield _Problem(("approval", "brands", number), f'"{name}" is no brand', _hint(name, brands))


def _unknown(location: tuple[str | int, ...], names: Sequence[str], teams: Collection[str]) -> Iterator[_Problem]:
    for number, name in enumerate(names):
        if name not in teams:
            yield _Problem((*location, number), f'"{name}" is no team', _hint(name, teams))


def _twice(table: str, names: list[str]) -> Iterator[_Problem]:
    for index, name in enumerate(names):
        if names.index(name) != index:
            message = f'"{name}" is already {table} {names.index(name) + 1}'
            yield _Problem((table, index, "name"), message)


def _service(parsed: FileSchema) -> Iterator[_Problem]:
    if parsed.web.public_url is None and parsed.web.host in ("0.0.0.0", "::"):  # noqa: S104 - refused, not bound
        mend = 'say how people reach it, such as public_url = "https://inbox.example.com"'
        yield _Problem(("web", "public_url"), "is missing: the inbox is bound to every address", mend)
    yield from _slack(parsed)
    if not parsed.source:
        yield _Problem(("source",), "none: nothing is crawled", fatal=False)
    elif parsed.listener.contact is None:
        mend = "an address that owners of the sites you read can write to; it goes into the User-Agent"
        yield _Problem(("listener", "contact"), "not given", mend, fatal=False)


def _slack(parsed: FileSchema) -> Iterator[_Problem]:
    if parsed.slack is None:
        yield _Problem(("slack",), "none: tickets are shown in the inbox only", fatal=False)
        return
    public = parsed.web.public_url or ""
    if parsed.slack.way_in is SlackMode.HTTP and not public.startswith("https://"):
        message = "clicks come over HTTP, and Slack reaches https addresses only"
        yield _Problem(("slack", "mode"), message, "set public_url under [web]", fatal=False)
    for key, token, beginning in (
        ("bot_token", parsed.slack.bot_token, "xoxb-"),
        ("app_token", parsed.slack.app_token, "xapp-"),
    ):
        if token is not None and not token.get_secret_value().startswith(beginning):
            yield _Problem(("slack", key), f'does not begin with "{beginning}" as tokens of Slack do', fatal=False)


def _hint(name: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(name, known, n=2, cutoff=0.5)
    if near:
        return f"did you mean {' or '.join(near)}?"
    return f"known: {', '.join(sorted(known))}" if known else "there is none"

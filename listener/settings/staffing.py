"""From the tables of the desk to its values: calendars, teams, people, policies."""

from collections.abc import Iterator, Mapping

from listener.alerting import AlertPolicy, ChannelPolicy, FloodPolicy
from listener.approval import ApprovalPolicy
from listener.baseline import CrisisPolicy
from listener.calendars import Calendar, Hours
from listener.distribution import Agent, Staff, Team
from listener.routing import Rule
from listener.settings.desk_tables import WEEKDAYS, AlertsTable, CalendarTable, Weekday
from listener.settings.schema import FileSchema
from listener.sla import SlaPolicy
from listener.triage import ReachPolicy, TriagePolicy


def calendar(table: CalendarTable, hours: Mapping[Weekday, Hours] | None = None) -> Calendar:
    """The house's calendar, or one with other hours and the same holidays."""
    chosen = hours or table.hours
    return Calendar(
        zone=table.zone,
        hours=None if chosen is None else {WEEKDAYS.index(day): spans for day, spans in chosen.items()},
        country=None if table.holidays == "none" else table.holidays,
        closed=frozenset(table.closed),
        open=frozenset(table.open),
    )


def staff(parsed: FileSchema) -> Staff:
    """Teams and people."""
    desk = parsed.desk
    return Staff(
        teams=tuple(
            Team(
                name=team.name,
                strategy=team.distribution,
                calendar=calendar(parsed.calendar, team.hours) if team.hours else None,
                manager=team.manager,
                lends_to=team.lends_to,
                channel=team.channel,
            )
            for team in parsed.team
        ),
        agents=tuple(
            Agent(
                name=agent.name,
                teams=agent.teams,
                capacity=agent.capacity,
                skills=frozenset(agent.skills),
                languages=frozenset(language.lower() for language in agent.languages),
                calendar=calendar(parsed.calendar, agent.hours) if agent.hours else None,
                slack=agent.slack,
                role=agent.role,
            )
            for agent in parsed.agent
        ),
        calendar=calendar(parsed.calendar),
        claim_timeout=desk.claim_timeout,
        answer_lock=desk.answer_lock,
    )


def triage(parsed: FileSchema) -> TriagePolicy:
    """What opens a ticket, and its clocks."""
    default = TriagePolicy()
    table = parsed.triage
    return TriagePolicy(
        tickets_for=default.tickets_for if table.tickets_for is None else table.tickets_for,
        min_urgency=table.min_urgency,
        competitors=table.competitors,
        review_from=table.review_from,
        reopen_within=parsed.desk.reopen_within,
        reach=ReachPolicy(**table.reach.model_dump()),
        sla=_sla(parsed),
    )


def _sla(parsed: FileSchema) -> SlaPolicy:
    default, table = SlaPolicy(), parsed.sla
    return SlaPolicy(
        first_response={**default.first_response, **table.first_response},
        next_response={**default.next_response, **table.first_response, **table.next_response},
        resolution=table.resolution,
        calendar=calendar(parsed.calendar),
        round_the_clock=table.round_the_clock,
        warn=tuple(sorted(table.warn)),
        escalate_every=table.escalate_every,
    )


def approval(parsed: FileSchema, brand_ids: Mapping[str, str]) -> ApprovalPolicy:
    """Which replies want a second person."""
    table = parsed.approval
    return ApprovalPolicy(
        always=table.always,
        min_priority=table.min_priority,
        brands=frozenset(brand_ids[name.casefold()] for name in table.brands),
        violations=table.violations,
    )


def alerting(table: AlertsTable, zone: str) -> AlertPolicy:
    """How many alerts, and when. A channel of its own keeps what its table does not name."""
    return AlertPolicy(
        default=ChannelPolicy(per_hour=table.per_hour, quiet=table.quiet),
        channels={
            name: ChannelPolicy(per_hour=own.per_hour or table.per_hour, quiet=own.quiet or table.quiet)
            for name, own in table.channels.items()
        },
        zone=zone,
        digest_every=table.digest_every,
        watch_every=table.watch_every,
    )


def floods(table: AlertsTable) -> FloodPolicy:
    """When many tickets become one."""
    return FloodPolicy(at_least=table.flood, within=table.flood_within)


def crisis(table: AlertsTable) -> CrisisPolicy:
    """When it is a crisis."""
    return CrisisPolicy(min_volume=table.crisis_volume, deviations=table.crisis_deviations, weeks=table.crisis_weeks)


def rules(parsed: FileSchema, brand_ids: Mapping[str, str]) -> Iterator[Rule]:
    """Routing rules. A rule without a channel has that of its team."""
    channels = {team.name: team.channel for team in parsed.team}
    for table in parsed.route:
        conditions = table.model_dump()
        if table.brand is not None:
            conditions["brand"] = brand_ids[table.brand.casefold()]
        conditions["channel"] = table.channel or channels.get(table.team)
        conditions["min_confidence"] = {str(label): share for label, share in table.min_confidence.items()}
        yield Rule(**conditions)

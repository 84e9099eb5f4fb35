"""rules: routing tried on the past before it is switched on, and how right its alerts were."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from listener.cli import streams
from listener.cli.house import existing_storage
from listener.cli.options import config_option, load_settings
from listener.model import Query
from listener.routing import Case, Rerouted, Rule, compare, route

if TYPE_CHECKING:
    from listener.storage import Storage, Transaction

_BATCH = 500


@click.group()
def rules() -> None:
    """Routing rules: who gets a ticket."""


@rules.command("try")
@config_option()
@click.option(
    "--against",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The configuration as it is now; without it, what the tickets got then.",
)
@click.option("--days", type=click.IntRange(min=1), metavar="N", help="Only tickets of the last N days.")
def try_rules(config: Path, against: Path | None, days: int | None) -> None:
    """Routes the stored tickets by the rules of --config and prints those that would go elsewhere. Changes nothing."""
    settings = load_settings(config)
    before = load_settings(against).rules if against else None
    with existing_storage(settings) as storage:
        cases = list(streams.progress(_cases(storage, days), "tickets"))
    moved = _moved(before, settings.rules, cases)
    streams.write(_row(change) for change in moved)
    _sum_up(settings.rules, [case for case, _ in cases], len(moved))


@rules.command()
@config_option()
def precision(config: Path) -> None:
    """Prints how many tickets each rule placed, and how many of those that people judged were relevant."""
    with existing_storage(load_settings(config)) as storage, storage.read() as tx:
        found = tx.alerts.precision()
    streams.write(
        {
            "rule": row.rule or None,
            "tickets": row.alerts,
            "relevant": row.relevant,
            "not_relevant": row.not_relevant,
            "precision": None if row.precision is None else round(row.precision, 3),
        }
        for row in found
    )


def _cases(storage: "Storage", days: int | None) -> Iterator[tuple[Case, Rule | None]]:
    """Tickets as routing saw them, each with what it got then."""
    after, now = 0, datetime.now(UTC)
    while True:
        with storage.read() as tx:
            batch = tx.tickets.all(after, _BATCH)
            for ticket in batch:
                if days is None or (now - ticket.opened_at).days < days:
                    yield from _case(tx, ticket.id)
        if len(batch) < _BATCH:
            return
        after = batch[-1].id


def _case(tx: "Transaction", ticket_id: int) -> Iterator[tuple[Case, Rule | None]]:
    ticket = tx.tickets.one(ticket_id)
    first = next((stored for stored in tx.posts.of_ticket(ticket_id) if stored.classification), None)
    if ticket is None or first is None or first.classification is None:
        return
    case = Case(
        ticket_id=ticket.id,
        query=Query(brand=ticket.brand, expression=ticket.query),
        source=first.post.source,
        classification=first.classification,
        priority=ticket.priority,
    )
    yield case, Rule(team=ticket.team, name=ticket.rule or "", skills=ticket.skills) if ticket.team else None


def _moved(
    before: Sequence[Rule] | None, after: Sequence[Rule], cases: Sequence[tuple[Case, Rule | None]]
) -> list[Rerouted]:
    if before is not None:
        return list(compare(before, after, [case for case, _ in cases]))
    found = []
    for case, then in cases:
        new = route(after, case.query, case.source, case.classification, case.priority)
        if (then.team if then else None) != (new.team if new else None):
            found.append(Rerouted(ticket_id=case.ticket_id, before=then, after=new))
    return found


def _row(change: Rerouted) -> dict[str, Any]:
    return {"ticket": change.ticket_id, "before": _words(change.before), "after": _words(change.after)}


def _words(rule: Rule | None) -> dict[str, Any] | None:
    if rule is None:
        return None
    raised = rule.raise_to.value if rule.raise_to else None
    return {
        "team": rule.team, "rule": rule.title, "channel": rule.channel, "skills": list(rule.skills), "raise_to": raised,
    }  # fmt: skip


def _sum_up(rules_tried: Sequence[Rule], cases: Sequence[Case], moved: int) -> None:
    """How many tickets each rule would place, on standard error; one that places none is worth a look."""
    found = [route(rules_tried, case.query, case.source, case.classification, case.priority) for case in cases]
    counts = Counter(rule.title if rule else "" for rule in found)
    click.echo(f"{len(cases)} tickets tried, {moved} would go elsewhere", err=True)
    for rule in rules_tried:
        click.echo(f"  {counts[rule.title]:6} {rule.title}", err=True)
    click.echo(f"  {counts['']:6} no rule", err=True)

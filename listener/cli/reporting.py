"""digest: what was said in a period, laid out for people or machines."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from listener.cli import streams
from listener.cli.house import existing_storage
from listener.cli.options import config_option, load_settings, written
from listener.digest import Digest, make_digest
from listener.errors import WrongUse
from listener.settings import Settings

_LAYOUTS = ("html", "pdf", "text", "json")
_BAR = 40


def _day(ctx: click.Context, parameter: click.Parameter, value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise click.BadParameter(f'"{value}" is no date such as 2025-01-31', ctx=ctx, param=parameter) from None


@click.command()
@click.option("--from", "first", required=True, callback=_day, metavar="DATE", help="The first day.")
@click.option("--to", "last", required=True, callback=_day, metavar="DATE", help="The last day, itself included.")
@click.option("--brand", callback=written, help="Id or name of one brand; all unless given.")
@click.option("--format", "layout", type=click.Choice(_LAYOUTS), required=True, help="How to lay it out.")
@click.option("--out", metavar="FILE", help="Where to write; standard output unless given.")
@config_option()
def digest(first: date, last: date, brand: str | None, layout: str, out: str | None, config: Path) -> None:
    """Sums up the posts first seen in a period. Days are those of the zone of the inbox ([web] zone)."""
    if last < first:
        raise WrongUse(f"{last} is before {first}", where="--to")
    if layout == "pdf":
        raise WrongUse("is not available yet", where="--format pdf", mend="use --format html and print it to PDF")
    settings = load_settings(config)
    zone = ZoneInfo(settings.web.zone)
    start = datetime.combine(first, time(), zone)
    end = datetime.combine(last + timedelta(days=1), time(), zone)
    with existing_storage(settings) as storage:
        made = make_digest(storage, start, end, _brand_id(settings, brand), zone)
    lay_out = {"text": _text, "json": _json, "html": _html}[layout]
    streams.write_text(lay_out(made, settings), out)


def _brand_id(settings: Settings, name: str | None) -> str | None:
    if name is None:
        return None
    brand = settings.brand(name)
    if brand is None:
        known = ", ".join(brand.name for brand in settings.brands) or "none"
        raise WrongUse(f'"{name}" is no brand', where="--brand", mend=f"configured: {known}")
    return brand.id


def _json(made: Digest, settings: Settings) -> str:
    return json.dumps(asdict(made), ensure_ascii=False, default=lambda moment: moment.isoformat()) + "\n"


def _text(made: Digest, settings: Settings) -> str:
    return "\n".join(_lines(made, settings)) + "\n"


def _lines(made: Digest, settings: Settings) -> Iterator[str]:
    yield title(made, settings)
    yield ""
    yield f"{made.posts} posts, {made.urgent} of them urgent, {made.classified} classified"
    if made.net_sentiment is not None:
        shares = ", ".join(f"{label} {number}" for label, number in made.sentiment.items())
        yield f"sentiment: {shares}; net {made.net_sentiment:+.2f}"
    yield ""
    most = max((number for _, number in made.days), default=0)
    for day, number in made.days:
        yield f"{day}  {number:6d}  {'#' * round(_BAR * number / most) if most else ''}".rstrip()
    for name, counts in tables(made, settings):
        if counts:
            yield ""
            yield f"{name}:"
            yield from (f"  {number:6d}  {label}" for label, number in counts)


def title(made: Digest, settings: Settings) -> str:
    """What the digest is of."""
    brand = settings.brand(made.brand) if made.brand else None
    last = (made.end - timedelta(days=1)).date()
    return f"{brand.name if brand else 'all brands'}, {made.start.date()} to {last}"


def tables(made: Digest, settings: Settings) -> list[tuple[str, tuple[tuple[str, int], ...]]]:
    """Named counts in the order of worth."""
    brands = tuple((found.name if (found := settings.brand(id_)) else id_, n) for id_, n in made.brands)
    return [
        ("reasons of negative posts", made.reasons),
        ("intents", made.intents),
        ("topics", made.topics),
        ("brands", brands),
        ("sources", made.sources),
    ]


def _html(made: Digest, settings: Settings) -> str:
    from jinja2 import Environment, StrictUndefined

    page = files("listener.cli").joinpath("digest.html").read_text(encoding="utf-8")
    template = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True).from_string(page)
    most = max((number for _, number in made.days), default=0) or 1
    return template.render(digest=made, title=title(made, settings), tables=tables(made, settings), most=most)

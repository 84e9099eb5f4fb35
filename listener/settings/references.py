"""What only shows when the parts of a configuration are read together: names that meet, names that point."""

import difflib
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from listener.settings.findings import Finding, place
from listener.settings.schema import AUTO_KIND, FileSchema, slug


def check(
    file: str, document: Mapping[str, Any], parsed: FileSchema, kinds: Collection[str] | None
) -> Iterator[Finding]:
    """Findings, in the order of the tables. kinds: None where they need not be checked."""

    def finding(*location: str | int, message: str, mend: str = "", fatal: bool = True) -> Finding:
        return Finding(where=place(file, document, location), message=message, mend=mend, fatal=fatal)

    for index, key, message in _brand_names(parsed):
        yield finding("brand", index, key, message=message)
    for index, brand in enumerate(parsed.brand):
        if not brand.queries:
            yield finding("brand", index, "queries", message="none: nothing is listened for", fatal=False)
    for index, key, message, mend in _sources(parsed, kinds):
        yield finding("source", index, key, message=message, mend=mend)
    for index, key, message, mend in _routes(parsed):
        yield finding("route", index, key, message=message, mend=mend)
    if parsed.web.public_url is None and parsed.web.host in ("0.0.0.0", "::"):  # noqa: S104 - refused, not bound
        mend = 'say how people reach it, such as public_url = "https://inbox.example.com"'
        yield finding("web", "public_url", message="is missing: the inbox is bound to every address", mend=mend)
    if not parsed.source:
        yield finding("source", message="none: nothing is crawled", fatal=False)
    elif parsed.listener.contact is None:
        mend = "an address that owners of the sites you read can write to; it goes into the User-Agent"
        yield finding("listener", "contact", message="not given", mend=mend, fatal=False)


def brand_ids(parsed: FileSchema) -> dict[str, str]:
    """Brand id by id and by name, in lower case: rules may say either."""
    ids = {}
    for brand in parsed.brand:
        own = brand.id or slug(brand.name)
        ids[brand.name.casefold()] = own
        ids[own.casefold()] = own
    return ids


def _brand_names(parsed: FileSchema) -> Iterator[tuple[int, str, str]]:
    seen: dict[str, int] = {}
    for index, brand in enumerate(parsed.brand):
        own = (brand.id or slug(brand.name)).casefold()
        for key, name in (("id", own), ("name", brand.name.casefold())):
            other = seen.setdefault(name, index)
            if other != index:
                yield index, key, f'"{name}" is already brand {other + 1}'


def _sources(parsed: FileSchema, kinds: Collection[str] | None) -> Iterator[tuple[int, str, str, str]]:
    seen: dict[str, int] = {}
    for index, source in enumerate(parsed.source):
        other = seen.setdefault(source.name, index)
        if other != index:
            yield index, "name", f'"{source.name}" is already source {other + 1}', "every source needs its own name"
        if kinds is not None and source.kind != AUTO_KIND and source.kind not in kinds:
            yield index, "kind", f'"{source.kind}" is no kind of source', _hint(source.kind, [AUTO_KIND, *kinds])
        if (source.username is None) != (source.password is None):
            missing = "password" if source.password is None else "username"
            yield index, missing, "is missing", "a log-in needs username and password"


def _routes(parsed: FileSchema) -> Iterator[tuple[int, str, str, str]]:
    brands = brand_ids(parsed)
    queries = {query for brand in parsed.brand for query in brand.queries}
    sources = {source.name for source in parsed.source}
    for index, route in enumerate(parsed.route):
        if route.brand is not None and route.brand.casefold() not in brands:
            yield index, "brand", f'"{route.brand}" is no brand', _hint(route.brand, brands)
        if route.query is not None and route.query not in queries:
            yield index, "query", f'"{route.query}" is no query of any brand', _hint(route.query, queries)
        if route.source is not None and route.source not in sources:
            yield index, "source", f'"{route.source}" is no source', _hint(route.source, sources)


def _hint(name: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(name, known, n=2, cutoff=0.5)
    if near:
        return f"did you mean {' or '.join(near)}?"
    return f"known: {', '.join(sorted(known))}" if known else "there is none"

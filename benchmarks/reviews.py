"""Marked-up reviews read from a page, beside extruct on the same pages.

    python -m pip install extruct; python -m benchmarks.reviews

Pages: the three in tests/data/reviews (written for the tests), and a shop's page with a hundred reviews in each of the
three syntaxes, made here. What counts as found: a Review with its body. extruct gives JSON-LD, microdata and RDFa, each
asked for where the page has it; finding reviews among what it gives is not counted. Ratios are what to read.
"""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from listener.markup import tree
from sources.reviews_items import reviews_of

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 5


def pages() -> Iterator[tuple[str, str, str]]:
    """Name, syntax as extruct calls it, HTML."""
    for name, syntax in (("jsonld", "json-ld"), ("microdata", "microdata"), ("rdfa", "rdfa")):
        yield f"{name}, written", syntax, (ROOT / "tests/data/reviews" / f"{name}.html").read_text(encoding="utf-8")
    yield "json-ld, 100", "json-ld", _shop(_json_ld())
    yield "microdata, 100", "microdata", _shop("".join(map(_microdata, range(100))))
    yield "rdfa, 100", "rdfa", _shop("".join(map(_rdfa, range(100))), ' vocab="https://schema.org/"')


def _shop(inside: str, more: str = "") -> str:
    menu = "".join(f'<li class="menu"><a href="/k/{n}"><span>Kategoria {n}</span></a></li>' for n in range(400))
    return f"<html><head><title>Okno</title></head><body{more}><ul>{menu}</ul>{inside}</body></html>"


def _json_ld() -> str:
    rating = {"@type": "Rating", "ratingValue": 4}
    rows = [
        {"@type": "Review", "author": {"@type": "Person", "name": f"A{n}"}, "datePublished": "2026-11-20",
         "reviewBody": f"Opinia {n}", "reviewRating": rating}
        for n in range(100)
    ]  # fmt: skip
    data = {"@context": "https://schema.org", "@type": "Product", "name": "O7", "review": rows}
    return f'<script type="application/ld+json">{json.dumps(data)}</script>'


def _microdata(n: int) -> str:
    return (
        f'<div itemscope itemtype="https://schema.org/Review"><span itemprop="author">A{n}</span><time itemprop='
        f'"datePublished" datetime="2026-11-20">wtedy</time><div itemprop="reviewRating" itemscope itemtype='
        f'"https://schema.org/Rating"><b itemprop="ratingValue">4</b></div><p itemprop="reviewBody">Opinia {n}</p>'
        "</div>"
    )


def _rdfa(n: int) -> str:
    return (
        f'<div typeof="Review"><span property="author">A{n}</span><time property="datePublished" datetime="2026-11-20">'
        f'wtedy</time><div property="reviewRating" typeof="Rating"><b property="ratingValue">4</b></div>'
        f'<p property="reviewBody">Opinia {n}</p></div>'
    )


def ours(html: str, syntax: str) -> int:
    """Reviews with a body that we find."""
    return sum(bool(found.review.text("reviewBody", "description")) for found in reviews_of(tree(html), html))


def by_extruct(html: str, syntax: str) -> int:
    """The same of extruct. A page that it cannot read counts as none found."""
    import extruct  # need not be there otherwise

    try:
        given = extruct.extract(html, base_url="https://x.example/", syntaxes=[syntax], errors="log")
    except Exception as error:  # noqa: BLE001 - what it raises is of many kinds, and is the result
        print(f"    extruct: {type(error).__name__}: {str(error)[:80]}")
        return 0
    return sum(_has_body(one) for one in _objects(given))


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _objects(one)


def _has_body(one: dict[str, Any]) -> bool:
    props = one.get("properties") or one
    return any(name.rpartition("/")[2] in ("reviewBody", "description") for name in props) and "Review" in str(
        one.get("@type") or one.get("type")
    )


def timed(read: Callable[[str, str], int], html: str, syntax: str) -> tuple[int, float]:
    """Found, and the seconds of the fastest round."""
    best = float("inf")
    for _ in range(ROUNDS):
        began = time.perf_counter()
        found = read(html, syntax)
        best = min(best, time.perf_counter() - began)
    return found, best


def main() -> None:
    """The table."""
    print(f"{'page':20} {'ours':>5} {'extruct':>8} {'ms':>8} {'ms':>8} {'ratio':>7}")
    for name, syntax, html in pages():
        (found, quick), (other, slow) = timed(ours, html, syntax), timed(by_extruct, html, syntax)
        print(f"{name:20} {found:5} {other:8} {quick * 1000:8.2f} {slow * 1000:8.2f} {slow / quick:6.1f}x")


if __name__ == "__main__":
    main()

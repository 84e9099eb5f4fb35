"""The demo review site: pages with schema.org Review in JSON-LD, and an RSS feed of all reviews."""

from collections.abc import Callable, Sequence
from datetime import datetime
from email.utils import format_datetime
from xml.etree import ElementTree

from fastapi import FastAPI, Request
from fastapi.responses import Response

from listener.demo import rendering
from listener.demo.content import Company
from listener.demo.feeds import add, declared
from listener.demo.rendering import answer, form_page, mount_static
from listener.demo.world import ShownReview, World

_BEST = 5


def make_reviews(world: World, clock: Callable[[], datetime]) -> FastAPI:
    """The review site as an application."""
    app, env, site = FastAPI(openapi_url=None), rendering.environment(), world.content.reviews
    mount_static(app)

    def draw(request: Request, company: Company | None) -> Response:
        shown = world.visible(clock()).reviews
        listed = [row for row in shown if company is None or row.review.company == company.id]
        companies = [(one, average(shown, one)) for one in site.company]
        names = {one.id: one.name for one in site.company}
        data = [json_ld(row, names[row.review.company], str(request.base_url)) for row in listed]
        page = env.get_template("reviews.html")
        body = page.render(site=site, companies=companies, company=company, rows=listed, names=names, data=data)
        return answer(request, body)

    @app.get("/")
    async def index(request: Request) -> Response:
        return draw(request, None)

    @app.get("/firma/{company}/")
    async def firm(request: Request, company: str) -> Response:
        found = next((one for one in site.company if one.id == company), None)
        return draw(request, found) if found else form_page("Nie ma takiej firmy.", 404)

    @app.get("/feed.xml")
    async def feed(request: Request) -> Response:
        rows = world.visible(clock()).reviews
        names = {one.id: one.name for one in site.company}
        body = rss(rows, names, site.title, str(request.base_url))
        return answer(request, body, media_type="application/rss+xml", modified=rows[0].at if rows else None)

    return app


def review_url(row: ShownReview, base: str) -> str:
    """Where a review stands. base: the site's address, ending in a slash."""
    return f"{base}firma/{row.review.company}/#opinia-{row.number}"


def average(rows: Sequence[ShownReview], company: Company) -> float | None:
    """Mean rating, or None where nobody said anything yet."""
    ratings = [row.review.rating for row in rows if row.review.company == company.id]
    return sum(ratings) / len(ratings) if ratings else None


def json_ld(row: ShownReview, company: str, base: str) -> dict[str, object]:
    """A review as schema.org/Review, to be written into the page as JSON."""
    return {
        "@context": "https://schema.org",
        "@type": "Review",
        "@id": review_url(row, base),
        "url": review_url(row, base),
        "itemReviewed": {"@type": "Organization", "name": company},
        "author": {"@type": "Person", "name": row.review.author},
        "datePublished": row.at.isoformat(),
        "name": row.review.title,
        "reviewBody": row.review.text,
        "reviewRating": {"@type": "Rating", "ratingValue": row.review.rating, "bestRating": _BEST, "worstRating": 1},
    }


def rss(rows: Sequence[ShownReview], names: dict[str, str], title: str, base: str) -> str:
    """RSS 2.0, newest first; dc:creator names the author."""
    root = ElementTree.Element("rss", {"version": "2.0", "xmlns:dc": "http://purl.org/dc/elements/1.1/"})
    channel = ElementTree.SubElement(root, "channel")
    add(channel, "title", title)
    add(channel, "link", base)
    add(channel, "description", "Najnowsze opinie o firmach")
    for row in rows:
        item = ElementTree.SubElement(channel, "item")
        add(item, "title", f"{names[row.review.company]}: {row.review.title} ({row.review.rating}/{_BEST})")
        add(item, "link", review_url(row, base))
        add(item, "guid", f"opinia-{row.number}", isPermaLink="false")
        add(item, "dc:creator", row.review.author)
        add(item, "pubDate", format_datetime(row.at, usegmt=True))
        add(item, "description", row.review.text)
    return declared(root)

"""The demo's page on a social network: posts of the company with comments for eyes, and an Atom feed of comments."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from xml.etree import ElementTree

from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, Response

from listener.demo import rendering
from listener.demo.content import SocialPage
from listener.demo.feeds import add, declared
from listener.demo.rendering import answer, mount_static
from listener.demo.world import ShownComment, ShownPost, World
from listener.text import excerpt

_TITLE = 60


def make_page(
    world: World,
    clock: Callable[[], datetime],
    shown: Callable[[], Sequence[ShownPost]] | None = None,
    anchor: Callable[[str, str], str] | None = None,
) -> FastAPI:
    """The page as an application. shown: what stands there, where that is more than the script says. anchor: where a
    post stands that the interface names by its id, and by that of a comment."""

    def posts() -> Sequence[ShownPost]:
        return world.visible(clock()).page if shown is None else shown()

    app, env, page = FastAPI(openapi_url=None), rendering.environment(), world.content.page
    mount_static(app)

    @app.get("/")
    async def index(request: Request) -> Response:
        return answer(request, env.get_template("page.html").render(page=page, posts=posts()))

    @app.get("/feed.atom")
    async def feed(request: Request) -> Response:
        base = str(request.base_url)
        said = sorted(_comments(posts()), key=lambda pair: pair[1].at, reverse=True)
        newest = said[0][1].at if said else world.started_at
        body = atom(said, page, base, newest)
        return answer(request, body, media_type="application/atom+xml", modified=newest)

    @app.get("/{native_id}")
    async def one(native_id: str, comment_id: str = "") -> Response:
        return RedirectResponse(anchor(native_id, comment_id) if anchor else "/", 303)

    return app


def _comments(posts: Sequence[ShownPost]) -> Iterator[tuple[ShownPost, ShownComment]]:
    return ((post, comment) for post in posts for comment in post.comments)


def atom(said: Sequence[tuple[ShownPost, ShownComment]], page: SocialPage, base: str, updated: datetime) -> str:
    """Atom 1.0, newest first; thr:in-reply-to names the post that a comment stands under."""
    spaces = {"xmlns": "http://www.w3.org/2005/Atom", "xmlns:thr": "http://purl.org/syndication/thread/1.0"}
    root = ElementTree.Element("feed", spaces)
    add(root, "id", f"{base}feed.atom")
    add(root, "title", f"{page.title}: komentarze")
    add(root, "updated", updated.isoformat())
    add(root, "link", rel="self", href=f"{base}feed.atom")
    add(root, "link", rel="alternate", href=base)
    for post, comment in said:
        _entry(root, post, comment, page, base)
    return declared(root)


def _entry(root: ElementTree.Element, post: ShownPost, comment: ShownComment, page: SocialPage, base: str) -> None:
    entry = add(root, "entry")
    add(entry, "id", f"{base}#wpis-{post.number}-{comment.number}")
    add(entry, "title", f"{page.title}: {excerpt(post.text, _TITLE)}")
    add(entry, "published", comment.at.isoformat())
    add(entry, "updated", comment.at.isoformat())
    add(entry, "link", rel="alternate", href=f"{base}#wpis-{post.number}-{comment.number}")
    add(entry, "thr:in-reply-to", ref=f"{base}#wpis-{post.number}", href=f"{base}#wpis-{post.number}")
    add(add(entry, "author"), "name", comment.author)
    add(entry, "content", comment.text, type="text")

"""The demo forum as an application: the addresses and forms of a django-spirit board, so that our own kind `spirit`
crawls it and answers on it.
"""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.responses import RedirectResponse, Response

from listener.demo.board import Board, Clock, complaint_about, post_path, quotation, safe_next, thread_path
from listener.demo.board_pages import BoardPages
from listener.demo.rendering import mount_static, slug
from listener.demo.visitors import Visitors
from listener.demo.world import World

router = APIRouter()


def make_forum(world: World, clock: Clock) -> FastAPI:
    """The forum, its state in memory."""
    app = FastAPI(openapi_url=None)
    app.state.pages = BoardPages(Board(world, clock), Visitors(world.content.people))
    app.include_router(router)
    mount_static(app)
    return app


def _pages(request: Request) -> BoardPages:
    pages: BoardPages = request.app.state.pages
    return pages


Pages = Annotated[BoardPages, Depends(_pages)]


# --- reading ------------------------------------------------------------------------------------------------


@router.get("/")
@router.get("/topic/active/")
async def index(request: Request, pages: Pages, page: int = 1) -> Response:
    """Threads, last active first."""
    return pages.threads(request, pages.board.now().threads, page, "Ostatnio aktywne wątki")


@router.get("/category/{number}/{name}/")
async def category(request: Request, pages: Pages, number: int, name: str, page: int = 1) -> Response:
    """Threads of one category."""
    names = pages.board.world.content.forum.categories
    if not 1 <= number <= len(names):
        return pages.not_found(request)
    title = names[number - 1]
    threads = [thread for thread in pages.board.now().threads if thread.category == title]
    return pages.threads(request, threads, page, title)


@router.get("/topic/{number}/")
@router.get("/topic/{number}/{name}/")
async def topic(request: Request, pages: Pages, number: int, name: str = "", page: int = 1) -> Response:
    """One thread; a wrong name leads to the right one."""
    thread = pages.board.now().thread(number)
    if thread is None:
        return pages.not_found(request)
    if name != slug(thread.title):
        return RedirectResponse(thread_path(thread), status_code=301)
    return pages.thread(request, thread, page)


@router.get("/comment/{number}/find/")
async def find(request: Request, pages: Pages, number: int) -> Response:
    """The permalink of a post leads to its page and place."""
    found = pages.board.now().find(number)
    return RedirectResponse(post_path(*found), status_code=302) if found else pages.not_found(request)


@router.get("/user/name/{name}/")
async def by_name(pages: Pages, name: str) -> Response:
    """Where names in quotes lead."""
    return RedirectResponse(pages.profile_path(name), status_code=302)


@router.get("/user/{number}/{name}/")
async def profile(request: Request, pages: Pages, number: int, name: str) -> Response:
    """What somebody wrote."""
    person = pages.person(number)
    return pages.profile(request, person) if person else pages.not_found(request)


# --- logging in ---------------------------------------------------------------------------------------------


@router.get("/user/login/")
async def login_form(request: Request, pages: Pages) -> Response:
    """The form."""
    target = safe_next(request.query_params.get("next"))
    return pages.with_token("board_login.html", request, next=target, wrong=False, name="")


@router.post("/user/login/")
async def login(request: Request, pages: Pages) -> Response:
    """The same form again where name and password do not fit."""
    form = await request.form()
    if not pages.visitors.token_fits(request, form.get("csrfmiddlewaretoken")):
        return pages.forged(request)
    name, target = str(form.get("username", "")), safe_next(form.get("next"))
    response = RedirectResponse(target, status_code=302)
    if pages.visitors.log_in(name, str(form.get("password", "")), response):
        return response
    return pages.with_token("board_login.html", request, next=target, wrong=True, name=name)


@router.post("/user/logout/")
async def logout(request: Request, pages: Pages) -> Response:
    """Back to where they were."""
    form = await request.form()
    if not pages.visitors.token_fits(request, form.get("csrfmiddlewaretoken")):
        return pages.forged(request)
    response = RedirectResponse(safe_next(form.get("next")), status_code=302)
    pages.visitors.log_out(request, response)
    return response


# --- writing ------------------------------------------------------------------------------------------------


def _to_login(request: Request) -> Response:
    return RedirectResponse(f"/user/login/?next={quote(request.url.path)}", status_code=302)


@router.get("/comment/{number}/publish/")
@router.get("/comment/{number}/publish/{quoted}/quote/")
async def reply_form(request: Request, pages: Pages, number: int, quoted: int = 0) -> Response:
    """An empty form, or one that begins with what somebody said."""
    if pages.visitors.person(request) is None:
        return _to_login(request)
    visible = pages.board.now()
    thread, cited = visible.thread(number), visible.find(quoted)
    if thread is None:
        return pages.not_found(request)
    text = quotation(cited[1]) if cited else ""
    return pages.with_token("board_reply.html", request, thread=thread, text=text, wrong="")


@router.post("/comment/{number}/publish/")
@router.post("/comment/{number}/publish/{quoted}/quote/")
async def publish(request: Request, pages: Pages, number: int, quoted: int = 0) -> Response:
    """Leads to the new post; shows the form again where the text cannot be taken."""
    person = pages.visitors.person(request)
    if person is None:
        return _to_login(request)
    fields = await request.form()
    if not pages.visitors.token_fits(request, fields.get("csrfmiddlewaretoken")):
        return pages.forged(request)
    thread = pages.board.now().thread(number)
    if thread is None:
        return pages.not_found(request)
    text = str(fields.get("comment", "")).replace("\r\n", "\n").strip()
    wrong = complaint_about(text)
    if wrong:
        return pages.with_token("board_reply.html", request, thread=thread, text=text, wrong=wrong)
    mark = str(fields.get("comment_hash") or f"{number}\n{text}")
    return RedirectResponse(f"/comment/{pages.board.publish(thread, person, text, mark)}/find/", status_code=302)

"""Draws the pages of the demo forum. Their structure is that of a django-spirit board, so that the kind `spirit`
reads them; templates and style are our own.
"""

from collections.abc import Sequence
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import HTMLResponse, Response

from listener.demo import rendering
from listener.demo.board import POSTS_A_PAGE, THREADS_A_PAGE, Board, cut, thread_path
from listener.demo.content import Person
from listener.demo.rendering import answer, form_page, slug
from listener.demo.visitors import Visitors
from listener.demo.world import BoardThread

_BADGES = {"member": "", "moderator": "moderator", "company": "oficjalne konto firmy"}


class BoardPages:
    """Pages for whoever asks."""

    def __init__(self, board: Board, visitors: Visitors) -> None:
        self.board, self.visitors = board, visitors
        self._env = rendering.environment()
        content = board.world.content
        self._numbers = {person.name: number for number, person in enumerate(content.people, 1)}
        self._env.globals.update(
            forum=content.forum,
            badges=_BADGES,
            profile_path=self.profile_path,
            thread_path=thread_path,
            categories=list(enumerate(content.forum.categories, 1)),
        )

    def profile_path(self, name: str) -> str:
        """/user/4/kaska84/"""
        return quote(f"/user/{self._numbers.get(name, 0)}/{slug(name)}/")

    def person(self, number: int) -> Person | None:
        """The account of this number."""
        people = self.board.world.content.people
        return people[number - 1] if 1 <= number <= len(people) else None

    def draw(self, template: str, request: Request, **values: object) -> str:
        """HTML of a template. Every page knows who looks and where they are."""
        now, english = self.board.clock(), request.headers.get("accept-language", "").startswith("en")
        return self._env.get_template(template).render(
            visitor=self.visitors.person(request),
            here=request.url.path,
            age=lambda at: rendering.age(at, now, english=english),
            **values,
        )

    def with_token(self, template: str, request: Request, **values: object) -> HTMLResponse:
        """A page with a form, and the cookie that belongs to it."""
        token = self.visitors.token(request)
        response = form_page(self.draw(template, request, token=token, **values))
        self.visitors.put_token(response, token)
        return response

    def message(self, request: Request, status: int, headline: str, message: str) -> Response:
        """A page that only says something."""
        return form_page(self.draw("board_message.html", request, headline=headline, message=message), status)

    def not_found(self, request: Request) -> Response:
        """Nothing stands here."""
        return self.message(request, 404, "Nie ma takiej strony", "Może była, ale się zmyła.")

    def forged(self, request: Request) -> Response:
        """A form without its token."""
        mend = "Formularz stracił ważność. Wróć, odśwież stronę i spróbuj jeszcze raz."
        return self.message(request, 403, "Dostęp zabroniony", mend)

    def threads(self, request: Request, threads: Sequence[BoardThread], page: int, title: str) -> Response:
        """A list of threads."""
        leaf = cut(len(threads), THREADS_A_PAGE, page)
        if leaf is None:
            return self.not_found(request)
        shown = threads[(page - 1) * THREADS_A_PAGE : page * THREADS_A_PAGE]
        return answer(request, self.draw("board_index.html", request, threads=shown, leaf=leaf, title=title))

    def thread(self, request: Request, thread: BoardThread, page: int) -> Response:
        """One thread; with the reply form for those who are logged in."""
        leaf = cut(len(thread.posts), POSTS_A_PAGE, page)
        if leaf is None:
            return self.not_found(request)
        shown = thread.posts[(page - 1) * POSTS_A_PAGE : page * POSTS_A_PAGE]
        if self.visitors.person(request) is None:
            body = self.draw("board_thread.html", request, thread=thread, posts=shown, leaf=leaf, token="")
            return answer(request, body)
        return self.with_token("board_thread.html", request, thread=thread, posts=shown, leaf=leaf)

    def profile(self, request: Request, person: Person) -> Response:
        """What somebody wrote, newest first."""
        threads = self.board.now().threads
        pairs = [(thread, post) for thread in threads for post in thread.posts if post.author.name == person.name]
        pairs.sort(key=lambda pair: pair[1].number, reverse=True)
        return answer(request, self.draw("board_profile.html", request, person=person, pairs=pairs))

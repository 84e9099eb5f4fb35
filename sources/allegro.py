"""A seller's account on Allegro: ratings of sales, and "Dyskusje i reklamacje", in which the law's clocks run.

Ratings are read like all lists of reviews. An issue is a thread: its title says by when it must be decided, what the
buyer first wrote is its first post, and the conversation is read when it moved (mark "i:ID"). A complaint that nobody
answers in time counts as accepted; so an issue that is due within three days is told as a warning of the source too.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import ClassVar
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

from listener.credentials import ALLEGRO_MEND, allegro_access, allegro_root
from listener.errors import Failure
from listener.model import Post
from listener.protocols import Ability, Cursor, Page, Parsed, Request
from listener.tokens import Grant
from sources.allegro_issues import Issue, issue_title, read_issue
from sources.payload import Object, inner, objects, read_object, text_at
from sources.reviews_api import Batch, ReviewsApi, keyed, moment

PUBLIC = "application/vnd.allegro.public.v1+json"
BETA = "application/vnd.allegro.beta.v1+json"
PER_PAGE = 100
MOST_ISSUE_PAGES = 20
MOST_CHAT_PAGES = 5
SOON = timedelta(days=3)


class Allegro(ReviewsApi):
    """Source kind `allegro`. options: client_id, client_secret, token_store; read: "ratings", "issues" or both."""

    kind: ClassVar[str] = "allegro"
    abilities: ClassVar[frozenset[Ability]] = frozenset({
        Ability.REPLY, Ability.VERIFY, Ability.EDIT, Ability.BACKFILL,
    })  # fmt: skip
    example: ClassVar[str] = "https://allegro.pl/uzytkownik/example/oceny"
    OWNER: ClassVar[str] = "Allegro: seller"
    mend: ClassVar[str] = ALLEGRO_MEND

    def access(self) -> Grant:
        """The seller's consent."""
        return allegro_access(self.config, self.clock)

    def requests(self, cursor: Cursor) -> Sequence[Request]:
        """The lists; before them, where there is none, a token."""
        access = self.access()
        headers = access.headers()
        return (access.request(),) if headers is None else tuple(keyed(one, headers) for one in self._lists())

    def _lists(self) -> Iterator[Request]:
        wanted = self.config.options.get("read") or ("issues", "ratings")
        if "issues" in wanted:
            yield self._issues_page(0)
        if "ratings" in wanted:
            yield self.first_page()

    def first_page(self) -> Request:
        """Ratings."""
        return self._ratings_page(0)

    def _ratings_page(self, offset: int) -> Request:
        url = f"{allegro_root(self.config)}/sale/user-ratings?limit={PER_PAGE}&offset={offset}"
        return Request(url=url, headers=_accepting(PUBLIC), tag="reviews", context={"offset": str(offset)})

    def _issues_page(self, offset: int) -> Request:
        url = f"{allegro_root(self.config)}/sale/issues?limit={PER_PAGE}&offset={offset}"
        return Request(url=url, headers=_accepting(BETA), tag="issues", context={"offset": str(offset)})

    def parse(self, page: Page, cursor: Cursor) -> Parsed:
        """Ratings as of all; issues and what is said in them."""
        if page.request.tag == "token":
            headers = self.access().take(page)
            return Parsed(follow=tuple(keyed(one, headers) for one in self._lists()))
        if page.status >= 400 or page.request.tag == "reviews":
            return super().parse(page, cursor)
        answer = read_object(page, self.mend)
        return self._chat(page, answer) if page.request.tag == "chat" else self._issues(page, answer, cursor)

    def why(self, page: Page, answer: Object) -> tuple[str, Failure | None]:
        """Allegro's words: errors with userMessage and message."""
        first = next(objects(answer.get("errors")), {})
        told = text_at(first, "userMessage") or text_at(first, "message") or text_at(answer, "error_description")
        return told or "", Failure.AUTH if page.status == 403 else None

    # --- ratings ----------------------------------------------------------------------------------------------

    def batch(self, page: Page, answer: Object) -> Batch:
        """Ratings with the seller's answers. A page that is not full is the last."""
        rows = [one for one in objects(answer.get("ratings")) if text_at(one, "id")]
        offset = int(page.request.context.get("offset") or 0) + PER_PAGE
        changes = (moment(text_at(one, "lastChangedAt") or text_at(one, "createdAt")) for one in rows)
        return Batch(
            posts=tuple(post for one in rows for post in self._rating(page, one)),
            changed=tuple(at for at in changes if at),
            following=self._ratings_page(offset) if len(rows) >= PER_PAGE else None,
        )

    def _rating(self, page: Page, one: Object) -> Iterator[Post]:
        """recommended, yes or no, is all the rating there is: 1 or 0 out of 1."""
        number, buyer, recommended = str(text_at(one, "id")), inner(one, "buyer"), one.get("recommended")
        known = isinstance(recommended, bool)
        url = self._page_of("oceny", number)
        raw = text_at(one, "createdAt")
        post = replace(
            self.review(page, f"rating/{number}", url, str(one.get("comment") or ""), raw),
            author=text_at(buyer, "login"),
            author_id=text_at(buyer, "id"),
            thread_title=_offer(one) or "Allegro: ocena sprzedaży",
            rating=float(recommended is True) if known else None,
            rating_scale=1.0 if known else None,
        )
        yield post
        answered = inner(one, "answer")
        if text_at(answered, "message"):
            yield self.answer(post, str(answered["message"]), text_at(answered, "createdAt"), self.OWNER)

    # --- issues -----------------------------------------------------------------------------------------------

    def _issues(self, page: Page, answer: Object, cursor: Cursor) -> Parsed:
        """Newest first: read on while a page has an issue that moved, or one that is not ended."""
        issues = [issue for one in objects(answer.get("issues")) if (issue := read_issue(one))]
        moved = [issue for issue in issues if cursor.get(f"i:{issue.id}") != issue.mark]
        follow = [self._chat_page(page, issue, 0) for issue in moved if issue.messages]
        marks: dict[str, str | None] = {f"i:{issue.id}": issue.mark for issue in moved if not issue.messages}
        offset = int(page.request.context.get("offset") or 0) + PER_PAGE
        live = moved or any(issue.open for issue in issues)
        if live and len(issues) >= PER_PAGE and offset < MOST_ISSUE_PAGES * PER_PAGE:
            follow.append(keyed(self._issues_page(offset), _authorization(page)))
        posts = tuple(self._first(page, issue) for issue in issues)
        return Parsed(posts=posts, follow=tuple(follow), marks=marks, hints=self._warned(page, issues))

    def _warned(self, page: Page, issues: Sequence[Issue]) -> dict[str, str]:
        due = sorted((issue for issue in issues if issue.due and issue.due - page.fetched_at < SOON), key=_due)
        if not due:
            return {}
        named = ", ".join(issue_title(issue, self._zone) for issue in due[:5])
        more = f" and {len(due) - 5} more" if len(due) > 5 else ""
        return {"warning": f"to be decided soon, silence may count as consent: {named}{more}"}

    def _page_of(self, part: str, number: str) -> str:
        """Where the seller sees it, on the site that the source's URL names."""
        parts = urlsplit(self.config.url)
        return f"{parts.scheme}://{parts.netloc}/moje-allegro/sprzedaz/{part}/{quote(number, safe='')}"

    @property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.config.zone)

    def _first(self, page: Page, issue: Issue) -> Post:
        """The thread's first post: what the buyer wrote when the issue was opened."""
        url = self._page_of("dyskusje-i-reklamacje", issue.id)
        return replace(
            self.review(page, f"issue/{issue.id}", url, issue.text, issue.opened),
            author=issue.buyer,
            thread_title=issue_title(issue, self._zone),
            answer_due=issue.due,
        )

    def _chat_page(self, page: Page, issue: Issue, offset: int) -> Request:
        context = {
            "issue": issue.id, "mark": issue.mark, "title": issue_title(issue, self._zone), "first": issue.text[:500],
            "offset": str(offset),
        }  # fmt: skip
        return self._chat_request(page, context)

    def _chat_request(self, page: Page, context: dict[str, str]) -> Request:
        path = f"/sale/issues/{quote(context['issue'], safe='')}/chat?limit={PER_PAGE}&offset={context['offset']}"
        headers = _accepting(BETA) | _authorization(page)
        return Request(url=allegro_root(self.config) + path, headers=headers, tag="chat", context=context, api=True)

    def _chat(self, page: Page, answer: Object) -> Parsed:
        context, rows = dict(page.request.context), list(objects(answer.get("chat")))
        posts = tuple(post for one in rows if (post := self._message(page, one, context)))
        offset = int(context["offset"]) + PER_PAGE
        if len(rows) >= PER_PAGE and offset < MOST_CHAT_PAGES * PER_PAGE:
            return Parsed(posts=posts, follow=(self._chat_request(page, {**context, "offset": str(offset)}),))
        return Parsed(posts=posts, marks={f"i:{context['issue']}": context["mark"]})

    def _message(self, page: Page, one: Object, context: dict[str, str]) -> Post | None:
        """A message; none for what the system says, and for the words that opened the issue."""
        number, text, writer = text_at(one, "id"), str(one.get("text") or "").strip(), inner(one, "author")
        role = text_at(writer, "role") or ""
        opening = role == "BUYER" and text[:500] == context["first"]
        if number is None or not text or role == "SYSTEM" or opening:
            return None
        thread = f"issue/{context['issue']}"
        name = self.OWNER if role == "SELLER" else text_at(writer, "login") or f"Allegro ({role or '?'})"
        url = self._page_of("dyskusje-i-reklamacje", context["issue"])
        post = self.review(page, f"{thread}#{number}", url, text, text_at(one, "createdAt"))
        return replace(post, thread_id=thread, thread_title=context["title"], parent_id=thread, author=name)


def _due(issue: Issue) -> datetime:
    assert issue.due
    return issue.due


def _accepting(form: str) -> dict[str, str]:
    return {"Accept": form, "Accept-Language": "pl-PL"}


def _authorization(page: Page) -> dict[str, str]:
    return {name: value for name, value in page.request.headers.items() if name == "Authorization"}


def _offer(one: Object) -> str | None:
    offers = [text_at(offer, "title") or text_at(offer, "name") for offer in objects(inner(one, "order").get("offers"))]
    return next((f"Allegro: {title}" for title in offers if title), None)

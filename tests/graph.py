"""The stand-in for the Graph API without a socket: what our client would send goes straight into it."""

import json
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit

from listener.demo.standins.graph import GraphStandIn
from listener.errors import Failure, FetchError, OutcomeUnknown
from listener.protocols import Page, Request, SourceConfig
from tests.fakes import Clock

T = TypeVar("T")
PAGE, TOKEN = "500100", "EAAtoken-of-the-page-0001"
FOREIGN = "500200"
ANNA = ("7001", "Anna Nowak")
JAN = ("7002", "Jan Kowalski")


def a_graph(clock: Clock, **more: Any) -> GraphStandIn:
    """An app with one page of ours, its webhooks subscribed, and one page of somebody else."""
    graph = GraphStandIn(clock, **more)
    graph.add_page(PAGE, "Okna Wintermann", TOKEN)
    graph.add_page(FOREIGN, "Okna Sommer", "EAAtoken-of-somebody-else")
    graph.subscribed.add(PAGE)
    return graph


def a_config(graph: GraphStandIn, **options: Any) -> SourceConfig:
    """Our page as a source."""
    known = {
        "page_id": PAGE,
        "access_token": TOKEN,
        "app_id": graph.app_id,
        "app_secret": graph.app_secret,
        "verify_token": "zgoda",
        "api": "https://graph.example",
    }
    url = "https://www.facebook.com/okna.wintermann"
    return SourceConfig(name="facebook", kind="facebook", url=url, options=known | options)


@dataclass
class GraphHttp:
    """What listener.http.Http.fetch promises, over the stand-in. asked: every request that was made."""

    graph: GraphStandIn
    asked: list[Request] = field(default_factory=list)

    def page(self, request: Request) -> Page:
        """The answer to a request, whatever its status."""
        self.asked.append(request)
        parts = urlsplit(request.url)
        query = {**dict(parse_qsl(parts.query)), **request.secret, "_base": f"{parts.scheme}://{parts.netloc}"}
        bearer = request.headers["Authorization"].removeprefix("Bearer ")
        body = dict(request.form or ()) if request.json is None else request.json
        answer = self.graph.answer(request.method, parts.path.lstrip("/"), query, body, bearer)
        return Page(
            url=request.url,
            status=answer.status,
            headers=dict(answer.headers),
            body=_json(answer.body),
            fetched_at=self.graph.clock(),
            request=request,
        )

    async def fetch(
        self, request: Request, *, allow_private: bool = False, validators: Mapping[str, str] | None = None
    ) -> Page:
        """As the house's client hands pages on to a source."""
        page = self.page(request)
        if page.status >= 500:
            raise FetchError("the server failed", failure=Failure.TRANSIENT, where=request.url)
        return page

    def talk(self, source: str, conversation: Generator[Request, Page, T]) -> T:
        """As listener.http.converse drives a publisher."""
        try:
            request = next(conversation)
            while True:
                page = self.page(request)
                if page.status >= 500 and request.method == "POST":
                    request = conversation.throw(OutcomeUnknown("the answer to the post was lost"))
                else:
                    request = conversation.send(page)
        except StopIteration as end:
            outcome: T = end.value
            return outcome


def _json(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body).encode()

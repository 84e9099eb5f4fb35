"""One inbox per test over the fake service, visited by a browser-like client."""

import asyncio
import re
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from listener.web import WebSettings, make_app
from tests.integration.web.fake_service import NOW, FakeService, view

ORIGIN = "http://127.0.0.1:8080"


@dataclass
class Visitor:
    """Reads pages and sends the forms it finds there, as a browser without JavaScript would. Redirects stand."""

    http: httpx.AsyncClient
    service: FakeService

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Any request, to the application itself: no socket."""
        return asyncio.run(self.http.request(method, path, **more))

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self.ask("GET", path, headers=headers)

    def token(self, path: str = "/who") -> str:
        """The form token of this visitor."""
        found = re.search(r'name="csrf" value="([0-9a-f]+)"', self.get(path).text)
        assert found, f"{path} has no form"
        return found[1]

    def send(self, path: str, /, *, form_page: str = "/who", origin: str = ORIGIN, **fields: Any) -> httpx.Response:
        """Posts a form with its token; fields given override it."""
        fields = {"csrf": self.token(form_page)} | fields
        return self.ask("POST", path, data=fields, headers={"origin": origin})


def visitor(service: FakeService, settings: WebSettings, base_url: str = ORIGIN) -> Visitor:
    """Somebody new."""
    app = make_app(service, settings, clock=lambda: NOW)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=("127.0.0.1", 50000))
    return Visitor(http=httpx.AsyncClient(transport=transport, base_url=base_url), service=service)


@pytest.fixture
def anna() -> Visitor:
    """At the machine itself, with one open ticket in the inbox."""
    return visitor(FakeService().add(view()), WebSettings(secret="for tests", demo=True))

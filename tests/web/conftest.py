"""A real browser at a real inbox. The browser lives for one module: Playwright keeps an event loop while it runs."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page, Request

from listener.web import WebSettings, make_app
from tests.integration.web.fake_service import NOW, FakeService
from tests.web.browser import browser as started
from tests.web.server import free_socket, serving

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Skips, saying so, where scripts/browser.sh could not find or install one."""
    with started() as running:
        if running is None:
            pytest.skip("no Chromium here: run scripts/browser.sh or set LISTENER_BROWSER")
        yield running


@dataclass
class Visit:
    """A page at an inbox, and whatever the browser complained of or asked for elsewhere."""

    page: Page
    service: FakeService
    address: str
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        self.page.goto(self.address + path)
        return self.page


Open = Callable[..., Visit]


@pytest.fixture
def visiting(chromium: Browser) -> Iterator[Open]:
    """visiting(service, **of the browser context) opens an inbox; the test fails if the browser complained."""
    visits: list[Visit] = []
    with ExitStack() as stack:

        def start(service: FakeService, **context: object) -> Visit:
            listening = free_socket()
            settings = WebSettings(secret="for tests", demo=True, port=listening.getsockname()[1])
            address = stack.enter_context(serving(make_app(service, settings, clock=lambda: NOW), listening))
            window: BrowserContext = chromium.new_context(**({"viewport": DESK} | context))  # type: ignore[arg-type]
            stack.callback(window.close)
            window.set_default_timeout(10_000)
            visit = Visit(page=window.new_page(), service=service, address=address)
            _listen(visit)
            visits.append(visit)
            return visit

        yield start
    assert [complaint for visit in visits for complaint in visit.complaints] == []


def _listen(visit: Visit) -> None:
    """Script errors, refused resources and requests to anywhere but the inbox are complaints. A page that answers
    4xx on purpose is logged by the browser as a failed resource: that is none."""

    def asked(request: Request) -> None:
        if not request.url.startswith((visit.address, "data:")):
            visit.complaints.append(f"asked for {request.url}")

    def said(line: ConsoleMessage) -> None:
        if line.type == "error" and "the server responded with a status of 4" not in line.text:
            visit.complaints.append(f"console: {line.text}")

    def dialog(box: Dialog) -> None:
        visit.complaints.append(f"dialog: {box.message}")
        box.dismiss()

    page = visit.page
    page.on("request", asked)
    page.on("pageerror", lambda error: visit.complaints.append(f"script: {error}"))
    page.on("console", said)
    page.on("dialog", dialog)

"""docs/inbox.md and docs/api.md speak of everything there is."""

import re
from pathlib import Path

from listener.views import Role
from listener.web import WebSettings, make_app
from tests.integration.web.fake_service import NOW, FakeService, view

DOCS = Path(__file__).parents[3] / "docs"


def test_every_call_of_the_api_is_documented_and_no_other() -> None:
    app = make_app(FakeService(), WebSettings(secret="x"))
    served = {f"{method.upper()} {path}" for path, calls in app.openapi()["paths"].items() for method in calls}
    written = set(re.findall(r"`((?:GET|POST) /api/v1/[^`]+)`", (DOCS / "api.md").read_text(encoding="utf-8")))
    assert written == served


def test_every_figure_is_documented() -> None:
    service = FakeService().add(view())
    registry = make_app(service, WebSettings(secret="x"), clock=lambda: NOW).state.metrics
    written = (DOCS / "api.md").read_text(encoding="utf-8")
    assert [family.name for family in registry.collect() if f"`{family.name}`" not in written] == []


def test_every_role_is_documented() -> None:
    written = (DOCS / "inbox.md").read_text(encoding="utf-8")
    assert [role.value for role in Role if f"`{role.value}`" not in written] == []

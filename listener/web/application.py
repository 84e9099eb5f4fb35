"""Puts the web door together."""

from collections.abc import Callable
from datetime import UTC, datetime

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from listener.web import account, actions, api, desk_actions, health, pages, team
from listener.web.door import Door
from listener.web.guard import Guard
from listener.web.hooks import HookDoor, HooksFirst
from listener.web.problems import add_problems
from listener.web.rendering import STATIC, Templates
from listener.web.service import WebService
from listener.web.session import Sessions
from listener.web.settings import WebSettings
from listener.web.signing import Signer
from listener.web.throttle import Throttle


def _utc_now() -> datetime:
    return datetime.now(UTC)


def make_app(
    service: WebService,
    settings: WebSettings,
    *,
    clock: Callable[[], datetime] = _utc_now,
    sent: HookDoor | None = None,
) -> FastAPI:
    """The inbox, the API and the health pages over one service. clock: gives the present moment in UTC. sent: takes
    what places send by themselves."""
    # the routes as they are: include_router would take each apart and build it again for every application
    parts = (health, pages, actions, desk_actions, team, account, api)
    app = FastAPI(
        routes=[route for part in parts for route in part.router.routes],
        title="Listener",
        version="1",
        description="Tickets, mentions and replies of the social-listening service. Times are UTC, ISO 8601.",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    app.state.door = Door(
        service=service,
        settings=settings,
        sessions=Sessions(settings, Signer(settings.secret)),
        templates=Templates(settings.zone),
        clock=clock,
        throttle=Throttle(),
    )
    app.state.metrics = health.metrics_registry(service)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    add_problems(app)
    app.add_middleware(HooksFirst, door=sent or HookDoor(hooks={}, keep=lambda several: None, clock=clock))
    app.add_middleware(Guard, hosts=settings.allowed_hosts)
    return app

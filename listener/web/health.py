"""For whoever watches over the service: is it up, can it work, how much is waiting."""

from collections.abc import Iterator

from fastapi import APIRouter, Request
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest
from prometheus_client.core import CollectorRegistry, GaugeMetricFamily
from prometheus_client.registry import Collector
from starlette.responses import JSONResponse, PlainTextResponse, Response

from listener.errors import ListenerError
from listener.model import TicketState
from listener.views import Check, Readiness
from listener.web.door import Door
from listener.web.service import WebService

router = APIRouter(include_in_schema=False)


def _health(service: WebService) -> Readiness:
    """A storage that cannot even be asked is an answer too."""
    try:
        return service.health()
    except ListenerError as error:
        return Readiness(checks=(Check(name="storage", ok=False, detail=str(error)),))


@router.get("/healthz")
def healthz() -> Response:
    """The process is up and answers."""
    return PlainTextResponse("ok\n")


@router.get("/readyz")
def readyz(request: Request) -> Response:
    """200 when storage, scheduler and all else is fine, 503 and the reasons otherwise."""
    door: Door = request.app.state.door
    health = _health(door.service)
    checks = [{"name": check.name, "ok": check.ok, "detail": check.detail} for check in health.checks]
    return JSONResponse({"ready": health.ready, "checks": checks}, status_code=200 if health.ready else 503)


@router.get("/metrics")
def metrics(request: Request) -> Response:
    """Prometheus text: what waits in the inbox, then what the process itself counts."""
    registry: CollectorRegistry = request.app.state.metrics
    return Response(generate_latest(registry) + generate_latest(REGISTRY), media_type=CONTENT_TYPE_LATEST)


class InboxCollector(Collector):
    """Asks the house when scraped, so that a figure is never older than the scrape."""

    def __init__(self, service: WebService) -> None:
        self._service = service

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """listener_ready always; the counts where storage answers."""
        ready = GaugeMetricFamily("listener_ready", "1 when /readyz says 200")
        ready.add_metric([], float(_health(self._service).ready))
        yield ready
        try:
            counts = self._service.counts()
        except ListenerError:
            return  # listener_ready says 0 and why is at /readyz
        tickets = GaugeMetricFamily("listener_tickets", "tickets by state", labels=["state"])
        for state in TicketState:
            tickets.add_metric([state.value], counts.of(state))
        yield tickets
        yield GaugeMetricFamily("listener_tickets_overdue", "past their first response due", value=counts.overdue)
        yield GaugeMetricFamily("listener_replies_uncertain", "waiting for a person to look", value=counts.uncertain)


def metrics_registry(service: WebService) -> CollectorRegistry:
    """One per application, so that two in one process do not collide. Nothing is asked until the first scrape."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(InboxCollector(service))
    return registry

"""What people and programs see when something is wrong: never a trace, always a next step."""

import logging

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from listener.errors import Conflict, DatabaseUnreachable, ListenerError, NotFound
from listener.web.phrases import refusal
from listener.web.visit import visit

API = "/api/"
_log = logging.getLogger(__name__)


def status_of(error: ListenerError) -> int:
    """HTTP status of an expected failure."""
    for kind, status in ((NotFound, 404), (Conflict, 409), (DatabaseUnreachable, 503)):
        if isinstance(error, kind):
            return status
    return 422


def add_problems(app: FastAPI) -> None:
    """Registers the handlers."""
    app.add_exception_handler(ListenerError, _expected)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Exception, _bug)


def _json(status: int, message: str, *, where: str = "", mend: str = "") -> Response:
    return JSONResponse({"error": {"message": message, "where": where, "mend": mend}}, status_code=status)


def _page(request: Request, status: int, text: str, key: str = "") -> Response:
    """key: of the catalogue, used in place of text."""
    seen = visit(request)
    shown = seen.t(key) if key else text
    kept = getattr(request.state, "kept", "")
    return seen.page("message.html", status=status, keep=False, wrong=shown, kept=kept)


def _is_api(request: Request) -> bool:
    return request.url.path.startswith(API)


async def _expected(request: Request, error: Exception) -> Response:
    assert isinstance(error, ListenerError)
    status = status_of(error)
    if status == 503:
        _log.error("%s", error)
    if _is_api(request):
        return _json(status, error.message, where=error.where, mend=error.mend)
    shown = refusal(error, visit(request).t)
    return _page(request, status, shown, "wrong.missing" if status == 404 else "")


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if 300 <= error.status_code < 400:
        return Response(status_code=error.status_code, headers=error.headers)
    if _is_api(request):
        answer = _json(error.status_code, str(error.detail))
        answer.headers.update(error.headers or {})
        return answer
    key = error.detail if error.detail.startswith("wrong.") else ""
    return _page(request, error.status_code, error.detail, "wrong.missing" if error.status_code == 404 else key)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    found = "; ".join(f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors())
    if _is_api(request):
        return _json(422, found, mend="see /api/v1/openapi.json")
    return _page(request, 422, found)


async def _bug(request: Request, error: Exception) -> Response:
    """Starlette raises it again after answering, so the log gets the trace."""
    if _is_api(request):
        return _json(500, "internal error", mend="the log has the details")
    return _page(request, 500, "", "wrong.broken")

"""What holds for every request before any page is asked: known Host, bounded body, safe headers on what goes out."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY_LIMIT = 256 * 1024
"""Bytes of a request's body; the longest reply is far below."""
HOOKS = "/hooks/"
HOOK_LIMIT = 4 * 1024 * 1024
"""The same for what places send by themselves, a thousand changes at once among it."""

_PROBES = frozenset({"/healthz", "/readyz"})
_HEADERS = {
    # no inline script or style, nothing from elsewhere, no frames around us, forms only to us
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "x-content-type-options": "nosniff",
    # the address of a ticket is nobody else's business; same-origin, not no-referrer: that would blank Origin on forms
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
}


def host_name(host: str) -> str:
    """The name or address in a Host header, lower case, without port and brackets."""
    host = host.strip().lower()
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0].rstrip(".")


class Guard:
    """Pure ASGI, so that nothing is buffered. hosts: names that a request may come for."""

    def __init__(self, app: ASGIApp, hosts: frozenset[str]) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        app = refusal if refusal is not None else self._app
        await app(scope, receive, _with_headers(scope["path"], send))

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        headers = Headers(scope=scope)
        # probes come by address and tell nothing
        if scope["path"] not in _PROBES and host_name(headers.get("host", "")) not in self._hosts:
            return PlainTextResponse(
                f"unknown host {headers.get('host', '')!r}: use one of {', '.join(sorted(self._hosts))} "
                "or set public_url under [web]\n",
                status_code=400,
            )
        if "transfer-encoding" in headers:
            return PlainTextResponse("send a Content-Length\n", status_code=411)
        length = headers.get("content-length", "0")
        limit = HOOK_LIMIT if scope["path"].startswith(HOOKS) else BODY_LIMIT
        if not length.isascii() or not length.isdigit() or int(length) > limit:
            return PlainTextResponse(f"at most {limit} bytes\n", status_code=413)
        return None


def _with_headers(path: str, send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
            # pages hold people's words and form tokens; the style sheet and script are told apart by their version
            headers.setdefault("cache-control", "max-age=3600" if path.startswith("/static/") else "no-store")
        await send(message)

    return sending

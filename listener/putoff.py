"""Requests that a pass did not get to, as marks: what a later pass goes on with."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from listener.protocols import Request

LATER = "later:"
_SECRET = re.compile(r"auth|cookie|key|token|secret", re.IGNORECASE)

PutOff = Sequence[tuple[str, Request, Mapping[str, str | None]]]
"""Mark name, request, and the marks that do not hold yet for it, as they were (None: not there)."""


def key_of(request: Request) -> tuple[str, str]:
    """What makes two requests the same."""
    return request.url, request.method


def mark_name(request: Request) -> str:
    """The mark that keeps a request."""
    return LATER + hashlib.sha256("\0".join(key_of(request)).encode("utf-8", "replace")).hexdigest()[:20]


def base_of(first: Iterable[Request]) -> dict[str, str]:
    """What the first requests of a pass show of who asks: headers by name, secret parameters by "?" and name."""
    base: dict[str, str] = {}
    for request in first:
        base |= request.headers
        base |= _secrets(request)
    return base


def _secrets(request: Request) -> dict[str, str]:
    return {f"?{name}": value for name, value in request.secret.items()}


def may_wait(request: Request, base: Mapping[str, str]) -> bool:
    """Whether a request can be kept: one that carries a body, or a secret that the source's first requests do not
    carry too, would be stale later and must not lie in the database."""
    shown = {name: value for name, value in request.headers.items() if _SECRET.search(name)} | _secrets(request)
    secret = [name for name, value in shown.items() if base.get(name) != value]
    return request.method == "GET" and not secret


def written(request: Request, kind: str, order: str, past: Mapping[str, str | None], base: Mapping[str, str]) -> str:
    """A request as a mark. order: when it was put off; the oldest goes first. base: headers of the source's first
    requests; of those only the names are kept."""
    own = {name: value for name, value in request.headers.items() if base.get(name) != value}
    said: dict[str, Any] = {
        "order": order, "kind": kind, "past": past, "url": request.url, "own": own,
        "shared": sorted({*request.headers, *_secrets(request)} - set(own)),
        "tag": request.tag, "context": dict(request.context), "conditional": request.conditional,
        "api": request.api, "optional": request.optional,
    }  # fmt: skip
    return json.dumps(said)


def put_off(cursor: Mapping[str, str], kind: str, base: Mapping[str, str]) -> PutOff:
    """Requests that earlier passes of this kind put off, the oldest first: mark name, request, past."""
    kept = ((name, json.loads(value)) for name, value in cursor.items() if name.startswith(LATER))
    mine: Iterable[tuple[str, dict[str, Any]]] = ((name, said) for name, said in kept if said["kind"] == kind)
    ordered = sorted(mine, key=lambda pair: str(pair[1]["order"]))
    return [(name, _read(said, base), said["past"]) for name, said in ordered]


def _read(said: Mapping[str, Any], base: Mapping[str, str]) -> Request:
    return Request(
        url=said["url"],
        headers={name: base[name] for name in said["shared"] if name in base and name[0] != "?"} | said["own"],
        secret={name[1:]: base[name] for name in said["shared"] if name in base and name[0] == "?"},
        tag=said["tag"],
        context=said["context"],
        conditional=said["conditional"],
        api=bool(said.get("api")),
        optional=bool(said.get("optional")),
    )

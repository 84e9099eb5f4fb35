"""One exchange with a server: the request as it goes on the wire, the answer as it comes, its failures in our words."""

from collections.abc import Collection, Mapping
from urllib.parse import urlencode, urljoin, urlsplit, urlunsplit

import httpx

from listener.errors import Failure, FetchError
from listener.http.answers import REDIRECTS
from listener.http.body import Body, read_capped
from listener.http.guard import PRIVATE_MEND, shown
from listener.http.transport import Refused
from listener.protocols import Page, Request


def validators_of(page: Page) -> dict[str, str]:
    """What to hand to the next fetch of the same URL, so that it may answer 304. Raw, as the server wrote them."""
    return {name: page.headers[name] for name in ("etag", "last-modified") if page.headers.get(name)}


def without(url: str, names: Collection[str]) -> str:
    """The URL without these parameters."""
    parts = urlsplit(url)
    kept = [pair for pair in parts.query.split("&") if pair.partition("=")[0] not in names]
    return urlunsplit(parts._replace(query="&".join(kept)))


def same_origin(one: str, other: str) -> bool:
    """Whether two URLs share scheme, host and port."""
    a, b = urlsplit(one), urlsplit(other)
    return (a.scheme, a.netloc) == (b.scheme, b.netloc)


async def exchange(client: httpx.AsyncClient, request: httpx.Request, cap: int) -> tuple[httpx.Response, Body]:
    """Sends the request and reads the body, decoded, up to cap bytes."""
    response = await client.send(request, stream=True)
    try:
        where = shown(str(request.url))
        encoding = response.headers.get("content-encoding", "")
        return response, await read_capped(response.aiter_raw(), encoding, cap, where)
    finally:
        await response.aclose()


def redirect_target(response: httpx.Response) -> str | None:
    """The absolute URL that a redirect points to, None where the response is no redirect."""
    location: str | None = response.headers.get("location")
    if response.status_code not in REDIRECTS or not location:
        return None
    return urljoin(str(response.url), location)


def build(client: httpx.AsyncClient, request: Request, url: str, headers: Mapping[str, str]) -> httpx.Request:
    """The request as httpx sends it, to the URL given; FetchError where it cannot be written on the wire."""
    if request.secret and url == request.url:  # a redirect leads elsewhere: no secret goes there
        url = f"{url}{'&' if '?' in url else '?'}{urlencode(request.secret)}"
    try:
        if request.form is not None and request.charset != "utf-8":
            typed = {**headers, "Content-Type": "application/x-www-form-urlencoded"}
            return client.build_request(request.method, url, headers=typed, content=_in_charset(request))
        return client.build_request(request.method, url, headers=headers, data=form_fields(request), json=request.json)
    except (httpx.InvalidURL, ValueError, LookupError) as error:
        raise FetchError(
            "not a URL or header that can be sent", failure=Failure.BAD_CONTENT, where=shown(url)
        ) from error


def _in_charset(request: Request) -> bytes:
    """Fields as a browser sends them from a page in an older charset; what it lacks goes as &#number;."""
    fields = list(request.form or ())
    return urlencode(fields, encoding=request.charset, errors="xmlcharrefreplace").encode("ascii")


def form_fields(request: Request) -> dict[str, list[str]] | None:
    """Fields as httpx takes them: names may repeat."""
    if request.form is None:
        return None
    fields: dict[str, list[str]] = {}
    for name, value in request.form:
        fields.setdefault(name, []).append(value)
    return fields


def conditions(validators: Mapping[str, str]) -> dict[str, str]:
    """Validators as the headers of a conditional request."""
    names = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}
    return {names[name]: value for name, value in validators.items() if name in names}


def of_transport(error: Exception, where: str) -> FetchError:
    """What broke on the way, as a FetchError."""
    if isinstance(error, Refused):
        return FetchError(str(error), failure=Failure.BLOCKED, where=where, mend=PRIVATE_MEND)
    if isinstance(error, TimeoutError | httpx.TimeoutException):
        return FetchError("no answer in time", failure=Failure.TRANSIENT, where=where)
    if isinstance(error, httpx.UnsupportedProtocol | httpx.InvalidURL):
        return FetchError(
            "not a URL that can be fetched", failure=Failure.BAD_CONTENT, where=where, mend="check the URL"
        )
    return FetchError(str(error) or "the connection broke", failure=Failure.TRANSIENT, where=where)

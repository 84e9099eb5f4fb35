"""What `listener check --online` asks of a page: whether the token works, what it may not do, when it dies, and
whether Facebook sends what happens there."""

from collections.abc import Iterator
from datetime import datetime

from listener.graph import Access, Meaning, Refusal, refusal
from listener.protocols import Conversation, Page, Probed, SourceConfig
from sources.facebook_token import WARN, ends_of
from sources.payload import Object, inner, objects, read_object, text_at

PERMISSIONS = {
    "pages_read_engagement": "reading the page's posts",
    "pages_read_user_content": "reading what people write there",
    "pages_manage_engagement": "answering and hiding",
    "pages_manage_metadata": "webhooks",
    "pages_show_list": "webhooks",
}
OPTIONAL = {"pages_messaging": "private replies"}
TASKS = "whoever gave the token also needs the tasks MODERATE and CREATE_CONTENT on the page"
_MEND = "docs/facebook.md says how to get it"


def probe(config: SourceConfig) -> Conversation[Probed]:
    """Three calls; what is wrong is told, never raised."""
    access = Access.of(config)
    said: list[str] = []
    wrong: list[str] = []
    page = yield access.get(access.page, {"fields": "name"})
    failed = _wrong(page, access)
    if failed is not None:
        return Probed(wrong=(_told(failed),))
    name = text_at(read_object(page, _MEND), "name") or access.page
    said.append(f'speaks for the page "{name}", version {page.headers.get("facebook-api-version") or access.version}')
    token = yield access.about_token()
    more, missing = _of_token(token, access)
    said += more
    wrong += missing
    if access.own:
        apps = yield access.get(f"{access.page}/subscribed_apps", {"fields": "id,subscribed_fields"})
        said += _of_webhooks(apps, access)
    return Probed(said=tuple(said), wrong=tuple(wrong))


def _wrong(page: Page, access: Access) -> Refusal | None:
    return refusal(page.status, page.headers, page.body, access)


def _told(failed: Refusal) -> str:
    return f"{failed.text}; {failed.mend}" if failed.mend else failed.text


def _of_token(page: Page, access: Access) -> tuple[list[str], list[str]]:
    failed = _wrong(page, access)
    if failed is not None:
        return [f"what the token may do cannot be asked ({failed.text}): give options.app_id and app_secret"], []
    data = inner(read_object(page, _MEND), "data")
    if data.get("is_valid") is False:
        return [], [f"the token is not valid: {text_at(inner(data, 'error'), 'message') or 'no reason given'}"]
    ends, wrong = list(_ends(data, page.fetched_at)), []
    granted = data.get("scopes")
    if isinstance(granted, list) and access.own:
        wrong = [
            f"permission {name} is missing, for {what}: {_MEND}"
            for name, what in PERMISSIONS.items()
            if name not in granted
        ]
        ends += [
            f"permission {name} is not there, for {what}" for name, what in OPTIONAL.items() if name not in granted
        ]
        ends += [TASKS] if wrong else []
    return ends, wrong


def _ends(data: Object, now: datetime) -> Iterator[str]:
    for what, end in ends_of(data).items():
        if end is None:
            yield f"{what}: never"
        else:
            soon = "; connect the page again before" if end - now < WARN else ""
            yield f"{what} on {end:%Y-%m-%d}{soon}"


def _of_webhooks(page: Page, access: Access) -> list[str]:
    failed = _wrong(page, access)
    if failed is not None:
        permission = failed.meaning is Meaning.PERMISSION
        return ["whether webhooks are on cannot be asked" if permission else _told(failed)]
    fields = [
        name for app in objects(read_object(page, _MEND).get("data")) for name in app.get("subscribed_fields") or ()
    ]
    if "feed" in fields:
        return [f"webhooks are on: {', '.join(sorted(map(str, fields)))}"]
    return ["webhooks are off: the page is only polled; docs/facebook.md says how to subscribe to feed and mention"]

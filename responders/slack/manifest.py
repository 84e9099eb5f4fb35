"""The Slack app in one paste: `listener slack manifest` prints it, config/slack-manifest.yaml keeps it."""

from pathlib import Path
from typing import Any

import yaml

from responders.slack.actions import NEW_TICKET, TICKET_FROM_MESSAGE

COMMAND = "/listener"
SCOPES = (
    "channels:history",
    "chat:write",
    "commands",
    "groups:history",
    "im:write",
    "metadata.message:read",
    "users:read",
    "users:read.email",
)
_HEAD = """\
# The Slack app for this service. At api.slack.com/apps: Create New App > From a manifest > paste this.
# Then: install it; OAuth & Permissions > Bot User OAuth Token is SLACK_BOT_TOKEN (xoxb-...);
"""
_SOCKET = """\
# Basic Information > App-Level Tokens, scope connections:write, is SLACK_APP_TOKEN (xapp-...);
"""
_HTTP = """\
# Basic Information > Signing Secret is SLACK_SIGNING_SECRET;
"""
_TAIL = """\
# invite the app to the channel with /invite @listener and write the channel's ID as [slack] channel.
# channels:history, groups:history and metadata.message:read are used for one thing: after a crash, to see whether a
# card was sent already. Without them everything works, and a card may come twice after a crash.
# users:read.email finds who somebody is by their address; without it name Slack users in the configuration.
"""


def manifest(url: str | None = None) -> str:
    """The manifest as YAML. url: how Slack reaches us over HTTP; None for Socket Mode, which needs no address."""
    base = f"{url.rstrip('/')}/slack" if url else None
    head = _HEAD + (_HTTP if base else _SOCKET) + _TAIL
    return head + yaml.safe_dump(_app(base), allow_unicode=True, sort_keys=False, width=110)


def _app(base: str | None) -> dict[str, Any]:
    command: dict[str, Any] = {
        "command": COMMAND,
        "description": "Zgłoszenia: szukaj, kolejka, raport, wycisz, dyżur",
        "usage_hint": "kolejka",
        "should_escape": False,
    }
    interactivity: dict[str, Any] = {"is_enabled": True}
    events: dict[str, Any] = {"bot_events": ["app_home_opened"]}
    if base:
        command["url"] = f"{base}/commands"
        interactivity["request_url"] = f"{base}/interactive"
        events["request_url"] = f"{base}/events"
    return {
        "display_information": {
            "name": "listener",
            "description": "Zgłoszenia z forów i opinii: karta, propozycja odpowiedzi, zatwierdzenie",
            "background_color": "#1f3a5f",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": True,
            },
            "bot_user": {"display_name": "listener", "always_online": True},
            "shortcuts": [
                _shortcut("Nowe zgłoszenie", "global", NEW_TICKET, "Zgłoszenie z wklejonego adresu"),
                _shortcut("Zrób zgłoszenie", "message", TICKET_FROM_MESSAGE, "Zgłoszenie z tej wiadomości"),
            ],
            "slash_commands": [command],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": events,
            "interactivity": interactivity,
            "org_deploy_enabled": False,
            "socket_mode_enabled": base is None,
            "token_rotation_enabled": False,
        },
    }


def _shortcut(name: str, kind: str, callback_id: str, description: str) -> dict[str, str]:
    return {"name": name, "type": kind, "callback_id": callback_id, "description": description}


def write(path: Path) -> None:
    """Writes the manifest to a file: how config/slack-manifest.yaml is made."""
    path.write_text(manifest(), encoding="utf-8")

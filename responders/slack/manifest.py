"""The Slack app in one paste: `listener slack manifest` prints it, config/slack-manifest.yaml keeps it."""

from pathlib import Path
from typing import Any

import yaml

_APP: dict[str, Any] = {
    "display_information": {
        "name": "listener",
        "description": "Zgłoszenia z forów i opinii: karta, propozycja odpowiedzi, zatwierdzenie",
        "background_color": "#1f3a5f",
    },
    "features": {
        "bot_user": {"display_name": "listener", "always_online": True},
        "app_home": {"home_tab_enabled": False, "messages_tab_enabled": False},
    },
    "oauth_config": {"scopes": {"bot": ["chat:write", "users:read"]}},
    "settings": {
        "interactivity": {"is_enabled": True},
        "org_deploy_enabled": False,
        "socket_mode_enabled": True,
        "token_rotation_enabled": False,
    },
}
_HEAD = """\
# The Slack app for this service. At api.slack.com/apps: Create New App > From a manifest > paste this.
# Then: install it; OAuth & Permissions > Bot User OAuth Token is SLACK_BOT_TOKEN (xoxb-...);
# Basic Information > App-Level Tokens, scope connections:write, is SLACK_APP_TOKEN (xapp-...);
# invite the app to the channel with /invite @listener and write the channel's ID as [slack] channel.
"""


def manifest() -> str:
    """The manifest as YAML. No history scopes: the service remembers its own messages."""
    return _HEAD + yaml.safe_dump(_APP, allow_unicode=True, sort_keys=False, width=110)


def write(path: Path) -> None:
    """Writes the manifest to a file: how config/slack-manifest.yaml is made."""
    path.write_text(manifest(), encoding="utf-8")

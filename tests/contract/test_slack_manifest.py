"""The Slack app of `listener slack manifest`: the file is what the code says, and asks for no more than is needed."""

import yaml

from listener.shipped import config_folder
from responders.slack.manifest import SCOPES, manifest


def test_the_shipped_file_is_the_manifest() -> None:
    assert config_folder("slack-manifest.yaml").read_text(encoding="utf-8") == manifest()


def test_socket_mode_needs_no_address_and_http_has_them_all() -> None:
    socket, over_http = yaml.safe_load(manifest()), yaml.safe_load(manifest("https://inbox.example/"))
    assert "url" not in str(socket).replace("usage", "")
    assert socket["settings"]["socket_mode_enabled"] is True
    assert over_http["settings"]["socket_mode_enabled"] is False
    addresses = {
        over_http["features"]["slash_commands"][0]["url"],
        over_http["settings"]["interactivity"]["request_url"],
        over_http["settings"]["event_subscriptions"]["request_url"],
    }
    assert addresses == {f"https://inbox.example/slack/{name}" for name in ("commands", "interactive", "events")}


def test_the_app_hears_nothing_of_what_people_write() -> None:
    app = yaml.safe_load(manifest())
    assert app["settings"]["event_subscriptions"]["bot_events"] == ["app_home_opened"]
    assert not {scope for scope in SCOPES if scope.startswith(("im:history", "mpim", "files", "reactions", "admin"))}


def test_lengths_that_slack_takes() -> None:
    app = yaml.safe_load(manifest())
    assert len(app["display_information"]["name"]) <= 35
    assert len(app["display_information"]["description"]) <= 140
    for shortcut in app["features"]["shortcuts"]:
        assert len(shortcut["name"]) <= 24
        assert len(shortcut["description"]) <= 150

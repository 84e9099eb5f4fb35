"""Who answers for a source: keys in its options serve as an account does."""

import json
from pathlib import Path
from typing import Any, cast

import pytest

from listener import settings
from listener.app import _Publishers
from listener.registry import PUBLISHERS
from listener.storage import Storage
from tests.unit.keys import service_account


def publisher(folder: Path, kind: str, options: dict[str, Any], more: str = "") -> object:
    lines = [f"{name} = {json.dumps(value)}" for name, value in options.items()]
    url = "https://play.google.com/store/apps/details?id=pl.example.app"
    text = f'[[source]]\nname = "place"\nkind = "{kind}"\nurl = "{url}"\n{more}[source.options]\n' + "\n".join(lines)
    (folder / "listener.toml").write_text(text, encoding="utf-8")
    read = settings.load(folder / "listener.toml", {}, kinds=[*PUBLISHERS, "feed"])
    return _Publishers(read, cast(Storage, None)).of("place")


def test_keys_among_the_options_are_enough(tmp_path: Path) -> None:
    assert publisher(tmp_path, "google_play", {"service_account": service_account()}) is not None


@pytest.mark.parametrize("kind", ["google_play", "spirit", "feed"])
def test_without_what_answering_takes_people_answer_by_hand(tmp_path: Path, kind: str) -> None:
    assert publisher(tmp_path, kind, {}) is None
    assert publisher(tmp_path, kind, {"title": "Okna"}) is None


def test_an_account_serves_as_before(tmp_path: Path) -> None:
    account = 'username = "ala"\npassword = "tajne"\n'
    assert publisher(tmp_path, "spirit", {}, account) is not None

"""What holds for all pages: words, colours, hosts, headers, sizes, settings, signatures."""

import re
from datetime import timedelta
from pathlib import Path
from string import Formatter

import pytest

from listener.errors import ConfigError
from listener.web import WebSettings, rendering
from listener.web.guard import BODY_LIMIT, host_name
from listener.web.signing import Signer
from listener.web.texts import CATALOGUE, language_of
from listener.web.throttle import Throttle
from tests.integration.web.conftest import Visitor, visitor
from tests.integration.web.fake_service import NOW, FakeService

TEMPLATES = sorted((rendering.FOLDER / "templates").glob("*.html"))
SOURCES = sorted(Path(rendering.FOLDER).glob("*.py"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_word_a_template_asks_for_is_in_the_catalogue(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    whole = re.findall(r"""\bt\(["']([\w.]+)["'][,)]""", text)
    begun = re.findall(r"""\bt\(["']([\w.]+\.)["'] ~""", text)
    assert [key for key in whole if key not in CATALOGUE] == []
    assert [start for start in begun if not any(key.startswith(start) for key in CATALOGUE)] == []


def test_no_word_is_kept_that_nobody_asks_for() -> None:
    asking = [path for path in (*TEMPLATES, *SOURCES) if not path.name.startswith("texts")]
    everything = "".join(path.read_text(encoding="utf-8") for path in asking)
    families = (
        "label.",
        "state.",
        "tab.",
        "priority.",
        "reply.",
        "kind.",
        "said.",
        "correct.",
        "done.",
        "sent.",
        "mine.",
        "watch.",
        "reach.",
        "link.",
        "desk.snooze.",
        "private.",
        "tone.",
    )
    unused = [key for key in CATALOGUE if f'"{key}"' not in everything and f"'{key}'" not in everything]
    assert [key for key in unused if not key.startswith(families)] == []


def _values(text: str) -> set[str]:
    return {name for _, name, *_ in Formatter().parse(text) if name}


def test_both_languages_take_the_same_values() -> None:
    assert [key for key, (polish, english) in CATALOGUE.items() if _values(polish) != _values(english)] == []


def test_an_unknown_language_is_the_default() -> None:
    assert [language_of("en", "pl"), language_of("de", "pl"), language_of(None, "en")] == ["en", "pl", "en"]


def _luminance(colour: str) -> float:
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


PAIRS = [
    *((name, ground) for name in ("text", "muted", "accent", "danger") for ground in ("page", "card", "sunk")),
    *((name, "card") for name in ("good", "warn", "info")),
    *((name, f"{name}-soft") for name in ("danger", "good", "warn", "info")),
    ("on-accent", "accent"), ("on-mark", "mark"),
]  # fmt: skip


@pytest.mark.parametrize(("ink", "ground"), PAIRS)
@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_colours_keep_wcag_aa_contrast(scheme: int, ink: str, ground: str) -> None:
    style = (rendering.STATIC / "inbox.css").read_text(encoding="utf-8")
    blocks = re.findall(r":root \{(.*?)\}", style, re.DOTALL)
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", blocks[scheme]))
    light, dark = sorted((_luminance(colours[ink]), _luminance(colours[ground])), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


@pytest.mark.parametrize("path", ["/", "/tickets/1", "/slack", "/nope", "/api/v1/tickets", "/static/inbox.css"])
def test_every_answer_forbids_inline_script_and_frames(anna: Visitor, path: str) -> None:
    policy = anna.get(path).headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("path", ["/", "/tickets/1", "/slack", "/who"])
def test_no_page_needs_inline_script_or_style(anna: Visitor, path: str) -> None:
    page = anna.get(path).text
    assert re.findall(r"<script(?! src=)", page) == []
    assert re.findall(r"""<style|\sstyle=|\son\w+=["']""", page) == []


def test_pages_are_not_kept_by_caches_but_the_style_is(anna: Visitor) -> None:
    assert anna.get("/").headers["cache-control"] == "no-store"
    assert anna.get("/static/inbox.css").headers["cache-control"] == "max-age=3600"


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "8.8.8.8:8080"])
def test_another_host_name_is_refused(anna: Visitor, host: str) -> None:
    answer = anna.get("/", host=host)
    assert answer.status_code == 400
    assert "unknown host" in answer.text


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost:8080", "LOCALHOST", "[::1]:8080"])
def test_our_own_names_are_known(anna: Visitor, host: str) -> None:
    assert anna.get("/", host=host).status_code == 200


def test_probes_may_come_by_any_address(anna: Visitor) -> None:
    assert anna.get("/healthz", host="10.1.2.3").status_code == 200


def test_host_names_without_port_and_brackets() -> None:
    assert [host_name(h) for h in ("A.example:1", "[::1]:80", "a.example.")] == ["a.example", "::1", "a.example"]


def test_a_huge_body_is_refused_before_it_is_read(anna: Visitor) -> None:
    assert anna.ask("POST", "/who", content=b"x" * (BODY_LIMIT + 1)).status_code == 413


def test_a_form_far_too_long_is_refused_with_a_page(anna: Visitor) -> None:
    answer = anna.send("/tickets/1/reply", post_id=11, version=1, text="a" * 20_001, name="Anna")
    assert answer.status_code == 422
    assert "20000" in answer.text
    assert anna.service.views[1].replies == ()


def test_an_unforeseen_error_shows_a_page_without_a_trace() -> None:
    class Broken(FakeService):
        def counts(self) -> object:  # type: ignore[override]
            raise RuntimeError("boom")

    answer = visitor(Broken(), WebSettings(secret="x")).get("/")
    assert answer.status_code == 500
    assert "boom" not in answer.text
    assert "dzienniku" in answer.text


def test_local_settings_need_no_login_and_public_ones_do() -> None:
    assert not WebSettings().needs_login
    assert not WebSettings(host="::1").needs_login
    assert WebSettings(host="10.0.0.5").needs_login
    assert WebSettings(public_url="https://inbox.example.com").needs_login
    assert not WebSettings(public_url="http://localhost:8080").needs_login


def test_bound_to_every_address_it_asks_how_people_reach_it() -> None:
    with pytest.raises(ConfigError, match="public_url"):
        WebSettings(host="0.0.0.0")
    with pytest.raises(ConfigError, match="not an http"):
        WebSettings(public_url="inbox.example.com")


def test_the_secret_and_tokens_stay_out_of_the_representation() -> None:
    assert "hush" not in repr(WebSettings(secret="hush", api_tokens={"crm": "hush"}))


def test_signed_values_come_back_whole_or_not_at_all() -> None:
    signer, hour = Signer("secret"), timedelta(hours=1)
    signed = signer.sign("session", {"name": "Łucja"}, NOW)
    assert signer.read("session", signed, NOW, hour) == {"name": "Łucja"}
    assert signer.read("other", signed, NOW, hour) is None
    assert signer.read("session", signed, NOW + 2 * hour, hour) is None
    assert Signer("else").read("session", signed, NOW, hour) is None
    for bad in ("", ".", "ż.x", signed[:-1], signed[1:], signed.replace(".", ".0")):
        assert signer.read("session", bad, NOW, hour) is None


def test_guessing_is_slowed_and_forgotten_after_success() -> None:
    throttle = Throttle()
    for _ in range(5):
        assert not throttle.wait("name", NOW)
        throttle.failed("name", NOW)
    assert throttle.wait("name", NOW) == timedelta(seconds=2)
    for _ in range(30):
        throttle.failed("name", NOW)
    assert throttle.wait("name", NOW) == timedelta(minutes=15)
    assert not throttle.wait("other", NOW)
    throttle.succeeded("name")
    assert not throttle.wait("name", NOW)

"""How pages stand in a real browser: hostile text, narrow screens, names for everything that can be pressed."""

import pytest
from playwright.sync_api import expect

from tests.web import scenes
from tests.web.conftest import DESK, PHONE, Open

NAMELESS = """() => [...document.querySelectorAll('button, a, input:not([type=hidden]), select, textarea, meter')]
  .filter(e => e.checkVisibility() && !(e.getAttribute('aria-label') || e.textContent.trim() || e.labels?.length))
  .map(e => e.outerHTML)"""
FIELDS = "button, input:not([type=hidden], [type=checkbox]), select, textarea"
TOO_SMALL = f"""() => [...document.querySelectorAll('{FIELDS}')]
  .filter(e => e.checkVisibility() && !e.matches('.link') && e.getBoundingClientRect().height < 24)
  .map(e => e.outerHTML)"""


@pytest.mark.parametrize("path", ["/", "/tickets/66", "/slack"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_hostile_text_does_nothing_and_breaks_nothing(visiting: Open, path: str, size: dict[str, int]) -> None:
    """The fixture fails on any script error, dialog or request elsewhere."""
    visit = visiting(scenes.hostile(), viewport=size)
    page = visit.open(path)
    assert "owned" not in page.title()
    assert page.locator("main script, main img, main b").count() == 0
    assert page.locator("a[href^=javascript]").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_pages_fit_and_everything_has_a_name(visiting: Open, size: dict[str, int], scheme: str) -> None:
    visit = visiting(scenes.busy(), viewport=size, color_scheme=scheme)
    for path in ("/", "/tickets/1", "/tickets/5", "/slack", "/who"):
        page = visit.open(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], path
        assert page.evaluate(NAMELESS) == [], path
        assert page.evaluate(TOO_SMALL) == [], path
        expect(page.get_by_role("heading", level=1)).to_have_count(1)


def test_dark_pages_are_dark(visiting: Open) -> None:
    dark = visiting(scenes.busy(), color_scheme="dark").open("/")
    assert dark.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 21, 25)"


def test_english_at_a_click(visiting: Open) -> None:
    page = visiting(scenes.busy()).open("/tickets/1")
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("button", name="Approve and publish at forum")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_marked_words_say_why(visiting: Open) -> None:
    page = visiting(scenes.busy()).open("/tickets/1")
    expect(page.locator("mark.ev", has_text="Trzeci dzień bez internetu")).to_have_attribute("title", "skarga")
    expect(page.locator("mark.hit", has_text="Wintermann Telekom")).to_have_attribute("title", "Wintermann: mianownik")

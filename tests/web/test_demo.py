"""What a newcomer does with `listener demo`: waits for the first urgent complaint, approves, sees it on the forum."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.web.server import free_socket

COMMAND = Path(sys.executable).with_name("listener")
PATIENCE = 30_000
"""Milliseconds: what the demo promises from its start message to the first ticket, and plenty for publishing."""


@pytest.fixture
def inbox() -> Iterator[str]:
    """Address of the inbox of a running demo."""
    with free_socket() as held:
        port = held.getsockname()[1]
    command = [str(COMMAND), "demo", "--port", str(port)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, encoding="utf-8") as demo:
        assert demo.stderr is not None
        try:
            said = next((line for line in demo.stderr if "Inbox" in line), "the demo ended before it said where")
            found = re.search(r"http://\S+/", said)
            assert found, said
            yield found[0]
        finally:
            demo.send_signal(signal.SIGTERM)
            demo.communicate(timeout=30)


def test_from_the_start_to_a_reply_on_the_forum(chromium: Browser, inbox: str) -> None:
    page = chromium.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(inbox)
    urgent = page.locator("li.row.p-critical, li.row.p-high", has_text="forum").first
    urgent.locator("a.excerpt").click()
    page.locator("[data-use]").first.click()
    mine = "Odpowiadamy z przeglądarki."
    page.get_by_label("Treść odpowiedzi").fill(f"{page.get_by_label('Treść odpowiedzi').input_value()}\n\n{mine}")
    page.get_by_label("Twoje imię").fill("Anna")
    page.get_by_role("button", name="Zatwierdź i opublikuj na forum").click()
    if page.get_by_role("alert").is_visible():  # the demo's people go on talking: a post came in, look and approve
        page.get_by_role("button", name="Zatwierdź i opublikuj na forum").click()
    sent = page.get_by_role("region", name="Odpowiedzi")
    expect(sent).to_contain_text("odpowiedź opublikowana i sprawdzona", timeout=PATIENCE)
    page.goto(sent.get_by_role("link", name="Zobacz na stronie").get_attribute("href") or "")
    expect(page.get_by_text(mine)).to_be_visible()
    page.goto(f"{inbox}slack")
    expect(page.locator("article.card").first).to_be_visible()
    page.close()

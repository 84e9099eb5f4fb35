"""Draws the pictures of docs/inbox.md anew: `.venv/bin/python -m tests.web.screenshots docs`."""

import sys
from pathlib import Path

from listener.web import WebSettings, make_app
from tests.integration.web.fake_service import NOW
from tests.web import scenes
from tests.web.browser import browser
from tests.web.server import free_socket, serving

PICTURES = {"inbox.png": "/", "ticket.png": "/tickets/1"}


def main(folder: Path) -> int:
    """Writes a picture per page into folder; 1 where there is no browser."""
    listening = free_socket()
    app = make_app(scenes.busy(), WebSettings(port=listening.getsockname()[1]), clock=lambda: NOW)
    with serving(app, listening) as address, browser() as running:
        if running is None:
            sys.stderr.write("no Chromium here: run scripts/browser.sh\n")
            return 1
        page = running.new_page(viewport={"width": 1200, "height": 820})
        for name, path in PICTURES.items():
            page.goto(address + path)
            page.screenshot(path=folder / name)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))

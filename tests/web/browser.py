"""Finds and starts the Chromium that tests/web drive. `python -m tests.web.browser` prints which one it is."""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Playwright, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
# a test machine has neither a GPU nor anything that a browser should fetch on its own account
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def found(playwright: Playwright) -> str | None:
    """Path of a Chromium: the one named by LISTENER_BROWSER, one on the PATH, or Playwright's own."""
    named = os.environ.get("LISTENER_BROWSER")
    if named:
        return named if Path(named).exists() else None
    installed = next(filter(None, map(shutil.which, NAMES)), None)
    own = playwright.chromium.executable_path
    return installed or (own if Path(own).exists() else None)


@contextmanager
def browser() -> Iterator[Browser | None]:
    """A started browser, None where there is none to start."""
    with sync_playwright() as playwright:
        path = found(playwright)
        if path is None:
            yield None
            return
        started = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        try:
            yield started
        finally:
            started.close()


if __name__ == "__main__":
    with sync_playwright() as looking:
        where = found(looking)
    sys.stdout.write(f"{where or 'no Chromium'}\n")
    sys.exit(0 if where else 1)

#!/bin/sh
# Makes sure that a Chromium is there for tests/web: takes one that is installed, installs one where it may (the
# system package as root on Debian and its kin, otherwise Playwright's own build), and says so when it cannot.
set -eu
cd "$(dirname "$0")/.."

have() {
    .venv/bin/python -m tests.web.browser >/dev/null 2>&1
}

have && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "installing the system package chromium for the browser tests" >&2
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium \
        fonts-dejavu-core; } >/dev/null 2>&1 || echo "apt-get could not install chromium" >&2
    have && exit 0
fi
echo "downloading Playwright's Chromium for the browser tests" >&2
.venv/bin/playwright install chromium >/dev/null 2>&1 || true
have && exit 0
echo "no Chromium could be installed: the tests in tests/web will be skipped. Install chromium with your system's" >&2
echo "package manager, or set LISTENER_BROWSER to the path of a Chromium or Chrome." >&2
exit 1

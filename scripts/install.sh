#!/bin/sh
# Makes .venv with everything that requirements.lock pins, hashes checked, and the project itself in it.
# Does nothing when the lock and pyproject.toml have not changed since the last time.
set -eu
cd "$(dirname "$0")/.."
stamp=.venv/.installed
want=$(cat requirements.lock pyproject.toml | cksum)
[ -x .venv/bin/listener ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$want" ] && exit 0

python=${PYTHON:-python3}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "listener needs Python 3.11 or later; $("$python" --version) was found (set PYTHON=/path/to/python3.11)" >&2
    exit 1
}
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    # Debian and Ubuntu keep venv in a package of its own
    if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
        echo "installing the system package python3-venv" >&2
        apt-get update -qq && apt-get install -y -qq python3-venv >&2
    else
        echo "this Python has no venv module: install it first (Debian, Ubuntu: sudo apt-get install python3-venv)" >&2
        exit 1
    fi
fi
if ! { [ -x .venv/bin/python ] && .venv/bin/python -m pip --version >/dev/null 2>&1; }; then
    rm -rf .venv
    "$python" -m venv .venv
fi
echo "installing the packages of requirements.lock into .venv (a minute or two)" >&2
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
printf '%s' "$want" >"$stamp"

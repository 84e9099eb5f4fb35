#!/bin/sh
# Refreshes requirements.lock: every package that `make install` installs, pinned with hashes, for Python 3.11 and
# later on any platform. Run it after changing dependencies in pyproject.toml, and from time to time for updates
# (`scripts/lock.sh --upgrade`). Needs network; uv is installed into .venv if it is not there.
set -eu
cd "$(dirname "$0")/.."
[ -x .venv/bin/uv ] || .venv/bin/python -m pip install --quiet uv
.venv/bin/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
    --no-annotate --no-emit-index-url --custom-compile-command scripts/lock.sh --quiet "$@" -o requirements.lock

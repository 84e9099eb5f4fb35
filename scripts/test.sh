#!/bin/sh
# Everything: style, types, layers, then all tests. Fast ones first, so that a plain mistake shows early.
set -eu
cd "$(dirname "$0")/.."
sh scripts/lint.sh
.venv/bin/python -m pytest tests/unit tests/contract
sh scripts/browser.sh || echo "going on without a browser" >&2
.venv/bin/python -m pytest tests/integration tests/web

#!/bin/sh
# Everything: style, types, layers, then all tests. Fast ones first, so that a plain mistake shows early.
set -eu
cd "$(dirname "$0")/.."
sh scripts/lint.sh
.venv/bin/python -m pytest -n auto --dist worksteal tests/unit tests/contract
# the property tests once more, with ten times as many tries
.venv/bin/python -m pytest -n auto --dist worksteal -m hypothesis --hypothesis-profile thorough tests/unit tests/contract
sh scripts/browser.sh || echo "going on without a browser" >&2
.venv/bin/python -m pytest tests/integration tests/web

#!/bin/sh
# Style, types and layers: what must hold before any test is worth running.
set -eu
cd "$(dirname "$0")/.."
.venv/bin/ruff check --quiet .
.venv/bin/ruff format --quiet --check .
.venv/bin/mypy --no-error-summary
.venv/bin/lint-imports --no-logo >/dev/null || { .venv/bin/lint-imports; exit 1; }

#!/bin/sh
# Format, lint and types; the first fault ends it.
set -eu
cd "$(dirname "$0")/.."
PATH="$PWD/.venv/bin:$PATH"
export PATH
ruff format --check --quiet . || { echo "some files are not formatted: .venv/bin/ruff format ."; exit 1; }
ruff check --quiet .
mypy --no-error-summary hub
djlint templates --lint --quiet
node node_modules/eslint/bin/eslint.js static/js tests/js

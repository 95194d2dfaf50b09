#!/bin/sh
# Sets everything up that is missing or has changed: `deploy/setup.sh [run|test]`. Unchanged steps are skipped by stamps.
set -eu
cd "$(dirname "$0")/.."
mode=${1:-run}
venv=.venv
stamps=$venv/stamps

fail() { echo "set-up: $1" >&2; exit 2; }

find_python() {
  for name in "${PYTHON:-}" python3.13 python3.12 python3.11 python3 python; do
    [ -n "$name" ] && command -v "$name" >/dev/null 2>&1 || continue
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo "$name"; return; fi
  done
  fail "Python 3.11 or newer is needed and was not found (set PYTHON to its path)"
}

same() { [ -f "$stamps/$1" ] && [ "$(cat "$stamps/$1")" = "$2" ]; }
mark() { mkdir -p "$stamps"; echo "$2" > "$stamps/$1"; }
digest() { cat "$@" | cksum; }

# pip reads its addresses from the machine's own configuration; a release bundle brings a wheelhouse instead.
pip_install() {
  if [ -d wheelhouse ]; then set -- --no-index --find-links wheelhouse "$@"; fi
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes "$@"
}

make_venv() {
  [ -x "$venv/bin/python" ] && return
  python=$(find_python) || exit 2
  echo "set-up: virtual environment"
  "$python" -m venv "$venv" || fail "the venv module is missing (Debian: apt-get install python3-venv)"
}

install_packages() {
  list=requirements.txt
  [ "$mode" = test ] && list=requirements-dev.txt
  want=$(digest "$list")
  same "packages-$mode" "$want" && return
  # The development list holds the other one whole.
  [ "$mode" = run ] && same packages-test "$(digest requirements-dev.txt)" && return
  echo "set-up: Python packages"
  pip_install -r "$list" || fail "the Python packages could not be installed"
  mark "packages-$mode" "$want"
}

find_npm() {
  if command -v npm >/dev/null 2>&1 && command -v node >/dev/null 2>&1 &&
    node -e 'process.exit(Number(parseInt(process.versions.node) < 20))' 2>/dev/null; then return; fi
  if [ ! -x "$venv/bin/npm" ]; then
    echo "set-up: Node.js (as a Python package)"
    pip_install -r deploy/requirements-node.txt || fail "Node.js >= 20 is neither on PATH nor to be had as a package"
  fi
  PATH="$PWD/$venv/bin:$PATH"
  export PATH
}

fetch_assets() {
  want=$(digest package-lock.json)
  if [ "$mode" = run ] && [ -f static/vendor/socket.io.esm.min.js ] && { [ -d wheelhouse ] || same assets "$want"; }; then
    return
  fi
  same "assets-$mode" "$want" && [ -f static/vendor/socket.io.esm.min.js ] && return
  echo "set-up: browser assets"
  find_npm
  if [ "$mode" = test ]; then omit=; else omit=--omit=dev; fi
  npm ci $omit --ignore-scripts --silent || fail "the browser assets could not be fetched"
  mkdir -p static/vendor
  cp node_modules/socket.io-client/dist/socket.io.esm.min.js static/vendor/
  cp node_modules/@digital-go-jp/design-tokens/dist/tokens.css static/vendor/design-tokens.css
  mark assets "$want"
  mark "assets-$mode" "$want"
}

compile_texts() {
  po=hub/translations/en/LC_MESSAGES/messages.po
  [ -f "$po" ] || return 0
  [ "${po%.po}.mo" -nt "$po" ] && return
  "$venv/bin/pybabel" --quiet compile -d hub/translations
}

make_venv
install_packages
fetch_assets
compile_texts

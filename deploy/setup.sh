#!/bin/sh
# Sets everything up that is missing or has changed: `deploy/setup.sh [run|test]`. Unchanged steps are skipped by stamps.
#
# The tests of a fresh clone take the environments that an earlier clone with the same pinned lists has made: they lie in
# the user's cache (HUB_TEST_CACHE; empty: none), one folder for each content of the lists. What serves is always the
# checkout's own.
set -eu
umask 022  # what is made here is read by the user that serves, however careful root's shell is
cd "$(dirname "$0")/.."
mode=${1:-run}
venv=.venv
cache=${HUB_TEST_CACHE-${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/consultation-hub}
did=

fail() { echo "set-up: $1" >&2; exit 2; }

find_python() {
  for name in "${PYTHON:-}" python3.13 python3.12 python3.11 python3 python; do
    [ -n "$name" ] && command -v "$name" >/dev/null 2>&1 || continue
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo "$name"; return; fi
  done
  fail "Python 3.11 or newer is needed and was not found (set PYTHON to its path)"
}

say() { did=yes; echo "set-up: $1"; }
# Beside each environment stands what it was made of.
same() { [ -f "$1/$2" ] && [ "$(cat "$1/$2")" = "$3" ]; }
mark() { echo "$3" > "$1/$2"; }
digest() { cat "$@" | cksum; }

# link NAME FOLDER: the checkout's NAME becomes the cache's FOLDER, unless it is a folder of the checkout's own. What
# serves never takes a link that was made for other lists.
link() {
  [ -L "$1" ] || [ ! -e "$1" ] || return 0
  [ "$(readlink "$1" || true)" != "$cache/$2" ] || return 0
  rm -f "$1"
  [ "$mode" = test ] && [ -n "$cache" ] || return 0
  mkdir -p "$cache/$2"
  touch "$cache/${2%%/*}"
  ln -s "$cache/$2" "$1"
}

# One at a time fills the cache; what no clone has linked for two months goes.
guard_cache() {
  [ "$mode" = test ] && [ -n "$cache" ] && mkdir -p "$cache" && command -v flock >/dev/null || return 0
  exec 9>"$cache/lock"
  flock 9
  find "$cache" -mindepth 1 -maxdepth 1 -type d -mtime +60 -exec rm -rf {} +
}

# pip reads its addresses from the machine's own configuration; a release bundle brings a wheelhouse instead.
pip_install() {
  if [ -d wheelhouse ]; then set -- --no-index --find-links wheelhouse "$@"; fi
  # By the place where it lies: tools name the Python that installed them, and the clone whose link it was may be gone.
  "$(cd "$venv" && pwd -P)/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes "$@"
}

# Tools of an environment that was moved, or made through a clone that is gone, name a Python that is no more.
works() {
  "$1/python" -c '' 2>/dev/null && { [ ! -e "$1/pybabel" ] || "$1/pybabel" --version >/dev/null 2>&1; }
}

make_venv() {
  python=$(find_python) || exit 2
  version=$("$python" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])')
  link "$venv" "python-$version-$(digest requirements-dev.txt | tr ' ' -)"
  works "$venv/bin" && return
  say "virtual environment"
  where=$venv
  [ ! -L "$venv" ] || where=$(readlink "$venv")
  "$python" -m venv --clear "$where" || fail "the venv module is missing (Debian: apt-get install python3-venv)"
}

install_packages() {
  list=requirements.txt
  [ "$mode" = test ] && list=requirements-dev.txt
  want=$(digest "$list")
  same "$venv" "packages-$mode" "$want" && return
  # The development list holds the other one whole.
  [ "$mode" = run ] && same "$venv" packages-test "$(digest requirements-dev.txt)" && return
  say "Python packages"
  pip_install -r "$list" || fail "the Python packages could not be installed"
  mark "$venv" "packages-$mode" "$want"
}

find_npm() {
  if command -v npm >/dev/null 2>&1 && command -v node >/dev/null 2>&1 &&
    node -e 'process.exit(Number(parseInt(process.versions.node) < 20))' 2>/dev/null; then return; fi
  if [ ! -x "$venv/bin/npm" ]; then
    say "Node.js (as a Python package)"
    pip_install -r deploy/requirements-node.txt || fail "Node.js >= 20 is neither on PATH nor to be had as a package"
  fi
  PATH="$PWD/$venv/bin:$PATH"
  export PATH
}

# The tests' tools of Node are node_modules; static/vendor is what pages are served.
fetch_assets() {
  want=$(digest package-lock.json)
  vendor=static/vendor
  [ "$mode" = run ] && [ -f "$vendor/socket.io.esm.min.js" ] && { [ -d wheelhouse ] || same "$vendor" made-of "$want"; } && return
  # Node looks for a package's packages in the folders called node_modules above where it really lies.
  link node_modules "node-$(echo "$want" | tr ' ' -)/node_modules"
  if ! same node_modules "packages-$mode" "$want" && ! same node_modules packages-test "$want"; then
    say "browser assets"
    find_npm
    if [ "$mode" = test ]; then omit=; else omit=--omit=dev; fi
    npm_ci || fail "the browser assets could not be fetched"
    mark node_modules "packages-$mode" "$want"
  fi
  same "$vendor" made-of "$want" && return
  mkdir -p "$vendor"
  cp node_modules/socket.io-client/dist/socket.io.esm.min.js "$vendor/"
  cp node_modules/@digital-go-jp/design-tokens/dist/tokens.css "$vendor/design-tokens.css"
  mark "$vendor" made-of "$want"
}

# npm replaces a link by a folder: it works beside, and what it brings is moved to where the link leads.
npm_ci() {
  if [ ! -L node_modules ]; then npm ci $omit --ignore-scripts --silent; return; fi
  beside=$(mktemp -d)
  cp package.json package-lock.json "$beside/"
  [ ! -f .npmrc ] || cp .npmrc "$beside/"
  (cd "$beside" && npm ci $omit --ignore-scripts --silent) || return 1
  cp -R "$beside/node_modules/." node_modules/
  rm -rf "$beside"
}

compile_texts() {
  po=hub/translations/en/LC_MESSAGES/messages.po
  [ -f "$po" ] || return 0
  [ "${po%.po}.mo" -nt "$po" ] && return
  "$venv/bin/pybabel" --quiet compile -d hub/translations
}

# A bundle unpacked over an older one leaves what the newer no longer has: a module, a migration, a wheel. The bundle
# names its files; in its own folders everything else goes.
drop_leftovers() {
  [ -f bundle.files ] || return 0
  kept=$(mktemp)
  sort bundle.files > "$kept"
  find hub templates static deploy docs bench tests wheelhouse -type f ! -name '*.pyc' 2>/dev/null | sort |
    comm -23 - "$kept" | while IFS= read -r file; do rm -f "$file"; done
  find hub templates static deploy docs bench tests -type d -empty -delete 2>/dev/null || true
  rm -f "$kept"
}

# Root installs, another user serves: what came with umask 027 has to be readable. What holds data is left alone.
open_up() {
  [ "$(id -u)" = 0 ] || return 0
  chmod go+rx .
  for entry in hub templates static deploy docs wsgi.py requirements*.txt "$venv"; do
    [ ! -e "$entry" ] || [ -L "$entry" ] || chmod -R go+rX "$entry"
  done
}

[ "$mode" = run ] || sh deploy/programs.sh
[ "$mode" != run ] || drop_leftovers
guard_cache
make_venv
install_packages
fetch_assets
compile_texts
[ "$mode" != run ] || open_up
[ "$mode" = run ] || [ -n "$did" ] || echo "set-up: nothing to do"

#!/bin/sh
# Brings the programs that the tests need and this machine lacks: as root, or where sudo asks nothing, from Debian's
# packages; elsewhere it says the one command that does. No service is started: the tests start their own.
set -eu
PATH="$PATH:/usr/sbin:/sbin"
missing=

# lacks PACKAGE COMMAND...: the package is missing when the command fails.
lacks() {
  package=$1; shift
  "$@" >/dev/null 2>&1 || missing="$missing $package"
}
installed() { command -v "$1"; }
python_with_venv() { python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))'; }
japanese_font() { fc-list :lang=ja | grep -q .; }
postgresql() { ls /usr/lib/postgresql/*/bin/initdb || command -v initdb; }

lacks chromium installed chromium
lacks chromium-headless-shell installed chromium-headless-shell
lacks fontconfig installed fc-list
lacks fonts-noto-cjk japanese_font
lacks postgresql postgresql
lacks redis-server installed redis-server
lacks clamav-daemon installed clamd
lacks nginx-light installed nginx
lacks openssl installed openssl
lacks libreoffice-calc installed soffice
[ -n "${PYTHON:-}" ] || lacks "python3 python3-venv" python_with_venv
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then sudo=
elif sudo -n true 2>/dev/null; then sudo="sudo -n"
else sudo=no; fi
if [ "$sudo" = no ] || ! command -v apt-get >/dev/null 2>&1; then
  echo "set-up: the tests need programs that this machine lacks. On Debian this brings them, as root:" >&2
  echo "    apt-get update && apt-get install --no-install-recommends$missing" >&2
  exit 2
fi

echo "set-up: Debian packages$missing"
guard=/usr/sbin/policy-rc.d  # forbids that a package starts its service
made=
if [ ! -e "$guard" ]; then
  printf '#!/bin/sh\nexit 101\n' | $sudo tee "$guard" >/dev/null
  $sudo chmod +x "$guard"
  made=yes
fi
allow_again() { [ -z "$made" ] || $sudo rm -f "$guard"; }
trap allow_again EXIT
$sudo apt-get update -qq
# shellcheck disable=SC2086
$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null ||
  { echo "set-up: they could not be installed: apt-get install --no-install-recommends$missing" >&2; exit 2; }

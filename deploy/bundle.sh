#!/bin/sh
# Makes a bundle for a network without registries: `sh deploy/bundle.sh` on a machine that has them. It holds what is
# committed, the Python packages as wheels, the browser assets and the compiled translations. The wheels are for this
# machine's kind and the Python that runs here (or PYTHON): use one like that of the machine it goes to.
set -eu
cd "$(dirname "$0")/.."

fail() { echo "bundle: $1" >&2; exit 2; }
tell() { echo "bundle: $1" >&2; }

[ -d .git ] || fail "run it in a git clone: a bundle is made from what is committed"
[ -z "$(git status --porcelain --untracked-files=no)" ] || tell "note: changes that are not committed are left out"

sh deploy/setup.sh run
python=.venv/bin/python
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' pyproject.toml)
kind=$($python -c 'import sys, sysconfig as s; print("cp%d%d-%s" % (*sys.version_info[:2], s.get_platform().replace("-", "_")))')
name=consultation-hub-$version
file=$name-$kind.tar.gz
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

tell "what is committed ($(git rev-parse --short HEAD))"
git archive --prefix="$name/" HEAD | tar -x -C "$work"

tell "Python packages as wheels"
$python -m pip download --quiet --disable-pip-version-check --require-hashes --only-binary :all: \
  -r "$work/$name/requirements.txt" -d "$work/$name/wheelhouse" || fail "not every package is to be had as a wheel"

tell "browser assets and translations"
mkdir -p "$work/$name/static/vendor"
cp static/vendor/* "$work/$name/static/vendor/"
for package in socket.io-client @digital-go-jp/design-tokens; do
  for licence in "node_modules/$package"/LICENSE*; do
    if [ -f "$licence" ]; then cp "$licence" "$work/$name/static/vendor/LICENSE-$(basename "$package")"; fi
  done
done
if [ -d "$work/$name/hub/translations" ]; then
  .venv/bin/pybabel --quiet compile -d "$work/$name/hub/translations"
fi

# Stale byte code is no part of it. The list of files is: by it an installation drops what an older bundle had.
(cd "$work/$name" && find . -type f ! -name '*.pyc' ! -name bundle.files | sed 's|^\./||' | sort > bundle.files)

mkdir -p dist
echo '*' > dist/.gitignore
tar -czf "dist/$file" --owner=0 --group=0 -C "$work" "$name"
(cd dist && sha256sum "$file" > "$file.sha256")
echo "dist/$file"

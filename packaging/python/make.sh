#!/bin/bash
# Makes the wheel: the binary, its man pages and completions, and the module `bnfold`.
#
# Usage: make.sh PREFIX DIST, with VERSION, SOURCE_DATE_EPOCH and PYTHON as dist.sh sets them. There is no source
# distribution: on other platforms pip shall say that there is nothing, and not begin to compile.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
prefix=$(cd "$1" && pwd)
dist=$(cd "$2" && pwd)
: "${VERSION:?}" "${SOURCE_DATE_EPOCH:?}" "${PYTHON:?}"

# Built in a copy, since a build leaves files in its folder.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$here"/{pyproject.toml,hatch_build.py,README.md} "$here/../../LICENSE" "$work"
cp -r "$here/src" "$work/src"
find "$work/src" -name __pycache__ -prune -exec rm -rf {} +
cp -r "$prefix" "$work/prefix"
[ ! -e "$prefix/share/doc/bnfold/NOTICE" ] || cp "$prefix/share/doc/bnfold/NOTICE" "$work"

(cd "$work" && "$PYTHON" -m hatchling build --target wheel --directory "$dist") >"$work/log" 2>&1 || {
  cat "$work/log" >&2
  exit 1
}

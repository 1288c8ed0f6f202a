#!/bin/bash
# Writes the man pages to PREFIX/share/man/man1: one for bnfold, and one for each of its commands.
#
# Usage: make.sh PREFIX. They are made from what the binary says of itself, so they cannot know another option than it does.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
prefix=$1
: "${PYTHON:?}" "${VERSION:?}" "${SOURCE_DATE_EPOCH:?}"

rm -rf "$prefix/share/man/man1"
mkdir -p "$prefix/share/man/man1"
"$PYTHON" -B "$here/pages.py" "$prefix/bin/bnfold" "$here/../../docs/command-line.md" "$prefix/share/man/man1"

#!/bin/bash
# Copies the binary, its man pages and completions to TARGET, or removes them there: what make install and make uninstall do.
#
# Usage: install.sh BINARY FOLDER TARGET; or install.sh --remove FOLDER TARGET, by what is in FOLDER, where they are laid out.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
binary=$1
folder=$2
target=$3

if [ "$binary" = --remove ]; then
  [ -d "$folder" ] || { echo "$folder is not there: run make install first, which lays out what is removed" >&2; exit 1; }
  (cd "$folder" && find . -type f -print0) | (cd "$target" && xargs -0 rm -f)
  exit 0
fi

umask 022
VERSION=$("$root/packaging/version.sh")
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$root" log -1 --format=%ct 2>/dev/null || date +%s)}
export VERSION SOURCE_DATE_EPOCH PYTHON=python3
rm -rf "$folder"
install -D -m 755 "$binary" "$folder/bin/bnfold"
"$root/packaging/manual/make.sh" "$folder"
"$root/packaging/completions/make.sh" "$folder"
mkdir -p "$target"
# A program that is running cannot be written to, but can be replaced.
cp -R --remove-destination "$folder/." "$target/"

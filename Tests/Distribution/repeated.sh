#!/bin/bash
# Check 8: made twice more from the same binary, every package is the same, byte for byte: with another umask, time zone, language,
# home and current folder, and some seconds later.
set -euo pipefail

: "${DIST:?}" "${ROOT:?}" "${PYTHON:?}"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# Usage: digests FOLDER; of every file, also of those that the packages are made of.
digests() { (cd "$1" && find . -type f -print0 | sort -z | xargs -0 sha256sum); }

digests "$DIST" >"$folder/expected"
[ -s "$folder/expected" ] || { echo "There is nothing in $DIST." >&2 && exit 1; }

# Usage: repeat UMASK TIME_ZONE CURRENT_FOLDER OUTPUT.
repeat() {
  mkdir -p "$folder/home$1"
  (
    umask "$1"
    cd "$3"
    env TZ="$2" LC_ALL=C HOME="$folder/home$1" \
      "$ROOT/packaging/dist.sh" "$DIST/.prefix/bin/bnfold" "$ROOT/.build-release/bnfold.map" "$4"
  ) >"$folder/log" 2>&1 </dev/null || { cat "$folder/log" >&2 && exit 1; }
  digests "$4" | diff "$folder/expected" - >"$folder/differences" || {
    echo "With umask $1, in $3, these files differ from those in $DIST:" >&2
    sed -nE 's/^[<>] [0-9a-f]{64}  /  /p' "$folder/differences" | sort -u >&2
    exit 1
  }
  echo "umask $1, $2: all $(wc -l <"$folder/expected") files are the same"
}

repeat 077 Asia/Kolkata / "$folder/first"
repeat 002 America/St_Johns "$folder" "$folder/a folder whose name is longer/second"

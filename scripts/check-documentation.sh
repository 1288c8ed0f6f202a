#!/bin/bash
# Compiles the documentation comments of the public symbols; a warning is an error.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
swift package dump-symbol-graph --minimum-access-level public >"$folder/log" 2>&1 || {
  cat "$folder/log" >&2
  exit 1
}
mkdir "$folder/graphs"
for file in .build/*/symbolgraph/*.symbols.json; do
  case $(basename "$file") in
    *Tests* | Fixtures*) ;;
    *) cp "$file" "$folder/graphs" ;;
  esac
done
docc convert --fallback-display-name bnfold --fallback-bundle-identifier bnfold \
  --additional-symbol-graph-dir "$folder/graphs" --output-path "$folder/documentation" --warnings-as-errors

#!/bin/bash
# Man pages: without a warning of mandoc, within 80 columns, and with exactly the options that the help of each command has.
#
# Usage: pages.sh PREFIX.
set -euo pipefail

prefix=$1
pages=("$prefix"/share/man/man1/*.1)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# The pages name bnfold in the footer where BSD has itself, and each other, which need not be installed here.
expected='operating system explicitly specified: Os bnfold|referenced manual not found: Xr bnfold'
# mandoc ends with an error for those as well.
mandoc -T lint "${pages[@]}" >"$folder/warnings" 2>&1 || true
grep -qE "$expected" "$folder/warnings" || { echo "mandoc did not look at the pages: $(cat "$folder/warnings")" >&2 && exit 1; }
if grep -vE "$expected" "$folder/warnings" >&2; then exit 1; fi

for page in "${pages[@]}"; do
  name=$(basename "$page" .1)
  command=${name#bnfold}
  mandoc -T ascii -O width=80 "$page" | col -bx >"$folder/page"
  if grep -E '.{81}' "$folder/page"; then
    echo "$name: a line is longer than 80 columns" >&2
    exit 1
  fi
  "$prefix/bin/bnfold" help ${command:+"${command#-}"} >"$folder/help"
  for text in help page; do
    grep -E '^ +--?[a-z]' "$folder/$text" | grep -oE '(^ *|[ /,])--[a-z-]+' |
      grep -oE -- '--[a-z-]+' | sort -u >"$folder/$text.options"
  done
  diff "$folder/help.options" "$folder/page.options" || {
    echo "$name: these options are in the help (<) or in the page (>) alone" >&2
    exit 1
  }
done
echo "${#pages[@]} man pages: no warning, 80 columns, the options of the help"

#!/bin/bash
# A file in the link map that is from no known component ends packaging/notice, by its name.
#
# Usage: unknown_file.sh LINK_MAP FOLDER, with ROOT and DIST.
set -euo pipefail

link_map=$1
folder=$2
VERSION=$("$ROOT/packaging/version.sh")
export VERSION SOURCE_DATE_EPOCH=0
install -D "$DIST/.prefix/bin/bnfold" "$folder/prefix/bin/bnfold"

section=$(grep -m 1 -E 'libc\.a\(' "$link_map" || true)
[ -n "$section" ] || {
  echo "expected: libc.a in $link_map"
  exit 1
}
for unknown in /usr/lib/x86_64-linux-gnu/libunknown.a /opt/elsewhere/lib_FoundationICU.a; do
  {
    cat "$link_map"
    sed -E "s|/[^ ]*libc\.a|$unknown|" <<<"$section"
  } >"$folder/unknown.map"
  if "$ROOT/packaging/notice/make.sh" "$folder/prefix" "$folder/unknown.map" >"$folder/log" 2>&1 ||
    ! grep -q "$unknown(.*) is linked, and no component is known" "$folder/log"; then
    echo "expected: $unknown in the link map ends packaging/notice"
    cat "$folder/log"
    exit 1
  fi
  echo "$unknown in the link map ends packaging/notice"
done

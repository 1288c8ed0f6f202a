#!/bin/bash
# Check 1: the binary is one static file that asks for nothing, and is no larger than it may be.
set -euo pipefail
# shellcheck source=Tests/Distribution/fail.sh
source "$(dirname "$0")/fail.sh"

: "${DIST:?}" "${ROOT:?}"
"$ROOT/scripts/install-packages.sh" binutils file
binary=$DIST/.prefix/bin/bnfold
largest=27000000

kind=$(file --brief "$binary")
case $kind in
  *"static-pie linked"*) echo "It is static and position-independent: $kind" ;;
  *) fail "It should be static and position-independent: $kind" ;;
esac
dynamic=$(readelf --dynamic --wide "$binary")
if grep -E '\((NEEDED|RUNPATH|RPATH|INTERP)\)' <<<"$dynamic"; then fail "It should need no library and search no folder."; fi
headers=$(readelf --program-headers --wide "$binary")
if grep INTERP <<<"$headers"; then fail "It should need no program that loads it."; fi
echo "It needs no library, no folder of libraries and no loader"

size=$(stat --format=%s "$binary")
[ "$size" -le "$largest" ] || fail "It has $size bytes; at most $largest are allowed."
echo "It has $size bytes, of at most $largest"

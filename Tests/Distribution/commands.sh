#!/bin/bash
# Check 2: the tests of the command line pass with the binary that is in the packages.
set -euo pipefail

: "${DIST:?}" "${ROOT:?}"
"$ROOT/scripts/install-packages.sh" strace
cd "$ROOT"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! BNFOLD_SLOW_TESTS=1 BNFOLD_BINARY=$DIST/.prefix/bin/bnfold swift test \
  --explicit-target-dependency-import-check error --filter CommandLineTests >"$log" 2>&1 </dev/null; then
  grep -E "error:|recorded an issue|✘" "$log" | head -30 >&2 || tail -30 "$log" >&2
  exit 1
fi
summary=$(grep -oE 'Test run with [0-9]+ tests? .*passed after .*' "$log" | tail -1 || true)
[ -n "$summary" ] || { echo "No test was run." >&2; exit 1; }
echo "$summary"

#!/bin/bash
# Installs and tries everything in DIST, one script a check; all are run, and the last line counts them.
#
# Usage: run.sh DIST [CHECK...], with the Python of packaging/requirements.txt as $PYTHON.
set -euo pipefail
: "${PYTHON:?the Python that has packaging/requirements.txt}"

# Roots are made for other users to enter, and for mounts.
[ "$(id -u)" = 0 ] || { echo "These checks make roots and mounts: run them as root, on a machine that may be changed." >&2 && exit 1; }
umask 022
export LC_ALL=C.UTF-8
here=$(cd "$(dirname "$0")" && pwd)
dist=$(cd "$1" && pwd)
shift
export DIST=$dist ROOT=${here%/Tests/Distribution} PYTHON
checks=(binary commands roots wheel package image integrations repeated contents)
[ $# -eq 0 ] || checks=("$@")

passed=0
failed=()
for check in "${checks[@]}"; do
  started=$SECONDS
  echo "== $check"
  if "$here/$check.sh"; then
    passed=$((passed + 1))
    echo "ok: $check ($((SECONDS - started)) s)"
  else
    failed+=("$check")
    echo "FAILED: $check ($((SECONDS - started)) s)"
  fi
done
echo
[ ${#failed[@]} -eq 0 ] || echo "failed: ${failed[*]}"
echo "distribution: $passed passed, ${#failed[@]} failed"
[ ${#failed[@]} -eq 0 ]

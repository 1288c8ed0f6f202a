#!/bin/bash
# A hook fails where the system ends bnfold, for instance for want of memory: the program in its place ends itself.
#
# Usage: ended_hook.sh FOLDER, with ROOT and PYTHON.
set -euo pipefail

folder=$1/ended
mkdir -p "$folder"
printf '#!/bin/sh\nkill -9 $$\n' >"$folder/bnfold"
chmod +x "$folder/bnfold"
cd "$folder"
touch model.keras model.folded.keras
program='
import sys
import bnfold_pre_commit
bnfold_pre_commit.BNFOLD = sys.argv.pop(1)
sys.exit(1 if bnfold_pre_commit.main() else 0)'
for hook in inspect lint folded verify; do
  code=0
  PYTHONPATH="$ROOT/packaging/pre-commit" "$PYTHON" -B -c "$program" "$folder/bnfold" "$hook" model.keras \
    >"$folder/log" 2>&1 || code=$?
  if [ "$code" != 1 ] || grep -q Traceback "$folder/log"; then
    echo "expected: the hook $hook fails where a signal ends bnfold"
    cat "$folder/log"
    exit 1
  fi
done
echo "every hook fails where a signal ends bnfold"

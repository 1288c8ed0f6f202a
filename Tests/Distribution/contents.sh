#!/bin/bash
# Check 9: the bill of materials is valid, NOTICE is complete by the link map, and there is one version.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)/contents
link_map=${LINK_MAP:-$ROOT/.build-release/bnfold.map}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

(cd "$DIST" && sha256sum --check --strict --quiet SHA256SUMS)
named=$(cd "$DIST" && sed -E 's/^[0-9a-f]{64}  //' SHA256SUMS | sort)
present=$(cd "$DIST" && find . -maxdepth 1 -type f ! -name SHA256SUMS -printf '%P\n' | sort)
if [ "$named" != "$present" ]; then
  echo "expected: SHA256SUMS has every file"
  diff <(echo "$named") <(echo "$present")
  exit 1
fi
echo "SHA256SUMS has all $(wc -l <<<"$present") files, and they are what it says"

"$PYTHON" -B "$here/bill_of_materials.py" "$link_map"
"$here/unknown_file.sh" "$link_map" "$folder"
"$PYTHON" -B "$here/versions.py"
"$here/release.sh" "$folder"

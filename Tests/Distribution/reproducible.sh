#!/bin/bash
# Builds the binary twice at one path, from nothing, and compares: `make check-reproducible`, and no part of `make check-dist`.
#
# Usage: reproducible.sh FOLDER
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
folder=$1
for build in first second; do
  rm -rf "$folder"
  "$root/scripts/build-release.sh" "$folder"
  mv "$folder/bnfold" "$folder.$build"
done
sha256sum "$folder.first" "$folder.second"
cmp "$folder.first" "$folder.second"
rm -rf "$folder" "$folder.first" "$folder.second"
echo "Both builds are the same, byte by byte."

#!/bin/bash
# Builds the program in Tests/Client, which imports the product alone, and lets it do everything on fixtures.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
swift build --package-path "$root/Tests/Client" --scratch-path "$1"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$1/debug/Client" "$root/Fixtures" "$folder" >"$folder/output"
echo "The client did everything: $(wc -l <"$folder/output") lines"

#!/bin/bash
# Prints the version: the one place where it is written is Sources/Reports/Version.swift.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
sed -nE 's/.*static let version = "([0-9]+\.[0-9]+\.[0-9]+)"/\1/p' "$root/Sources/Reports/Version.swift" | grep .

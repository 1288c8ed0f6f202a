#!/bin/bash
# Prints every place beside Sources/Reports/Version.swift where the version is written, a line each: FILE VERSION. Others read
# those files where nothing can be filled in: GitLab the template, pip the mirror's project, people the documentation.
set -euo pipefail
cd "$(dirname "$0")/.."

version='[0-9]+\.[0-9]+\.[0-9]+'
# Usage: written PATTERN FILE; the part of the pattern before the version ends with \K, and the pattern must be there.
written() {
  grep -oP "$1$version" "$2" | sed "s|^|$2 |" || {
    echo "$2 has no version where one is expected ($1)" >&2
    exit 1
  }
}

written '^version = "\K' packaging/pre-commit/pyproject.toml
written '"bnfold==\K' packaging/pre-commit/pyproject.toml
written 'rev: v\K' packaging/pre-commit/README.md
written 'default: \K' packaging/gitlab/bnfold.yml
written '(rev: v|ref: v|OWNER/bnfold@v|bnfold==)\K' docs/ci.md
written '(bnfold_|bnfold-|bnfold:|bnfold |v|## )\K' docs/installing.md
written 'from: "\K' docs/library.md
written '(Version |bnfold_|bnfold-)\K' README.md

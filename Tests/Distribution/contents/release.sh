#!/bin/bash
# packaging/release-check.sh finds each fault of a release, alone, and none in a right one.
#
# Usage: release.sh FOLDER, with ROOT.
set -euo pipefail

folder=$1/release
export GIT_CONFIG_GLOBAL=/dev/null GIT_AUTHOR_NAME=check GIT_AUTHOR_EMAIL=check@example.org
export GIT_COMMITTER_NAME=$GIT_AUTHOR_NAME GIT_COMMITTER_EMAIL=$GIT_AUTHOR_EMAIL
unset GIT_DIR GIT_INDEX_FILE GIT_WORK_TREE

version=$("$ROOT/packaging/version.sh")
right="# Changelog

## Unreleased

## $version - 2026-01-31

- The first release."

# A checkout that is a release, but for its tag.
prepare() {
  rm -rf "$folder"
  mkdir -p "$folder/docs" "$folder/Sources/Reports"
  cp -r "$ROOT/packaging" "$folder/"
  cp "$ROOT/README.md" "$folder/"
  cp "$ROOT"/docs/{ci,installing,library}.md "$folder/docs/"
  cp "$ROOT/Sources/Reports/Version.swift" "$folder/Sources/Reports/"
  echo "$right" >"$folder/CHANGELOG.md"
  git -C "$folder" init --quiet
  commit
}
commit() {
  git -C "$folder" add --all
  git -C "$folder" commit --quiet --allow-empty --message "A commit"
}
tag() { git -C "$folder" tag --annotate "$1" --message "bnfold"; }

# Usage: check EXPECTED WHAT; EXPECTED is a part of the only fault that there is, or nothing.
check() {
  local code=0 faults
  "$folder/packaging/release-check.sh" >"$folder.log" 2>&1 || code=$?
  faults=$(grep '^wrong' "$folder.log" || true)
  if { [ -z "$1" ] && [ "$code$faults" = 0 ]; } ||
    { [ -n "$1" ] && [ $code = 1 ] && [ "$(wc -l <<<"$faults")" = 1 ] && grep -qF -- "$1" <<<"$faults"; }; then
    echo "make release-check: $2"
  else
    echo "expected of make release-check: ${1:-no fault} ($2)"
    cat "$folder.log"
    exit 1
  fi
}

prepare
tag "v$version"
check "" "a right release has no fault"
touch "$folder/new"
check "not committed" "a file that is not committed"

prepare
check "there is no tag" "no tag"
tag "v$version"
commit
check "is at another commit" "a tag at another commit"
tag v99.0.0
check "this commit has the tag v99.0.0" "the tag of another version"

prepare
git -C "$folder" tag "v$version"
check "says neither who made it nor when" "a tag without a message"

# Usage: changelog TEXT EXPECTED WHAT
changelog() {
  prepare
  echo "$1" >"$folder/CHANGELOG.md"
  commit
  tag "v$version"
  check "$2" "$3"
}
changelog "${right/ - 2026-01-31/}" "has no date" "a heading without a date"
changelog "${right/2026-01-31/2026-02-31}" "has no date" "a day that there is not"
changelog "${right/2026-01-31/2999-01-31}" "a day to come" "a day to come"
changelog "${right/Unreleased/Unreleased$'\n\n'- New.}" "has entries below" "entries that are not released"
changelog "${right/"$version - "/99.0.0 - }" "has no heading" "the heading of another version"
changelog "${right/Unreleased/99.0.0 - 2026-02-01}" "the first heading" "a heading above that of the version"

prepare
sed -i 's/^version = .*/version = "99.0.0"/' "$folder/packaging/pre-commit/pyproject.toml"
commit
tag "v$version"
check "pyproject.toml says 99.0.0" "another version in the mirror"

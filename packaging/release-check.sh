#!/bin/bash
# Holds the tag of HEAD, the changelog and the version against each other: is this commit a release, and if not, what is missing?
#
# Usage: release-check.sh; 0 for a release, 1 for anything else. Nothing is changed and nothing is published.
set -euo pipefail
cd "$(dirname "$0")/.."

version=$(packaging/version.sh)
tag=v$version
faults=0

# Usage: right WHAT; wrong WHAT WHAT_TO_DO
right() { echo "ok     $1"; }
wrong() {
  faults=$((faults + 1))
  echo "wrong  $1"
  echo "       $2"
}

changes=$(git status --porcelain)
if [ -n "$changes" ]; then
  wrong "there are changes that are not committed" "Commit them, or put them aside with: git stash --include-untracked"
else
  right "everything is committed"
fi

places=$(packaging/other-versions.sh)
others=0
while read -r file written; do
  [ "$written" != "$version" ] || continue
  others=$((others + 1))
  wrong "$file says $written, and Sources/Reports/Version.swift says $version" "Write $version in $file."
done <<<"$places"
[ $others != 0 ] || right "the version is $version everywhere"

heading=$(grep -E "^## ${version//./\\.}( |$)" CHANGELOG.md || true)
date=${heading#"## $version - "}
if [ -z "$heading" ]; then
  wrong "CHANGELOG.md has no heading for $version" "Write '## $version - $(date +%F)' below '## Unreleased', above its entries."
elif [[ ! $date =~ ^[0-9]{4}-[0-9]{2}-[0-9]{2}$ ]] || ! date --date "$date" >/dev/null 2>&1; then
  wrong "the heading '$heading' of CHANGELOG.md has no date" "Write '## $version - $(date +%F)'."
elif [ "$(date --date "$date" +%s)" -gt "$(date +%s)" ]; then
  wrong "the heading '$heading' of CHANGELOG.md is of a day to come" "Write '## $version - $(date +%F)'."
else
  right "CHANGELOG.md has '$heading'"
fi

first=$(grep -m 1 '^## ' CHANGELOG.md || true)
entries=$(sed '1,/^## Unreleased$/d; /^## /,$d' CHANGELOG.md | grep -c '[^[:space:]]' || true)
if [ "$first" = "## Unreleased" ] && [ "$entries" != 0 ]; then
  wrong "CHANGELOG.md has entries below '## Unreleased'" "Move them below the heading of $version, or release them later."
elif [ "$first" != "## Unreleased" ] && [ "$first" != "$heading" ]; then
  wrong "the first heading of CHANGELOG.md is '$first'" "Write '## Unreleased', then '## $version - $(date +%F)', above it."
else
  right "nothing in CHANGELOG.md is unreleased"
fi

head=$(git rev-parse HEAD)
tagged=$(git rev-parse --quiet --verify "refs/tags/$tag^{commit}" || true)
here=$(git tag --points-at HEAD | grep -E '^v?[0-9]' | grep -vxF "$tag" || true)
if [ -n "$here" ]; then
  wrong "this commit has the tag ${here//$'\n'/, }, and the version is $version" "Remove the tag, or change the version."
elif [ -z "$tagged" ]; then
  wrong "there is no tag $tag" "When all else is right: git tag --annotate $tag --message 'bnfold $version'"
elif [ "$tagged" != "$head" ]; then
  wrong "the tag $tag is at another commit (${tagged:0:10})" "$version is released: raise the version, or check out $tag."
elif [ "$(git cat-file -t "refs/tags/$tag")" != tag ]; then
  wrong "the tag $tag says neither who made it nor when" "Make it again: git tag --force --annotate $tag --message 'bnfold $version'"
else
  right "the tag $tag is at this commit"
fi

if [ $faults = 0 ]; then
  echo "This commit is the release $version. What is left is a person's step: docs/installing.md, \"What a release does\"."
  exit 0
fi
echo "This commit is not a release: $faults to do. docs/installing.md, \"What a release does\", has all steps."
exit 1

#!/bin/bash
# The mirror's hooks, by pre-commit itself, with the wheel of DIST: they pass right models and fail for others.
#
# Usage: pre-commit.sh FOLDER, with ROOT, DIST, and the tools of requirements.txt on the PATH.
set -euo pipefail

folder=$1
export PIP_FIND_LINKS=$DIST PRE_COMMIT_HOME=$folder/pre-commit
export GIT_CONFIG_GLOBAL=/dev/null GIT_AUTHOR_NAME=check GIT_AUTHOR_EMAIL=check@example.org
export GIT_COMMITTER_NAME=$GIT_AUTHOR_NAME GIT_COMMITTER_EMAIL=$GIT_AUTHOR_EMAIL
unset GIT_DIR GIT_INDEX_FILE GIT_WORK_TREE

mirror=$folder/mirror
cp -r "$ROOT/packaging/pre-commit" "$mirror"
git -C "$mirror" init --quiet
git -C "$mirror" add --all
git -C "$mirror" commit --quiet --message "The mirror"

mkdir "$folder/models"
cd "$folder/models"
git init --quiet
cat >.pre-commit-config.yaml <<END
repos:
  - repo: $mirror
    rev: $(git -C "$mirror" rev-parse HEAD)
    hooks:
      - id: bnfold-inspect
      - id: bnfold-lint
      - id: bnfold-folded
      - id: bnfold-verify
END

# Usage: hook NAME EXPECTED [TEXT]; runs it on all files. EXPECTED is Passed or Failed, TEXT is a part of what it prints.
hook() {
  local name=$1 expected=$2 text=${3:-}
  git add --all
  pre-commit run --all-files --verbose "$name" >"$folder/log" 2>&1 || true
  if ! grep -q "\.\.\.$expected\$" "$folder/log" || ! grep -qF -- "$text" "$folder/log"; then
    echo "expected: $name $expected${text:+, with: $text}"
    cat "$folder/log"
    exit 1
  fi
  echo "$name $expected${text:+: $text}"
}

right=$ROOT/Fixtures/verdict/range
for name in model 'a b' -x; do
  cp "$right.h5" "./$name.h5"
  cp "$right.f.h5" "./$name.folded.h5"
done
hook bnfold-inspect Passed "✓ ./-x.h5: 1 of 1 can be folded"
hook bnfold-lint Passed
hook bnfold-folded Passed
hook bnfold-verify Passed "a b.h5, a b.folded.h5"

cp "$right.bad.h5" model.folded.h5
hook bnfold-verify Failed "clip: activation max value: none instead of 20.0"
cp "$right.h5" alone.h5
hook bnfold-folded Failed "alone.h5: 1 of 1 can be folded"
cp "$ROOT/Fixtures/malformed/negative_variance.h5" damaged.h5
hook bnfold-lint Failed "has a negative variance"
hook bnfold-inspect Passed
cp "$ROOT/Fixtures/malformed/truncated.h5" truncated.h5
hook bnfold-inspect Failed "the HDF5 structure is damaged"

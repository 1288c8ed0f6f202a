#!/bin/bash
# The files themselves: schemas, zizmor, shellcheck of every script here and of those within the YAML files, the examples of docs/ci.md.
#
# Usage: files.sh FOLDER, with ROOT, and the tools of requirements.txt on the PATH.
set -euo pipefail

folder=$1
here=$(cd "$(dirname "$0")" && pwd)
cd "$ROOT"

# Usage: holds WHAT COMMAND...; prints what the command printed only if it failed.
holds() {
  local what=$1
  shift
  "$@" >"$folder/log" 2>&1 || {
    echo "expected: $what"
    cat "$folder/log"
    exit 1
  }
  echo "$what"
}

python -B "$here/parts.py" "$folder"
holds "the action follows GitHub's schema" check-jsonschema --builtin-schema vendor.github-actions action.yml
holds "zizmor finds nothing in the action" zizmor --offline --persona pedantic action.yml
holds "the template's job follows GitLab's schema" \
  check-jsonschema --builtin-schema vendor.gitlab-ci --data-transform gitlab-ci "$folder/job.yml"
holds "the mirror's hooks are right for pre-commit" \
  pre-commit validate-manifest packaging/pre-commit/.pre-commit-hooks.yaml
holds "the workflows of docs/ci.md follow GitHub's schema" \
  check-jsonschema --builtin-schema vendor.github-workflows "$folder"/documented/github-*.yml
holds "the pipelines of docs/ci.md follow GitLab's schema" \
  check-jsonschema --builtin-schema vendor.gitlab-ci --data-transform gitlab-ci "$folder"/documented/gitlab-*.yml
holds "the configurations of docs/ci.md are right for pre-commit" \
  pre-commit validate-config "$folder"/documented/pre-commit-*.yml

mapfile -d '' scripts < <(find scripts packaging Tests/Distribution .ci -name '*.sh' -print0 -o -path .ci/run -print0)
holds "shellcheck finds nothing in ${#scripts[@]} scripts" shellcheck --external-sources "${scripts[@]}"
holds "shellcheck finds nothing in the steps of the action" shellcheck "$folder"/action-steps/*.sh
holds "shellcheck finds nothing in the script of the template" shellcheck "$folder/job.sh"

#!/bin/bash
# Runs bnfold: annotations in the log, the report on the page of the run, and its outcome as outputs.
#
# The inputs of action.yml are BNFOLD_COMMAND, BNFOLD_MODELS, BNFOLD_ARGUMENTS, BNFOLD_ANNOTATIONS, BNFOLD_SUMMARY and
# BNFOLD_SARIF; BNFOLD_FOLDER is what install.sh has made.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=packaging/action/annotation.sh
source "$here/annotation.sh"

case $BNFOLD_COMMAND in
  fold | inspect | lint | verify) ;;
  *)
    error "the input command is '$BNFOLD_COMMAND'; it may be verify, fold, inspect, lint, or install"
    exit 1
    ;;
esac
for switch in BNFOLD_ANNOTATIONS BNFOLD_SUMMARY; do
  if [[ ${!switch} != true && ${!switch} != false ]]; then
    name=${switch#BNFOLD_}
    error "the input ${name,,} is '${!switch}'; it may be true or false"
    exit 1
  fi
done

# Usage: lines TEXT; puts the lines of a text into $lines, without blanks around them and without empty ones.
lines() {
  local line
  lines=()
  while read -r line; do
    line=${line%$'\r'}
    [ -z "$line" ] || lines+=("$line")
  done <<<"$1"
}

lines "$BNFOLD_ARGUMENTS"
arguments=(${lines[@]+"${lines[@]}"} "--report=json=$BNFOLD_FOLDER/report.json")
[ "$BNFOLD_ANNOTATIONS" = false ] || arguments+=(--report=github)
[ "$BNFOLD_SUMMARY" = false ] || arguments+=("--report=markdown=$BNFOLD_FOLDER/summary.md")
[ -z "$BNFOLD_SARIF" ] || arguments+=("--report=sarif=$BNFOLD_SARIF")
lines "$BNFOLD_MODELS"
for model in ${lines[@]+"${lines[@]}"}; do
  # Such a name would be an option.
  [[ $model != -* ]] || model=./$model
  arguments+=("$model")
done

# What a model is made of may look like a command to the runner; bnfold escapes it in its annotations, and only there.
token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
[ "$BNFOLD_ANNOTATIONS" = true ] || echo "::stop-commands::$token"
code=0
GITHUB_STEP_SUMMARY='' "$BNFOLD_FOLDER/bin/bnfold" "$BNFOLD_COMMAND" "${arguments[@]}" 2>"$BNFOLD_FOLDER/errors" || code=$?
# What ended in the middle of a line must not take the command with it.
[ "$BNFOLD_ANNOTATIONS" = false ] || printf '\n::stop-commands::%s\n' "$token"
cat "$BNFOLD_FOLDER/errors"
printf '\n::%s::\n' "$token"

[ ! -f "$BNFOLD_FOLDER/summary.md" ] || cat "$BNFOLD_FOLDER/summary.md" >>"$GITHUB_STEP_SUMMARY"
if [ -f "$BNFOLD_FOLDER/report.json" ]; then
  "$BNFOLD_FOLDER/environment/bin/python" -I "$here/outcome.py" "$BNFOLD_FOLDER/report.json" >>"$GITHUB_OUTPUT"
  echo "report=$BNFOLD_FOLDER/report.json" >>"$GITHUB_OUTPUT"
elif [ "$code" != 0 ]; then
  # An option that does not exist ends bnfold before it knows which reports to write.
  error "$(sed -n '1{s/^bnfold: //;p}' "$BNFOLD_FOLDER/errors")"
  echo "outcome=error" >>"$GITHUB_OUTPUT"
fi
echo "exit-code=$code" >>"$GITHUB_OUTPUT"
exit "$code"

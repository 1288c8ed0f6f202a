#!/bin/bash
# Folds a model of the fixtures, and shows the commands and what they print.
set -euo pipefail

bnfold=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp Fixtures/keras3/pattern_resnet_block.h5 "$folder/model.h5"
PATH="$(cd "$(dirname "$bnfold")" && pwd):$PATH"
cd "$folder"

show() {
  printf '\n$ %s\n' "$*"
  "$@"
}

show bnfold inspect model.h5
show bnfold fold model.h5 -o model.folded.h5
show bnfold verify model.h5 model.folded.h5

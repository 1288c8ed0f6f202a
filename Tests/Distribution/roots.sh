#!/bin/bash
# Check 3: the same binary folds to the same bytes in the roots of three Debians and in an empty one, with little memory, with
# and without /proc, by a user without rights.
set -euo pipefail
# shellcheck source=Tests/Distribution/fail.sh
source "$(dirname "$0")/fail.sh"

: "${DIST:?}" "${ROOT:?}"
"$ROOT/scripts/install-packages.sh" debian-archive-keyring mmdebstrap util-linux
binary=$DIST/.prefix/bin/bnfold
model=$ROOT/Fixtures/keras3/pattern_resnet_block.h5
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"

"$binary" fold "$model" -o "$folder/here.h5" --quiet >/dev/null
expected=$(sha256sum <"$folder/here.h5")

# Usage: run PROC ROOT ARGUMENT...; the root can be read alone but for /models; PROC says whether /proc and /dev/null are there.
# 256 MiB is what a small container has.
run() {
  # shellcheck disable=SC2016
  env --ignore-environment PATH="$PATH" unshare --mount --propagation private --pid --net --fork --kill-child \
    bash -euc '
      mount --bind "$2" "$2"
      if [ "$1" = proc ]; then
        mount -t proc proc "$2/proc"
        mount --bind /dev/null "$2/dev/null"
      fi
      mount --bind "$2/models" "$2/models"
      mount -o remount,bind,ro "$2"
      exec prlimit --data=268435456 setpriv --clear-groups \
        unshare --root="$2" --wd=/models --setgid=65532 --setuid=65532 /bnfold "${@:3}"
    ' run "$@" </dev/null
}

# Usage: try PROC ROOT NAME
try() {
  local proc=$1 root=$2 name=$3 found
  rm -rf "$root/models"
  install -D -m 755 "$binary" "$root/bnfold"
  install -d -m 755 -o 65532 -g 65532 "$root/models"
  install -m 644 "$model" "$root/models/model.h5"
  run "$proc" "$root" fold model.h5 --quiet >"$folder/output" 2>&1 || fail "$name: fold ends with $?: $(cat "$folder/output")"
  found=$(sha256sum <"$root/models/model.folded.h5")
  [ "$found" = "$expected" ] || fail "$name: the folded file has the hash $found, and elsewhere $expected"
  run "$proc" "$root" verify model.h5 model.folded.h5 --quiet >"$folder/output" 2>&1 ||
    fail "$name: verify ends with $?: $(cat "$folder/output")"
  run "$proc" "$root" inspect model.h5 --quiet >"$folder/output" 2>&1 ||
    fail "$name: inspect ends with $?: $(cat "$folder/output")"
  run "$proc" "$root" fold model.h5 --dry-run --quiet >"$folder/output" 2>&1 ||
    fail "$name: fold --dry-run ends with $?: $(cat "$folder/output")"
  echo "$name: ${found%% *}"
}

for release in bullseye bookworm trixie; do
  mmdebstrap --quiet --variant=essential --mode=root "$release" "$folder/$release" >"$folder/log" 2>&1 </dev/null ||
    fail "$release: no root: $(tail -5 "$folder/log")"
  try proc "$folder/$release" "$release"
  rm -rf "${folder:?}/$release"
done

mkdir -p "$folder/empty/proc" "$folder/empty/dev"
touch "$folder/empty/dev/null"
try proc "$folder/empty" "an empty root with /proc and /dev/null"
rm -rf "$folder/empty/proc" "$folder/empty/dev"
try none "$folder/empty" "an empty root with nothing but the binary and the model"

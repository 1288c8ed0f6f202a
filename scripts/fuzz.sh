#!/bin/bash
# Runs every libFuzzer target for some seconds; new inputs are kept in the build folder, findings end the run.
set -euo pipefail

folder=$1
seconds=$2
root=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)

swift build -c release --sanitize=fuzzer --package-path "$root/Fuzzing" --scratch-path "$folder" \
  -Xswiftc -use-ld=lld -Xlinker --gc-sections
export SWIFT_BACKTRACE=enable=no
for target in FuzzJSON FuzzArchitecture FuzzNames FuzzPlan FuzzSafetensors FuzzShardList FuzzTensorModel FuzzZip FuzzNumPy \
  FuzzWire FuzzONNXModel FuzzONNXGraph; do
  corpus=$folder/corpus/$target
  mkdir -p "$corpus" "$folder/findings"
  seeds=()
  # Files need more room than texts that are told by their first bytes.
  case $target in
    FuzzTensorModel) longest=16384 ;;
    FuzzONNXModel | FuzzONNXGraph) longest=4096 ;;
    FuzzNumPy | FuzzPlan | FuzzSafetensors | FuzzShardList | FuzzWire | FuzzZip) longest=1024 ;;
    *) longest=64 ;;
  esac
  [ -d "$root/Fuzzing/seeds/$target" ] && seeds=("$root/Fuzzing/seeds/$target")
  echo "== $target, $seconds s"
  if ! "$folder/release/$target" -max_total_time="$seconds" -max_len="$longest" -timeout=10 -print_final_stats=1 \
    -artifact_prefix="$folder/findings/$target-" "$corpus" ${seeds[@]+"${seeds[@]}"} >"$folder/$target.log" 2>&1; then
    tail -20 "$folder/$target.log"
    echo "$target has a finding: $folder/findings; keep it as a test" >&2
    exit 1
  fi
  grep -E "^(Done|stat::number_of_executed_units|stat::average_exec_per_sec)" "$folder/$target.log"
done

#!/bin/bash
# Builds FOLDER/bnfold for release, as one static file where that is possible. FOLDER/bnfold.map says what was linked.
#
# docs/decisions/0004-static-release.md has the reasons and the sizes.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "$1"
folder=$(cd "$1" && pwd)
toolchain=$(dirname "$(readlink -f "$(command -v swift)")")
"$root/scripts/static-libraries.sh" "$folder/pkgconfig"

# A position-independent static program needs archives of everything, the C library's among them.
links_everything_statically() {
  local module
  for module in hdf5 yaml-0.1 libdeflate libcrypto; do
    [ -f "$folder/pkgconfig/$module.pc" ] || return 1
  done
  echo 'int main() { return 0; }' |
    clang++ -static-pie -fuse-ld=lld -x c++ - -o "$folder/links" 2>"$folder/static-pie.log" || return 1
  rm "$folder/links" "$folder/static-pie.log"
}

flags=(--static-swift-stdlib --disable-local-rpath -Xswiftc -use-ld=lld
  -Xswiftc -Xfrontend -Xswiftc -function-sections -Xlinker --gc-sections -Xlinker --icf=all
  -Xlinker --strip-all -Xlinker --build-id=none -Xlinker "-Map=$folder/bnfold.map")
if links_everything_statically; then
  flags+=(-Xswiftc -static-executable -Xswiftc -Xclang-linker -Xswiftc -static-pie
    -Xlinker --pack-dyn-relocs=relr)
else
  echo "There are no archives of all libraries here: the binary needs the C library, and those named above, where it runs."
fi
PKG_CONFIG_PATH="$folder/pkgconfig" swift build -c release --product bnfold --package-path "$root" \
  --scratch-path "$folder" "${flags[@]}"

# The compiler writes other bytes into this section each time, and nothing reads it.
"$toolchain/llvm-objcopy" --remove-section .swift_modhash --remove-section .comment \
  "$folder/release/bnfold" "$folder/bnfold.unfinished"
mv "$folder/bnfold.unfinished" "$folder/bnfold"

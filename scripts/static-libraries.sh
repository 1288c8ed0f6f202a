#!/bin/bash
# Writes pkg-config files that link libhdf5, libyaml, libdeflate and libcrypto statically, where that is possible.
#
# Debian's shared libhdf5 loads 47 libraries at start-up, for features that model files do not use; the static one
# starts in a quarter of the time. docs/decisions/0004-static-release.md has the figures.
set -euo pipefail

folder=$1
mkdir -p "$folder"

# Unchanged files keep their time, so that nothing is built again.
write() {
  [ "$2" = "$(cat "$folder/$1" 2>/dev/null || true)" ] || echo "$2" >"$folder/$1"
}

# Usage: link_statically MODULE FUNCTION FLAGS; distributions may lack an archive, or build it with more dependencies.
link_statically() {
  local module=$1 function=$2 flags=$3 version includes
  version=$(pkg-config --modversion "$module")
  includes=$(pkg-config --cflags "$module")
  # shellcheck disable=SC2086
  if echo "int $function(void); int main(void) { return $function(); }" |
    clang -x c - -o "$folder/links" $flags 2>"$folder/$module.log"; then
    rm "$folder/links" "$folder/$module.log"
    write "$module.pc" "Name: $module
Description: linked statically
Version: $version
Cflags: $includes
Libs: $flags"
  else
    echo "$module cannot be linked statically ($folder/$module.log says why); using the shared library instead."
    rm -f "$folder/$module.pc"
  fi
}

# Usage: archive LIBRARY; the flags for an archive that the compiler finds.
archive() { echo "-L$(dirname "$(clang -print-file-name="$1.a")") -l:$1.a"; }

libraries=$(pkg-config --variable=libdir hdf5)
[ -n "$libraries" ] || libraries=$(pkg-config --libs-only-L hdf5 | sed 's/^-L//; s/ .*//')
link_statically hdf5 H5open "-L$libraries -l:libhdf5.a -lsz -laec -lz -lm -ldl"
link_statically yaml-0.1 yaml_get_version_string "$(archive libyaml)"
link_statically libdeflate libdeflate_crc32 "$(archive libdeflate)"
link_statically libcrypto OPENSSL_cleanse "$(archive libcrypto)"

#!/bin/bash
# Writes a pkg-config file that links libhdf5 statically.
#
# Debian's shared libhdf5 loads 47 libraries at start-up, for features that model files do not use; the static one
# starts in a quarter of the time. docs/decisions/0004-static-release.md has the figures.
set -euo pipefail

folder=$1
libraries=$(pkg-config --variable=libdir hdf5)
[ -n "$libraries" ] || libraries=$(pkg-config --libs-only-L hdf5 | sed 's/^-L//; s/ .*//')
flags="-L$libraries -l:libhdf5.a -lsz -lz -lm -ldl"
mkdir -p "$folder"

# Other distributions may build it with more dependencies than these.
links() {
  local program='int H5open(void); int main(void) { return H5open() < 0; }'
  # shellcheck disable=SC2086
  echo "$program" | clang -x c - -o "$folder/links" $flags 2>"$folder/log"
}
if ! links; then
  echo "There is no libhdf5.a that links ($folder/log says why); using the shared library instead."
  rm -f "$folder/hdf5.pc"
  exit 0
fi
rm "$folder/links" "$folder/log"

text="Name: hdf5
Description: libhdf5, linked statically
Version: $(pkg-config --modversion hdf5)
Cflags: $(pkg-config --cflags hdf5)
Libs: $flags"
# Unchanged files keep their time, so that nothing is built again.
[ "$text" = "$(cat "$folder/hdf5.pc" 2>/dev/null || true)" ] || echo "$text" >"$folder/hdf5.pc"

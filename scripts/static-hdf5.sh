#!/bin/bash
# Writes a pkg-config file that links libhdf5 statically.
#
# Debian's shared libhdf5 loads 47 libraries at start-up, for features that model files do not use; the static one
# starts in a third of the time. docs/decisions/0004-static-release.md has the figures.
set -euo pipefail

folder=$1
libraries=$(pkg-config --variable=libdir hdf5)
[ -n "$libraries" ] || libraries=$(pkg-config --libs-only-L hdf5 | sed 's/^-L//; s/ .*//')
mkdir -p "$folder"
text="Name: hdf5
Description: libhdf5, linked statically
Version: $(pkg-config --modversion hdf5)
Cflags: $(pkg-config --cflags hdf5)
Libs: -L$libraries -l:libhdf5.a -lsz -lz -lm -ldl"
if [ ! -f "$libraries/libhdf5.a" ]; then
  echo "There is no libhdf5.a in $libraries; linking the shared library instead."
  rm -f "$folder/hdf5.pc"
  exit 0
fi
# Unchanged files keep their time, so that nothing is built again.
[ "$text" = "$(cat "$folder/hdf5.pc" 2>/dev/null || true)" ] || echo "$text" >"$folder/hdf5.pc"

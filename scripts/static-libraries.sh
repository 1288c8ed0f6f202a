#!/bin/bash
# Writes pkg-config files that link libhdf5, libyaml and libdeflate statically.
#
# Debian's shared libhdf5 loads 47 libraries at start-up, for features that model files do not use; the static one
# starts in a quarter of the time. docs/decisions/0004-static-release.md has the figures.
set -euo pipefail

folder=$1
libraries=$(pkg-config --variable=libdir hdf5)
[ -n "$libraries" ] || libraries=$(pkg-config --libs-only-L hdf5 | sed 's/^-L//; s/ .*//')
flags="-L$libraries -l:libhdf5.a -lsz -lz -lm -ldl"
mkdir -p "$folder"

# Unchanged files keep their time, so that nothing is built again.
write() {
  [ "$2" = "$(cat "$folder/$1" 2>/dev/null || true)" ] || echo "$2" >"$folder/$1"
}

for name in yaml-0.1:libyaml libdeflate:libdeflate; do
  module=${name%:*} library=${name#*:}
  archive=$(clang -print-file-name="$library.a")
  # Without a folder: there is none.
  [ "$archive" != "$library.a" ] || continue
  write "$module.pc" "Name: $module
Description: $library, linked statically
Version: $(pkg-config --modversion "$module")
Libs: -L$(dirname "$archive") -l:$library.a"
done

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
write hdf5.pc "$text"

#!/bin/bash
# Makes every package in DIST from one binary: the same binary and the same commit make the same bytes.
#
# Usage: dist.sh BINARY LINK_MAP DIST, with the Python of packaging/requirements.txt as $PYTHON. What packages have in common is laid
# out once, as they install it below /usr, in DIST/.prefix.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
binary=$1
link_map=$2
dist=$3
: "${PYTHON:?the Python that has packaging/requirements.txt}"

headers=$(readelf --file-header --program-headers --wide "$binary")
if ! grep -q 'X86-64' <<<"$headers" || grep -q INTERP <<<"$headers"; then
  echo "$binary is no static program for x86-64, which is what all packages promise; make build says what is missing" >&2
  exit 1
fi

VERSION=$("$root/packaging/version.sh")
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$root" log -1 --format=%ct)} || {
  echo "The time of the packages is that of the commit. Where there is none, set SOURCE_DATE_EPOCH (seconds since 1970)" >&2
  exit 1
}
export PYTHON VERSION SOURCE_DATE_EPOCH TZ=UTC LC_ALL=C.UTF-8
umask 022

rm -rf "$dist"
mkdir -p "$dist"
dist=$(cd "$dist" && pwd)
prefix=$dist/.prefix

install -D -m 755 "$binary" "$prefix/bin/bnfold"
"$root/packaging/manual/make.sh" "$prefix"
"$root/packaging/completions/make.sh" "$prefix"
"$root/packaging/notice/make.sh" "$prefix" "$link_map"

for kind in tarball debian python image; do
  "$root/packaging/$kind/make.sh" "$prefix" "$dist"
done
cp "$prefix/share/doc/bnfold/bnfold.cdx.json" "$dist/bnfold-$VERSION.cdx.json"
cp "$prefix/share/doc/bnfold/NOTICE" "$dist/NOTICE"
(cd "$dist" && sha256sum -- * >SHA256SUMS.unfinished && mv SHA256SUMS.unfinished SHA256SUMS)

#!/bin/bash
# Packs PREFIX as DIST/bnfold_VERSION_amd64.deb.
#
# Usage: make.sh PREFIX DIST. There is no source package: it is made as users get it, from the binary of the other packages.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
prefix=$1
dist=$2
: "${PYTHON:?}" "${VERSION:?}" "${SOURCE_DATE_EPOCH:?}"

stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
chmod 755 "$stage"
documents=$stage/usr/share/doc/bnfold

mkdir -p "$stage/usr" "$stage/DEBIAN"
cp -R "$prefix/bin" "$prefix/share" "$stage/usr/"
# Debian has the text of this license for all packages.
rm "$documents/LICENSE"
mv "$stage/usr/share/zsh/site-functions" "$stage/usr/share/zsh/vendor-completions"
gzip -9n "$stage"/usr/share/man/man1/*.1
"$PYTHON" -B "$here/changelog.py" "$here/../../CHANGELOG.md" | gzip -9n >"$documents/changelog.gz"
"$PYTHON" -B "$here/copyright.py" "$documents/bnfold.cdx.json" >"$documents/copyright"
install -D -m 644 "$here/lintian-overrides" "$stage/usr/share/lintian/overrides/bnfold"

size=$(find "$stage/usr" -type f -printf '%s\n' | awk '{ kilobytes += int(($1 + 1023) / 1024) } END { print kilobytes }')
sed -e "s/@VERSION@/$VERSION/" -e "s/@SIZE@/$size/" "$here/control" >"$stage/DEBIAN/control"
(cd "$stage" && find usr -type f -print0 | sort -z | xargs -0 md5sum >DEBIAN/md5sums)
chmod -R u=rwX,go=rX "$stage"
# With several threads xz writes other bytes than with one.
dpkg-deb --build --root-owner-group -Zxz --threads-max=1 "$stage" "$dist/bnfold_${VERSION}_amd64.deb" >/dev/null

#!/bin/bash
# Makes DIST/bnfold-VERSION.oci.tar, an image that podman, docker and skopeo load, with buildah: no daemon, nothing from a registry.
#
# Usage: make.sh PREFIX DIST.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
prefix=$1
dist=$2
: "${PYTHON:?}" "${VERSION:?}" "${SOURCE_DATE_EPOCH:?}"
export STORAGE_DRIVER=vfs BUILDAH_ISOLATION=chroot

stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
mkdir -p "$stage/context/models" "$stage/layout"
install -D -m 755 "$prefix/bin/bnfold" "$stage/context/usr/bin/bnfold"
mkdir -p "$stage/context/usr/share/doc"
cp -R "$prefix/share/doc/bnfold" "$stage/context/usr/share/doc/"
chmod -R u=rwX,go=rX "$stage/context"

# Usage: quietly COMMAND...; what it says is of interest where it fails.
quietly() { "$@" >"$stage/log" 2>&1 || { cat "$stage/log" >&2 && exit 1; }; }

label=org.opencontainers.image
quietly buildah --root "$stage/storage" --runroot "$stage/run" build --format oci --timestamp "$SOURCE_DATE_EPOCH" \
  --identity-label=false --label "$label.title=bnfold" --label "$label.version=$VERSION" \
  --label "$label.licenses=Apache-2.0" \
  --label "$label.description=Folds batch normalizations of trained networks, and proves that nothing else changed" \
  --file "$here/Containerfile" --tag "oci:$stage/layout:bnfold:$VERSION" "$stage/context"
"$PYTHON" -B "$here/docker_manifest.py" "$stage/layout"
# buildah would write the archive as well, but with the time of day in it.
tar --create --directory "$stage/layout" --format=ustar --sort=name --owner=0 --group=0 --numeric-owner \
  --mode=u=rwX,go=rX --mtime="@$SOURCE_DATE_EPOCH" --file "$dist/bnfold-$VERSION.oci.tar" \
  blobs index.json manifest.json oci-layout

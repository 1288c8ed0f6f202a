#!/bin/bash
# Packs PREFIX as DIST/bnfold-VERSION-linux-x86_64.tar.gz, to be unpacked anywhere or copied to /usr/local.
#
# Usage: make.sh PREFIX DIST.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
prefix=$1
dist=$2
: "${VERSION:?}" "${SOURCE_DATE_EPOCH:?}"

name=bnfold-$VERSION-linux-x86_64
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT

mkdir "$stage/$name"
cp -R "$prefix/bin" "$prefix/share" "$here/README" "$stage/$name/"
cp "$prefix/share/doc/bnfold/LICENSE" "$prefix/share/doc/bnfold/NOTICE" "$stage/$name/"
# Nothing of the machine: no order of its folders, no names of its users, no times.
tar --create --directory "$stage" --format=ustar --sort=name --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX \
  --mtime="@$SOURCE_DATE_EPOCH" "$name" | gzip -9n >"$dist/$name.tar.gz"

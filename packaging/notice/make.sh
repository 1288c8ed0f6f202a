#!/bin/bash
# Writes LICENSE, NOTICE and the bill of materials to PREFIX/share/doc/bnfold. What is in the binary is found in its link map; a
# file that is from no known component ends this, so that nothing is left out.
#
# Usage: make.sh PREFIX LINK_MAP, with PYTHON, VERSION and SOURCE_DATE_EPOCH set as packaging/dist.sh does.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
prefix=$1
link_map=$2
folder=$prefix/share/doc/bnfold

install -D -m 644 "$here/../../LICENSE" "$folder/LICENSE"
"$PYTHON" -B "$here/write.py" "$prefix/bin/bnfold" "$link_map" "$folder"
chmod 644 "$folder/NOTICE" "$folder/bnfold.cdx.json"

#!/bin/bash
# Check 6: the image is what its archive says, and folds as a user that is not root, in a root that cannot be written to.
#
# No engine is needed: umoci unpacks the image, and unshare starts its entry point as podman and docker do, as process 1 in
# namespaces of its own, without a network.
set -euo pipefail
# shellcheck source=Tests/Distribution/fail.sh
source "$(dirname "$0")/fail.sh"

: "${DIST:?}" "${ROOT:?}" "${PYTHON:?}"
"$ROOT/scripts/install-packages.sh" skopeo umoci util-linux
version=$("$ROOT/packaging/version.sh")
archive=$DIST/bnfold-$version.oci.tar
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

skopeo inspect --config "oci-archive:$archive" >"$folder/config.json"
skopeo inspect --config "docker-archive:$archive" >"$folder/docker-config.json"
cmp "$folder/config.json" "$folder/docker-config.json" || fail "As an archive of Docker it is another image."
mapfile -t config < <("$PYTHON" -c '
import json, sys
config = json.load(open(sys.argv[1]))["config"]
print(config.get("User"), config["WorkingDir"], *config["Entrypoint"], sep="\n")
print(config["Labels"]["org.opencontainers.image.version"])
' "$folder/config.json")
expected=(65532:65532 /models /usr/bin/bnfold "$version")
[ "${config[*]}" = "${expected[*]}" ] || fail "User, folder, entry point, version: ${config[*]}; expected ${expected[*]}"
echo "The archive is read as one of OCI and as one of Docker: user ${config[0]}, folder ${config[1]}"

skopeo copy --quiet "oci-archive:$archive" "oci:$folder/layout:bnfold"
umoci --log=error unpack --image "$folder/layout:bnfold" "$folder/bundle" >/dev/null
image=$folder/bundle/rootfs
(cd "$image" && find . -type f | sort) >"$folder/files"
cat >"$folder/expected" <<END
./usr/bin/bnfold
./usr/share/doc/bnfold/LICENSE
./usr/share/doc/bnfold/NOTICE
./usr/share/doc/bnfold/bnfold.cdx.json
END
diff "$folder/expected" "$folder/files" || fail "The image should have the files before (<), and has those after (>)."

# What an engine brings: mount points, a folder of the user, and no right to write elsewhere.
mkdir "$folder/models"
cp "$ROOT/Fixtures/keras3/pattern_resnet_block.h5" "$folder/models/model.h5"
chown -R 65532:65532 "$folder/models"
chmod 755 "$folder" "$folder/bundle"
mkdir -p "$image/proc" "$image/dev"
touch "$image/dev/null"

# Usage: run ARGUMENT...; the mounts go with the namespace.
run() {
  # shellcheck disable=SC2016
  env --ignore-environment PATH="$PATH" unshare --mount --propagation private --pid --net --ipc --uts --fork --kill-child \
    bash -euc '
      mount --bind "$1" "$1"
      mount -t proc proc "$1/proc"
      mount --bind /dev/null "$1/dev/null"
      mount --bind "$2" "$1/models"
      mount -o remount,bind,ro "$1"
      exec setpriv --clear-groups unshare --root="$1" --wd=/models --setgid=65532 --setuid=65532 /usr/bin/bnfold "${@:3}"
    ' run "$image" "$folder/models" "$@" </dev/null
}

run --version --verbose >"$folder/version"
active=$(grep -c ': active$' "$folder/version" || true)
layers=$(grep -c '^  ' "$folder/version" || true)
if [ "$active" != 4 ] || [ "$layers" != 4 ]; then
  fail "$active of $layers layers of the sandbox are active: $(cat "$folder/version")"
fi
echo "All $active layers of the sandbox are active in the image"

run fold model.h5 --quiet >"$folder/output" || fail "fold ends with $?: $(cat "$folder/output")"
"$DIST/.prefix/bin/bnfold" fold "$folder/models/model.h5" -o "$folder/outside.h5" --quiet >/dev/null
cmp "$folder/outside.h5" "$folder/models/model.folded.h5" || fail "The image folds to other bytes than the binary outside."
[ "$(stat --format=%u:%g "$folder/models/model.folded.h5")" = 65532:65532 ] || fail "The folded model is another user's."
echo "It folds as user 65532, with a root that is read only, no /tmp and no network: the same bytes as outside"

if run fold model.h5 -o /usr/model.h5 --quiet >"$folder/output" 2>&1; then fail "It wrote to its read-only root."; fi
grep -q '^bnfold: /usr/model.h5: ' "$folder/output" || fail "No error names the file: $(cat "$folder/output")"
echo "What is not mounted cannot be written"

#!/bin/bash
# Check 5: the Debian package and the tarball in a minimal Debian: installed, run, read about, completed, upgraded, and removed
# without a rest.
set -euo pipefail
# shellcheck source=Tests/Distribution/fail.sh
source "$(dirname "$0")/fail.sh"

: "${DIST:?}" "${ROOT:?}"
here=$ROOT/Tests/Distribution/package
"$ROOT/scripts/install-packages.sh" bsdextrautils lintian mandoc mmdebstrap util-linux
version=$("$ROOT/packaging/version.sh")
package=$DIST/bnfold_${version}_amd64.deb
folder=$(mktemp -d)
trap 'rm -rf --one-file-system "$folder"' EXIT
root=$folder/root

# Usage: inside COMMAND...; runs in the root, without a network; the mounts go with the namespace.
inside() {
  # shellcheck disable=SC2016
  env --ignore-environment PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/tmp/home LC_ALL=C.UTF-8 TERM=dumb \
    unshare --mount --propagation private --pid --net --fork --kill-child bash -euc '
      mount -t proc proc "$1/proc"
      mount --rbind /dev "$1/dev"
      exec chroot "$@"
    ' inside "$root" "$@" </dev/null
}

# What is in the root, but for the notes that dpkg and man keep of everything that was ever installed.
files() {
  find "$root" -xdev -printf '%y %P\n' |
    grep -vE '^. (var/log/|var/cache/man/|var/lib/dpkg/(status|available|diversions|statoverride|triggers/File)-old$)' | sort
}

# Usage: fold; folds a model in the root, and looks at the proof.
fold() {
  rm -f "$root/root/models/block.folded.h5"
  inside bnfold fold /root/models/block.h5 >"$folder/output" || fail "fold ends with $?: $(cat "$folder/output")"
  grep -q '^✓ equal: proven' "$folder/output" || fail "fold proves nothing: $(cat "$folder/output")"
  rm "$root/root/models/block.folded.h5"
}

# Usage: check_completions SHELL ANSWERS; the answers to the lines below, one a line.
lines=('bnfold fo' 'bnfold fold --acc' 'bnfold fold --accept ex' 'bnfold fold /root/models/bl' 'bnfold run -i /root/models/s')
answers=(fold --accept exact /root/models/block.h5 /root/models/samples.npy)
check_completions() {
  cp "$here/complete.$1" "$root/root/"
  inside "$1" "/root/complete.$1" "${lines[@]}" >"$folder/completed" || fail "$1: $(cat "$folder/completed")"
  rm "$root/root/complete.$1"
  rm -rf "$root/tmp/home"
  diff <(printf '%s\n' "${answers[@]}") "$folder/completed" || fail "$1 should complete what is before (<), not what is after (>)."
}

"$here/pages.sh" "$DIST/.prefix"
lintian --allow-root --fail-on error,warning "$package"
echo "lintian finds no error and no warning"

mmdebstrap --quiet --variant=essential --dpkgopt=force-unsafe-io --include=man-db,bash-completion,zsh,fish bookworm "$root"
mkdir "$root/root/models"
cp "$ROOT/Fixtures/keras3/pattern_resnet_block.h5" "$root/root/models/block.h5"
touch "$root/root/models/samples.npy" "$root/root/models/block.txt"
cp "$package" "$root/root/bnfold.deb"
files >"$folder/before"

inside dpkg --install /root/bnfold.deb >/dev/null
files | comm -13 "$folder/before" - >"$folder/installed"
grep -q '^f usr/bin/bnfold$' "$folder/installed" || fail "usr/bin/bnfold is not installed."
[ "$(inside bnfold --version)" = "$version" ] || fail "The version is not $version."
fold
[ "$(inside man -w bnfold-fold)" = /usr/share/man/man1/bnfold-fold.1.gz ] || fail "man does not find bnfold-fold."
inside whatis bnfold-fold | grep -q 'fold the batch normalizations' || fail "whatis does not know bnfold-fold."
echo "Installed: $(wc -l <"$folder/installed") files and folders; folds, and man finds its pages"

for shell in bash zsh fish; do check_completions $shell; done
echo "bash, zsh and fish complete commands, options, values, models and arrays"

inside dpkg --install /root/bnfold.deb >/dev/null
fold
inside dpkg --remove bnfold >/dev/null
inside dpkg --purge bnfold >/dev/null 2>&1 || fail "dpkg does not purge what is removed."
files | diff "$folder/before" - || fail "Removed, the package should leave everything as it was before (<)."
echo "Upgraded onto itself, removed and purged: nothing is left"

mkdir "$root/root/unpacked"
tar --extract --no-same-owner --strip-components 1 --directory "$root/root/unpacked" \
  --file "$DIST/bnfold-$version-linux-x86_64.tar.gz"
files >"$folder/before"
# The commands of its README, in the order in which they are there: try, install, remove, remove.
mapfile -t commands < <(sed -nE 's/^    //p' "$root/root/unpacked/README" | sed 's/sudo //')
[ ${#commands[@]} -eq 4 ] || fail "README has other commands than this script knows."
in_tarball() { inside bash -euc "cd /root/unpacked && $1" >/dev/null; }
in_tarball "${commands[0]}"
in_tarball "${commands[1]}"
[ "$(inside bash -c 'command -v bnfold')" = /usr/local/bin/bnfold ] || fail "The tarball's binary is not on the PATH."
fold
in_tarball "${commands[2]}"
in_tarball "${commands[3]}"
if files | comm -3 "$folder/before" - | grep -v $'^\t''d usr/local/share/' >"$folder/rest"; then
  fail "The tarball leaves: $(cat "$folder/rest")"
fi
echo "The tarball is installed and removed by the commands of its README"

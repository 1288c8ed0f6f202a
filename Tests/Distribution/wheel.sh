#!/bin/bash
# The wheel as its users meet it: its metadata, installed without a network in all the usual ways, used, and removed.
set -euo pipefail
# shellcheck source=Tests/Distribution/fail.sh
source "$(dirname "$0")/fail.sh"

here=$(cd "$(dirname "$0")/python" && pwd)
tools=$(dirname "$PYTHON")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# What a person's settings would add must not help; nothing but DIST is to be found.
for name in $(compgen -v | grep -E '^(PIP|PIPX|UV|PYTHON[A-Z])'); do unset "$name"; done
unset BNFOLD_BINARY VIRTUAL_ENV MYPYPATH
export PIP_CONFIG_FILE=/dev/null PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INDEX=1 PIP_FIND_LINKS=$DIST
export UV_NO_CONFIG=1 UV_OFFLINE=1 UV_NO_INDEX=1 UV_FIND_LINKS=$DIST UV_PYTHON=$PYTHON UV_PYTHON_DOWNLOADS=never
export HOME=$work/home XDG_CACHE_HOME=$work/cache TMPDIR=$work/tmp
mkdir "$HOME" "$TMPDIR"
offline=()
! unshare --net true 2>/dev/null || offline=(unshare --net)

# quietly COMMAND...: shows what a command prints only where it fails.
quietly() {
  "$@" >"$work/log" 2>&1 || {
    cat "$work/log" >&2
    fail "failed: $*"
  }
}

# expect_version WHERE COMMAND...: the command is the bnfold of this version.
expect_version() {
  local found
  found=$("${@:2}" --version) || fail "$1: bnfold does not run"
  [ "$found" = "$version" ] || fail "$1: expected bnfold $version, found $found"
}

# files FOLDER: the files in it, but for those of pip. It never removes the folders of data files, empty as they are.
files() { (cd "$1" && find . -path '*/site-packages/pip*' -prune -o ! -type d -print | LC_ALL=C sort); }

version=$("$ROOT/packaging/version.sh")
wheels=("$DIST"/*.whl)
if [ ${#wheels[@]} != 1 ] || [ ! -f "${wheels[0]}" ]; then fail "expected one wheel, found: ${wheels[*]}"; fi
wheel=${wheels[0]}

"$PYTHON" "$here/contents.py" "$wheel" "$version"
quietly "$tools/twine" check --strict "$wheel"
quietly "$tools/auditwheel" show "$wheel"
# The tags say so: any Linux will do.
grep -q 'requires no external shared libraries' "$work/log" || fail "auditwheel does not agree: $(cat "$work/log")"
quietly "$tools/check-wheel-contents" "$wheel"
echo "twine, auditwheel and check-wheel-contents agree"

"$PYTHON" -m venv "$work/venv"
quietly "$work/venv/bin/pip" list
files "$work/venv" >before
quietly "${offline[@]}" "$work/venv/bin/pip" install --no-index --find-links "$DIST" bnfold
expect_version "pip install" "$work/venv/bin/bnfold"
expect_version "python -m" "$work/venv/bin/python" -m bnfold
[ "$("$work/venv/bin/python" -c 'import bnfold; print(bnfold.__version__)')" = "$version" ] || fail "wrong __version__"
"$work/venv/bin/python" "$here/examples.py" --first "$ROOT/packaging/python/README.md"
PYTHONDONTWRITEBYTECODE=1 quietly "$work/venv/bin/python" -m unittest discover -s "$ROOT/packaging/python/tests" -p 'test_[!a]*.py'
grep -E '^Ran' "$work/log"
quietly "$tools/mypy" --strict --python-executable "$work/venv/bin/python" --cache-dir "$work/mypy" "$here/sample.py"
quietly "$work/venv/bin/pip" uninstall --yes bnfold
files "$work/venv" >after
diff before after >&2 || fail "pip uninstall leaves files, or takes others with it"
echo "pip: installed without a network, used, and no file is left"

quietly "${offline[@]}" "$PYTHON" -m pip install --no-index --target "$work/target" bnfold
export PYTHONPATH=$work/target PYTHONDONTWRITEBYTECODE=1
expect_version "pip install --target" "$PYTHON" -m bnfold
"$PYTHON" "$here/examples.py" "$ROOT/packaging/python/README.md" "$ROOT/docs/python.md"
quietly "$PYTHON" -m unittest discover -s "$ROOT/packaging/python/tests" -p 'test_arrays.py'
grep -E '^Ran' "$work/log"
# Every other Python that happens to be here: what the oldest lacks is not seen with the newest.
for other in python3.9 python3.10 python3.11 python3.12 python3.13 python3.14; do
  "$other" -c '' 2>/dev/null || continue
  quietly "$other" -m unittest discover -s "$ROOT/packaging/python/tests" -p 'test_[!a]*.py'
  echo "$other: $(grep -E '^Ran' "$work/log")"
done
quietly "$tools/mypy" --strict --cache-dir "$work/mypy" "$work/target/bnfold"
unset PYTHONPATH
quietly "${offline[@]}" "$PYTHON" -m pip install --no-index --ignore-installed --prefix "$work/prefix" bnfold
module=$(find "$work/prefix" -path '*/bnfold/__init__.py')
PYTHONPATH=${module%/bnfold/__init__.py} expect_version "pip install --prefix" "$PYTHON" -m bnfold
unset PYTHONDONTWRITEBYTECODE
echo "pip install --target and --prefix: the module finds its binary; mypy --strict agrees with it"

export PIPX_HOME=$work/pipx PIPX_BIN_DIR=$work/pipx-bin PIPX_MAN_DIR=$work/pipx-man PIPX_DEFAULT_PYTHON=$PYTHON
quietly "${offline[@]}" "$tools/pipx" install --pip-args="--no-index --find-links=$DIST" bnfold
expect_version "pipx" "$PIPX_BIN_DIR/bnfold"
[ -e "$PIPX_MAN_DIR/man1/bnfold.1" ] || fail "pipx does not show the man page"
quietly "$tools/pipx" uninstall bnfold
# pipx keeps a lock of its own.
left=$(find "$PIPX_HOME/venvs" "$PIPX_BIN_DIR" "$PIPX_MAN_DIR" ! -type d ! -name .bnfold.lock)
[ -z "$left" ] || fail "pipx uninstall leaves $left"

export UV_TOOL_DIR=$work/uv UV_TOOL_BIN_DIR=$work/uv-bin UV_CACHE_DIR=$work/uv-cache
quietly "${offline[@]}" "$tools/uv" tool install bnfold
expect_version "uv tool install" "$UV_TOOL_BIN_DIR/bnfold"
quietly "$tools/uv" tool uninstall bnfold
left=$(find "$UV_TOOL_DIR" "$UV_TOOL_BIN_DIR" -mindepth 1 ! -name .lock ! -name .gitignore)
[ -z "$left" ] || fail "uv tool uninstall leaves $left"
[ -z "$(ls -A "$TMPDIR")" ] || fail "temporary files are left: $(ls -A "$TMPDIR")"
echo "pipx and uv tool: installed, used, and nothing is left"

#!/bin/bash
# Installs the wheel of bnfold into an environment of its own, and puts the program alone on the PATH of later steps.
#
# The inputs of action.yml are BNFOLD_VERSION, BNFOLD_INDEX, BNFOLD_WHEEL and BNFOLD_PYTHON.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=packaging/action/annotation.sh
source "$here/annotation.sh"

if [ "$RUNNER_OS-$RUNNER_ARCH" != Linux-X64 ]; then
  error "bnfold runs on Linux on x86-64, and this runner is $RUNNER_OS on $RUNNER_ARCH; say runs-on: ubuntu-latest"
  exit 1
fi
version=${BNFOLD_VERSION:-$("$here/../version.sh")}
if [[ ! $version =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]]; then
  error "'$version' is not a version of bnfold, such as 0.1.0"
  exit 1
fi

requirement=bnfold==$version
source=()
# A name that begins with a dash would be an option of pip.
wheel=$BNFOLD_WHEEL
[[ $wheel != -* ]] || wheel=./$wheel
if [ -f "$wheel" ]; then
  source=(--no-index)
  requirement=$wheel
elif [ -n "$wheel" ]; then
  source=(--no-index "--find-links=$wheel")
elif [ -n "$BNFOLD_INDEX" ]; then
  source=("--index-url=$BNFOLD_INDEX")
fi

folder=$(mktemp -d "$RUNNER_TEMP/bnfold.XXXXXX")
# Isolated (-I): a file venv.py in the repository is not Python's module of that name.
if ! "$BNFOLD_PYTHON" -I -m venv "$folder/environment"; then
  error "$BNFOLD_PYTHON cannot make a virtual environment; install Python first, for instance with actions/setup-python"
  exit 1
fi
if ! "$folder/environment/bin/python" -I -m pip install --quiet --disable-pip-version-check --no-input \
  --only-binary :all: ${source[@]+"${source[@]}"} "$requirement"; then
  error "$requirement cannot be installed; the log of this step says why"
  exit 1
fi

# The environment has a python and a pip as well, which later steps must not get.
mkdir "$folder/bin"
ln -s ../environment/bin/bnfold "$folder/bin/bnfold"
echo "$folder/bin" >>"$GITHUB_PATH"
echo "folder=$folder" >>"$GITHUB_OUTPUT"
installed=$("$folder/bin/bnfold" --version)
echo "bnfold $installed"

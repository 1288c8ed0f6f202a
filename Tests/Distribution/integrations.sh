#!/bin/bash
# Check 7: the action of GitHub, the template of GitLab and the hooks of pre-commit, as far as they go without these services.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)/integrations
"$ROOT/scripts/install-packages.sh" git shellcheck
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

"$PYTHON" -m venv "$folder/tools"
export PATH=$folder/tools/bin:$PATH
python -m pip install --quiet --disable-pip-version-check -r "$here/requirements.txt"

mkdir "$folder/work"
"$here/files.sh" "$folder/work"
python -B "$here/action.py" "$folder/work"
python -B "$here/gitlab.py" "$folder/work"
"$here/pre-commit.sh" "$folder/work"
"$here/ended_hook.sh" "$folder/work"

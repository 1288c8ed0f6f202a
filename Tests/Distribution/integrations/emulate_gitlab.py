"""Runs the job of a GitLab template: fills its inputs in as GitLab does, then runs the script.

Usage: emulate_gitlab.py TEMPLATE WORKSPACE SHELL [NAME=VALUE...], lists as JSON; --print instead of SHELL shows the job.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

BLOCK = re.compile(r"\$\[\[\s*inputs\.([\w-]+)\s*\]\]")


def checked(specification: dict[str, Any], given: dict[str, str]) -> dict[str, Any]:
    """The value of each input; one that is missing, unknown, or of another type is an error."""
    assert not set(given) - set(specification), f"no such input: {set(given) - set(specification)}"
    values: dict[str, Any] = {}
    for name, declared in specification.items():
        assert name in given or "default" in declared, f"required, and not given: {name}"
        of_list = declared.get("type") == "array"
        value = declared.get("default") if name not in given else json.loads(given[name]) if of_list else given[name]
        assert isinstance(value, list if of_list else str), f"{name} is of the wrong type: {value}"
        assert value in declared.get("options", [value]), f"{name} is none of {declared['options']}"
        assert of_list or re.search(declared.get("regex", ""), value), f"{name} does not match: {value}"
        values[name] = value
    return values


def filled_in(template: str, given: dict[str, str]) -> str:
    """The job as text: GitLab replaces in the text, before it is read as YAML; a list becomes JSON."""
    header, body = template.split("\n---\n", 1)
    values = checked(yaml.safe_load(header)["spec"]["inputs"], given)

    def replacement(block: re.Match[str]) -> str:
        value = values[block[1]]
        return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))

    return BLOCK.sub(replacement, body)


def main(template: str, workspace: str, shell: str, *given: str) -> int:
    """Runs the only job of the template; the exit code is that of its script."""
    text = filled_in(Path(template).read_text(encoding="utf-8"), dict(pair.split("=", 1) for pair in given))
    if shell == "--print":
        print(text)
        return 0
    [job] = yaml.safe_load(text).values()
    variables = {
        name: each["value"] if isinstance(each, dict) else each for name, each in job["variables"].items()
    }
    assert all(isinstance(value, str) for value in variables.values()), f"not a text: {variables}"
    script = "set -e\n" + "\n".join(job["script"]) + "\n"
    return subprocess.run(
        [shell, "-c", script], cwd=workspace, env={**os.environ, **variables}, stdin=subprocess.DEVNULL
    ).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

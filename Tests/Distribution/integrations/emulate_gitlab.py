"""Runs the job of a GitLab template: fills its inputs in as GitLab does, then runs the script."""

from __future__ import annotations

import json
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Union

import yaml

BLOCK = re.compile(r"\$\[\[\s*inputs\.([\w-]+)\s*\]\]")


def checked(specification: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """The value of each input; one that is missing, unknown, or of another type is an error."""
    assert not set(given) - set(specification), f"no such input: {set(given) - set(specification)}"
    values: dict[str, Any] = {}
    for name, declared in specification.items():
        assert name in given or "default" in declared, f"required, and not given: {name}"
        of_list = declared.get("type") == "array"
        value = given.get(name, declared.get("default"))
        assert isinstance(value, list if of_list else str), f"{name} is of the wrong type: {value}"
        assert value in declared.get("options", [value]), f"{name} is none of {declared['options']}"
        assert of_list or re.search(declared.get("regex", ""), str(value)), f"{name} does not match: {value}"
        values[name] = value
    return values


def filled_in(template: str, given: dict[str, Any]) -> str:
    """The job as text: GitLab replaces in the text, before it is read as YAML; a list becomes JSON."""
    header, body = template.split("\n---\n", 1)
    values = checked(yaml.safe_load(header)["spec"]["inputs"], given)

    def replacement(block: re.Match[str]) -> str:
        value = values[block[1]]
        return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))

    return BLOCK.sub(replacement, body)


# A text, or a list of them.
Value = Union[str, list[str]]


@dataclass(frozen=True)
class Outcome:
    """What a pipeline sees of the job."""

    code: int
    log: str
    # Texts of the files that the job says are its reports, by their kind.
    reports: dict[str, str]


def run(template: Path, workspace: Path, shell: str, **inputs: Value) -> Outcome:
    """Runs the only job of the template; inputs have underscores where their names have dashes."""
    given = {name.replace("_", "-"): value for name, value in inputs.items()}
    [job] = yaml.safe_load(filled_in(template.read_text(encoding="utf-8"), given)).values()
    variables = {
        name: each["value"] if isinstance(each, dict) else each for name, each in job["variables"].items()
    }
    assert all(isinstance(value, str) for value in variables.values()), f"not a text: {variables}"
    done = subprocess.run(
        [shell, "-c", "set -e\n" + "\n".join(job["script"]) + "\n"],
        cwd=workspace,
        env={**os.environ, **variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    files = {kind: workspace / name for kind, name in job["artifacts"]["reports"].items()}
    reports = {kind: file.read_text(encoding="utf-8") for kind, file in files.items() if file.exists()}
    return Outcome(done.returncode, done.stdout, reports)

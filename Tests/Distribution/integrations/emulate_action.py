"""Runs a composite action as a runner of GitHub does, as far as the action of bnfold needs it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

import yaml

EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")


class Job:
    """The inputs of an action, and what its steps have left so far."""

    def __init__(self, action: Path, workspace: Path, given: dict[str, str]) -> None:
        """Takes defaults for the inputs that are not given; a missing or an unknown one is an error."""
        self.folder, self.workspace = action.parent.resolve(), workspace
        self.manifest: dict[str, Any] = yaml.safe_load(action.read_text(encoding="utf-8"))
        declared = self.manifest["inputs"]
        assert not set(given) - set(declared), f"no such input: {set(given) - set(declared)}"
        required = {name for name, each in declared.items() if each.get("required")}
        assert not required - set(given), f"required, and not given: {required - set(given)}"
        self.inputs = {name: given.get(name, each.get("default", "")) for name, each in declared.items()}
        self.outputs: dict[str, dict[str, str]] = {}
        self.added_to_path: list[str] = []
        self.summary = self.log = ""
        self.failed = False

    def value(self, expression: str) -> str:
        """An input, or an output of a step; a step that has not run has none."""
        match = re.fullmatch(r"inputs\.([\w-]+)", expression)
        if match:
            return str(self.inputs[match[1]])
        match = re.fullmatch(r"steps\.([\w-]+)\.outputs\.([\w-]+)", expression)
        assert match, f"an expression that this emulation does not know: {expression}"
        return self.outputs.get(match[1], {}).get(match[2], "")

    def filled_in(self, text: str) -> str:
        """A text with its expressions replaced."""
        return EXPRESSION.sub(lambda match: self.value(match[1]), text)

    def is_skipped(self, step: dict[str, Any]) -> bool:
        """Whether one before has failed, or the condition of the step does not hold."""
        if "if" not in step:
            return self.failed
        match = re.fullmatch(r"(\S+) != '([^']*)'", step["if"])
        assert match, f"a condition that this emulation does not know: {step['if']}"
        return self.failed or self.value(match[1]) == match[2]

    def run(self, step: dict[str, Any], temporary: Path) -> None:
        """Runs a step, and reads what it has written to the files of the runner."""
        assert step["shell"] == "bash" and "${{" not in step["run"], f"unsafe: {step['run']}"
        files = {}
        for name in ("GITHUB_OUTPUT", "GITHUB_PATH", "GITHUB_STEP_SUMMARY", "GITHUB_ENV"):
            files[name] = temporary / f"{step['id']}-{name}"
            files[name].touch()
        environment = {
            **os.environ,
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTION_PATH": str(self.folder),
            "GITHUB_WORKSPACE": str(self.workspace),
            "RUNNER_TEMP": str(temporary),
            "RUNNER_OS": os.environ.get("RUNNER_OS", "Linux"),
            "RUNNER_ARCH": os.environ.get("RUNNER_ARCH", "X64"),
            **{name: str(path) for name, path in files.items()},
            **{name: self.filled_in(value) for name, value in step.get("env", {}).items()},
        }
        environment["PATH"] = ":".join([*reversed(self.added_to_path), environment["PATH"]])
        script = temporary / f"{step['id']}.sh"
        script.write_text(step["run"], encoding="utf-8")
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
            cwd=self.workspace,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.log += done.stdout
        self.failed = done.returncode != 0
        lines = files["GITHUB_OUTPUT"].read_text(encoding="utf-8").splitlines()
        self.outputs[step["id"]] = dict(line.split("=", 1) for line in lines)
        self.added_to_path += files["GITHUB_PATH"].read_text(encoding="utf-8").splitlines()
        self.summary += files["GITHUB_STEP_SUMMARY"].read_text(encoding="utf-8")
        assert not files["GITHUB_ENV"].read_text(encoding="utf-8"), (
            "the action changes the environment of later steps"
        )


@dataclass(frozen=True)
class Outcome:
    """What a workflow sees of the action."""

    failed: bool
    outputs: dict[str, str]
    # The report that the output of this name is the path of.
    report: Optional[dict[str, Any]]
    # The programs that later steps can run.
    on_path: list[str]
    summary: str
    log: str

    @property
    def commands(self) -> str:
        """The lines of the log that the runner obeys: those between stop-commands and its token are text."""
        return re.sub(r"(?ms)^::stop-commands::(\w+)$.*?^::\1::$", "", self.log)


def run(action: Path, workspace: Path, **inputs: str) -> Outcome:
    """Runs all steps; inputs have underscores where their names have dashes."""
    given = {name.replace("_", "-"): value for name, value in inputs.items()}
    with tempfile.TemporaryDirectory() as temporary:
        job = Job(action, workspace, given)
        for step in job.manifest["runs"]["steps"]:
            if not job.is_skipped(step):
                job.run(step, Path(temporary))
        outputs = {name: job.filled_in(each["value"]) for name, each in job.manifest["outputs"].items()}
        report = (
            json.loads(Path(outputs["report"]).read_text(encoding="utf-8")) if outputs["report"] else None
        )
        on_path = [program for folder in job.added_to_path for program in os.listdir(folder)]
        return Outcome(job.failed, outputs, report, on_path, job.summary, job.log)

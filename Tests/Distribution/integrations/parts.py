"""Takes apart what other tools check: the action, the template, and the examples of docs/ci.md."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import yaml

from emulate_gitlab import filled_in
from expect import HOSTILE, ROOT


def main(folder: Path) -> None:
    """Writes each part to a file of its own."""
    steps = folder / "action-steps"
    steps.mkdir()
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    for step in action["runs"]["steps"]:
        (steps / f"{step['id']}.sh").write_text(f"#!/bin/bash\n{step['run']}\n", encoding="utf-8")

    template = (ROOT / "packaging/gitlab/bnfold.yml").read_text(encoding="utf-8")
    # The schema knows the job alone.
    text = filled_in(template, {"command": "lint", "models": HOSTILE})
    (folder / "job.yml").write_text(text, encoding="utf-8")
    [job] = yaml.safe_load(text).values()
    (folder / "job.sh").write_text("\n".join(["#!/bin/sh", *job["script"], ""]), encoding="utf-8")

    examples = folder / "documented"
    examples.mkdir()
    heading = ""
    documentation = (ROOT / "docs/ci.md").read_text(encoding="utf-8")
    for match in re.finditer(r"^## ([^\n]+)$|^```yaml\n(.*?)^```$", documentation, re.MULTILINE | re.DOTALL):
        if match[1]:
            heading = match[1].split()[0].lower()
        else:
            (examples / f"{heading}-{match.start()}.yml").write_text(match[2], encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

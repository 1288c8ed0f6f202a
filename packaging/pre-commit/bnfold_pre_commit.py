"""The hooks: bnfold-pre-commit HOOK [OPTION...] FILE..., as pre-commit calls it; options go to bnfold."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
from pathlib import PurePosixPath
from typing import Any, Optional

BNFOLD = os.path.join(sysconfig.get_path("scripts"), "bnfold")


def main() -> int:
    """Runs a hook; anything but 0 means that it fails."""
    hook, *arguments = sys.argv[1:]
    options, files = separated(arguments)
    if hook == "folded":
        return folded(options, files)
    if hook == "verify":
        return verify(options, files)
    # Of one model there would be a table of its layers.
    quiet = ["--quiet"] if hook == "inspect" else []
    return subprocess.run([BNFOLD, hook, *quiet, *options, *files]).returncode


def separated(arguments: list[str]) -> tuple[list[str], list[str]]:
    """Options and files; a file may have a name like an option, and then gets another one for bnfold."""
    options = [each for each in arguments if each.startswith("-") and not os.path.lexists(each)]
    files = [each for each in arguments if each not in options]
    missing = [file for file in files if not os.path.lexists(file)]
    if missing:
        sys.exit(f"{missing[0]} is not a file; write the values of options with =, as in --fail-on=kept")
    return options, [f"./{file}" if file.startswith("-") else file for file in files]


def folded(options: list[str], files: list[str]) -> int:
    """Fails if there is a batch normalization that can be folded, and no folded model beside the model."""
    models = list(dict.fromkeys(folded_name(file) if is_pair(file) else file for file in files))
    done = subprocess.run([BNFOLD, "inspect", "--json", *options, *models], stdout=subprocess.PIPE)
    if not done.stdout:
        # An option that does not exist; bnfold has said so.
        return done.returncode
    report: dict[str, Any] = json.loads(done.stdout)
    code = 0
    for each in report.get("reports", [report]):
        if each["outcome"] != "done":
            # bnfold has said why.
            code = 1
        elif each["counts"] and each["counts"]["folded"]:
            path, counts = each["inputs"][0]["path"], each["counts"]
            print(f"{path}: {counts['folded']} of {counts['batch_normalizations']} can be folded")
            code = 1
    return code


def verify(options: list[str], files: list[str]) -> int:
    """Fails if a folded model is not proven to be equal to its original, or has none."""
    pairs = dict.fromkeys(
        (original_name(file) or file) for file in files if original_name(file) or is_pair(file)
    )
    code = 0
    for original in pairs:
        arguments = [BNFOLD, "verify", *options, original, folded_name(original)]
        # A signal that ended it is a negative number.
        code = max(code, abs(subprocess.run(arguments).returncode))
    return code


def folded_name(original: str) -> str:
    """The name that bnfold fold gives: model.keras becomes model.folded.keras."""
    path = PurePosixPath(original)
    return f"{original[: -len(path.suffix)]}.folded{path.suffix}"


def original_name(file: str) -> Optional[str]:
    """The original of a name that bnfold fold gives; none for other names."""
    path = PurePosixPath(file)
    ending = f".folded{path.suffix}"
    return f"{file[: -len(ending)]}{path.suffix}" if file.endswith(ending) else None


def is_pair(file: str) -> bool:
    """Whether the folded model is beside its original."""
    return os.path.exists(folded_name(file))


if __name__ == "__main__":
    sys.exit(main())

"""Hostile models of ONNX: files that lie, that have no end, or that ask for more memory than there is."""

from __future__ import annotations

import json

from .manifest import FOLDER
from .onnx_hostile_files import FILES
from .onnx_hostile_operators import OPERATORS

OUTPUT = FOLDER / "onnx" / "hostile"


def generate_hostile() -> None:
    """Write all of them, and what has to become of each."""
    OUTPUT.mkdir(exist_ok=True)
    for path in OUTPUT.iterdir():
        path.unlink()
    cases = FILES | OPERATORS
    for name, case in cases.items():
        (OUTPUT / f"{name}.onnx").write_bytes(case.content)
    # Four numbers, of which some models say that they are more.
    (OUTPUT / "four.data").write_bytes(bytes(16))
    entries = {name: case.expectation() for name, case in cases.items()}
    (OUTPUT / "manifest.json").write_text(json.dumps(entries, indent=1) + "\n")
    print(len(cases), "hostile models,", sum(len(case.content) for case in cases.values()), "bytes")

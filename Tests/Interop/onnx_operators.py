"""Which operators complete most files first."""

from __future__ import annotations

from collections import Counter

import onnx
from onnx_cases import Case, nodes


def order(files: list[set[str]]) -> list[str]:
    """The operators, so that each step completes a file with as few new operators as possible, the commonest first."""
    done: list[str] = []
    left = [file for file in files if file]
    uses = Counter(operator for file in files for operator in file)
    while left:
        nearest = min(left, key=lambda file: (len(file - set(done)), -min(uses[name] for name in file - set(done))))
        done += sorted(nearest - set(done), key=lambda name: -uses[name])
        left = [file for file in left if file - set(done)]
    return done


def table(cases: list[Case]) -> str:
    """A Markdown table of the operators in the order of work."""
    files = [set(case.operators) for case in cases]
    uses = Counter(operator for file in files for operator in file)
    counts = Counter(
        node.op_type for case in cases for node in nodes(onnx.load(case.model, load_external_data=False).graph)
    )
    lines = [f"# Operators of {len(cases)} exported networks", "", "In the order that completes most files first.", ""]
    lines += [
        "| | operator | nodes | files with it | files complete | of them newly |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    known: set[str] = set()
    complete = 0
    for rank, operator in enumerate(order(files), 1):
        known.add(operator)
        now = sum(file <= known for file in files)
        new = ", ".join(
            case.name for case, file in zip(cases, files, strict=True) if file <= known and operator in file
        )
        cells = (
            rank,
            operator,
            counts[operator.split(".")[-1]],
            uses[operator],
            now,
            new if now - complete <= 4 else f"{now - complete} files",
        )
        lines.append("| " + " | ".join(map(str, cells)) + " |")
        complete = now
    return "\n".join(lines) + "\n"

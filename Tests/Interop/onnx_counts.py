#!/usr/bin/env python
"""Count the batch normalizations that bnfold and other tools take out of ONNX models, and judge each result.

    python Tests/Interop/onnx_counts.py --bnfold PATH CASES... [--manifest FILE] [--only PATTERN] [--timeout SECONDS]

For each model a row: how many batch normalizations it has, how many are left by each tool, whether ONNX Runtime without
optimizations finds the result right, and what `bnfold verify` says of it. With a manifest of traps, a table by kind. Status 1
if a result of bnfold is wrong, or a wrong one of a peer is accepted.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from tempfile import TemporaryDirectory

import onnx
from bnfold import BnfoldError, run
from onnx_cases import Case, read_cases
from onnx_fold import kinds, normalizations
from onnx_judge import PROCESSES
from onnx_peers import PEERS, optimize, versions
from onnx_truth import fault
from onnx_verify import PASSING, verify

OURS = "bnfold"
# What a batch normalization in other words is made of.
WORDS = {"Mul", "Add", "Sub", "Div"}


@dataclass
class Result:
    """What a tool made of a model: what is left of its batch normalizations, and what the judges say."""

    left: int | None
    words: int
    truth: str
    verdict: str = ""

    @property
    def is_right(self) -> bool:
        return self.truth == "right"

    @property
    def is_accepted(self) -> bool:
        return self.verdict in PASSING

    def __str__(self) -> str:
        if self.left is None:
            return self.truth
        return f"{self.left} left, {self.words} Mul and Add of constants, {self.truth}, {self.verdict}"


def fold(binary: Path, source: Path, target: Path) -> str | None:
    """Let bnfold write `target`; what went wrong, or None."""
    try:
        run(binary, "fold", str(source), "-o", str(target))
    except BnfoldError as error:
        return str(error)
    return None


def words(model: onnx.ModelProto) -> int:
    """Nodes of a graph that scale or shift something by a constant."""
    constants = {tensor.name for tensor in model.graph.initializer}
    constants |= {node.output[0] for node in model.graph.node if node.op_type == "Constant"}
    return sum(node.op_type in WORDS and not constants.isdisjoint(node.input) for node in model.graph.node)


def result(tool: str, binary: Path, case: Case, target: Path, seconds: float) -> Result:
    failure = fold(binary, case.model, target) if tool == OURS else optimize(tool, case.model, target, seconds)
    if failure:
        return Result(None, 0, f"failed: {failure[:120]}")
    # What is expected of a model that divides by 0 is no number, of which nothing is near.
    unchanged = target.read_bytes() == case.model.read_bytes()
    truth = None if unchanged else fault(case, target)
    verdict, _ = verify(binary, case.model, target)
    model = onnx.load(target)
    return Result(normalizations(model), words(model), truth or "right", verdict)


def results_of(case: Case, binary: Path, seconds: float) -> dict[str, Result]:
    """The result of every tool, two of them at a time."""
    tools = (OURS, *PEERS)
    with TemporaryDirectory() as folder, ThreadPoolExecutor(PROCESSES) as pool:
        found = pool.map(lambda tool: result(tool, binary, case, Path(folder) / f"{tool}.onnx", seconds), tools)
        return dict(zip(tools, found, strict=True))


def gone(entry: dict[str, object], found: Result) -> int:
    """How many batch normalizations of a trap a right result has no more."""
    if found.left is None or not found.is_right:
        return 0
    if "decomposed" in entry["tags"]:
        return 0 if found.words else entry["bn"]
    return entry["bn"] - found.left


def by_kind(rows: dict[str, dict[str, Result]], manifest: list[dict[str, object]]) -> list[str]:
    """A line for every tool and kind: batch normalizations that are gone in right results, and wrong results."""
    lines = []
    for tool in (OURS, *PEERS):
        counts: dict[str, Counter[str]] = {}
        for entry in manifest:
            if entry["name"] not in rows:
                continue
            found, count = rows[entry["name"]][tool], counts.setdefault(kinds(entry), Counter())
            count["models"] += 1
            count["failed"] += found.left is None
            count["wrong"] += found.left is not None and not found.is_right
            count["accepted"] += found.left is not None and not found.is_right and found.is_accepted
            count["gone"] += gone(entry, found)
        for kind, count in sorted(counts.items()):
            wrong = f"{count['wrong']} wrong ({count['accepted']} accepted), {count['failed']} failed"
            lines.append(f"{tool:16}{kind:16}{count['models']:3} models, {count['gone']} gone, {wrong}")
    return lines


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bnfold", type=Path, required=True, help="the binary to test")
    parser.add_argument("cases", type=Path, nargs="+", help="folders of cases")
    parser.add_argument("--manifest", type=Path, help="the kinds of the traps")
    parser.add_argument("--only", action="append", help="a pattern for the names; several for more of them")
    parser.add_argument("--timeout", type=float, default=120, help="seconds for a peer and a model")
    options = parser.parse_args(arguments)
    binary = options.bnfold.resolve(strict=True)
    patterns = options.only or ["*"]
    every = [case for folder in options.cases for case in read_cases(folder)]
    chosen = [case for case in every if any(fnmatch(case.name, pattern) for pattern in patterns)]
    rows: dict[str, dict[str, Result]] = {}
    for case in chosen:
        model = onnx.load(case.model)
        results = rows[case.name] = results_of(case, binary, options.timeout)
        counts = f"{normalizations(model)} batch normalizations, {words(model)} Mul and Add of constants"
        print(f"{case.name}: {counts}", flush=True)
        for tool in (OURS, *PEERS):
            print(f"    {tool:16}{results[tool]}", flush=True)
    if options.manifest:
        print(*by_kind(rows, json.loads(options.manifest.read_text())), sep="\n")
    ours = sum(not row[OURS].is_right for row in rows.values())
    accepted = sum(
        found.is_accepted and not found.is_right for row in rows.values() for tool, found in row.items() if tool != OURS
    )
    tools = ", ".join(f"{name} {number}" for name, number in versions().items())
    print(f"{tools}\n{len(rows)} models: {ours} of bnfold failed or wrong, {accepted} wrong ones of peers accepted")
    return 1 if ours or accepted or not rows else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

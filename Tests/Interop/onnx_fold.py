#!/usr/bin/env python
"""Fold ONNX models with bnfold, and hold what was written against ONNX Runtime without optimizations.

    python Tests/Interop/onnx_fold.py --bnfold PATH CASES [--manifest FILE] [--only PATTERN] [--keep FOLDER]

A folded model has to be valid, to have the interface of the original, to give the expected outputs, and to have as many batch
normalizations less as the report says. With a manifest of traps, what has to fold folds, and what has to stay stays. Status 1
where anything is wrong.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import Counter
from contextlib import nullcontext
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from tempfile import TemporaryDirectory

import onnx
from bnfold import BnfoldError, Report, run
from onnx_cases import Case, nodes, read_arrays, read_cases
from onnx_judge import errors
from onnx_runtime import unoptimized
from onnx_truth import fault, interface


@dataclass
class Outcome:
    """What came of a case: problems make it a failure."""

    name: str
    folded: int = 0
    kept: Counter[str] = field(default_factory=Counter)
    verdict: str = ""
    error: float = 0.0
    problems: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        kept = ", ".join(f"{code} {count}" for code, count in sorted(self.kept.items()))
        told = f"{self.name:34}{self.folded:4} folded{sum(self.kept.values()):4} kept  {self.verdict:22}{self.error:9.1e}  {kept}"
        return told.rstrip() + "".join(f"\n    {problem}" for problem in self.problems)


def normalizations(model: onnx.ModelProto) -> int:
    """Batch normalizations of a model, those in inner graphs and in functions among them."""
    every = [*nodes(model.graph), *(node for function in model.functions for node in function.node)]
    return sum(node.op_type == "BatchNormalization" and node.domain in ("", "ai.onnx") for node in every)


def check(case: Case, target: Path, report: Report, outcome: Outcome) -> None:
    """Note everything that is not as it must be."""
    try:
        onnx.checker.check_model(str(target), full_check=True)
    except Exception as error:  # noqa: BLE001 - the checker throws several kinds
        outcome.problems.append(f"not valid: {str(error)[:200]}")
    if interface(case.model) != interface(target):
        outcome.problems.append("another interface")
    before, after = (normalizations(onnx.load(path, load_external_data=False)) for path in (case.model, target))
    # Others are in the report by the last node of what is written in other words.
    if not before - len(report.folded) <= after <= before:
        outcome.problems.append(f"{before} batch normalizations, {len(report.folded)} folded, {after} left")
    judged = judge(case, target)
    if judged is None:
        # A runtime that crashes at the original says nothing of the folded model.
        why = fault(case, target)
        if why:
            outcome.problems.append(why)
        return
    outcome.error = judged
    limit = case.relative or 1e-4
    # What is not finite is other in every runtime, in the original as well.
    if not judged <= limit and (judge(case, case.model) or 0) <= limit:
        outcome.problems.append(f"outputs differ by {judged:.2g} of the largest value")


def judge(case: Case, model: Path) -> float | None:
    """How far a model is from the expected outputs, by a process of its own; None where that crashes."""
    command = [sys.executable, __file__, "judge", case.folder, model]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    return None if done.returncode else float(done.stdout)


def largest_error(case: Case, target: Path) -> float:
    """How far the outputs are from the expected ones, relative to the largest value of each."""
    worst = 0.0
    for index in range(case.sets):
        actual = unoptimized(target, read_arrays(case.inputs(index)))
        worst = max([worst, *(errors(actual[name], value)[0] for name, value in case.expected(index).items())])
    return worst


def fold(binary: Path, case: Case, folder: Path) -> Outcome:
    outcome = Outcome(case.name)
    target = folder / f"{case.source}-{case.name}.onnx"
    try:
        text = run(binary, "fold", str(case.model), "-o", str(target), "--json", "--force")
        report = Report.parse(text)
    except BnfoldError as error:
        outcome.problems.append(f"bnfold: {error}")
        return outcome
    outcome.folded, outcome.kept = len(report.folded), Counter(report.kept.values())
    outcome.verdict = json.loads(text)["check"]["verdict"]
    check(case, target, report, outcome)
    return outcome


def kinds(entry: dict[str, object]) -> str:
    """Where the batch normalization of a trap is."""
    if "decomposed" in entry["tags"]:
        return "in other words"
    if entry["fold_basic"]:
        return "adjacent"
    return "further" if entry["fold_best"] else "to stay"


def compare(outcomes: list[Outcome], manifest: list[dict[str, object]]) -> list[str]:
    """How many of each kind were folded; what had to stay, and was folded, is a problem."""
    entries = {entry["name"]: entry for entry in manifest}
    table: dict[str, Counter[str]] = {}
    for outcome in outcomes:
        entry = entries.get(outcome.name)
        if entry is None:
            continue
        counts = table.setdefault(kinds(entry), Counter())
        counts["possible"] += entry["fold_best"]
        counts["folded"] += outcome.folded
        if outcome.folded > entry["fold_best"]:
            outcome.problems.append(f"{outcome.folded} folded of {entry['fold_best']} that may be")
        elif outcome.folded < entry["fold_best"]:
            counts[f"not {outcome.name}"] += 1
    rows = []
    for kind, counts in sorted(table.items()):
        missing = ", ".join(sorted(name[4:] for name in counts if name.startswith("not ")))
        rows.append(f"{kind:16}{counts['folded']:4} of {counts['possible']:3}  {missing and 'not ' + missing}".rstrip())
    return rows


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bnfold", type=Path, required=True, help="the binary to test")
    parser.add_argument("cases", type=Path, nargs="+", help="folders of cases")
    parser.add_argument("--manifest", type=Path, help="what has to fold, and what has to stay")
    parser.add_argument("--only", default="*", help="a pattern for the names")
    parser.add_argument("--keep", type=Path, help="where the folded models stay")
    options = parser.parse_args(arguments)
    binary = options.bnfold.resolve(strict=True)
    outcomes = []
    with nullcontext(options.keep) if options.keep else TemporaryDirectory() as scratch:
        Path(scratch).mkdir(parents=True, exist_ok=True)
        for case in (case for folder in options.cases for case in read_cases(folder)):
            if fnmatch(case.name, options.only):
                outcomes.append(fold(binary, case, Path(scratch)))
    rows = compare(outcomes, json.loads(options.manifest.read_text())) if options.manifest else []
    print(*outcomes, sep="\n")
    print(*rows, sep="\n")
    failed = sum(bool(outcome.problems) for outcome in outcomes)
    print(f"{len(outcomes)} models, {sum(outcome.folded for outcome in outcomes)} folded, {failed} failed")
    return 1 if failed or not outcomes else 0


if __name__ == "__main__":
    if sys.argv[1] == "judge":
        (original,) = read_cases(Path(sys.argv[2]))
        print(largest_error(original, Path(sys.argv[3])))
        sys.exit()
    sys.exit(main(sys.argv[1:]))

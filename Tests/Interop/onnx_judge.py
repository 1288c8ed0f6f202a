"""Running bnfold on cases, two at a time, and holding its outputs against the expected ones."""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from bnfold import BnfoldError, run
from onnx_cases import Arrays, Case, read_arrays

PROCESSES = 2


@dataclass
class Verdict:
    """What came of a case: no reason means that it passed; the errors are of the largest value, and of each value."""

    case: Case
    reason: str | None = None
    text: str = ""
    largest_error: float = 0.0
    elementwise_error: float = 0.0
    remarks: list[str] = field(default_factory=list)


def evaluate(binary: Path, model: Path, inputs: Path, timeout: float, *options: str) -> Arrays:
    """What `bnfold run` computes, by the names of the outputs; the one place that knows the command."""
    with TemporaryDirectory() as folder:
        target = Path(folder) / "outputs.npz"
        run(binary, "run", str(model), "--input", str(inputs), "-o", str(target), *options, timeout=timeout)
        return read_arrays(target)


def errors(actual: np.ndarray, expected: np.ndarray) -> tuple[float, float]:
    """The largest difference relative to the largest finite value, and to each; infinite if a NaN differs."""
    ours, theirs = actual.astype("float64"), expected.astype("float64")
    finite = np.isfinite(theirs)
    if not np.array_equal(ours[~finite], theirs[~finite], equal_nan=True) or not np.isfinite(ours[finite]).all():
        return math.inf, math.inf
    difference, size = np.abs(ours[finite] - theirs[finite]), np.abs(theirs[finite])
    with np.errstate(divide="ignore", invalid="ignore"):
        each = np.where(difference == 0, 0, difference / size)
    return float(difference.max(initial=0) / (size.max(initial=0) or 1)), float(each.max(initial=0))


def worst(actual: Arrays, reference: Arrays) -> float:
    """The largest error over all outputs, relative to the largest value of each."""
    return max((errors(actual[name], value)[0] for name, value in reference.items()), default=0.0)


def hold(verdict: Verdict, actual: Arrays, expected: Arrays, exact_type: bool) -> None:
    """Note in `verdict` the first output that is not as expected."""
    case = verdict.case
    if list(actual) != list(expected):
        missing = sorted(set(expected) - set(actual))
        verdict.reason, verdict.text = "outputs", f"are {list(actual)}, not {list(expected)}; missing {missing}"
        return
    for name, reference in expected.items():
        value = actual[name]
        if value.shape != reference.shape:
            verdict.reason, verdict.text = "shape", f"{name}: {value.shape}, not {reference.shape}"
            return
        if exact_type and value.dtype != reference.dtype:
            verdict.reason, verdict.text = "type", f"{name}: {value.dtype}, not {reference.dtype}"
            return
        largest, each = errors(value, reference)
        verdict.largest_error = max(verdict.largest_error, largest)
        verdict.elementwise_error = max(verdict.elementwise_error, each)
        if case.relative is None:
            right = np.allclose(
                value.astype("float64"), reference.astype("float64"), case.rtol, case.atol, equal_nan=True
            )
        else:
            right = largest <= case.relative
        if not right:
            verdict.reason, verdict.text = "values", f"{name}: differs by {largest:.2g} of the largest value"
            return


def judge(binary: Path, case: Case, timeout: float, *, exact_type: bool = True) -> Verdict:
    """Run all sets of a case."""
    verdict = Verdict(case)
    for index in range(case.sets):
        try:
            actual = evaluate(binary, case.model, case.inputs(index), timeout)
        except BnfoldError as error:
            verdict.reason, verdict.text = error.kind, str(error)
            return verdict
        hold(verdict, actual, case.expected(index), exact_type)
        if verdict.reason:
            return verdict
    return verdict


def judge_all(cases: Iterable[Case], check: Callable[[Case], Verdict]) -> list[Verdict]:
    """The verdicts of a check, in order, from two processes of bnfold at a time."""
    with ThreadPoolExecutor(PROCESSES) as pool:
        return list(pool.map(check, cases))


def table(verdicts: list[Verdict], keys: Callable[[Case], Iterable[str]]) -> list[str]:
    """A row for every key (an operator, a source) with how many of its cases passed, and why the others did not."""
    rows: dict[str, list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        for key in keys(verdict.case):
            rows[key].append(verdict)
    lines = []
    for key, members in sorted(rows.items()):
        reasons = Counter(verdict.reason for verdict in members if verdict.reason)
        passed = len(members) - reasons.total()
        told = ", ".join(f"{reason} {count}" for reason, count in reasons.most_common())
        lines.append(f"{key:28}{passed:5} of {len(members):4}  {told}".rstrip())
    return lines


def tell(verdicts: list[Verdict], keys: Callable[[Case], Iterable[str]]) -> int:
    """Print failures, the table and a summary; gives the exit status: 1 on a failure, and if nothing was judged."""
    for verdict in verdicts:
        if verdict.reason:
            print(f"{verdict.case.source}/{verdict.case.name}: {verdict.reason}: {verdict.text}")
    print(*table(verdicts, keys), sep="\n")
    failed = sum(verdict.reason is not None for verdict in verdicts)
    print(f"{len(verdicts) - failed} passed, {failed} failed")
    return 1 if failed or not verdicts else 0


def write_json(path: Path, verdicts: list[Verdict]) -> None:
    """The verdicts for another program, to compare two runs by."""
    entries = {
        f"{verdict.case.source}/{verdict.case.name}": {
            "reason": verdict.reason,
            "text": verdict.text,
            "error": verdict.largest_error,
            "elementwise": verdict.elementwise_error,
            "operators": verdict.case.operators,
        }
        for verdict in verdicts
    }
    path.write_text(json.dumps(entries, indent=1) + "\n")

"""Tell whether an optimized ONNX model computes what the original does, without bnfold.

    python Tests/Interop/onnx_truth.py JUDGE ORIGINAL OPTIMIZED

A process of its own for each judge, which may crash; inputs are the case's, and larger ones of the same shapes.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
from onnx_cases import Arrays, Case, read_arrays, read_cases

CANNOT = 3


def interface(path: Path) -> tuple[object, ...]:
    """Names, types and shapes of what the caller gives and gets."""
    import onnx

    model = onnx.load(path)
    graph = model.graph
    stored = {tensor.name for tensor in graph.initializer}

    def shape(value: onnx.ValueInfoProto) -> list[int | None]:
        axes = value.type.tensor_type.shape.dim
        return [axis.dim_value if axis.HasField("dim_value") else None for axis in axes]

    def kind(value: onnx.ValueInfoProto) -> tuple[str, int]:
        return value.name, value.type.tensor_type.elem_type

    given = [(kind(value), shape(value)) for value in graph.input if value.name not in stored]
    # Before version 4 of the format initializers have to be inputs, and are constants all the same.
    replaceable = sorted(kind(value) for value in graph.input if value.name in stored and model.ir_version >= 4)
    return given, replaceable, [kind(value) for value in graph.output]


def fault(case: Case, optimized: Path) -> str | None:
    """Why an optimized model is not the case's; None if it is."""
    if interface(case.model) != interface(optimized):
        return "another interface"
    # Each in a process of its own, since the runtime may crash: by what the case expects, then beside the original. The reference
    # computes some operators wrong, so that it decides only where the runtime cannot.
    for judges in (("expected", "runtime"), ("reference",)):
        statuses = set()
        for judge in judges:
            command = [sys.executable, __file__, judge, case.folder, optimized]
            done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
            statuses.add(done.returncode)
            if done.returncode == 1:
                return f"{judge}: {(done.stdout or done.stderr).strip()[-200:]}"
        if 0 in statuses:
            return None
    return "no judge runs the original"


def outputs(judge: str, path: Path, feeds: list[Arrays]) -> list[Arrays] | str:
    """What a judge gives for each of the feeds, or why it gives nothing."""
    try:
        if judge != "reference":
            from onnx_runtime import unoptimized

            return [unoptimized(path, feed) for feed in feeds]
        from onnx.reference import ReferenceEvaluator

        evaluator = ReferenceEvaluator(str(path))
        return [dict(zip(evaluator.output_names, evaluator.run(None, feed), strict=True)) for feed in feeds]
    except Exception as error:  # noqa: BLE001 - a judge may throw anything
        return f"{type(error).__name__}: {str(error)[:160]}"


def gap(expected: np.ndarray, found: np.ndarray) -> float:
    """How far apart two outputs are, relative to the largest finite value."""
    if expected.shape != found.shape:
        return np.inf
    first, second = expected.astype(np.float64), found.astype(np.float64)
    finite = np.isfinite(first)
    if not (np.array_equal(finite, np.isfinite(second)) and np.array_equal(first[~finite], second[~finite], True)):
        return np.inf
    size = np.abs(first[finite]).max(initial=0)
    return float(np.abs(first[finite] - second[finite]).max(initial=0) / (size or 1))


def larger(feeds: Arrays, rng: np.random.Generator) -> Arrays:
    """Inputs of the same shapes: larger floating-point numbers, others as they are."""
    return {
        name: (3 * rng.standard_normal(value.shape)).astype(value.dtype) if value.dtype.kind == "f" else value
        for name, value in feeds.items()
    }


def judged(judge: str, case: Case, optimized: Path) -> int:
    """Say why the outputs are wrong; status 1 if they are, 3 if the judge cannot run the original."""
    feeds = [read_arrays(case.inputs(index)) for index in range(case.sets)]
    if judge == "expected":
        before: list[Arrays] | str = [case.expected(index) for index in range(case.sets)]
    else:
        rng = np.random.default_rng(1)
        feeds += [larger(feeds[0], rng) for _ in range(4)]
        before = outputs(judge, case.model, feeds)
    after = outputs(judge, optimized, feeds)
    if isinstance(before, str):
        return CANNOT
    if isinstance(after, str) and judge == "expected":
        # Only beside the original can be told whose fault that is.
        return CANNOT
    if isinstance(after, str):
        print(after)
        return 1
    worst = max(gap(one[name], two[name]) for one, two in zip(before, after, strict=True) for name in one)
    if worst <= max(1e-4, case.relative or 0):
        return 0
    print(f"off by {worst:.2g}")
    return 1


if __name__ == "__main__":
    (original,) = read_cases(Path(sys.argv[2]))
    sys.exit(judged(sys.argv[1], original, Path(sys.argv[3])))

#!/usr/bin/env python
"""Let bnfold run networks, and hold what it computes against ONNX Runtime and a computation in float64.

    python Tests/Interop/onnx_run.py --bnfold PATH FOLDER_OR_FILE... [--only PATTERN] [--double] [--json FILE]

A folder has cases, as onnx_exports.py and onnx_nodes.py write them; a single .onnx file gets random inputs, and N for
each free dimension by `--free N`. A line for each: the error of bnfold in float32, and that of ONNX Runtime without
optimization, both against float64 where the case has `exact.npz`, of the largest value; then bnfold against the
expected outputs (ONNX Runtime's; of traps in float64). `--double` also runs bnfold in float64. Status 1 on a failure.
"""

from __future__ import annotations

import argparse
import sys
import zlib
from fnmatch import fnmatch
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnx
from bnfold import BnfoldError
from onnx_cases import Arrays, Case, input_names, operators, read_arrays, read_cases, write_case
from onnx_judge import Verdict, evaluate, hold, judge_all, tell, worst, write_json

TOLERANCE = 1e-4
# What bnfold in float64 may be off from onnx.reference, which has default attributes in float32.
DOUBLE_TOLERANCE = 1e-7


def case_of(path: Path, free: int, folder: Path) -> Case:
    """A case of a file: random inputs, and what ONNX Runtime computes."""
    from onnx_runtime import unoptimized

    model = onnx.load(path)
    rng = np.random.default_rng(zlib.crc32(path.name.encode()))
    inputs: Arrays = {}
    for value in model.graph.input:
        if value.name in input_names(model):
            tensor = value.type.tensor_type
            # Free are 0, -1 (some exporters), and names.
            shape = [
                dim.dim_value if dim.dim_value > 0 else free if axis else 2 for axis, dim in enumerate(tensor.shape.dim)
            ]
            inputs[value.name] = rng.normal(size=shape).astype(onnx.helper.tensor_dtype_to_np_dtype(tensor.elem_type))
    case = Case(path.stem, "files", operators(model), relative=TOLERANCE)
    write_case(folder, case, path, [(inputs, unoptimized(path, inputs))])
    return next(made for made in read_cases(folder) if made.name == path.stem)


def exact_outputs(case: Case, index: int) -> Arrays | None:
    """The outputs in float64, where the case has them."""
    paths = [path for stem in ("exact", "framework") if (path := case.folder / f"{stem}.npz").exists()]
    if paths and index == 0:
        return read_arrays(paths[0])
    return case.expected(index) if case.source == "traps" else None


def check(binary: Path, timeout: float, double: bool, case: Case) -> Verdict:
    """Run a case, and print its line."""
    verdict, told = Verdict(case), []
    for index in range(case.sets):
        try:
            actual = evaluate(binary, case.model, case.inputs(index), timeout)
            hold(verdict, actual, case.expected(index), exact_type=case.source != "traps")
            if verdict.reason in ("outputs", "shape", "type"):
                break
            exact = exact_outputs(case, index)
            if exact is not None and case.source != "traps":
                told = [f"bnfold {worst(actual, exact):.1e}", f"ONNX Runtime {worst(case.expected(index), exact):.1e}"]
            if exact is not None and double:
                error = worst(evaluate(binary, case.model, case.inputs(index), timeout, "--dtype", "float64"), exact)
                told.append(f"bnfold in float64 {error:.1e}")
                # The framework's own outputs are of weights that the exporter has not rounded.
                limit = DOUBLE_TOLERANCE if (case.folder / "exact.npz").exists() else case.relative or 0
                if not error <= limit:
                    verdict.reason, verdict.text = "double", f"float64 differs by {error:.2g} of the largest value"
        except BnfoldError as error:
            verdict.reason, verdict.text = error.kind, str(error)
        if verdict.reason:
            break
    told.append(f"difference {verdict.largest_error:.1e}, of each value {verdict.elementwise_error:.1e}")
    print(f"{verdict.reason or 'passed':10} {case.source}/{case.name:32} {', '.join(told)}", flush=True)
    return verdict


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", type=Path, nargs="+")
    parser.add_argument("--bnfold", type=Path, required=True, help="the binary to test")
    parser.add_argument("--only", default="*", help="a pattern for NAME or SOURCE/NAME")
    parser.add_argument("--double", action="store_true", help="also run in float64")
    parser.add_argument("--free", type=int, default=64, help="the size of free dimensions but the first")
    parser.add_argument("--json", type=Path, help="where the verdicts are written, too")
    parser.add_argument("--timeout", type=float, default=300, help="seconds for each run")
    options = parser.parse_args(arguments)
    binary = options.bnfold.resolve(strict=True)
    with TemporaryDirectory() as folder:
        found = [
            path
            for root in options.paths
            for path in (read_cases(root) if root.is_dir() else [case_of(root, options.free, Path(folder))])
        ]
        cases = [
            case
            for case in found
            if fnmatch(case.name, options.only) or fnmatch(f"{case.source}/{case.name}", options.only)
        ]
        verdicts = judge_all(cases, partial(check, binary, options.timeout, options.double))
    if options.json:
        write_json(options.json, verdicts)
    return tell(verdicts, lambda case: [case.source])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

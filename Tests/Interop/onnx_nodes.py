#!/usr/bin/env python
"""Let bnfold run the cases of the `onnx` package: nodes, light networks, and those converted from PyTorch.

    python Tests/Interop/onnx_nodes.py --bnfold PATH [--operators 50|70|all|A,B,C] [--only PATTERN] [--traps FOLDER]
        [--cases FOLDER] [--json FILE] [--timeout SECONDS]

Only cases all of whose operators are among those asked for. Types, shapes and values have to be as expected. Ends with
a table by operator, one by source, and status 1 on a failure. `--cases` keeps the cases between runs.
"""

from __future__ import annotations

import argparse
import sys
from contextlib import nullcontext
from fnmatch import fnmatch
from pathlib import Path
from tempfile import TemporaryDirectory

from onnx_cases import Case, read_cases
from onnx_judge import judge, judge_all, table, tell, write_json
from onnx_suites import collect

# By what completes most models first; the last five complete the light networks and Swin.
OPERATORS = """
    Conv Gemm Add Relu ReduceMean Reshape BatchNormalization MaxPool Concat Flatten GlobalAveragePool Mul
    Sigmoid HardSigmoid AveragePool HardSwish Resize Constant Identity Slice Transpose Shape Split Softmax
    MatMul Div Clip ConvTranspose Cast PRelu Gather LayerNormalization Erf Sub Gelu Squeeze Sqrt Pow Unsqueeze
    LeakyRelu GatherND ConstantOfShape LSTM Pad Expand Where Equal If Not Size ReduceL2 Tanh Range Sin CumSum
    Cos ReduceMax Sum Min Neg Log GlobalMaxPool Reciprocal Exp Max Dropout LRN ScatterND Mod LogSoftmax
""".split()

def wanted_operators(text: str) -> set[str] | None:
    """The operators that an option asks for; nil for all."""
    if text == "all":
        return None
    return set(OPERATORS[: int(text)] if text.isdigit() else text.split(","))


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bnfold", type=Path, required=True, help="the binary to test")
    parser.add_argument("--operators", default="50", help="the first N, a list with commas, or all")
    parser.add_argument("--only", default="*", help="a pattern for NAME or SOURCE/NAME")
    parser.add_argument("--traps", type=Path, help="a folder of traps with manifest.json")
    parser.add_argument("--cases", type=Path, help="where the cases are kept between runs")
    parser.add_argument("--json", type=Path, help="where the verdicts are written, too")
    parser.add_argument("--timeout", type=float, default=30, help="seconds for each case")
    options = parser.parse_args(arguments)
    binary, operators = options.bnfold.resolve(strict=True), wanted_operators(options.operators)

    def wanted(case: Case) -> bool:
        named = fnmatch(case.name, options.only) or fnmatch(f"{case.source}/{case.name}", options.only)
        return named and (operators is None or operators.issuperset(case.operators))

    with nullcontext(options.cases) if options.cases else TemporaryDirectory() as folder:
        cases = read_cases(Path(folder))
        if not cases:
            skipped = collect(Path(folder), options.traps)
            print(*(f"not held by .npz: {count} with {reason}" for reason, count in skipped.most_common()), sep="\n")
            cases = read_cases(Path(folder))
        # The expected outputs of traps are in float64, whatever the model's type.
        verdicts = judge_all(
            filter(wanted, cases), lambda case: judge(binary, case, options.timeout, exact_type=case.source != "traps")
        )
    if options.json:
        write_json(options.json, verdicts)
    tell(verdicts, lambda case: case.operators)
    print(*table(verdicts, lambda case: [case.source]), sep="\n")
    failed = {verdict.case.name: verdict.reason for verdict in verdicts if verdict.reason}
    print(f"{len(failed)} of {len(verdicts)} failed")
    return 1 if failed or not verdicts else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

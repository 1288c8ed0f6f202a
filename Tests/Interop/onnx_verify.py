#!/usr/bin/env python
"""Let other tools optimize ONNX models, and bnfold verify what they wrote: none that is wrong may pass.

    python Tests/Interop/onnx_verify.py --bnfold PATH --traps FOLDER [--peers A,B] [--only PATTERN]... [--keep FOLDER]

What is wrong is told by ONNX Runtime without optimizations, by the evaluator of the onnx package, and by the names and types of
inputs and outputs. Ends with a table by peer, and status 1 if a wrong model passed.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import Counter
from contextlib import nullcontext
from fnmatch import fnmatch
from pathlib import Path
from tempfile import TemporaryDirectory

from onnx_cases import Case, read_cases
from onnx_peers import PEERS, optimize, versions
from onnx_truth import fault

PASSING = ("equal", "equal-within-float32")


def verify(binary: Path, original: Path, optimized: Path) -> tuple[str, str]:
    """The verdict, and the first difference."""
    command = [binary, "verify", original, optimized, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode not in (0, 1) or not done.stdout:
        return "error", (done.stderr or done.stdout).strip()[:200]
    check = json.loads(done.stdout)["check"]
    first = next(iter(check.get("differences", [])), None)
    return check["verdict"], json.dumps(first)[:260] if first else ""


def row(name: str, counts: Counter[str]) -> str:
    columns = ("equal", "equal-within-float32", "not-proven", "different", "error")
    right = "".join(f"{counts['right ' + column]:>8}" for column in columns)
    return f"{name:24}{right}{counts['wrong accepted']:>10}{counts['wrong refused']:>9}{counts['failed']:>8}"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bnfold", type=Path, required=True, help="the binary to test")
    parser.add_argument("--traps", type=Path, required=True, help="a folder of models with inputs and outputs")
    parser.add_argument("--peers", default=",".join(PEERS), help="a list with commas")
    parser.add_argument(
        "--only", action="append", help="a pattern for NAME or SOURCE/NAME of the models; several for more of them"
    )
    parser.add_argument("--keep", type=Path, help="where the optimized models stay")
    parser.add_argument("--timeout", type=float, default=120, help="seconds for a peer and a model")
    options = parser.parse_args(arguments)
    binary = options.bnfold.resolve(strict=True)
    patterns = options.only or ["*"]

    def wanted(case: Case) -> bool:
        names = (case.name, f"{case.source}/{case.name}")
        return any(fnmatch(name, pattern) for name in names for pattern in patterns)

    chosen = list(filter(wanted, read_cases(options.traps)))
    table = {}
    with nullcontext(options.keep) if options.keep else TemporaryDirectory() as scratch:
        for peer in options.peers.split(","):
            counts = table[peer] = Counter()
            folder = Path(scratch) / peer
            folder.mkdir(parents=True, exist_ok=True)
            for trap in chosen:
                optimized, known = folder / f"{trap.name}.onnx", folder / f"{trap.name}.txt"
                if not known.exists():
                    failure = optimize(peer, trap.model, optimized, options.timeout)
                    known.write_text(f"failed {failure}" if failure else fault(trap, optimized) or "right")
                truth = known.read_text()
                if truth.startswith("failed"):
                    counts["failed"] += 1
                    print(f"{peer:14} {trap.name:30} {truth}")
                    continue
                verdict, difference = verify(binary, trap.model, optimized)
                if truth == "right":
                    counts[f"right {verdict}"] += 1
                else:
                    counts["wrong accepted" if verdict in PASSING else "wrong refused"] += 1
                print(f"{peer:14} {trap.name:30} {truth:40} {verdict} {difference}", flush=True)
    print(
        f"\n{len(chosen)} models{'right:':>22}{'equal':>6}{'float32':>8}{'not pr.':>8}{'differ':>8}{'error':>8}"
        f"{'accepted':>10}{'refused':>9}{'failed':>8}"
    )
    for peer, counts in table.items():
        print(row(f"{peer} {versions()[peer]}", counts))
    accepted = sum(counts["wrong accepted"] for counts in table.values())
    print(f"{accepted} wrong models accepted")
    return 1 if accepted else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

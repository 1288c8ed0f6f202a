#!/usr/bin/env python
"""Hold against its input what bnfold writes of an ONNX model that it does not change: byte for byte the same.

    python Tests/Interop/onnx_lossless.py --bnfold PATH FOLDER_OR_FILE... [--variants-below MB] [--timeout SECONDS]

Every .onnx file, and the same model in other bytes that protobuf allows: fields backwards, numbers packed or not,
unknown fields, messages in parts, long varints. Ends with a table by way, and status 1 on a failure.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from bnfold import BnfoldError, run
from google.protobuf.message import DecodeError
from onnx_cases import Case
from onnx_judge import Verdict, judge_all, tell
from onnx_wire import variants


def write_unchanged(binary: Path, source: Path, target: Path, timeout: float) -> None:
    """Let bnfold write a model again; the one place that knows the command."""
    run(binary, "convert", str(source), str(target), timeout=timeout)


def models(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        yield from sorted(path.rglob("*.onnx")) if path.is_dir() else [path]


def first_difference(ours: bytes, theirs: bytes) -> str:
    pairs = enumerate(zip(ours, theirs, strict=False))
    place = next((index for index, (one, other) in pairs if one != other), min(len(ours), len(theirs)))
    return f"{len(ours)} bytes, not {len(theirs)}; the first difference is at {place}"


def check(binary: Path, path: Path, limit: int, timeout: float) -> list[Verdict]:
    """One file as it is, and in other bytes."""
    data = path.read_bytes()
    texts = [("as it is", data)]
    try:
        texts += variants(data) if len(data) <= limit else []
    except DecodeError:
        texts = [("as it is", data)]
    verdicts = []
    for way, text in texts:
        verdict = Verdict(Case(str(path), way, []))
        with TemporaryDirectory() as folder:
            source, target = Path(folder) / "in.onnx", Path(folder) / "out.onnx"
            source.write_bytes(text)
            try:
                write_unchanged(binary, source, target, timeout)
                if (ours := target.read_bytes()) != text:
                    verdict.reason, verdict.text = "bytes", first_difference(ours, text)
            except BnfoldError as error:
                verdict.reason, verdict.text = error.kind, str(error)
        verdicts.append(verdict)
    return verdicts


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", type=Path, nargs="+")
    parser.add_argument("--bnfold", type=Path, required=True, help="the binary to test")
    parser.add_argument(
        "--variants-below", type=float, default=10, help="the largest file, in MB, that is written in other bytes"
    )
    parser.add_argument("--timeout", type=float, default=60, help="seconds for each file")
    options = parser.parse_args(arguments)
    binary, limit = options.bnfold.resolve(strict=True), int(options.variants_below * 1e6)
    groups = judge_all(models(options.paths), lambda path: check(binary, path, limit, options.timeout))
    return tell([verdict for group in groups for verdict in group], lambda case: [case.source])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

#!/usr/bin/env python
"""Run what needs neither PyTorch nor TensorFlow of the tests with other tools of ONNX.

    python Tests/Interop/onnx_interop.py --bnfold PATH [--traps ARCHIVE] [--work FOLDER] [--only NAMES]

The cases of the onnx package are run and written again, optimized by five tools, counted and verified, and damaged and verified;
`--traps` adds the traps of the team's collection. Ends with a line for each part, and status 1 on a failure.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tarfile
import time
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).parent
# Networks of the onnx package with batch normalizations that its peers optimize in a second.
NETWORKS = ("light/light_shufflenet", "pytorch-converted/test_BatchNorm*")


@dataclass(frozen=True)
class Part:
    """One script; without a command it is skipped, with a reason."""

    name: str
    command: list[str | Path]
    skipped: str = ""


def parts(binary: Path, cases: Path, traps: Path | None) -> list[Part]:
    """All of them; the first one writes the cases that the others read."""

    def part(name: str, script: str, *arguments: str | Path) -> Part:
        return Part(name, [sys.executable, HERE / script, "--bnfold", binary, *arguments])

    def peers(name: str, *patterns: str) -> Part:
        return part(name, "onnx_verify.py", "--traps", cases, *(f"--only={pattern}" for pattern in patterns))

    converted = cases / "pytorch-converted"
    if traps:
        kinds = part("kinds", "onnx_counts.py", cases / "traps", "--manifest", traps / "manifest.json")
        trap_parts = [peers("traps", "traps/*"), kinds]
    else:
        trap_parts = [Part("traps", [], "they are in ../shared/onnx, which is not here")]
    return [
        part("nodes", "onnx_nodes.py", "--cases", cases, *(["--traps", traps] if traps else [])),
        part("lossless", "onnx_lossless.py", cases / "light", converted),
        part("calibration", "onnx_calibrate.py"),
        part("damages", "onnx_damage.py", "--models", converted),
        peers("peers", *NETWORKS),
        part("counts", "onnx_counts.py", cases / "light", "--only=light_shufflenet", "--only=light_resnet50"),
        *trap_parts,
    ]


def run(part: Part) -> tuple[bool, str]:
    """Whether a part went well, and its last line."""
    if part.skipped:
        return True, f"skipped: {part.skipped}"
    print(f"== {part.name}", flush=True)
    start, last = time.monotonic(), ""
    with subprocess.Popen(part.command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            last = line.strip() or last
    status = "passed" if process.returncode == 0 else "FAILED"
    return process.returncode == 0, f"{status} in {time.monotonic() - start:.0f} s: {last}"


def unpacked(archive: Path | None, folder: Path) -> Path | None:
    """The folder with the manifest of the traps."""
    if archive is None:
        return None
    with tarfile.open(archive) as file:
        file.extractall(folder, filter="data")
    return next(folder.rglob("manifest.json")).parent


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bnfold", type=Path, required=True, help="the binary to test")
    parser.add_argument("--traps", type=Path, help="an archive of models at which other tools fail")
    parser.add_argument("--work", type=Path, help="where the cases are kept between runs")
    parser.add_argument("--only", default="", help="names of parts, with commas")
    options = parser.parse_args(arguments)
    binary = options.bnfold.resolve(strict=True)
    with nullcontext(options.work) if options.work else TemporaryDirectory() as cases, TemporaryDirectory() as folder:
        wanted = options.only.split(",") if options.only else []
        chosen = [
            part
            for part in parts(binary, Path(cases), unpacked(options.traps, Path(folder)))
            if not wanted or part.name in wanted
        ]
        outcomes = [(part.name, *run(part)) for part in chosen]
    print()
    for name, _, words in outcomes:
        print(f"{name:10}{words}")
    return 0 if all(is_good for _, is_good, _ in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

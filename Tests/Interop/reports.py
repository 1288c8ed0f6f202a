#!/usr/bin/env python
"""Every command, every way that it can end, every format of its report, held against the format's own schema.

    python Tests/Interop/reports.py --bnfold PATH [--only PATTERN]

Needs no Keras. `interop.py` runs it as one of its suites.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from safetensors.numpy import save_file

FIXTURES = Path(__file__).resolve().parents[2] / "Fixtures"
sys.path.insert(0, str(FIXTURES))

from checks import Result
from report_formats import FORMATS, file_problems

Wanted = Callable[[str, str], bool]
HOSTILE = "a|b <i>%0A::error::`x`*y*@all,\"'é🙂\u202e\n].h5"


@dataclass(frozen=True)
class Call:
    """A call of bnfold, and its exit code."""

    name: str
    arguments: list[str]
    code: int = 0


def calls() -> Iterator[Call]:
    """The calls; they run one after the other in a folder that `prepare` has filled."""
    yield Call("fold", ["fold", "dense.h5", "-o", "folded.h5"])
    yield Call("fold-everything", ["fold", "resnet.h5", "--force"])
    yield Call("fold-dry-run", ["fold", "dense.h5", "--dry-run", "--seed", "18446744073709551615"])
    yield Call("fold-unchecked", ["fold", "dense.h5", "-o", "unchecked.h5", "--skip-check"])
    yield Call("fold-trusted", ["fold", "custom.h5", "--dry-run", "--trust-class", "Doubling"])
    yield Call("fold-damaged", ["fold", "nan.h5", "--dry-run"])
    yield Call("fold-hostile-name", ["fold", HOSTILE, "--dry-run"])
    yield Call("fold-failed", ["fold", "custom.h5", "-o", "custom.folded.h5", "--require-full-check"], 1)
    yield Call("fold-usage", ["fold", "dense.h5", "--plan", "plan.yaml", "--rules", "direct"], 64)
    yield Call("fold-wrong-ending", ["fold", "dense.h5", "-o", "folded.onnx"], 64)
    yield Call("fold-no-such-pattern", ["fold", "no*such.h5"], 64)
    yield Call("fold-malformed", ["fold", "malformed.h5", "-o", "m.h5"], 65)
    yield Call("fold-missing", ["fold", "missing.h5"], 66)
    yield Call("fold-exists", ["fold", "dense.h5", "-o", "folded.h5"], 73)
    yield Call("fold-no-folder", ["fold", "dense.h5", "-o", "no/such/folder/folded.h5"], 73)
    yield Call("fold-several", ["fold", "dense.h5", "resnet.h5", "--output-folder", "several"])
    yield Call("fold-one-of-several", ["fold", "dense*.h5", "--dry-run"])
    yield Call("fold-several-errors", ["fold", "dense.h5", "missing.h5", "malformed.h5", HOSTILE, "--dry-run"], 66)
    yield Call("fold-several-failed", ["fold", "dense.h5", "custom.h5", "--dry-run", "--require-full-check"], 1)
    yield Call("verify", ["verify", "dense.h5", "folded.h5"])
    yield Call("verify-reversed", ["verify", "folded.h5", "dense.h5"])
    yield Call("verify-different", ["verify", "verdict.h5", "verdict.bad.h5"], 1)
    yield Call("verify-other-model", ["verify", "dense.h5", "resnet.h5"], 1)
    yield Call("verify-sampled", ["verify", "dense.h5", "folded.h5", "--accept", "sampled"])
    yield Call("verify-missing", ["verify", "dense.h5", "missing.h5"], 66)
    yield Call("fold-gate", ["fold", "dense.h5", "--dry-run", "--fail-on", "kept"], 1)
    yield Call("fold-gates-of-several", ["fold", "dense.h5", "resnet.h5", "--dry-run", "--force", "--fail-on", "kept=0"], 1)
    yield Call("fold-max-difference", ["fold", "dense.h5", "--dry-run", "--max-difference", "0"], 1)
    yield Call("fold-fail-fast", ["fold", "missing.h5", "dense.h5", "resnet.h5", "--dry-run", "--fail-fast"], 66)
    yield Call("fold-writes-baseline", ["fold", "dense.h5", HOSTILE, "--dry-run", "--write-baseline", "baseline.json"])
    yield Call("fold-baseline", ["fold", "dense.h5", HOSTILE, "--dry-run", "--baseline", "baseline.json"])
    yield Call("fold-no-baseline", ["fold", "dense.h5", "--dry-run", "--baseline", "dense.h5"], 65)
    yield Call("fold-certificate", ["fold", "resnet.h5", "-o", "c.h5", "--certificate", "certificate.json"])
    yield Call("verify-certificate", ["verify", "--certificate", "certificate.json"])
    written = ["--certificate", "certificate.json", "--force", "--trust-class", "Doubling"]
    yield Call("verify-writes-certificate", ["verify", "custom.h5", "custom.h5", *written])
    yield Call("certificate-of-another-trust", ["verify", "--certificate", "certificate.json"])
    yield Call("lint", ["lint", "dense.h5"])
    yield Call("lint-damaged", ["lint", "nan.h5"])
    yield Call("lint-several", ["lint", "nan.h5", "dense.h5", "missing.h5"], 66)
    yield Call("lint-gate", ["lint", "nan.h5", "--fail-on", "warning"], 1)
    yield Call("inspect", ["inspect", "dense.h5"])
    yield Call("inspect-nested", ["inspect", "nested.h5"])
    yield Call("inspect-several", ["inspect", "dense.h5", "resnet.h5", "malformed.h5"], 65)
    yield Call("inspect-weights", ["inspect", "weights.safetensors"])
    yield Call("inspect-picture", ["inspect", "dense.h5", "--graph", "dense.dot"])
    yield Call("explain-kept", ["explain", "dense.h5", "bn_outer"])
    yield Call("explain-folded", ["explain", "dense.h5", "bn_inner"])
    yield Call("explain-unknown", ["explain", "dense.h5", "nothing"], 64)
    yield Call("plan", ["plan", "weights.safetensors", "-o", "plan.yaml"])
    yield Call("plan-unknown-family", ["plan", "unknown.safetensors", "-o", "unknown.yaml"])
    yield Call("plan-exists", ["plan", "weights.safetensors", "-o", "plan.yaml"], 73)
    yield Call("inspect-plan", ["inspect", "weights.safetensors", "--plan", "plan.yaml"])
    plan = ["--plan", "plan.yaml"]
    yield Call("fold-plan", ["fold", "weights.safetensors", *plan, "-o", "weights.folded.safetensors"])
    yield Call("verify-plan", ["verify", "weights.safetensors", "weights.folded.safetensors", *plan])
    yield Call("convert", ["convert", "dense.h5", "dense.keras"])
    yield Call("convert-rounded", ["convert", "dense.h5", "half.h5", "--dtype", "float16"])
    yield Call("convert-weights", ["convert", "dense.h5", "dense.weights.h5"])
    yield Call("convert-usage", ["convert", "dense.h5", "dense.pb"], 64)
    yield Call("convert-exists", ["convert", "dense.h5", "dense.keras"], 73)
    yield Call("diff-equal", ["diff", "dense.h5", "dense.keras"])
    yield Call("diff-rounded", ["diff", "dense.h5", "half.h5"], 1)
    yield Call("diff-folded", ["diff", "dense.h5", "folded.h5"], 1)
    yield Call("diff-malformed", ["diff", "dense.h5", "malformed.h5"], 65)
    yield Call("run", ["run", "dense.h5", "-i", "samples.npy", "-o", "results.npy"])
    yield Call("run-layers", ["run", "dense.h5", "-i", "samples.npy", "-o", "layers.npz", "--layers"])
    yield Call("run-wrong-shape", ["run", "dense.h5", "-i", "wrong.npy", "-o", "wrong.results.npy"], 65)
    yield Call("calibrate", ["calibrate", "dense.h5", "--data", "samples.npy", "-o", "calibrated.h5"])
    average = ["--method", "ema", "--momentum", "0.9", "--batch-size", "4", "--plot", "plot.svg"]
    yield Call("calibrate-ema", ["calibrate", "dense.h5", "--data", "samples.npy", "-o", "ema.h5", *average])
    yield Call("calibrate-fold", ["calibrate", "dense.h5", "--data", "samples.npy", "-o", "both.h5", "--fold"])
    yield Call("calibrate-no-data", ["calibrate", "dense.h5", "--data", "missing.npy", "-o", "no.h5"], 66)


def prepare(folder: Path) -> None:
    """Copy and make the files that the calls read."""
    sources = {
        "dense.h5": "keras3/pattern_densenet_block.h5",
        "resnet.h5": "keras3/pattern_resnet_block.h5",
        "custom.h5": "keras3/pattern_custom_layer.h5",
        "nested.h5": "keras3/nested_functional.h5",
        "nan.h5": "malformed/nan_statistics.h5",
        "malformed.h5": "malformed/truncated.h5",
        "verdict.h5": "verdict/dead_direct.h5",
        "verdict.bad.h5": "verdict/dead_direct.bad.h5",
        HOSTILE: "keras3/pattern_densenet_block.h5",
    }
    for name, source in sources.items():
        shutil.copy(FIXTURES / source, folder / name)
    random = np.random.default_rng(0)
    channels, state = {"conv1": 3, "layer1.0.conv1": 8, "layer1.0.conv2": 8}, {}
    for layer, count in channels.items():
        size = 7 if layer == "conv1" else 3
        normalization = layer.replace("conv", "bn")
        state[f"{layer}.weight"] = random.normal(size=(8, count, size, size)).astype("float32")
        for part in ("weight", "bias", "running_mean"):
            state[f"{normalization}.{part}"] = random.normal(size=8).astype("float32")
        state[f"{normalization}.running_var"] = random.uniform(0.5, 2, size=8).astype("float32")
    save_file(state, folder / "weights.safetensors")
    save_file({f"x.{name}": value for name, value in state.items()}, folder / "unknown.safetensors")


def arrays(binary: Path, folder: Path) -> None:
    """Make arrays for the inputs of the model, whose shapes it says itself."""
    command = [binary, "inspect", "dense.h5", "--json"]
    report = json.loads(subprocess.run(command, cwd=folder, capture_output=True, check=True).stdout)
    shape = [axis or 8 for axis in report["layers"][0]["output_shape"]]
    np.save(folder / "samples.npy", np.random.default_rng(1).normal(size=shape).astype("float32"))
    np.save(folder / "wrong.npy", np.zeros((8, 1), dtype="float32"))


def run(binary: Path, call: Call, folder: Path, result: Result) -> None:
    """Run a call, and note in `result` what is wrong with its reports."""
    targets = {name: folder / f"report.{name}" for name in FORMATS}
    summary = folder / "summary.md"
    for path in (*targets.values(), summary):
        path.unlink(missing_ok=True)
    options = [f"--report={name}={path}" for name, path in targets.items()]
    done = subprocess.run(
        [binary, *call.arguments, *options], cwd=folder, capture_output=True, text=True, timeout=60, check=False,
        env={"PATH": "/usr/bin:/bin", "GITHUB_STEP_SUMMARY": str(summary)},
    )
    if done.returncode != call.code:
        result.problems.append(f"exit code {done.returncode}, expected {call.code}: {done.stderr.strip()[:400]}")
    for name, path in targets.items():
        if not path.exists():
            result.problems.append(f"{name}: there is no report")
            continue
        text = path.read_bytes().decode("utf-8", errors="strict")
        try:
            result.problems += [f"{name}: {problem}" for problem in FORMATS[name](text)]
        except Exception as error:  # what is not even parsed
            result.problems.append(f"{name}: {type(error).__name__}: {error}")
    if not summary.exists() or summary.read_text() != targets["markdown"].read_text() + "\n":
        result.problems.append("the summary for GitHub is not the Markdown")


def reports(binary: Path, wanted: Wanted) -> Iterator[Result]:
    """All calls that are wanted; what a call needs of those before it is there only if these are wanted, too."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        prepare(folder)
        arrays(binary, folder)
        for call in calls():
            if not wanted("reports", call.name):
                continue
            result = Result("reports", call.name)
            run(binary, call, folder, result)
            for name in ("baseline", "certificate"):
                if name in call.name and (folder / f"{name}.json").exists():
                    result.problems += file_problems(name, folder / f"{name}.json")
            yield result


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bnfold", type=Path, required=True, help="the binary to test")
    parser.add_argument("--only", default="*", help="a pattern for the name of a call")
    options = parser.parse_args(arguments)
    binary = options.bnfold.resolve(strict=True)
    done = list(reports(binary, lambda _, name: fnmatch(name, options.only)))
    for result in done:
        print(f"{result.status:8}{result.name}")
        for problem in result.problems:
            print(f"        {problem}")
    failed = sum(bool(result.problems) for result in done)
    print(f"{len(done) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

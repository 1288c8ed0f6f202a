"""Measures bnfold on ONNX models, side by side with ONNX Runtime, cp, and other tools that fold batch normalizations.

    python Benchmarks/onnx_models.py --bnfold PATH [--in-process PATH] [--resnet FILE] [--parts run,fold,large]
        [--rounds N] [--large-rounds N]

`run`: one image, from the command to its end, and in steady state with `--in-process`. `fold`: ResNet50 with its batch
normalizations, and what the peers take for the same. `large`: 1 GB with the weights inside, and 2.7 GB beside the model.
The jobs take turns. Peak memory is the kernel's figure for the largest process. All models are made here, and removed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import numpy as np
import onnx
from bench import HERE, Job, machine, table, take_turns
from formats import SyncedJob
from forward import ONNX, RUNS, seconds_of_each
from onnx_networks import NETWORKS, write_chain

PEERS = HERE.parent / "Tests/Interop/onnx_peers.py"
PEER_NAMES = ("onnxsim", "onnxslim", "onnxoptimizer", "onnxruntime")
PART_NAMES = "run,fold,large"


class FolderJob(SyncedJob):
    """A job whose output has a folder of its own, since data may be written beside it."""

    def run(self) -> None:
        shutil.rmtree(self.output.parent, ignore_errors=True)
        self.output.parent.mkdir()
        super().run()
        if self.makes_output:
            shutil.rmtree(self.output.parent)


def measure_run(options: argparse.Namespace, work: Path) -> None:
    """One image through bnfold and through ONNX Runtime."""
    for name, build in NETWORKS.items():
        model, images, output = work / f"{name}.onnx", work / "images.npy", work / "y.npz"
        onnx.save(build(), model)
        np.save(images, np.random.default_rng(0).standard_normal((1, 3, 224, 224), dtype="float32"))
        script = [sys.executable, "-c", ONNX, str(model), str(images)]
        command = [options.bnfold, "run", str(model), "--input", str(images), "-o", str(output)]
        ours, theirs = Job("bnfold run", command, output), Job("ONNX Runtime in Python", [*script, "1"], output)
        theirs.makes_output = False
        print(f"\n{name}: whole process, {options.rounds} rounds")
        take_turns([theirs, ours], options.rounds)
        table([theirs, ours], theirs)
        if not options.in_process:
            continue
        alone = [options.in_process, "forward", str(model), str(images), "float32", str(RUNS)]
        mine: list[float] = []
        its: list[float] = []
        for _ in range(options.rounds):
            mine += seconds_of_each(alone)
            its += seconds_of_each([*script, str(RUNS)])
        pair = f"bnfold {1000 * median(mine):.1f} ms, ONNX Runtime {1000 * median(its):.1f} ms"
        print(f"steady state: {pair}, {median(its) / median(mine):.2f} of its speed (aim for ResNet50: 0.8)")


def measure_fold(options: argparse.Namespace, work: Path) -> None:
    """ResNet50 with the proof, beside copies and the peers."""
    model, output = options.resnet or work / "resnet50.onnx", work / "out.onnx"
    if not options.resnet:
        onnx.save(NETWORKS["ResNet50"](), model)
    command = [options.bnfold, "fold", str(model), "-o", str(output)]
    jobs = [
        Job("cp, then sync", ["sh", "-c", f"cp '{model}' '{output}' && sync '{output}'"], output),
        Job("bnfold fold --skip-check", [*command, "--skip-check"], output),
        Job("bnfold fold", command, output),
        *(Job(peer, [sys.executable, str(PEERS), peer, str(model), str(output)], output) for peer in PEER_NAMES),
    ]
    print(f"\n{model.name}, {model.stat().st_size / 1e6:.0f} MB; {options.rounds} rounds")
    take_turns(jobs, options.rounds)
    table(jobs, jobs[0])
    largest = max(len(tensor.raw_data) for tensor in onnx.load(model).graph.initializer) / 2**20
    print(f"aims: 250 ms with the proof; 64 MiB and the largest layer's {largest:.0f} MiB")


def measure_large(options: argparse.Namespace, work: Path) -> None:
    """Models whose weights are inside or beside them: written by one job, read by the next."""
    for count, external, aim in ((28, False, "1.5 times cp, then sync"), (72, True, "peak below 128 MiB")):
        model, output = work / f"large_{count}.onnx", work / "out" / f"large_{count}.onnx"
        folded = work / "folded" / model.name
        write_chain(model, count, external=external)
        files = [path for path in (model, Path(f"{model}.data")) if path.exists()]
        copy = " ".join(f"'{path}'" for path in files)
        written = " ".join(f"'{output.parent / path.name}'" for path in files)
        fold = [options.bnfold, "fold", str(model), "-o", str(output)]
        jobs = [
            FolderJob("cp, then sync", ["sh", "-c", f"cp {copy} '{output.parent}' && sync {written}"], output),
            FolderJob("bnfold fold --skip-check", [*fold, "--skip-check"], output),
            FolderJob("bnfold fold", fold, output),
        ]
        folded.parent.mkdir()
        subprocess.run([*fold[:-1], str(folded), "--skip-check"], check=True, capture_output=True)
        verify = FolderJob("bnfold verify", [options.bnfold, "verify", str(model), str(folded)], output)
        verify.makes_output = False
        jobs.append(verify)
        size = sum(path.stat().st_size for path in files) / 1e9
        print(f"\n{model.name}, {size:.2f} GB, {'beside' if external else 'inside'}; {options.large_rounds} rounds")
        take_turns(jobs, options.large_rounds)
        table(jobs, jobs[0])
        print(f"aim: {aim}", flush=True)
        for path in (*files, folded.parent):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bnfold", type=Path, required=True, help="the binary to measure")
    parser.add_argument("--in-process", type=Path, help="the same without the processes that contain it")
    parser.add_argument("--resnet", type=Path, help="an exported ResNet50 to fold; one made here if absent")
    parser.add_argument("--parts", default=PART_NAMES, help="a list with commas")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--large-rounds", type=int, default=3)
    options = parser.parse_args(arguments)
    options.bnfold = str(options.bnfold.resolve(strict=True))
    if options.in_process:
        options.in_process = str(options.in_process.resolve(strict=True))
    measures = dict(zip(PART_NAMES.split(","), (measure_run, measure_fold, measure_large), strict=True))
    print(machine())
    for part in options.parts.split(","):
        with TemporaryDirectory(dir=os.environ.get("TMPDIR", "/var/tmp")) as folder:
            measures[part](options, Path(folder))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

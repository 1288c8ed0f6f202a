"""Measures the fold of large models in each format, without its check, side by side with cp of the same file.

    python Benchmarks/formats.py --bnfold PATH [--sizes 3,28,112] [--rounds N]

A size is a number of convolutions of 3 x 3 x 1024 x 1024 in float32 (38 MB each), every one with its batch normalization:
3 are 113 MB, 28 are 1.06 GB, 112 are 4.2 GB. Before each job the disk has written everything that it was given.
"""

from __future__ import annotations

import argparse
import json
import os
import struct
import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench import Job, machine, table, take_turns

KERAS = """
import sys, keras, numpy
random = numpy.random.default_rng(0)
kernel = random.standard_normal((3, 3, 1024, 1024), dtype="float32") / 100
model = keras.Sequential([keras.Input((8, 8, 1024))])
for _ in range(int(sys.argv[1])):
    model.add(keras.layers.Conv2D(1024, 3, padding="same", use_bias=False, kernel_initializer="zeros"))
    model.add(keras.layers.BatchNormalization())
    model.layers[-2].set_weights([kernel])
    model.layers[-1].set_weights([random.uniform(0.5, 1.5, 1024), random.normal(0, 0.1, 1024),
                                  random.normal(0, 0.1, 1024), random.uniform(0.5, 1.5, 1024)])
model.save(sys.argv[2])
"""


class SyncedJob(Job):
    """A job that begins when the disk has nothing left to do."""

    def run(self) -> None:
        self.output.unlink(missing_ok=True)
        os.sync()
        super().run()


def write_state_dictionary(path: Path, count: int) -> None:
    """Write what PyTorch would have of the same network: features.0 a convolution, features.1 its normalization."""
    tensors = []
    for index in range(count):
        tensors.append((f"features.{3 * index}.weight", [1024, 1024, 3, 3]))
        for name in ("weight", "bias", "running_mean", "running_var"):
            tensors.append((f"features.{3 * index + 1}.{name}", [1024]))
    header, end = {}, 0
    for name, shape in tensors:
        size = 4
        for axis in shape:
            size *= axis
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [end, end + size]}
        end += size
    text = json.dumps(header).encode()
    block = struct.pack("<f", 0.5) * (1 << 20)
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for start in range(0, end, len(block)):
            file.write(block[: min(len(block), end - start)])


def measure(bnfold: str, count: int, rounds: int, work: Path) -> None:
    whole, archive, tensors = work / "model.h5", work / "model.keras", work / "model.safetensors"
    subprocess.run([sys.executable, "-c", KERAS, str(count), str(whole)], check=True, capture_output=True)
    subprocess.run([bnfold, "convert", str(whole), str(archive)], check=True, capture_output=True)
    write_state_dictionary(tensors, count)
    plan = work / "plan.yaml"
    text = subprocess.run([bnfold, "plan", str(tensors)], check=True, capture_output=True, text=True).stdout
    plan.write_text(text.replace("epsilon: null", "epsilon: 1e-5"))
    for file, flags in ((whole, []), (archive, []), (tensors, ["--plan", str(plan)])):
        output = work / f"out{file.suffix}"
        copy = SyncedJob("cp", ["cp", str(file), str(output)], output)
        durable = SyncedJob("cp, then sync", ["sh", "-c", f"cp '{file}' '{output}' && sync '{output}'"], output)
        command = [bnfold, "fold", str(file), "-o", str(output), "--skip-check", *flags]
        fold = SyncedJob("bnfold fold --skip-check", command, output)
        print(f"\n{file.name}, {file.stat().st_size / 1e6:.0f} MB, {rounds} rounds")
        take_turns([copy, durable, fold], rounds)
        table([copy, durable, fold], copy)
        print(f"against {durable.name!r}: {median(fold.ratios(durable)):.2f}")
        output.unlink(missing_ok=True)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bnfold", type=Path, required=True, help="the binary to measure")
    parser.add_argument("--sizes", default="3,28", help="numbers of convolutions")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args(arguments)
    bnfold = str(options.bnfold.resolve(strict=True))
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    print(f"{machine()}; every bnfold run ends with fsync and reads the output back, cp alone does neither")
    for size in options.sizes.split(","):
        with TemporaryDirectory(dir=os.environ.get("TMPDIR", "/var/tmp")) as folder:
            measure(bnfold, int(size), options.rounds, Path(folder))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

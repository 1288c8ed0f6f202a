"""Measures what folding gains: layers, bytes, and one image in Keras and in ONNX Runtime, before and after, side by side.

    python Benchmarks/speedup.py --bnfold PATH [--models NAME ...] [--rounds N]

Each engine runs each model in a process of its own, which says how long each run took; they take turns, and the median over
all rounds counts. ONNX Runtime has its usual optimizations, which fold batch normalizations themselves when a model is loaded.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from statistics import median

from forward import KERAS, ONNX, RUNS, measure_all, parser, seconds_of_each

MODELS = ("ResNet50", "MobileNetV2", "DenseNet121")
MAKE = """
import sys, keras, numpy
keras.utils.set_random_seed(0)
model = getattr(keras.applications, sys.argv[1])(weights=None)
images = numpy.random.default_rng(0).normal(size=(1, *model.inputs[0].shape[1:])).astype("float32")
numpy.save(sys.argv[3], images)
model.save(sys.argv[2])
"""
EXPORT = """
import sys, keras, numpy
model = keras.models.load_model(sys.argv[1], compile=False)
model(numpy.load(sys.argv[3]))
model.export(sys.argv[2], format="onnx", verbose=False)
"""


def measure(name: str, options: argparse.Namespace, work: Path) -> None:
    """Print the figures of one model."""
    bnfold, python = str(options.bnfold.resolve(strict=True)), [sys.executable, "-c"]
    before, after, images = work / f"{name}.keras", work / f"{name}.folded.keras", str(work / f"{name}.npy")
    subprocess.run([*python, MAKE, name, str(before), images], check=True, capture_output=True)
    report = subprocess.run([bnfold, "fold", str(before), "--json"], check=True, capture_output=True, text=True)
    size = json.loads(report.stdout)["size"]
    commands = {}
    for kind, model in {"before": before, "after": after}.items():
        network = model.with_suffix(".onnx")
        subprocess.run([*python, EXPORT, str(model), str(network), images], check=True, capture_output=True)
        commands["Keras", kind] = [*python, KERAS, str(model), images, str(RUNS)]
        commands["ONNX Runtime", kind] = [*python, ONNX, str(network), images, str(RUNS)]
    times: dict[tuple[str, str], list[float]] = {key: [] for key in commands}
    for _ in range(options.rounds):
        for key, command in commands.items():
            times[key] += seconds_of_each(command)
    print(f"\n{name}: {options.rounds} rounds of {RUNS - 2} runs, medians")
    for what, pair in size.items():
        print(f"  {what:14}{pair['before']:>12,}{pair['after']:>12,}")
    for engine in ("Keras", "ONNX Runtime"):
        first, second = (1000 * median(times[engine, kind]) for kind in ("before", "after"))
        print(f"  {engine:14}{first:9.1f} ms{second:9.1f} ms{first / second:7.2f} times as fast", flush=True)


def main(arguments: list[str]) -> int:
    return measure_all(measure, parser(__doc__, MODELS, rounds=5).parse_args(arguments))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

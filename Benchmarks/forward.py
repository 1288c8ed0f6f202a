"""Measures one forward pass and `bnfold verify`, side by side with ONNX Runtime and Keras.

    python Benchmarks/forward.py --bnfold PATH --in-process PATH [--models NAME ...] [--rounds N]

Steady state: each engine in a process of its own, which runs one image some times and says how long each took; the engines
take turns, and the median over all rounds counts. ONNX Runtime and Keras keep their weights in memory; bnfold reads a
layer's weights from the file whenever the layer runs. Whole process: from the command to its end, model loaded, one image.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from bench import machine

MODELS = ("ResNet50", "MobileNetV2", "EfficientNetB0", "DenseNet121")
RUNS = 10
MAKE = """
import sys, keras, numpy
keras.utils.set_random_seed(0)
model = getattr(keras.applications, sys.argv[1])(weights=None)
images = numpy.random.default_rng(0).normal(size=(1, *model.inputs[0].shape[1:])).astype("float32")
numpy.save(sys.argv[4], images)
model(images)
model.save(sys.argv[2])
model.export(sys.argv[3], format="onnx", verbose=False)
"""
ONNX = """
import sys, time, numpy, onnxruntime
session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
image, *rest = session.get_inputs()
# The exporter makes inputs of EfficientNet's Normalization; ones there cost what its own numbers would.
feed = {image.name: numpy.load(sys.argv[2])} | {
    other.name: numpy.ones([size if isinstance(size, int) else 1 for size in other.shape], "float32") for other in rest}
for _ in range(int(sys.argv[3])):
    start = time.perf_counter()
    session.run(None, feed)
    print(time.perf_counter() - start)
"""
KERAS = """
import sys, time, numpy, keras, tensorflow
model = keras.models.load_model(sys.argv[1], compile=False)
images = tensorflow.constant(numpy.load(sys.argv[2]))
run = tensorflow.function(lambda images: model(images, training=False))
for _ in range(int(sys.argv[3])):
    start = time.perf_counter()
    run(images).numpy()
    print(time.perf_counter() - start)
"""
COMPARE = """
import sys, numpy, keras
first, second = (keras.models.load_model(path, compile=False) for path in sys.argv[1:3])
images = numpy.load(sys.argv[3])
a, b = (numpy.asarray(model(images, training=False)) for model in (first, second))
print(abs(a - b).max() / abs(a).max())
"""


def seconds_of_each(command: list[str]) -> list[float]:
    """What a command prints, without the first two runs, which warm up."""
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return [float(line) for line in done.stdout.split()][2:]


def whole(command: list[str]) -> float:
    start = perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return perf_counter() - start


def measure(name: str, options: argparse.Namespace, work: Path) -> None:
    """Print the figures of one model."""
    bnfold, alone = str(options.bnfold.resolve(strict=True)), str(options.in_process.resolve(strict=True))
    model, network, images = work / f"{name}.keras", work / f"{name}.onnx", work / f"{name}.npy"
    folded, output = work / f"{name}.folded.keras", work / "y.npy"
    python = [sys.executable, "-c"]
    subprocess.run([*python, MAKE, name, str(model), str(network), str(images)], check=True, capture_output=True)
    subprocess.run([bnfold, "fold", str(model), "-o", str(folded)], check=True, capture_output=True)
    steady = {
        "bnfold float32": [alone, "forward", str(model), str(images), "float32", str(RUNS)],
        "bnfold float64": [alone, "forward", str(model), str(images), "float64", str(RUNS)],
        "ONNX Runtime": [*python, ONNX, str(network), str(images), str(RUNS)],
        "Keras": [*python, KERAS, str(model), str(images), str(RUNS)],
    }
    process = {
        "bnfold run": [bnfold, "run", str(model), "--input", str(images), "-o", str(output), "--force"],
        "ONNX Runtime": [*python, ONNX, str(network), str(images), "1"],
        "Keras": [*python, KERAS, str(model), str(images), "1"],
        "bnfold verify": [bnfold, "verify", str(model), str(folded)],
        "Keras, both files": [*python, COMPARE, str(model), str(folded), str(images)],
    }
    times: dict[str, list[float]] = {key: [] for key in steady}
    wholes: dict[str, list[float]] = {key: [] for key in process}
    for _ in range(options.rounds):
        for key, command in steady.items():
            times[key] += seconds_of_each(command)
        for key, command in process.items():
            wholes[key].append(whole(command))
    print(f"\n{name}: {options.rounds} rounds of {RUNS - 2} runs; median, fastest")
    base = median(times["ONNX Runtime"])
    for key, values in times.items():
        ratio = base / median(values)
        print(f"  steady state   {key:20}{1000 * median(values):8.1f} ms{1000 * min(values):8.1f} ms{ratio:7.2f} x ONNX Runtime")
    for key, values in wholes.items():
        print(f"  whole process  {key:20}{1000 * median(values):8.0f} ms{1000 * min(values):8.0f} ms")
    factor = median(wholes["Keras, both files"]) / median(wholes["bnfold verify"])
    print(f"  verify is {factor:.1f} times as fast as Keras with both files", flush=True)


def parser(description: str, models: tuple[str, ...], rounds: int) -> argparse.ArgumentParser:
    """The options of a benchmark that measures models of keras.applications, one after the other."""
    options = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--bnfold", type=Path, required=True, help="the binary to measure")
    options.add_argument("--models", nargs="+", default=models)
    options.add_argument("--rounds", type=int, default=rounds)
    return options


def measure_all(measure: Callable[[str, argparse.Namespace, Path], None], options: argparse.Namespace) -> int:
    """Measure each model, in a folder that is removed at the end."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    print(machine())
    with TemporaryDirectory(dir=os.environ.get("TMPDIR", "/var/tmp")) as folder:
        for name in options.models:
            measure(name, options, Path(folder))
    return 0


def main(arguments: list[str]) -> int:
    options = parser(__doc__, MODELS, rounds=3)
    options.add_argument("--in-process", type=Path, required=True, help="the same without the processes that contain it")
    return measure_all(measure, options.parse_args(arguments))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

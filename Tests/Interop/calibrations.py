"""What calibration leaves in a model, against what Keras leaves there after the same batches in training mode."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from apps import application, randomize
from bnfold import TIMEOUT_SECONDS, BnfoldError, run
from checks import Result, first_line, load
from generator.building_blocks import doubling
from generator.kit import Kit
from generator.making import tensor_type
from generator.manifest import MANIFEST
from generator.seeding import random_for
from modelfile import ModelFile
from safetensors.numpy import load_file
from suites import FIXTURES, Wanted, numbered

BATCHES = 3
# Keras's own momentum would hide most of a difference between two batches.
MOMENTUM = 0.5
# Both sum in float32, each in its own order: 2^-24 a term. A batch normalization multiplies the differences before it,
# by at most 1 / sqrt(epsilon) = 32 where a batch has no variance.
LIMIT = 2e-5
# Through 53 of them: Keras and bnfold are each 1.1e-5 from the same in float64, where they agree to 5e-7.
DEEP_LIMIT = 4e-5
# Keras rounds every result to 16 bits, 2^-11; bnfold does not.
HALF_LIMIT = 2e-3
# What bnfold says of a model that training would not change, or not in a way that it computes.
NOTHING_TO_DO = "there is no batch normalization to calibrate: "
RANDOM = ("Dropout", "Noise", "Random")
EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "examples" / "calibrate_digits.py"


def calibrate(binary: Path, model: ModelFile, data: Path, target: Path, *options: str) -> dict[str, Any]:
    """The report of `bnfold calibrate`."""
    arguments = ["calibrate", str(model.path), "--data", str(data), "-o", str(target), "--json", *options]
    return json.loads(run(binary, *arguments))


def normalizations(model: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every batch normalization by its path, those of inner models included."""
    for layer in model.layers:
        inner = layer
        while not hasattr(inner, "layers") and hasattr(inner, "layer"):
            inner = inner.layer
        if type(inner).__name__ == "BatchNormalization":
            yield prefix + layer.name, inner
        elif hasattr(inner, "layers"):
            yield from normalizations(inner, f"{prefix}{layer.name}/")


def statistics(model: Any) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Moving mean and variance of every batch normalization, in float64."""
    return {
        path: (np.asarray(layer.moving_mean, "float64"), np.asarray(layer.moving_variance, "float64"))
        for path, layer in normalizations(model)
    }


def is_random(model: Any) -> bool:
    """Whether training mode draws numbers that nobody else can know."""
    layers = [layer for layer in model._flatten_layers()]
    return any(any(word in type(layer).__name__ for word in RANDOM) and getattr(layer, "rate", 1) for layer in layers)


def train(kit: Kit, model: Any, batches: list[list[np.ndarray]], momentum: float | None) -> None:
    """One epoch of forward passes in training mode."""
    for _, layer in normalizations(model):
        layer.momentum = layer.momentum if momentum is None else momentum
    for batch in batches:
        kit.run(model, [value.astype(tensor_type(model)) for value in batch], training=True)


def distance(found: tuple[np.ndarray, np.ndarray], expected: tuple[np.ndarray, np.ndarray]) -> float:
    """The largest difference of the means in standard deviations, or of the variances relative to the layer's."""
    size = expected[1] + 1e-3
    mean = np.abs(found[0] - expected[0]) / np.sqrt(size)
    return float(max(mean.max(initial=0), (np.abs(found[1] - expected[1]) / size).max(initial=0)))


def compare(
    kit: Kit,
    binary: Path,
    file: ModelFile,
    batches: list[list[np.ndarray]],
    result: Result,
    limit: float = LIMIT,
    momentum: float | None = None,
) -> None:
    """Calibrate a file, let Keras train it, and hold both against each other; no momentum means the layers' own."""
    model = load(kit, file)
    before = statistics(model)
    with tempfile.TemporaryDirectory() as folder:
        data, target = Path(folder) / "data.npz", Path(folder) / f"calibrated{file.path.suffix}"
        arrays = [np.concatenate(parts) for parts in zip(*batches, strict=True)]
        np.savez(data, **{f"data_{index:03}": value for index, value in enumerate(arrays)})
        options = ["--method", "ema", "--no-shuffle", "--batch-size", str(len(batches[0][0]))]
        options += [] if momentum is None else ["--momentum", str(momentum)]
        try:
            report = calibrate(binary, file, data, target, *options)
        except BnfoldError as error:
            if NOTHING_TO_DO in str(error):
                result.skipped = f"not calibrated: {str(error).partition(NOTHING_TO_DO)[2]}"
            else:
                result.problems.append(f"bnfold: {error}")
            return
        calibrated = statistics(load(kit, ModelFile(target)))
    result.loadable = True
    try:
        model = load(kit, file)
        train(kit, model, batches, momentum)
    except Exception as error:  # whatever Keras raises is the finding
        result.skipped = f"Keras does not train it: {first_line(error)}"
        return
    trained = statistics(model)
    done = {layer["layer"] for layer in report["calibrated_layers"] if layer["outcome"] == "calibrated"}
    result.folded = len(done)
    result.error = 0.0
    for path, found in calibrated.items():
        expected = trained[path] if path in done else before[path]
        result.error = max(result.error, distance(found, expected))
        if not distance(found, expected) <= limit:
            result.problems.append(f"{path}: the statistics differ by {distance(found, expected):.2g}")
    if set(calibrated) - {layer["layer"] for layer in report["calibrated_layers"]}:
        result.problems.append("a batch normalization is not in the report")


def fixtures(binary: Path, wanted: Wanted) -> Iterator[Result]:
    """Every fixture that Keras can train without drawing random numbers."""
    manifest = json.loads(MANIFEST.read_text())
    for generation in ("keras3", "keras2"):
        family = f"calibrate/{generation}"
        kit = None
        for name, expected in manifest[generation].items():
            has_normalizations = expected["expect_folded"] or expected["expect_kept"]
            if not wanted(family, name) or not has_normalizations:
                continue
            if kit is None:
                kit = Kit.of(generation)
                doubling(kit.keras)
            file = ModelFile(FIXTURES / generation / (name + expected.get("ending", ".h5")))
            result = Result(family, name)
            model = load(kit, file)
            if is_random(model):
                result.skipped = "training mode draws random numbers"
            else:
                golden = load_file(FIXTURES / generation / f"{name}.golden.safetensors")
                limit = HALF_LIMIT if file.uses_half_precision() else LIMIT
                compare(kit, binary, file, varied(numbered(golden, "input_"), name), result, limit, MOMENTUM)
            yield result


def varied(inputs: list[np.ndarray], key: str) -> list[list[np.ndarray]]:
    """Several batches made of one; whole numbers stay, since they may be indices."""
    rng = random_for(key, "calibrate")
    batches = [inputs]
    for _ in range(BATCHES - 1):
        batches.append(
            [
                value if np.array_equal(value, np.round(value)) else (value + rng.normal(0, 0.5, value.shape)).astype(value.dtype)
                for value in inputs
            ]
        )
    return batches


def dense_network(kit: Kit) -> Any:
    """Four dense layers, each with a batch normalization."""
    tensor = start = kit.input(32)
    for index in range(4):
        tensor = kit.layers.Dense(64, use_bias=False, name=f"dense{index}")(tensor)
        tensor = kit.layers.BatchNormalization(name=f"bn{index}")(tensor)
        tensor = kit.layers.ReLU(name=f"relu{index}")(tensor)
    return kit.model(start, kit.layers.Dense(3, name="head")(tensor))


def networks(binary: Path, wanted: Wanted) -> Iterator[Result]:
    """One epoch with the layers' own momentum, on a ResNet50 and on a dense network."""
    for generation in ("keras3", "keras2"):
        for name, build, shape, limit in (
            ("ResNet50", application("ResNet50"), (4, 224, 224, 3), DEEP_LIMIT),
            ("dense_network", dense_network, (32, 32), LIMIT),
        ):
            if not wanted(f"calibrate/{generation}", name):
                continue
            kit = Kit.of(generation)
            kit.keras.backend.clear_session()
            model = build(kit)
            randomize(model, "calibrate")
            result = Result(f"calibrate/{generation}", name)
            rng = random_for("calibrate", name)
            with tempfile.TemporaryDirectory() as folder:
                file = ModelFile(Path(folder) / "model.h5")
                kit.save(model, file.path)
                batches = [[rng.normal(0, 1, shape).astype("float32")] for _ in range(BATCHES)]
                compare(kit, binary, file, batches, result, limit)
            yield result


def pooled(binary: Path, wanted: Wanted) -> Iterator[Result]:
    """`pooled` in float64 against numpy over the whole data, behind nothing and behind a dense layer."""
    if not wanted("calibrate", "pooled"):
        return
    kit = Kit.of("keras3")
    kit.keras.backend.clear_session()
    result = Result("calibrate", "pooled")
    with kit.precision("float64"), tempfile.TemporaryDirectory() as folder:
        start = kit.input(7, 5)
        dense = kit.layers.Dense(6, name="dense")
        branches = [kit.layers.BatchNormalization(name="first")(start)]
        branches.append(kit.layers.BatchNormalization(name="second")(dense(start)))
        model = kit.model(start, branches)
        file = ModelFile(Path(folder) / "model.keras")
        kit.save(model, file.path)
        data = Path(folder) / "data.npy"
        values = random_for("pooled").normal(3, 2, (1001, 7, 5)) * np.arange(1, 6)
        np.save(data, values)
        calibrate(binary, file, data, Path(folder) / "out.keras", "--dtype", "float64", "--batch-size", "17")
        found = statistics(load(kit, ModelFile(Path(folder) / "out.keras")))
        kernel, bias = (np.asarray(weight) for weight in dense.get_weights())
        result.error = 0.0
        for name, seen in (("first", values), ("second", values @ kernel + bias)):
            expected = (seen.mean(axis=(0, 1)), seen.var(axis=(0, 1)))
            result.error = max(result.error, distance(found[name], expected))
    result.folded, result.loadable = 2, True
    if not result.error <= 1e-10:
        result.problems.append(f"differs from numpy by {result.error:.2g}")
    yield result


def digits(binary: Path, wanted: Wanted) -> Iterator[Result]:
    """The example of the documentation: ruined statistics, calibrated and folded."""
    if not wanted("calibrate", "digits"):
        return
    result = Result("calibrate", "digits", loadable=True, folded=4)
    done = subprocess.run(
        [sys.executable, str(EXAMPLE), "--bnfold", str(binary)],
        capture_output=True, text=True, timeout=TIMEOUT_SECONDS, check=False,
    )
    if done.returncode != 0:
        result.problems.append(f"exit {done.returncode}: {done.stdout[-400:]}")
    yield result


def calibrations(binary: Path, wanted: Wanted) -> Iterator[Result]:
    yield from fixtures(binary, wanted)
    yield from pooled(binary, wanted)
    yield from digits(binary, wanted)
    yield from networks(binary, wanted)

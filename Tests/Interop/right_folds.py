"""Folds models without bnfold, in float64 and in float32, and lets bnfold verify them: none may be refused.

A batch normalization goes into the kernel before it; either it stays as the identity, or it is taken out of the architecture.
The formulas in float32 are those in use: a division, a product with the inverse of the root, a power, and the bias first or
last. Networks that amplify rounding, jump, overflow or saturate are made here, folded by bnfold with several seeds, too.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections import Counter
from pathlib import Path

import h5py
import numpy as np

FORMULAS = ("float64", "division", "inverse", "power", "bias last")
LINEAR = ("Dense", "Conv1D", "Conv2D", "Conv3D", "DepthwiseConv2D", "Conv2DTranspose", "SeparableConv2D")


def scale(gamma: np.ndarray, variance: np.ndarray, epsilon: float, formula: str) -> np.ndarray:
    if formula == "float64":
        return gamma.astype(np.float64) / np.sqrt(variance.astype(np.float64) + epsilon)
    total = variance + np.float32(epsilon)
    if formula == "inverse":
        return gamma * (np.float32(1) / np.sqrt(total))
    if formula == "power":
        return gamma * np.power(total, np.float32(-0.5))
    return gamma / np.sqrt(total)


def folded_bias(bias: np.ndarray, mean: np.ndarray, beta: np.ndarray, s: np.ndarray, formula: str) -> np.ndarray:
    if formula == "bias last":
        return bias * s + (beta - mean * s)
    return (bias - mean) * s + beta


class Weights:
    """The weights of the layers of a whole HDF5 file, by the last part of their names."""

    def __init__(self, file: h5py.File) -> None:
        self.root = file["model_weights"]

    def of(self, layer: str) -> dict[str, h5py.Dataset]:
        group = self.root[layer]
        names = [n.decode() if isinstance(n, bytes) else n for n in group.attrs.get("weight_names", [])]
        return {name.split("/")[-1].split(":")[0]: group[name] for name in names}


def pairs(model: dict) -> list[tuple[dict, dict]]:
    """Linear layers, and the batch normalization that alone reads each of them."""
    # What code of its own computes is in no file.
    if model["class_name"] not in ("Sequential", "Functional", "Model"):
        return []
    # Keras up to 2.2 writes the bare list of a Sequential's layers.
    config = model["config"]
    layers = config if isinstance(config, list) else config.get("layers", [])
    if model["class_name"] == "Sequential":
        return [(a, b) for a, b in zip(layers, layers[1:]) if is_pair(a, b)]
    by_name = {layer["config"]["name"]: layer for layer in layers}
    readers: Counter[str] = Counter()
    for layer in layers:
        readers.update(sources(layer["inbound_nodes"]))
    readers.update(sources(model["config"]["output_layers"]))
    found = []
    for layer in layers:
        names = sources(layer["inbound_nodes"])
        if len(names) == 1 and readers[names[0]] == 1 and names[0] in by_name and is_pair(by_name[names[0]], layer):
            found.append((by_name[names[0]], layer))
    return found


def sources(value: object) -> list[str]:
    """The layers that references name, in either serialization."""
    if isinstance(value, dict):
        if "keras_history" in value:
            return [value["keras_history"][0]]
        return [name for inner in value.values() for name in sources(inner)]
    if isinstance(value, list):
        if len(value) >= 3 and isinstance(value[0], str) and isinstance(value[1], int):
            return [value[0]]
        return [name for inner in value for name in sources(inner)]
    return []


def trains(value: object) -> bool:
    """Whether an argument "training" that is true is anywhere within."""
    if isinstance(value, dict):
        return value.get("training") is True or any(trains(inner) for inner in value.values())
    return isinstance(value, list) and any(trains(inner) for inner in value)


def is_pair(linear: dict, normalization: dict) -> bool:
    config = normalization["config"]
    axis = config.get("axis", -1)
    axis = axis[0] if isinstance(axis, list) and len(axis) == 1 else axis
    own = linear["config"]
    if normalization["class_name"] != "BatchNormalization" or linear["class_name"] not in LINEAR:
        return False
    # A call that trains normalizes with its own batch; an adaptation adds a product to the kernel.
    if trains(config) or trains(normalization.get("inbound_nodes")) or own.get("lora_rank"):
        return False
    rank = {"Dense": None, "Conv1D": 3, "Conv3D": 5}.get(linear["class_name"], 4)
    return (
        own.get("activation") in (None, "linear") and own.get("data_format") in (None, "channels_last")
        and config.get("dtype", "float32") is not None and (axis == -1 or rank is not None and axis == rank - 1)
        and "float16" not in json.dumps([own.get("dtype"), config.get("dtype")])
        and len(linear.get("inbound_nodes", [0])) == 1 and len(normalization.get("inbound_nodes", [0])) == 1
    )


def kernel_name(cls: str, weights: dict[str, h5py.Dataset]) -> str | None:
    names = {"DepthwiseConv2D": ("depthwise_kernel", "kernel"), "SeparableConv2D": ("pointwise_kernel",)}
    return next((name for name in names.get(cls, ("kernel",)) if name in weights), None)


def fold(path: Path, formula: str) -> int:
    """Folds a file in place; what was folded stays as the identity, with the bias as its shift."""
    done = 0
    with h5py.File(path, "r+") as file:
        text = file.attrs["model_config"]
        model = json.loads(text.decode() if isinstance(text, bytes) else text)
        stored = Weights(file)
        for linear, normalization in pairs(model):
            try:
                own, bn = stored.of(linear["config"]["name"]), stored.of(normalization["config"]["name"])
            except KeyError:
                continue
            name = kernel_name(linear["class_name"], own)
            if name is None or "moving_mean" not in bn or own[name].dtype != np.float32:
                continue
            done += fold_pair(linear["class_name"], own, name, bn, normalization["config"]["epsilon"], formula)
    return done


def fold_pair(
    cls: str, own: dict[str, h5py.Dataset], name: str, bn: dict[str, h5py.Dataset], epsilon: float, formula: str
) -> int:
    mean, variance = bn["moving_mean"][()], bn["moving_variance"][()]
    gamma = bn["gamma"][()] if "gamma" in bn else np.ones_like(mean)
    beta = bn["beta"][()] if "beta" in bn else np.zeros_like(mean)
    # The identity needs a gamma or a variance, and a place for the shift.
    if "beta" not in bn or not np.isfinite(gamma).all() or epsilon >= 0.5 or (variance + epsilon <= 0).any():
        return 0
    s = scale(gamma, variance, epsilon, formula)
    kernel = own[name][()]
    shape = [1] * kernel.ndim
    if cls == "DepthwiseConv2D":
        shape[-2:] = kernel.shape[-2:]
    else:
        shape[-2 if cls == "Conv2DTranspose" else -1] = len(s)
    with np.errstate(over="ignore"):
        new = (kernel.astype(s.dtype) * s.reshape(shape)).astype(np.float32)
    if not np.isfinite(new).all():
        return 0
    kind = s.dtype
    bias = own["bias"][()] if "bias" in own else np.zeros_like(mean)
    shift = folded_bias(bias.astype(kind), mean.astype(kind), beta.astype(kind), s, formula)
    own[name][...] = new
    bn["moving_mean"][...] = 0
    bn["moving_variance"][...] = np.float32(1 - epsilon)
    if "gamma" in bn:
        bn["gamma"][...] = 1
    if "bias" in own:
        own["bias"][...] = shift.astype(np.float32)
        bn["beta"][...] = 0
    else:
        bn["beta"][...] = shift.astype(np.float32)
    return 1


def deep_networks(folder: Path) -> list[Path]:
    """Networks that amplify rounding, jump, overflow or saturate, 10 to 100 layers deep."""
    import keras

    keras.utils.set_random_seed(1)
    rng = np.random.default_rng(1)
    made = []
    for depth in (10, 25, 50, 100):
        for kind in ("amplifies", "contracts", "softmax", "threshold", "saturates", "overflows", "convolution",
                     "residual", "leaky"):
            x = inputs = keras.Input((6, 6, 4) if kind == "convolution" else (12,))
            for number in range(depth):
                y = keras.layers.Conv2D(4, 3, padding="same")(x) if kind == "convolution" else keras.layers.Dense(12)(x)
                y = keras.layers.BatchNormalization()(y)
                if kind == "softmax" and number % 3 == 1:
                    y = keras.layers.Softmax()(y)
                elif kind == "threshold":
                    y = keras.layers.ReLU(threshold=0.2)(y)
                elif kind == "saturates":
                    y = keras.layers.Activation("tanh")(y)
                elif kind == "leaky":
                    y = keras.layers.LeakyReLU(negative_slope=0.5)(y)
                elif kind == "residual":
                    y = keras.layers.Add()([x, y])
                else:
                    y = keras.layers.ReLU()(y)
                x = y
            model = keras.Model(inputs, keras.layers.Dense(3)(x))
            gain = {"amplifies": 3.0, "contracts": 0.1, "overflows": 1e3, "saturates": 5.0}.get(kind, 1.4)
            for layer in model.layers:
                if isinstance(layer, keras.layers.BatchNormalization):
                    n = layer.weights[0].shape
                    layer.set_weights([
                        gain * rng.uniform(0.5, 1.5, n), rng.normal(0, 0.3, n), rng.normal(0, 0.3, n),
                        rng.uniform(0.3, 2, n)])
            path = folder / f"{kind}{depth}.h5"
            model.save(path)
            made.append(path)
    return made


class Judge:
    def __init__(self, binary: Path) -> None:
        self.binary = binary
        self.verdicts: Counter[str] = Counter()
        self.failures: list[str] = []

    def verify(self, original: Path, folded: Path, what: str) -> None:
        run = subprocess.run(
            [self.binary, "verify", original, folded, "--json"], capture_output=True, text=True, check=False)
        self.note(run, f"{original.name}, {what}")

    def fold(self, original: Path, seed: int, folder: Path) -> None:
        output = folder / f"folded{original.suffix}"
        command = [self.binary, "fold", original, "-o", output, "--force", "--json", "--seed", str(seed)]
        self.note(subprocess.run(command, capture_output=True, text=True, check=False), f"{original.name}, seed {seed}")

    def note(self, run: subprocess.CompletedProcess[str], what: str) -> None:
        verdict = json.loads(run.stdout)["check"]["verdict"] if run.returncode in (0, 1) and run.stdout else "error"
        self.verdicts[verdict] += 1
        if run.returncode != 0:
            self.failures.append(f"{what}: {verdict}, exit code {run.returncode}: {run.stderr.strip()}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="*", type=Path, help="whole models in HDF5")
    parser.add_argument("--bnfold", type=Path, required=True)
    parser.add_argument("--zoo", type=Path, help="an archive of models")
    parser.add_argument("--seeds", type=int, default=10)
    arguments = parser.parse_args()
    judge = Judge(arguments.bnfold)
    fixtures = Path(__file__).parents[2] / "Fixtures"
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        deep = deep_networks(folder)
        models = sorted(fixtures.glob("keras?/*.h5")) + deep + arguments.models
        if arguments.zoo:
            with tarfile.open(arguments.zoo) as archive:
                archive.extractall(folder / "zoo", filter="data")
            models += sorted((folder / "zoo").rglob("*.h5"))
        for model in deep:
            for seed in range(arguments.seeds):
                judge.fold(model, seed, folder)
        for model in models:
            for formula in FORMULAS:
                folded = folder / "own.h5"
                shutil.copyfile(model, folded)
                try:
                    done = fold(folded, formula)
                except (OSError, KeyError, ValueError) as error:
                    if formula == FORMULAS[0]:
                        print(f"left out: {model.name}: {error!r}")
                    continue
                if done:
                    judge.verify(model, folded, formula)
    counts = ", ".join(f"{count} {verdict}" for verdict, count in judge.verdicts.most_common())
    for line in judge.failures:
        print(f"REFUSED {line}")
    total = sum(judge.verdicts.values())
    print(f"{total} right folds: {counts}")
    print(f"{total - len(judge.failures)} passed, {len(judge.failures)} failed")
    return 1 if judge.failures else 0


if __name__ == "__main__":
    sys.exit(main())

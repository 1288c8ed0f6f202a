"""Damages folded models and lets bnfold verify them: none may be called equal, and the layer has to be named.

Each mutant is one change of a folded HDF5 file: elements of a weight, an attribute, a precision policy, a wire, the code of a
Lambda. What is said of it is counted by kind and size, and every wrong verdict is printed with what makes it again.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import h5py
import numpy as np

if TYPE_CHECKING:
    import keras

SIZES = (1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6)


@dataclass
class Mutant:
    """What was changed in a file."""

    kind: str
    layer: str
    size: float | None
    what: str


@dataclass
class Tally:
    made: int = 0
    named: int = 0
    verdicts: Counter = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    misnamed: list[str] = field(default_factory=list)


def weights_of(file: h5py.File) -> list[tuple[str, h5py.Dataset]]:
    """All floating-point weights with the layers that they belong to."""
    root = file["model_weights"] if "model_weights" in file else file
    found: list[tuple[str, h5py.Dataset]] = []
    for layer in root.attrs["layer_names"]:
        layer = layer.decode() if isinstance(layer, bytes) else layer
        for name in root[layer].attrs["weight_names"]:
            name = name.decode() if isinstance(name, bytes) else name
            dataset = root[layer][name]
            if dataset.dtype.kind == "f" and dataset.size > 0:
                found.append((layer, dataset))
    return found


def role(dataset: h5py.Dataset) -> str:
    return dataset.name.split("/")[-1].split(":")[0]


def damage_weight(file: h5py.File, rng: random.Random) -> Mutant | None:
    """Multiplies elements of one weight by 1 + size: one, a channel of outputs or inputs, or all."""
    layer, dataset = rng.choice(weights_of(file))
    before = dataset[()]
    after = before.copy()
    size = rng.choice(SIZES)
    name = role(dataset)
    shape = rng.choice(["element", "output", "input", "all", "addition"])
    if before.ndim < 2 and shape in ("output", "input"):
        shape = "element"
    if shape == "element":
        index = tuple(rng.randrange(n) for n in before.shape)
        after[index] *= 1 + size
    elif shape == "output":
        after[..., rng.randrange(before.shape[-1])] *= 1 + size
    elif shape == "input":
        after[..., rng.randrange(before.shape[-2]), :] *= 1 + size
    elif shape == "all":
        after *= 1 + size
    else:
        index = tuple(rng.randrange(n) for n in before.shape)
        after[index] += size * np.abs(before).max()
    after = after.astype(before.dtype)
    if np.array_equal(before, after, equal_nan=True):
        return None
    dataset[...] = after
    return Mutant(f"{name} {shape}", layer, size, f"{dataset.name} {shape} {size}")


def configurations(value: object, found: list[dict]) -> list[dict]:
    """All layers of a configuration, those of inner models among them."""
    if isinstance(value, dict):
        if "class_name" in value and isinstance(value.get("config"), dict) and "name" in value["config"]:
            found.append(value)
        for inner in value.values():
            configurations(inner, found)
    elif isinstance(value, list):
        for inner in value:
            configurations(inner, found)
    return found


def changed_attribute(layer: dict, rng: random.Random) -> str | None:
    """Changes an attribute that inference depends on; None where there is none."""
    config, cls = layer["config"], layer["class_name"]
    choices: list[tuple[str, object]] = []
    if "strides" in config and isinstance(config["strides"], list):
        choices.append(("strides", [3 - n if n < 3 else 1 for n in config["strides"]]))
    if config.get("padding") in ("same", "valid") and any(
        n > 1 for n in config.get("kernel_size", config.get("pool_size", []))
    ):
        choices.append(("padding", "same" if config["padding"] == "valid" else "valid"))
    if cls in ("ZeroPadding2D", "Cropping2D"):
        key = "padding" if cls == "ZeroPadding2D" else "cropping"
        choices.append((key, [[a[1], a[0] + 1] for a in config[key]]))
    if "dilation_rate" in config and any(n > 1 for n in config.get("kernel_size", [])):
        choices.append(("dilation_rate", [n + 1 for n in config["dilation_rate"]]))
    if isinstance(config.get("activation"), str):
        choices.append(("activation", "tanh" if config["activation"] != "tanh" else "sigmoid"))
    if cls == "ReLU":
        choices.append(("max_value", 5.0 if config.get("max_value") != 5.0 else None))
        choices.append(("negative_slope", config.get("negative_slope", 0) + 0.01))
        choices.append(("threshold", config.get("threshold", 0) + 0.01))
    if cls == "BatchNormalization":
        choices.append(("epsilon", config["epsilon"] * 2 + 1e-3))
    if cls == "Rescaling" and isinstance(config.get("scale"), (int, float)):
        choices.append(("scale", config["scale"] * 1.01))
    if cls == "Lambda":
        choices.append(("function", changed_code(config["function"], rng)))
    if cls == "Concatenate":
        choices.append(("axis", 1 if config.get("axis") in (-1, 3) else -1))
    if cls not in ("InputLayer", "Functional", "Sequential", "Model") and "dtype" in config:
        choices.append(("dtype", "mixed_bfloat16"))
    if not choices:
        return None
    key, value = rng.choice(choices)
    config[key] = value
    return key


def changed_code(function: dict, rng: random.Random) -> dict:
    """The function of a Lambda with one character of its code changed."""
    code = function["config"]["code"]
    index = rng.randrange(len(code) // 2)
    other = "A" if code[index] != "A" else "B"
    return {**function, "config": {**function["config"], "code": code[:index] + other + code[index + 1 :]}}


def swapped_inputs(model: dict, rng: random.Random) -> str | None:
    """Lets a layer read what another one reads, where both are tensors of the graph."""
    layers = [l for l in model["config"]["layers"] if l.get("inbound_nodes")]
    if len(layers) < 3:
        return None
    one, two = rng.sample(layers, 2)
    if json.dumps(one["inbound_nodes"]) == json.dumps(two["inbound_nodes"]):
        return None
    names = [l["config"]["name"] for l in model["config"]["layers"]]
    # An earlier layer stays earlier: the graph has no circles.
    first, second = sorted((one, two), key=lambda l: names.index(l["config"]["name"]))
    if len(second["inbound_nodes"]) != len(first["inbound_nodes"]):
        return None
    second["inbound_nodes"] = json.loads(json.dumps(first["inbound_nodes"]))
    return second["config"]["name"]


def damage_architecture(file: h5py.File, rng: random.Random) -> Mutant | None:
    text = file.attrs["model_config"]
    model = json.loads(text.decode() if isinstance(text, bytes) else text)
    if rng.random() < 0.25:
        layer = swapped_inputs(model, rng) if model["class_name"] != "Sequential" else None
        kind = "wiring"
    else:
        chosen = rng.choice(configurations(model["config"]["layers"], []))
        layer, key = chosen["config"]["name"], changed_attribute(chosen, rng)
        kind = f"attribute {key}"
        if key is None:
            return None
    if layer is None:
        return None

    del file.attrs["model_config"]
    file.attrs["model_config"] = json.dumps(model)
    return Mutant(kind, layer, None, f"{kind} of {layer}")


def verify(binary: Path, original: Path, folded: Path) -> tuple[int, dict | None, str]:
    result = subprocess.run(
        [binary, "verify", original, folded, "--json"], capture_output=True, text=True, check=False)
    try:
        return result.returncode, json.loads(result.stdout)["check"], result.stderr
    except (json.JSONDecodeError, KeyError):
        return result.returncode, None, result.stderr


def is_allowed(mutant: Mutant) -> bool:
    """Whether float32 arithmetic may explain it: below 1e-4, and of kernels below 1e-5."""
    if mutant.size is None:
        return False
    is_kernel = "kernel" in mutant.kind or "embeddings" in mutant.kind
    return mutant.size < (1e-5 if is_kernel else 1e-4)


def judge(mutant: Mutant, code: int, check: dict | None, error: str, tally: Tally, place: str) -> None:
    tally.made += 1
    if check is None:
        # A file that cannot be read any more is refused, too.
        tally.verdicts["refused"] += 1
        tally.named += 1
        if code not in (1, 64, 65):
            tally.problems.append(f"{place}: exit code {code}: {error.strip()}")
        return
    tally.verdicts[check["verdict"]] += 1
    if check["verdict"] == "equal":
        tally.problems.append(f"{place}: called equal")
    elif code == 0 and not is_allowed(mutant):
        tally.problems.append(f"{place}: accepted as {check['verdict']}")
    if code == 0:
        names = check["layers_not_rounded_once"]
    else:
        names = [check["differences"][0]["layer"]] if check["differences"] else []
    if any(mutant.layer == name or mutant.layer in name.split("/") for name in names):
        tally.named += 1
    else:
        tally.misnamed.append(f"{place}: {names[:3]} named")


def run(binary: Path, original: Path, work: Path, count: int, seed: int) -> Tally:
    """Makes mutants of one network."""
    tally = Tally()
    folded, mutated = work / f"folded{original.suffix}", work / f"mutated{original.suffix}"
    subprocess.run([binary, "fold", original, "-o", folded, "--force"], capture_output=True, check=True)
    number = 0
    while tally.made < count and number < 20 * count:
        rng = random.Random(f"{original.stem} {seed} {number}")
        number += 1
        shutil.copyfile(folded, mutated)
        with h5py.File(mutated, "r+") as file:
            mutant = (damage_weight if rng.random() < 0.75 else damage_architecture)(file, rng)
        if mutant is not None:
            code, check, error = verify(binary, original, mutated)
            judge(mutant, code, check, error, tally, f"{original.stem}, seed {seed}, {number - 1}: {mutant.what}")
    return tally


APPLICATIONS = (
    "MobileNetV2", "EfficientNetB0", "DenseNet121", "NASNetMobile", "ResNet50V2", "ResNet50",
    "MobileNet", "Xception", "InceptionV3", "EfficientNetV2B0",
)
NAMES = ("words", *APPLICATIONS)


def words() -> keras.Model:
    """A network of what the applications have not: an embedding, and code of its own."""
    import keras

    return keras.Sequential([
        keras.Input((12,), dtype="int32"),
        keras.layers.Embedding(50, 8),
        keras.layers.Conv1D(12, 3),
        keras.layers.BatchNormalization(),
        keras.layers.Lambda(lambda x: x * 2 + 1, output_shape=(10, 12)),
        keras.layers.Conv1D(6, 3, activation="relu"),
        keras.layers.BatchNormalization(),
        keras.layers.Flatten(),
        keras.layers.Dense(5, activation="softmax"),
    ])


def networks(folder: Path) -> list[Path]:
    """Networks with random weights and statistics, made where they are not there yet."""
    folder.mkdir(parents=True, exist_ok=True)
    missing = [name for name in NAMES if not (folder / f"{name}.h5").exists()]
    if missing:
        import keras

        rng = np.random.default_rng(0)
        for name in missing:
            model = words() if name == "words" else getattr(keras.applications, name)(weights=None)
            for layer in model.layers:
                if isinstance(layer, keras.layers.BatchNormalization):
                    layer.set_weights([statistics(variable.name, variable.shape, rng) for variable in layer.weights])
            model.save(folder / f"{name}.h5")
    return [folder / f"{name}.h5" for name in NAMES]


def statistics(name: str, shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    if "gamma" in name:
        return rng.uniform(0.5, 1.5, shape) * np.where(rng.random(shape) < 0.05, -1, 1)
    if "variance" in name:
        return rng.uniform(0.5, 2, shape)
    return rng.normal(0, 0.3, shape)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="*", type=Path, help="whole models in HDF5; without one, eleven networks")
    parser.add_argument("--networks", type=Path, help="where the networks are kept from run to run")
    parser.add_argument("--bnfold", type=Path, required=True)
    parser.add_argument("--count", type=int, default=300, help="mutants of each model")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--named", type=float, default=0.95, help="the share that has to be named with its layer")
    arguments = parser.parse_args()
    total = Tally()
    for model in arguments.models or networks(arguments.networks or Path(tempfile.mkdtemp())):
        with tempfile.TemporaryDirectory() as work:
            tally = run(arguments.bnfold, model, Path(work), arguments.count, arguments.seed)
        counts = ", ".join(f"{count} {verdict}" for verdict, count in tally.verdicts.most_common())
        print(f"{model.stem}: {tally.made} mutants: {counts}; {tally.named} named", flush=True)
        for line in tally.problems:
            print(f"  WRONG {line}")
        for line in tally.misnamed:
            print(f"  misnamed {line}")
        total.made += tally.made
        total.named += tally.named
        total.problems += tally.problems
    share = total.named / max(1, total.made)
    print(f"{total.made} mutants, {len(total.problems)} wrong, {share:.1%} named with their layer")
    failed = len(total.problems) + (share < arguments.named)
    print(f"{total.made - len(total.problems)} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

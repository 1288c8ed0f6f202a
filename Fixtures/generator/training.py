"""Golden values of batch normalization as layers of Keras and PyTorch compute it, in training and at inference.

A file has, for each case, arrays named `<case>/<what>`: `axis`, `epsilon` and `momentum` (one number each), `gamma`, `beta`,
`mean` and `variance` to begin with, and for each step `input_<i>`, `output_<i>`, `mean_<i>` and `variance_<i>` after it; then
`inference`, what the layer gives for the first input with its last moving statistics.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from safetensors.numpy import save_file

from .manifest import FOLDER
from .seeding import random_for

STEPS = 3
EPSILON = {"keras": 1e-3, "pytorch": 1e-5}
MOMENTUM = {"keras": 0.9, "pytorch": 0.1}


@dataclass(frozen=True)
class Case:
    """A shape, the axis of its channels, and a type."""

    name: str
    shape: tuple[int, ...]
    axis: int
    dtype: str

    def arrays(self) -> tuple[dict[str, np.ndarray], list[np.ndarray]]:
        """The layer's variables to begin with, and the inputs of the steps, with channels of very different size."""
        rng = random_for("training", self.name)
        channels = self.shape[self.axis]
        broadcast = [channels if axis == self.axis else 1 for axis in range(len(self.shape))]
        variables = {
            "gamma": rng.uniform(-2, 2, channels),
            "beta": rng.normal(0, 1, channels),
            "mean": rng.normal(0, 1, channels),
            "variance": rng.uniform(0.5, 2, channels),
        }
        size = (10.0 ** rng.uniform(-2, 2, channels)).reshape(broadcast)
        center = rng.normal(0, 10, channels).reshape(broadcast)
        inputs = [rng.normal(0, 1, self.shape) * size + center for _ in range(STEPS)]
        return {name: value.astype(self.dtype) for name, value in variables.items()}, [
            value.astype(self.dtype) for value in inputs
        ]


def cases(framework: str) -> Iterator[Case]:
    """Two to five axes, with the channels where the framework may have them."""
    shapes: list[tuple[int, ...]] = [(8, 5), (4, 6, 5), (3, 4, 6, 5), (2, 3, 4, 3, 5)]
    for dtype in ("float32", "float64"):
        for shape in shapes:
            axes = {1} if framework == "pytorch" else {1, len(shape) - 1}
            for axis in sorted(axes):
                yield Case(f"{len(shape)}d_axis{axis}_{dtype}", shape, axis, dtype)


def of_keras(case: Case) -> dict[str, np.ndarray]:
    import keras

    variables, inputs = case.arrays()
    layer = keras.layers.BatchNormalization(
        axis=case.axis, epsilon=EPSILON["keras"], momentum=MOMENTUM["keras"], dtype=case.dtype
    )
    layer.build(case.shape)
    layer.set_weights([variables[name] for name in ("gamma", "beta", "mean", "variance")])
    found: dict[str, np.ndarray] = {}
    for step, value in enumerate(inputs):
        found[f"output_{step}"] = np.asarray(layer(value, training=True))
        found[f"mean_{step}"], found[f"variance_{step}"] = (
            np.asarray(layer.moving_mean),
            np.asarray(layer.moving_variance),
        )
    found["inference"] = np.asarray(layer(inputs[0], training=False))
    return found


def of_pytorch(case: Case) -> dict[str, np.ndarray]:
    import torch

    variables, inputs = case.arrays()
    kinds = {2: torch.nn.BatchNorm1d, 3: torch.nn.BatchNorm1d, 4: torch.nn.BatchNorm2d, 5: torch.nn.BatchNorm3d}
    layer: Any = kinds[len(case.shape)](
        case.shape[1], eps=EPSILON["pytorch"], momentum=MOMENTUM["pytorch"], dtype=getattr(torch, case.dtype)
    )
    names = {"gamma": "weight", "beta": "bias", "mean": "running_mean", "variance": "running_var"}
    layer.load_state_dict({names[name]: torch.tensor(value) for name, value in variables.items()}, strict=False)
    found: dict[str, np.ndarray] = {}
    with torch.no_grad():
        layer.train()
        for step, value in enumerate(inputs):
            found[f"output_{step}"] = layer(torch.tensor(value)).numpy()
            found[f"mean_{step}"] = layer.running_mean.numpy().copy()
            found[f"variance_{step}"] = layer.running_var.numpy().copy()
        layer.eval()
        found["inference"] = layer(torch.tensor(inputs[0])).numpy()
    return found


def generate_training(framework: str) -> None:
    """Write the golden file of "keras" or "pytorch"."""
    compute = {"keras": of_keras, "pytorch": of_pytorch}[framework]
    arrays: dict[str, np.ndarray] = {}
    for case in cases(framework):
        variables, inputs = case.arrays()
        own = {
            "axis": np.array([case.axis], "float64"),
            "epsilon": np.array([EPSILON[framework]]),
            "momentum": np.array([MOMENTUM[framework]]),
            **variables,
            **{f"input_{step}": value for step, value in enumerate(inputs)},
            **compute(case),
        }
        arrays |= {f"{case.name}/{name}": np.ascontiguousarray(value) for name, value in own.items()}
    folder = FOLDER / "training"
    folder.mkdir(exist_ok=True)
    save_file(arrays, folder / f"{framework}.safetensors")
    print(f"training/{framework}")

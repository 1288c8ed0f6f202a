"""Weights, inputs and a training step, all seeded by names."""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np

from .kit import Kit

BATCH = 2
TINY_VARIANCE = 1e-6


def random_for(*key: object) -> np.random.RandomState:
    """A generator whose stream depends on `key` only and is frozen across numpy versions."""
    return np.random.RandomState(zlib.crc32("/".join(map(str, key)).encode()))


def statistics(rng: np.random.RandomState, shape: tuple[int, ...]) -> dict[str, np.ndarray]:
    """The variables of one batch normalization: gammas of both signs and one zero, one tiny variance."""
    count = int(np.prod(shape))
    order = rng.permutation(count)
    gamma = rng.uniform(0.5, 2.0, count) * np.where(rng.rand(count) < 0.4, -1, 1)
    variance = rng.lognormal(0, 0.7, count)
    gamma[order[0]] = 0.1 * abs(gamma[order[0]])
    variance[order[0]] = TINY_VARIANCE * rng.uniform(1, 10)
    if count > 1:
        gamma[order[1]] = -abs(gamma[order[1]])
    if count > 2:
        gamma[order[2]] = 0
    values = {
        "gamma": gamma,
        "beta": rng.normal(0, 0.5, count),
        "moving_mean": rng.normal(0, 0.5, count),
        "moving_variance": variance,
        "moving_stddev": np.sqrt(variance),
        "renorm_mean": rng.normal(0, 0.5, count),
        "renorm_stddev": rng.uniform(0.5, 1.5, count),
    }
    return {role: value.reshape(shape) for role, value in values.items()}


def randomize(model: Any, key: str) -> None:
    """Give every variable of `model` seeded values of a sane size."""
    values = []
    for index, (variable, old) in enumerate(zip(model.weights, model.get_weights(), strict=True)):
        path = getattr(variable, "path", variable.name)
        owner, _, role = path.split(":")[0].rpartition("/")
        table = statistics(random_for(key, owner), old.shape)
        if role in table:
            new = table[role]
        elif role == "count":
            new = old
        elif role == "variance":
            new = random_for(key, index, role).uniform(0.5, 2.0, old.shape)
        elif role == "bias":
            new = random_for(key, index, role).normal(0, 0.3, old.shape)
        else:
            receptive = old.shape[:-2] if role == "depthwise_kernel" else old.shape[:-1]
            new = random_for(key, index, role).normal(0, 1 / np.sqrt(np.prod(receptive)), old.shape)
        values.append(new.astype(old.dtype))
    set_weights(model, values)


def set_weights(model: Any, values: list[np.ndarray]) -> None:
    """Give `model` its weights, and let layers that keep something made of them make it again, as loading does."""
    model.set_weights(values)
    for layer in model.layers:
        if hasattr(layer, "finalize_state"):
            layer.finalize_state()


def make_inputs(model: Any, key: str) -> list[np.ndarray]:
    """One standard normal float32 batch per model input."""
    return [
        random_for(key, "input", index).normal(0, 1, (BATCH, *tensor.shape[1:])).astype("float32")
        for index, tensor in enumerate(model.inputs)
    ]


def train_one_step(kit: Kit, model: Any, key: str) -> None:
    """Fit a compiled model to one seeded batch, which creates the optimizer's variables."""
    rng = random_for(key, "train")
    inputs = rng.normal(size=(8, *model.inputs[0].shape[1:])).astype("float32")
    labels = np.eye(model.outputs[0].shape[-1], dtype="float32")[rng.randint(0, model.outputs[0].shape[-1], 8)]
    kit.keras.utils.set_random_seed(1)
    model.train_on_batch(inputs, labels)

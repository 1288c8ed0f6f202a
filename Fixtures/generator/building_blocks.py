"""The layers that fixtures are built of, and the model that chains them."""

from __future__ import annotations

import functools
from types import ModuleType
from typing import Any

from .kit import Kit


def chain(kit: Kit, shape: tuple[int, ...], *layers: Any) -> Any:
    """A functional model of one input and `layers` one after the other."""
    tensor = start = kit.input(*shape)
    for layer in layers:
        tensor = layer(tensor)
    return kit.model(start, tensor)


def bn(kit: Kit, name: str = "bn", **options: Any) -> Any:
    return kit.layers.BatchNormalization(name=name, **options)


def relu(kit: Kit, name: str = "relu", **options: Any) -> Any:
    return kit.layers.ReLU(name=name, **options)


def conv(kit: Kit, name: str = "conv", filters: int = 4, size: int = 3, **options: Any) -> Any:
    return kit.layers.Conv2D(filters, size, name=name, **options)


def dense(kit: Kit, name: str = "dense", units: int = 5, **options: Any) -> Any:
    return kit.layers.Dense(units, name=name, **options)


def same(kit: Kit, name: str, filters: int = 3, **options: Any) -> Any:
    """A bias-free convolution that keeps the spatial size."""
    return conv(kit, name, filters, padding="same", use_bias=False, **options)


@functools.cache
def doubling(keras: ModuleType) -> type:
    """A registered custom layer, y = 2x, as an example of a layer no folding tool can know."""

    @keras.saving.register_keras_serializable(package="fixtures")
    class Doubling(keras.layers.Layer):
        def call(self, inputs: Any) -> Any:
            return inputs * 2.0

        def compute_output_shape(self, input_shape: Any) -> Any:
            return input_shape

    return Doubling

"""Keras models and what tf2onnx makes of them: `<name>.keras` and `<name>.onnx`, which compute the same."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf
import tf2onnx
from keras import layers

from .archives import without_dates
from .manifest import FOLDER

OUTPUT = FOLDER / "exported"
OPSET = 17
Build = Callable[[], keras.Model]


@dataclass(frozen=True)
class Export:
    """A model, and where its export has the channels of inputs and outputs."""

    build: Build
    channels_first_inputs: bool = False
    channels_first_outputs: bool = False


EXPORTS: dict[str, Export] = {}


def export(**options: bool) -> Callable[[Build], Build]:
    """Register a model under its function's name."""

    def register(build: Build) -> Build:
        EXPORTS[build.__name__] = Export(build, **options)
        return build

    return register


def image(channels: int = 3, size: int = 8) -> keras.KerasTensor:
    return keras.Input((size, size, channels), name="image")


def normal(x: keras.KerasTensor) -> keras.KerasTensor:
    return layers.BatchNormalization()(x)


@export()
def convolutions() -> keras.Model:
    """Each kind of convolution, each followed by a batch normalization."""
    x = inputs = image()
    x = normal(layers.Conv2D(4, 3, padding="same", strides=2)(x))
    x = layers.ReLU()(x)
    x = normal(layers.DepthwiseConv2D(3, depth_multiplier=2)(x))
    x = layers.ReLU(6.0)(x)
    x = normal(layers.SeparableConv2D(6, 2, padding="same", use_bias=False)(x))
    x = layers.LeakyReLU(0.3)(x)
    x = normal(layers.Conv2DTranspose(4, 3, strides=2, padding="same")(x))
    x = layers.ELU()(x)
    return keras.Model(inputs, layers.Conv2D(3, 1, groups=1, activation="sigmoid")(x))


@export(channels_first_inputs=True, channels_first_outputs=True)
def channels_first() -> keras.Model:
    """Inputs and outputs that the export has with their channels first."""
    x = inputs = image(size=None)
    x = normal(layers.Conv2D(4, 3, padding="same")(x))
    return keras.Model(inputs, layers.LeakyReLU(0.1)(x))


@export(channels_first_inputs=True)
def classifier() -> keras.Model:
    """An input with its channels first, and pooling, flattening and dense layers."""
    x = inputs = image()
    x = layers.Rescaling(1 / 127.5, offset=-1)(x)
    x = layers.ZeroPadding2D(((0, 1), (2, 0)))(x)
    x = layers.Activation("relu")(normal(layers.Conv2D(6, 3)(x)))
    x = layers.MaxPooling2D(2, padding="same")(x)
    x = layers.AveragePooling2D(2)(x)
    x = layers.Flatten()(layers.Dropout(0.5)(x))
    x = normal(layers.Dense(5, activation="relu")(x))
    return keras.Model(inputs, layers.Dense(3, activation="softmax", name="classes")(x))


@export()
def squeeze_and_excite() -> keras.Model:
    """A gate of each channel, with the activations of MobileNetV3."""
    x = inputs = image()
    x = layers.Activation("hard_silu")(normal(layers.Conv2D(4, 3)(x)))
    gate = layers.GlobalAveragePooling2D(keepdims=True)(x)
    gate = layers.Conv2D(2, 1, activation="silu")(gate)
    gate = layers.Conv2D(4, 1, activation="hard_sigmoid")(gate)
    x = layers.Multiply()([x, gate])
    return keras.Model(inputs, layers.GlobalMaxPooling2D()(x))


@export()
def branches() -> keras.Model:
    """Several tensors that become one, and two inputs and outputs."""
    left, right = keras.Input((8, 8, 3), name="left"), keras.Input((8, 8, 3), name="right")
    a, b, c = (normal(layers.Conv2D(4, 3, name=name)(x)) for name, x in (("a", left), ("b", right), ("c", left)))
    total = layers.Add()([a, b, c])
    joined = layers.Concatenate()([layers.Concatenate()([total, a]), layers.Average()([b, c])])
    x = layers.Cropping2D(((1, 0), (0, 2)))(joined)
    outputs = {
        "maximum": layers.Maximum(name="maximum")([a, c]),
        "features": layers.Conv2D(2, 1, name="features")(x),
        "difference": layers.Subtract(name="difference")([layers.Flatten()(a), layers.Flatten()(b)]),
    }
    return keras.Model({"left": left, "right": right}, outputs)


@export()
def sequences() -> keras.Model:
    """Layers that the export has in other words, along one axis: what is not proven is run."""
    x = inputs = keras.Input((12, 5), name="series")
    x = normal(layers.Conv1D(6, 3, padding="causal")(x))
    x = layers.PReLU(shared_axes=[1])(x)
    return keras.Model(inputs, layers.Dense(2, activation="softplus")(layers.LayerNormalization()(x)))


@export()
def volumes() -> keras.Model:
    """Convolutions along three axes."""
    x = inputs = keras.Input((6, 6, 6, 2), name="volume")
    x = normal(layers.Conv3D(3, 3, padding="same")(x))
    x = layers.GlobalAveragePooling3D()(layers.AveragePooling3D(2)(x))
    return keras.Model(inputs, layers.Dense(2)(x))


def settle(model: keras.Model, rng: np.random.Generator) -> None:
    """Weights that are neither 0 nor 1."""
    for variable in model.weights:
        values = rng.uniform(0.6, 1.4, variable.shape) if "var" in variable.name or "gamma" in variable.name else (
            rng.standard_normal(variable.shape) * 0.4)
        variable.assign(values.astype("float32"))


def generate_exports(names: list[str]) -> None:
    """Write the named models, or all of them."""
    OUTPUT.mkdir(exist_ok=True)
    for name in names or EXPORTS:
        write(name, EXPORTS[name])
        print(f"exported/{name}")


def write(name: str, made: Export) -> None:
    keras.backend.clear_session()
    model = made.build()
    settle(model, np.random.default_rng(zlib.crc32(name.encode())))
    path = OUTPUT / f"{name}.keras"
    model.save(path)
    without_dates(path)
    signature = [tf.TensorSpec(tensor.shape, tensor.dtype, name=tensor.name) for tensor in model.inputs]
    single = isinstance(model.input, keras.KerasTensor)

    def call(*tensors: tf.Tensor) -> object:
        given = tensors[0] if single else {t.name: value for t, value in zip(model.inputs, tensors, strict=True)}
        return model(given, training=False)

    function = tf.function(call, input_signature=signature)
    outputs = [f"Identity{f'_{n}' if n else ''}:0" for n in range(len(model.outputs))]
    tf2onnx.convert.from_function(
        function, input_signature=signature, opset=OPSET, output_path=str(OUTPUT / f"{name}.onnx"),
        inputs_as_nchw=[f"{t.name}:0" for t in signature] if made.channels_first_inputs else None,
        outputs_as_nchw=outputs if made.channels_first_outputs else None)

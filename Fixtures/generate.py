#!/usr/bin/env python
"""Make the model files that the tests of bnfold read.

    python Fixtures/generate.py keras3 [name ...]   real Keras 3 files, in Fixtures/keras3
    python Fixtures/generate.py keras2 [name ...]   real tf_keras (Keras 2) files, in Fixtures/keras2
    python Fixtures/generate.py malformed [name ...]  damaged files, in Fixtures/malformed
    python Fixtures/generate.py readme              the tables of Fixtures/README.md

A fixture is `<name>.h5`, written by Keras itself, and `<name>.golden.safetensors`: inputs (F32 `input_<i>`), what Keras
computes from them (F32 `output_<i>`) and what the same architecture computes in float64 from the stored weights
(F64 `output64_<i>`). What folding must do with each batch normalization is in `manifest.json`.

Everything is seeded by the fixture's name, so two runs give the same bytes.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import importlib.metadata
import json
import os
import sys
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")

import h5py
import numpy as np
from safetensors import safe_open
from safetensors.numpy import save_file

HERE = Path(__file__).resolve().parent
MANIFEST = HERE / "manifest.json"
MODULES = {"keras3": "keras", "keras2": "tf_keras"}
PACKAGES = ("tensorflow-cpu", "keras", "tf_keras", "h5py", "safetensors", "numpy")
BATCH = 2
TINY_VARIANCE = 1e-6


# MARK: - One face for two generations of Keras


@dataclass(frozen=True)
class Kit:
    """One generation of Keras, and the few calls that differ between the two."""

    generation: str
    keras: ModuleType

    @classmethod
    def of(cls, generation: str) -> Kit:
        """The Kit of "keras3" or "keras2"; imports the framework."""
        import absl.logging
        import tensorflow

        absl.logging.set_verbosity(absl.logging.ERROR)
        tensorflow.get_logger().setLevel("ERROR")
        return cls(generation, importlib.import_module(MODULES[generation]))

    @property
    def layers(self) -> Any:
        return self.keras.layers

    def input(self, *shape: int, name: str = "input") -> Any:
        return self.keras.Input(shape=shape, name=name)

    def model(self, inputs: Any, outputs: Any, name: str = "model") -> Any:
        return self.keras.Model(inputs, outputs, name=name)

    def sequential(self, *layers: Any, name: str = "model") -> Any:
        return self.keras.Sequential(list(layers), name=name)

    def flatten(self, structure: Any) -> list[Any]:
        """The leaves of nested lists, tuples and dictionaries, a dictionary's by sorted key."""
        if self.generation == "keras3":
            return list(self.keras.tree.flatten(structure))
        import tensorflow

        return list(tensorflow.nest.flatten(structure))

    def pack(self, structure: Any, leaves: list[Any]) -> Any:
        """`leaves` in the shape of `structure`; the inverse of `flatten`."""
        if self.generation == "keras3":
            return self.keras.tree.pack_sequence_as(structure, leaves)
        import tensorflow

        return tensorflow.nest.pack_sequence_as(structure, leaves)

    def save(self, model: Any, path: Path) -> None:
        """Write `model` as one HDF5 file."""
        options = {} if self.generation == "keras3" else {"save_format": "h5"}
        model.save(path, **options)

    @contextlib.contextmanager
    def precision(self, policy: str | None) -> Iterator[None]:
        """Build layers under a dtype policy; None leaves the default, float32."""
        floatx = "float64" if policy == "float64" else "float32"
        self._set_precision(floatx, policy or floatx)
        try:
            yield
        finally:
            self._set_precision("float32", "float32")

    def _set_precision(self, floatx: str, policy: str) -> None:
        self.keras.backend.set_floatx(floatx)
        if self.generation == "keras3":
            self.keras.config.set_dtype_policy(policy)
        else:
            self.keras.mixed_precision.set_global_policy(policy)

    def run(self, model: Any, inputs: list[np.ndarray], xla: bool = False) -> list[np.ndarray]:
        """Inference on `inputs`, in flattened order; `xla` compiles what eager TensorFlow has no CPU kernel for."""

        def infer(arguments: Any) -> Any:
            return model(arguments, training=False)

        if xla:
            import tensorflow

            infer = tensorflow.function(infer, jit_compile=True)
        structure = getattr(model, "input", model.inputs[0])  # a Sequential model of Keras 3 has no `input`
        return [np.asarray(leaf) for leaf in self.flatten(infer(self.pack(structure, inputs)))]


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


# MARK: - Seeded weights and inputs


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
        elif role == "bias":
            new = random_for(key, index, role).normal(0, 0.3, old.shape)
        else:
            receptive = old.shape[:-2] if role == "depthwise_kernel" else old.shape[:-1]
            new = random_for(key, index, role).normal(0, 1 / np.sqrt(np.prod(receptive)), old.shape)
        values.append(new.astype(old.dtype))
    model.set_weights(values)


def make_inputs(model: Any, key: str) -> list[np.ndarray]:
    """One standard normal float32 batch per model input."""
    return [
        random_for(key, "input", index).normal(0, 1, (BATCH, *tensor.shape[1:])).astype("float32")
        for index, tensor in enumerate(model.inputs)
    ]


# MARK: - Fixtures


Builder = Callable[[Kit], Any]


@dataclass(frozen=True)
class Fixture:
    """A model, and what folding must do with each of its batch normalizations."""

    name: str
    about: str
    build: Builder
    folded: tuple[str, ...]
    kept: dict[str, str]
    policy: str | None = None
    xla: bool = False
    trained: bool = False
    rewrite: Callable[[Path], None] | None = None

    def expectation(self) -> dict[str, Any]:
        """The fixture's entry in the manifest."""
        return {"expect_folded": list(self.folded), "expect_kept": self.kept, "about": self.about}


FIXTURES: dict[str, Fixture] = {}


def fixture(
    name: str, about: str, folded: Sequence[str] = (), kept: dict[str, str] | None = None, **options: Any
) -> Callable[[Builder], Builder]:
    """Register the decorated function as the builder of a fixture."""

    def register(build: Builder) -> Builder:
        FIXTURES[name] = Fixture(name, about, build, tuple(folded), kept or {}, **options)
        return build

    return register


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


# MARK: One per layer kind


def kind(
    name: str,
    about: str,
    shape: tuple[int, ...],
    layer: Callable[[Any], Any],
    axis: int = -1,
    kept: dict[str, str] | None = None,
    **options: Any,
) -> None:
    """Register layer -> BN -> ReLU."""

    @fixture(name, about, [] if kept else ["bn"], kept, **options)
    def _(kit: Kit) -> Any:
        return chain(kit, shape, layer(kit.layers), bn(kit, axis=axis), relu(kit))


kind("dense", "Dense with a bias.", (5,), lambda layers: layers.Dense(6, name="dense"))
kind("dense_no_bias", "Dense that gains a bias.", (5,), lambda layers: layers.Dense(6, use_bias=False, name="dense"))
kind(
    "dense_3d_input",
    "Dense on a sequence, applied to its last axis.",
    (4, 5),
    lambda layers: layers.Dense(6, name="dense"),
)
kind("conv1d", "Conv1D, valid padding.", (8, 3), lambda layers: layers.Conv1D(6, 3, name="conv"))
kind(
    "conv1d_causal_dilated",
    "Conv1D, causal padding, dilation 2.",
    (8, 3),
    lambda layers: layers.Conv1D(6, 3, padding="causal", dilation_rate=2, name="conv"),
)
kind(
    "conv2d_same_strided",
    "Conv2D, same padding, stride 2.",
    (7, 8, 3),
    lambda layers: layers.Conv2D(6, 3, strides=2, padding="same", name="conv"),
)
kind(
    "conv2d_no_bias",
    "Conv2D that gains a bias.",
    (6, 6, 3),
    lambda layers: layers.Conv2D(6, (3, 2), use_bias=False, name="conv"),
)
kind(
    "conv2d_dilated", "Conv2D, dilation 2.", (8, 8, 3), lambda layers: layers.Conv2D(6, 3, dilation_rate=2, name="conv")
)
kind("conv2d_groups", "Conv2D in two groups.", (6, 6, 4), lambda layers: layers.Conv2D(6, 3, groups=2, name="conv"))
kind(
    "conv2d_channels_first",
    "Conv2D on channels-first images; the bias it gains lies along axis 1.",
    (3, 6, 7),
    lambda layers: layers.Conv2D(6, 3, data_format="channels_first", use_bias=False, name="conv"),
    axis=1,
    xla=True,
)
kind(
    "conv3d",
    "Conv3D, same padding.",
    (4, 5, 4, 2),
    lambda layers: layers.Conv3D(4, (2, 3, 2), padding="same", name="conv"),
)
kind(
    "conv1d_transpose_same_strided",
    "Conv1DTranspose: the output axis is the second last of the kernel.",
    (5, 3),
    lambda layers: layers.Conv1DTranspose(6, 3, strides=2, padding="same", name="conv"),
)
kind(
    "conv2d_transpose_valid",
    "Conv2DTranspose, valid padding, stride 2.",
    (3, 4, 3),
    lambda layers: layers.Conv2DTranspose(6, (3, 2), strides=2, name="conv"),
)
kind(
    "conv2d_transpose_same_output_padding",
    "Conv2DTranspose with explicit output padding, no bias.",
    (3, 4, 3),
    lambda layers: layers.Conv2DTranspose(
        5, 3, strides=2, padding="same", output_padding=1, use_bias=False, name="conv"
    ),
)
kind(
    "conv3d_transpose",
    "Conv3DTranspose, stride 2 on one axis.",
    (3, 3, 3, 2),
    lambda layers: layers.Conv3DTranspose(4, 2, strides=(1, 2, 1), name="conv"),
)
kind(
    "depthwise1d_multiplier2",
    "DepthwiseConv1D with two outputs per channel.",
    (8, 3),
    lambda layers: layers.DepthwiseConv1D(3, depth_multiplier=2, name="conv"),
)
kind(
    "depthwise2d_multiplier2",
    "DepthwiseConv2D with two outputs per channel, no bias.",
    (6, 6, 3),
    lambda layers: layers.DepthwiseConv2D(3, depth_multiplier=2, use_bias=False, name="conv"),
)
kind(
    "depthwise2d_same_strided",
    "DepthwiseConv2D, same padding, stride 2.",
    (7, 8, 4),
    lambda layers: layers.DepthwiseConv2D(3, strides=2, padding="same", name="conv"),
)
kind(
    "separable1d",
    "SeparableConv1D: the pointwise kernel takes the scale.",
    (8, 3),
    lambda layers: layers.SeparableConv1D(5, 3, name="conv"),
)
kind(
    "separable2d_multiplier2",
    "SeparableConv2D with two depthwise outputs per channel, no bias.",
    (6, 6, 3),
    lambda layers: layers.SeparableConv2D(5, 3, depth_multiplier=2, use_bias=False, name="conv"),
)
kind(
    "einsum_dense",
    "EinsumDense with a bias on both output axes; the shift is the same for every d.",
    (4, 5),
    lambda layers: layers.EinsumDense("abc,cde->abde", (None, 3, 6), bias_axes="de", name="einsum"),
)
kind(
    "einsum_dense_no_bias",
    "EinsumDense without a bias: bias_axes becomes the axis of the BN.",
    (4, 5),
    lambda layers: layers.EinsumDense("abc,cde->abde", (None, 3, 6), name="einsum"),
)
kind(
    "einsum_dense_bias_on_other_axis",
    'EinsumDense with a bias on d and the BN over e: bias_axes becomes "de".',
    (4, 5),
    lambda layers: layers.EinsumDense("abc,cde->abde", (None, 3, 6), bias_axes="d", name="einsum"),
)
kind(
    "einsum_dense_axis_not_in_kernel",
    "EinsumDense and a BN over an axis that the kernel does not have.",
    (4, 5),
    lambda layers: layers.EinsumDense("abc,cd->abd", (4, 6), bias_axes="d", name="einsum"),
    axis=1,
    kept={"bn": "axis-mismatch"},
)
kind(
    "time_distributed_dense",
    "A BN behind TimeDistributed(Dense).",
    (3, 4),
    lambda layers: layers.TimeDistributed(layers.Dense(6, name="dense"), name="steps"),
)
kind(
    "time_distributed_conv2d",
    "A BN behind TimeDistributed(Conv2D).",
    (2, 6, 5, 3),
    lambda layers: layers.TimeDistributed(layers.Conv2D(4, 3, use_bias=False, name="conv"), name="steps"),
)


@fixture("time_distributed_both", "TimeDistributed(Conv2D) -> TimeDistributed(BN).", ["steps_bn"])
def _(kit: Kit) -> Any:
    wrap = kit.layers.TimeDistributed
    return chain(kit, (2, 6, 5, 3), wrap(conv(kit), name="steps"), wrap(bn(kit), name="steps_bn"), relu(kit))


# MARK: Options of batch normalization


def option(name: str, about: str, **options: Any) -> None:
    """Register Conv2D -> BN(options) -> ReLU."""

    @fixture(name, about, ["bn"])
    def _(kit: Kit) -> Any:
        return chain(kit, (6, 6, 3), conv(kit, use_bias=False), bn(kit, **options), relu(kit))


option("bn_no_scale", "A BN without gamma.", scale=False)
option("bn_no_center", "A BN without beta.", center=False)
option("bn_neither", "A BN without gamma and beta.", scale=False, center=False)
option("bn_epsilon", "A BN with an epsilon of its own, 0.05.", epsilon=0.05)
option("bn_axis_explicit", "A BN with its axis written as 3.", axis=3)
option("bn_renorm", "Batch renormalization: seven variables, of which inference uses the usual four.", renorm=True)


@fixture("bn_training_true", "A BN called with training=True, on batch statistics.", kept={"bn": "training-mode"})
def _(kit: Kit) -> Any:
    start = kit.input(6, 6, 3)
    return kit.model(start, relu(kit)(bn(kit)(conv(kit)(start), training=True)))


@fixture("bn_training_false", "A BN called with training=False, as in a frozen backbone.", ["bn"])
def _(kit: Kit) -> Any:
    start = kit.input(6, 6, 3)
    return kit.model(start, relu(kit)(bn(kit)(conv(kit)(start), training=False)))


# MARK: Patterns in the graph


@fixture("pattern_conv_bn_bn", "Two BNs in a row.", ["bn_1", "bn_2"])
def _(kit: Kit) -> Any:
    return chain(kit, (6, 6, 3), conv(kit), bn(kit, "bn_1"), bn(kit, "bn_2"), relu(kit))


@fixture("pattern_conv_dropout_bn", "Dropout between, an identity at inference.", ["bn"])
def _(kit: Kit) -> Any:
    return chain(kit, (6, 6, 3), conv(kit), kit.layers.Dropout(0.3, name="dropout"), bn(kit), relu(kit))


@fixture("pattern_linear_activation_layer", "A linear Activation layer between.", ["bn"])
def _(kit: Kit) -> Any:
    return chain(kit, (6, 6, 3), conv(kit), kit.layers.Activation("linear", name="linear"), bn(kit), relu(kit))


@fixture("pattern_activation_inside", "The convolution has an activation of its own.", kept={"bn": "activation"})
def _(kit: Kit) -> Any:
    return chain(kit, (6, 6, 3), conv(kit, activation="relu"), bn(kit))


@fixture("pattern_relu_between", "A ReLU layer between.", kept={"bn": "activation"})
def _(kit: Kit) -> Any:
    return chain(kit, (6, 6, 3), conv(kit), relu(kit), bn(kit))


@fixture(
    "pattern_conv_two_readers", "The convolution is also read by the Add behind its BN.", kept={"bn": "shared-output"}
)
def _(kit: Kit) -> Any:
    start = kit.input(6, 6, 3)
    tensor = conv(kit)(start)
    return kit.model(start, kit.layers.Add(name="add")([relu(kit)(bn(kit)(tensor)), tensor]))


@fixture("pattern_conv_is_model_output", "The convolution is also a model output.", kept={"bn": "model-output"})
def _(kit: Kit) -> Any:
    start = kit.input(6, 6, 3)
    tensor = conv(kit)(start)
    return kit.model(start, [tensor, relu(kit)(bn(kit)(tensor))])


@fixture("pattern_bn_is_output", "The BN is the model output.", ["bn"])
def _(kit: Kit) -> Any:
    return chain(kit, (6, 6, 3), conv(kit), bn(kit))


@fixture("pattern_bn_two_readers", "The BN has two readers.", ["bn"])
def _(kit: Kit) -> Any:
    start = kit.input(6, 6, 3)
    tensor = bn(kit)(same(kit, "conv")(start))
    merged = kit.layers.Concatenate(name="concatenate")([relu(kit)(tensor), conv(kit, "pointwise", 2, 1)(tensor)])
    return kit.model(start, merged)


@fixture("pattern_bn_first", "The BN reads the model input.", kept={"bn": "no-producer"})
def _(kit: Kit) -> Any:
    return chain(kit, (6, 6, 3), bn(kit), relu(kit), conv(kit))


@fixture(
    "pattern_wrong_axis",
    "A channels-last convolution and a BN over the columns, every dimension being 6.",
    kept={"bn": "axis-mismatch"},
)
def _(kit: Kit) -> Any:
    return chain(kit, (6, 6, 6), conv(kit, filters=6, padding="same"), bn(kit, axis=2), relu(kit))


@fixture("pattern_shared_conv", "A convolution called twice, a BN behind one call.", kept={"bn": "shared-layer"})
def _(kit: Kit) -> Any:
    start = kit.input(6, 6, 3)
    shared = same(kit, "conv")
    return kit.model(start, kit.layers.Add(name="add")([bn(kit)(shared(start)), shared(relu(kit)(start))]))


@fixture("pattern_shared_bn", "One BN called on two convolutions.", kept={"bn": "shared-layer"})
def _(kit: Kit) -> Any:
    start = kit.input(6, 6, 3)
    shared = bn(kit)
    left, right = shared(conv(kit, "conv_1")(start)), shared(conv(kit, "conv_2")(start))
    return kit.model(start, kit.layers.Add(name="add")([left, relu(kit)(right)]))


@fixture("pattern_resnet_block", "A residual block with a projection.", ["bn_0", "bn_1", "bn_2"])
def _(kit: Kit) -> Any:
    start = kit.input(8, 8, 3)
    shortcut = bn(kit, "bn_0")(conv(kit, "conv_0", 4, 1, strides=2, use_bias=False)(start))
    tensor = relu(kit, "relu_1")(bn(kit, "bn_1")(same(kit, "conv_1", 4, strides=2)(start)))
    tensor = bn(kit, "bn_2")(same(kit, "conv_2", 4)(tensor))
    return kit.model(start, relu(kit, "relu_2")(kit.layers.Add(name="add")([shortcut, tensor])))


@fixture(
    "pattern_mobilenet_block",
    "An inverted residual: ReLU6, zero padding before a depthwise convolution.",
    ["bn_expand", "bn_depthwise", "bn_project"],
)
def _(kit: Kit) -> Any:
    layers = kit.layers
    return chain(
        kit,
        (7, 7, 3),
        conv(kit, "expand", 6, 1, use_bias=False),
        bn(kit, "bn_expand"),
        relu(kit, "relu_expand", max_value=6.0),
        layers.ZeroPadding2D(((0, 1), (0, 1)), name="pad"),
        layers.DepthwiseConv2D(3, strides=2, use_bias=False, name="depthwise"),
        bn(kit, "bn_depthwise"),
        relu(kit, "relu_depthwise", max_value=6.0),
        conv(kit, "project", 4, 1, use_bias=False),
        bn(kit, "bn_project"),
    )


@fixture(
    "pattern_densenet_block",
    "Concatenate -> BN -> ReLU -> convolution -> BN -> ReLU -> convolution.",
    ["bn_inner"],
    {"bn_outer": "no-producer"},
)
def _(kit: Kit) -> Any:
    join = kit.layers.Concatenate
    start = kit.input(6, 6, 2)
    wide = join(name="join_1")([start, same(kit, "stem", 2)(start)])
    tensor = relu(kit, "relu_outer")(bn(kit, "bn_outer", epsilon=1.001e-5)(wide))
    tensor = relu(kit, "relu_inner")(bn(kit, "bn_inner", epsilon=1.001e-5)(conv(kit, "bottleneck", 5, 1)(tensor)))
    return kit.model(start, join(name="join_2")([wide, same(kit, "growth", 2)(tensor)]))


@fixture(
    "pattern_order_flip",
    "Without its BNs the first branch is the shorter one: Keras lists equally shaped convolutions in another order.",
    ["bn_1", "bn_2", "bn_3", "bn_4"],
)
def _(kit: Kit) -> Any:
    start = kit.input(6, 6, 3)
    left = conv(kit, "left", 3, padding="same")(start)
    for index in range(1, 5):
        left = bn(kit, f"bn_{index}")(left)
    right = relu(kit)(conv(kit, "right_1", 3, padding="same")(start))
    right = conv(kit, "right_2", 3, padding="same")(right)
    return kit.model(start, kit.layers.Add(name="add")([left, right]))


@fixture("pattern_zero_padding_between", "Zero padding between: the border differs.", kept={"bn": "no-producer"})
def _(kit: Kit) -> Any:
    return chain(kit, (6, 6, 3), conv(kit), kit.layers.ZeroPadding2D(1, name="pad"), bn(kit), relu(kit))


@fixture("pattern_max_pool_between", "Max pooling between, gammas of both signs.", kept={"bn": "no-producer"})
def _(kit: Kit) -> Any:
    return chain(kit, (6, 6, 3), conv(kit), kit.layers.MaxPooling2D(2, name="pool"), bn(kit), relu(kit))


@fixture("pattern_multi_io", "Two inputs and two outputs, one of them a BN.", ["bn_image", "bn_vector", "bn_score"])
def _(kit: Kit) -> Any:
    layers = kit.layers
    image, vector = kit.input(6, 6, 3, name="image"), kit.input(4, name="vector")
    seen = layers.GlobalAveragePooling2D(name="pool")(relu(kit)(bn(kit, "bn_image")(conv(kit)(image))))
    known = bn(kit, "bn_vector")(dense(kit, "embed", 4, use_bias=False)(vector))
    both = layers.Concatenate(name="concatenate")([seen, known])
    score = bn(kit, "bn_score")(dense(kit, "score", 3)(both))
    return kit.model([image, vector], [score, dense(kit, "label", 2, activation="softmax")(both)])


@fixture("pattern_dict_io", "Inputs and outputs in dictionaries.", ["bn_first", "bn_out"])
def _(kit: Kit) -> Any:
    first, second = kit.input(6, name="first"), kit.input(4, name="second")
    left = bn(kit, "bn_first")(dense(kit, "dense_first", 4)(first))
    both = kit.layers.Concatenate(name="concatenate")([left, dense(kit, "dense_second", 4)(second)])
    outputs = {"wide": both, "narrow": bn(kit, "bn_out")(dense(kit, "dense_out", 3)(both))}
    return kit.model({"second": second, "first": first}, outputs)


@fixture("pattern_same_tensor_twice", "An Add that reads the BN twice.", ["bn"])
def _(kit: Kit) -> Any:
    start = kit.input(6, 6, 3)
    tensor = bn(kit)(conv(kit)(start))
    return kit.model(start, kit.layers.Add(name="add")([tensor, tensor]))


@fixture("pattern_vgg_head", "A convolution with ReLU, pooling, Flatten and a dense head.", ["bn"])
def _(kit: Kit) -> Any:
    return chain(
        kit,
        (8, 8, 3),
        conv(kit, activation="relu", padding="same"),
        kit.layers.MaxPooling2D(2, name="pool"),
        kit.layers.Flatten(name="flatten"),
        dense(kit, "dense_1", 6),
        bn(kit),
        relu(kit),
        dense(kit, "dense_2", 3, activation="softmax"),
    )


@fixture("pattern_custom_layer", "A registered custom layer behind the BN, carried as it is.", ["bn"])
def _(kit: Kit) -> Any:
    return chain(kit, (6, 6, 3), conv(kit), bn(kit), doubling(kit.keras)(name="doubling"), relu(kit))


# MARK: Sequential models


@fixture("sequential_basic", "A Sequential model with two BNs.", ["bn_1", "bn_2"])
def _(kit: Kit) -> Any:
    return kit.sequential(
        kit.input(6, 6, 3),
        conv(kit, use_bias=False),
        bn(kit, "bn_1"),
        relu(kit),
        kit.layers.Flatten(name="flatten"),
        dense(kit, "dense_1", 5),
        bn(kit, "bn_2"),
        dense(kit, "dense_2", 3, activation="softmax"),
    )


@fixture("sequential_bn_last", "A Sequential model that ends with a BN.", ["bn"])
def _(kit: Kit) -> Any:
    return kit.sequential(kit.input(6, 6, 3), conv(kit, use_bias=False), bn(kit))


@fixture("sequential_input_shape_on_first_layer", "The first layer of a Sequential model carries input_shape.", ["bn"])
def _(kit: Kit) -> Any:
    return kit.sequential(conv(kit, input_shape=(6, 6, 3)), bn(kit), relu(kit))


# MARK: Models inside models


def inner(kit: Kit, name: str = "sub", channels: int = 3, filters: int = 4) -> Any:
    """A functional submodel, convolution -> BN -> ReLU."""
    start = kit.input(6, 6, channels, name=f"{name}_input")
    tensor = relu(kit, f"{name}_relu")(bn(kit, f"{name}_bn")(same(kit, f"{name}_conv", filters)(start)))
    return kit.model(start, tensor, name=name)


@fixture("nested_functional", "A functional model inside, and a BN behind it in the outer model.", ["sub/sub_bn", "bn"])
def _(kit: Kit) -> Any:
    pool = kit.layers.GlobalAveragePooling2D(name="pool")
    return chain(kit, (6, 6, 3), inner(kit), pool, dense(kit), bn(kit))


@fixture("nested_sequential", "A Sequential model inside a functional one.", ["sub/sub_bn"])
def _(kit: Kit) -> Any:
    sub = kit.sequential(
        kit.input(6, 6, 3, name="sub_input"),
        conv(kit, "sub_conv"),
        bn(kit, "sub_bn"),
        relu(kit, "sub_relu"),
        name="sub",
    )
    return chain(kit, (6, 6, 3), sub, kit.layers.Flatten(name="flatten"), dense(kit))


@fixture("nested_twice", "A submodel called twice; its inside is still private to it.", ["sub/sub_bn"])
def _(kit: Kit) -> Any:
    start = kit.input(6, 6, 3)
    sub = inner(kit, filters=3)
    once = sub(start)
    return kit.model(start, kit.layers.Add(name="add")([once, sub(once)]))


def backbone(kit: Kit, blocks: int) -> Any:
    """A functional submodel of several blocks, convolution -> BN -> ReLU; the second convolution has a bias."""
    tensor = start = kit.input(6, 6, 3, name="sub_input")
    for index in range(1, blocks + 1):
        tensor = conv(kit, f"conv_{index}", 3, padding="same", use_bias=index == 2)(tensor)
        tensor = relu(kit, f"relu_{index}")(bn(kit, f"bn_{index}")(tensor))
    return kit.model(start, tensor, name="sub")


@fixture(
    "nested_frozen", "A backbone with trainable=False: its weights are stored layer by layer.", ["sub/bn_1", "sub/bn_2"]
)
def _(kit: Kit) -> Any:
    sub = backbone(kit, 2)
    sub.trainable = False
    return chain(kit, (6, 6, 3), sub, kit.layers.GlobalAveragePooling2D(name="pool"), dense(kit))


@fixture(
    "nested_partly_frozen",
    "Some inner layers are frozen: trainable variables are stored first, frozen ones last.",
    ["sub/bn_1", "sub/bn_2", "sub/bn_3"],
)
def _(kit: Kit) -> Any:
    sub = backbone(kit, 3)
    sub.get_layer("bn_1").trainable = False
    sub.get_layer("conv_2").trainable = False
    return chain(kit, (6, 6, 3), sub, kit.layers.GlobalAveragePooling2D(name="pool"), dense(kit))


@fixture("nested_time_distributed_model", "TimeDistributed around a model.", ["steps/sub_bn"])
def _(kit: Kit) -> Any:
    return chain(kit, (2, 6, 6, 3), kit.layers.TimeDistributed(inner(kit), name="steps"))


@fixture("nested_deep", "A model in a model in a model.", ["middle/low/low_bn", "middle/high/high_bn"])
def _(kit: Kit) -> Any:
    start = kit.input(6, 6, 3, name="middle_input")
    middle = kit.model(start, inner(kit, "high", 4, 4)(inner(kit, "low")(start)), name="middle")
    return chain(kit, (6, 6, 3), middle, conv(kit))


@fixture("nested_multi_io", "A submodel with two inputs and two outputs.", ["sub/sub_bn", "bn"])
def _(kit: Kit) -> Any:
    left, right = kit.input(6, name="sub_left"), kit.input(4, name="sub_right")
    both = kit.layers.Concatenate(name="sub_concatenate")([left, right])
    heads = [
        bn(kit, "sub_bn")(dense(kit, "sub_dense_1", 5)(both)),
        relu(kit, "sub_relu")(dense(kit, "sub_dense_2", 3)(both)),
    ]
    sub = kit.model([left, right], heads, name="sub")
    first, second = kit.input(6, name="first"), kit.input(4, name="second")
    one, two = sub([first, second])
    return kit.model([first, second], [relu(kit)(one), bn(kit)(dense(kit, use_bias=False)(two))])


# MARK: Element types


def typed(policy: str, about: str) -> None:
    """Register a small convolutional model built under a dtype policy."""

    @fixture(f"type_{policy}", about, ["bn"], policy=policy)
    def _(kit: Kit) -> Any:
        return chain(kit, (6, 6, 3), conv(kit), bn(kit), relu(kit), kit.layers.Flatten(name="flatten"), dense(kit))


typed("float16", "Everything in float16; Keras 2 keeps the BN's variables in float32.")
typed("float64", "Everything in float64.")
typed("mixed_float16", "Mixed precision: computed in float16, stored in float32.")


# MARK: Training state and storage


@fixture(
    "compiled_adam",
    "Compiled and trained one step: optimizer weights and a training configuration.",
    ["bn"],
    trained=True,
)
def _(kit: Kit) -> Any:
    model = chain(kit, (6,), dense(kit), bn(kit), relu(kit), dense(kit, "label", 2, activation="softmax"))
    model.compile(optimizer=kit.keras.optimizers.Adam(1e-3), loss="categorical_crossentropy")
    return model


def train_one_step(kit: Kit, model: Any, key: str) -> None:
    """Fit a compiled model to one seeded batch, which creates the optimizer's variables."""
    rng = random_for(key, "train")
    inputs = rng.normal(size=(8, *model.inputs[0].shape[1:])).astype("float32")
    labels = np.eye(model.outputs[0].shape[-1], dtype="float32")[rng.randint(0, model.outputs[0].shape[-1], 8)]
    kit.keras.utils.set_random_seed(1)
    model.train_on_batch(inputs, labels)


def compress_kernels(path: Path) -> None:
    """Store every kernel in chunks, shuffled and deflated."""
    with h5py.File(path, "r+") as file:
        weights = file["model_weights"]
        kernels: list[str] = []
        weights.visititems(lambda name, item: kernels.append(name) if getattr(item, "ndim", 0) > 1 else None)
        for name in kernels:
            data = weights[name][()]
            del weights[name]
            chunks = tuple((size + 1) // 2 for size in data.shape)
            weights.create_dataset(name, data=data, chunks=chunks, compression="gzip", shuffle=True)


def fix_string_lengths(path: Path) -> None:
    """Store lists of names as fixed-length strings, the way h5py 2 wrote them."""
    with h5py.File(path, "r+") as file:
        weights = file["model_weights"]
        for group, attribute in [(weights, "layer_names"), *((weights[name], "weight_names") for name in weights)]:
            names = group.attrs[attribute]
            if len(names):
                group.attrs[attribute] = np.array([name.encode() for name in names])


def stored(name: str, about: str, rewrite: Callable[[Path], None]) -> None:
    """Register a convolutional model whose file is rewritten after Keras saved it."""

    @fixture(name, about, ["bn"], rewrite=rewrite)
    def _(kit: Kit) -> Any:
        return chain(kit, (6, 6, 3), conv(kit), bn(kit), relu(kit), kit.layers.Flatten(name="flatten"), dense(kit))


stored("storage_gzip_shuffle", "Kernels chunked, shuffled and deflated.", compress_kernels)
stored("storage_fixed_strings", "Names stored as fixed-length strings, as h5py 2 did.", fix_string_lengths)


@fixture(
    "storage_split_attributes", "Names so long that layer_names is split into layer_names0 and layer_names1.", ["bn"]
)
def _(kit: Kit) -> Any:
    idle = [kit.layers.Dropout(0.0, name=f"idle_{index}") for index in range(7)]
    long = kit.layers.Dropout(0.0, name="long_" + "x" * 5860)  # 11 names of 5865 bytes pass HDF5's limit of 64512
    return kit.sequential(kit.input(4), dense(kit), bn(kit), relu(kit), *idle, long)


# MARK: - Making the fixtures


def make(kit: Kit, fixture: Fixture, folder: Path) -> None:
    """Write the model file and the golden file of one fixture."""
    key = fixture.name
    kit.keras.backend.clear_session()
    with kit.precision(fixture.policy):
        model = fixture.build(kit)
        if fixture.trained:
            randomize(model, key)
            train_one_step(kit, model, key)
        randomize(model, key)
        stored_weights = model.get_weights()
        path = folder / f"{key}.h5"
        kit.save(model, path)
        inputs = make_inputs(model, key)
        outputs = kit.run(model, [value.astype(tensor_type(model)) for value in inputs], fixture.xla)
    if fixture.rewrite:
        fixture.rewrite(path)
    golden = {f"input_{index}": value for index, value in enumerate(inputs)}
    golden |= {f"output_{index}": value.astype("float32") for index, value in enumerate(outputs)}
    exact = run_in_float64(kit, fixture, stored_weights, inputs)
    golden |= {f"output64_{index}": value for index, value in enumerate(exact)}
    save_file(
        {name: np.ascontiguousarray(value) for name, value in golden.items()}, folder / f"{key}.golden.safetensors"
    )


def tensor_type(model: Any) -> str:
    """The element type of the model's inputs."""
    dtype = model.inputs[0].dtype
    return str(getattr(dtype, "name", dtype))


def run_in_float64(kit: Kit, fixture: Fixture, weights: list[np.ndarray], inputs: list[np.ndarray]) -> list[np.ndarray]:
    """The outputs of the same architecture in float64, with the stored weights cast up."""
    kit.keras.backend.clear_session()
    with kit.precision("float64"):
        model = fixture.build(kit)
        model.set_weights([value.astype("float64") for value in weights])
        outputs = kit.run(model, [value.astype("float64") for value in inputs], fixture.xla)
    if any(value.dtype != np.float64 for value in outputs):
        raise TypeError(f"{fixture.name}: not computed in float64")
    return outputs


# MARK: - Damaged files


@dataclass(frozen=True)
class Damage:
    """A file made from a good fixture of Keras 3 by one edit."""

    base: str
    about: str
    edit: Callable[[Path], object]
    kept: dict[str, str] = field(default_factory=dict)

    def expectation(self) -> dict[str, Any]:
        """The file's entry in the manifest; without kept BNs, the file as a whole must be refused."""
        return refusal(self.about) | {"expect_kept": self.kept, "refused": not self.kept}


def refusal(about: str) -> dict[str, Any]:
    """The manifest's entry of a file that must be refused."""
    return {"expect_folded": [], "expect_kept": {}, "refused": True, "about": about}


def inside(edit: Callable[[h5py.File], object]) -> Callable[[Path], None]:
    """An edit of the HDF5 file at a path."""

    def apply(path: Path) -> None:
        with h5py.File(path, "r+") as file:
            edit(file)

    return apply


def replace_dataset(file: h5py.File, name: str, data: np.ndarray) -> None:
    """Store other data, of another shape or type, under the name of a dataset."""
    del file[name]
    file[name] = data


def set_first(file: h5py.File, name: str, value: float) -> None:
    """Overwrite the first element of a dataset."""
    file[name][0] = value


def swap_layer_names(file: h5py.File, first: str, second: str) -> None:
    """Exchange two entries of layer_names."""
    attributes = file["model_weights"].attrs
    other = {first: second, second: first}
    names = [other.get(name, name) for name in attributes["layer_names"]]
    attributes.modify("layer_names", np.array(names, dtype=h5py.string_dtype("ascii")))


KERNEL = "model_weights/conv/conv/kernel"
MEAN = "model_weights/bn/bn/moving_mean"
VARIANCE = "model_weights/bn/bn/moving_variance"
GOOD = "conv2d_same_strided"
DAMAGES: dict[str, Damage] = {
    "not_hdf5": Damage(GOOD, "A text file.", lambda path: path.write_text("This is not an HDF5 file.\n")),
    "empty": Damage(GOOD, "A file of zero bytes.", lambda path: path.write_bytes(b"")),
    "truncated": Damage(
        GOOD,
        "The first 60 % of a good file.",
        lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size * 6 // 10]),
    ),
    "no_model_config": Damage(
        GOOD, "The attribute model_config is missing.", inside(lambda file: file.attrs.pop("model_config"))
    ),
    "model_config_not_json": Damage(
        GOOD,
        "model_config ends in the middle.",
        inside(lambda file: file.attrs.modify("model_config", file.attrs["model_config"][:-40])),
    ),
    "weights_missing": Damage(
        GOOD, "weight_names lists a kernel that is not there.", inside(lambda file: file.pop(KERNEL))
    ),
    "weights_wrong_shape": Damage(
        GOOD,
        "The kernel has one output channel less than the configuration says.",
        inside(lambda file: replace_dataset(file, KERNEL, file[KERNEL][..., :-1])),
    ),
    "unknown_dtype": Damage(
        GOOD,
        "The kernel is stored as 32-bit integers.",
        inside(lambda file: replace_dataset(file, KERNEL, (file[KERNEL][()] * 100).astype("int32"))),
        {"bn": "element-type"},
    ),
    "nan_statistics": Damage(
        GOOD, "A moving mean is NaN.", inside(lambda file: set_first(file, MEAN, np.nan)), {"bn": "not-finite"}
    ),
    "negative_variance": Damage(
        GOOD,
        "A moving variance is -1, so that variance + epsilon is negative.",
        inside(lambda file: set_first(file, VARIANCE, -1.0)),
        {"bn": "variance-not-positive"},
    ),
    "layer_order_swapped": Damage(
        "pattern_order_flip",
        "layer_names exchanges two convolutions of equal shapes; Keras loads by position and exchanges their weights.",
        inside(lambda file: swap_layer_names(file, "left", "right_2")),
    ),
}
KEPT_AS_MADE = {
    "keras1": "A Sequential model of Keras 1.2.2 on Theano 1.0.5, dim_ordering tf; kept as it was made, not made again."
}


def damage(name: str) -> None:
    """Write one damaged file."""
    case = DAMAGES[name]
    path = HERE / "malformed" / f"{name}.h5"
    path.write_bytes((HERE / "keras3" / f"{case.base}.h5").read_bytes())
    case.edit(path)


# MARK: - Manifest and README


def read_manifest() -> dict[str, dict[str, Any]]:
    return json.loads(MANIFEST.read_text()) if MANIFEST.exists() else {}


def write_manifest(generation: str, entries: dict[str, Any]) -> None:
    """Replace one generation's part of the manifest."""
    manifest = read_manifest() | {generation: entries}
    ordered = {key: manifest[key] for key in ("keras3", "keras2", "malformed") if key in manifest}
    MANIFEST.write_text(json.dumps(ordered, indent=2) + "\n")


def outcome(entry: dict[str, Any]) -> str:
    """What the manifest expects, in words for a table."""
    if entry.get("refused"):
        return "the file is refused"
    parts = [f"`{name}` folded" for name in entry["expect_folded"]]
    parts += [f"`{name}` kept, {code}" for name, code in entry["expect_kept"].items()]
    return "; ".join(parts)


def golden_columns(path: Path) -> str:
    """Which goldens a fixture has: "yes | yes", "yes | no" or "no | no"."""
    if not path.exists():
        return "no | no"
    with safe_open(path, framework="numpy") as file:
        names = file.keys()
    return " | ".join("yes" if f"{stem}_0" in names else "no" for stem in ("output", "output64"))


def readme_table(generation: str, entries: dict[str, Any]) -> list[str]:
    """The passport of every file of one generation."""
    lines = [
        "| name | generation | shows | expected | golden | float64 | bytes |",
        "| --- | --- | --- | --- | --- | --- | ---: |",
    ]
    for name, entry in entries.items():
        folder = HERE / generation
        size = (folder / f"{name}.h5").stat().st_size
        goldens = golden_columns(folder / f"{name}.golden.safetensors")
        lines.append(f"| {name} | {generation} | {entry['about']} | {outcome(entry)} | {goldens} | {size} |")
    return lines


BEGIN, END = "<!-- tables: begin -->", "<!-- tables: end -->"


def write_readme() -> None:
    """Replace the generated part of README.md, between its two marks."""
    versions = ", ".join(f"{package} {importlib.metadata.version(package)}" for package in PACKAGES)
    lines = [f"Made with {versions}."]
    for generation, entries in read_manifest().items():
        lines += ["", f"### {generation}", "", *readme_table(generation, entries)]
    path = HERE / "README.md"
    before, _, rest = path.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    path.write_text("\n".join([before + BEGIN, *lines, END + after]))


# MARK: - Command line


def generate(generation: str, names: list[str]) -> None:
    """Make the named fixtures of one generation, or all of them, and update the manifest."""
    kit = Kit.of(generation)
    folder = HERE / generation
    folder.mkdir(exist_ok=True)
    for name in names or FIXTURES:
        make(kit, FIXTURES[name], folder)
        print(f"{generation}/{name}")
    write_manifest(generation, {name: fixture.expectation() for name, fixture in FIXTURES.items()})


def generate_malformed(names: list[str]) -> None:
    """Make the named damaged files, or all of them, and update the manifest."""
    (HERE / "malformed").mkdir(exist_ok=True)
    for name in names or DAMAGES:
        damage(name)
        print(f"malformed/{name}")
    entries = {name: case.expectation() for name, case in DAMAGES.items()}
    write_manifest("malformed", entries | {name: refusal(about) for name, about in KEPT_AS_MADE.items()})


def main(arguments: list[str]) -> None:
    match arguments:
        case [("keras3" | "keras2") as generation, *names]:
            generate(generation, names)
        case ["malformed", *names]:
            generate_malformed(names)
        case ["readme"]:
            write_readme()
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])

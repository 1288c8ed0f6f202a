"""One fixture per family of layers: a branch, and an output, for each class and attribute that changes numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from .kit import Kit
from .registry import fixture

# Attributes are numbers that float32 has: TensorFlow rounds some of them to it even where it computes in float64.
Branch = tuple[str, Callable[[Any], Any]]


def family(
    name: str,
    about: str,
    shapes: dict[str, tuple[int, ...]],
    branches: Callable[[Kit], Iterator[Branch]],
    **options: Any,
) -> None:
    """Register a model with one input per shape; each branch is given the inputs, or the input if there is only one."""

    @fixture(f"layers_{name}", about, **options)
    def _(kit: Kit) -> Any:
        inputs = [kit.input(*shape, name=key) for key, shape in shapes.items()]
        given = inputs[0] if len(inputs) == 1 else inputs
        return kit.model(inputs, [branch(given) for _, branch in branches(kit)], name=name)


def of_layers(
    name: str, about: str, shape: tuple[int, ...], layers: Callable[[Kit], Iterator[Any]], **options: Any
) -> None:
    """Register a family of layers with one input of the same shape."""
    family(name, about, {"input": shape}, lambda kit: ((layer.name, layer) for layer in layers(kit)), **options)


ACTIVATIONS = (
    "elu exponential gelu hard_sigmoid leaky_relu linear log_softmax mish relu relu6 selu sigmoid silu softmax softplus "
    "softsign tanh"
).split()
ACTIVATIONS_OF_KERAS3 = (
    "celu hard_shrink hard_silu hard_tanh log_sigmoid soft_shrink sparse_plus sparse_sigmoid squareplus tanh_shrink"
).split()


def activations(kit: Kit) -> Iterator[Any]:
    for name in ACTIVATIONS + (ACTIVATIONS_OF_KERAS3 if kit.generation == "keras3" else []):
        yield kit.layers.Activation(name, name=name)


def activation_layers(kit: Kit) -> Iterator[Any]:
    layers = kit.layers
    slope = "negative_slope" if kit.generation == "keras3" else "alpha"
    yield layers.ReLU(max_value=1.5, negative_slope=0.125, threshold=0.5, name="relu_all")
    yield layers.ReLU(max_value=1.0, threshold=0.25, name="relu_low")
    yield layers.LeakyReLU(**{slope: 0.25}, name="leaky_relu")
    yield layers.ELU(alpha=0.75, name="elu")
    yield layers.PReLU(name="prelu")
    yield layers.PReLU(shared_axes=[1], name="prelu_shared")
    yield layers.Softmax(axis=1, name="softmax")
    yield layers.Softmax(axis=[1, 2], name="softmax_two")


def normalizations(kit: Kit) -> Iterator[Any]:
    layers = kit.layers
    yield layers.LayerNormalization(name="layer")
    yield layers.LayerNormalization(axis=[1, 2, 3], epsilon=0.1, name="layer_all")
    yield layers.LayerNormalization(axis=2, name="layer_middle")
    yield layers.LayerNormalization(center=False, name="layer_no_beta")
    yield layers.LayerNormalization(scale=False, name="layer_no_gamma")
    yield layers.GroupNormalization(groups=2, name="group")
    yield layers.GroupNormalization(groups=-1, name="group_channel")
    yield layers.GroupNormalization(groups=3, axis=1, epsilon=0.1, scale=False, name="group_first")
    yield layers.GroupNormalization(groups=1, center=False, name="group_one")
    yield layers.UnitNormalization(name="unit")
    yield layers.UnitNormalization(axis=[1, 2], name="unit_two")
    yield layers.Normalization(mean=0.5, variance=2.0, axis=None, name="data_number")
    yield layers.Normalization(mean=[0.125, 0.25, -0.5, 0.0], variance=[1.0, 2.0, 0.0, 4.0], name="data_list")
    yield layers.Normalization(mean=[0.125, 0.25, -0.5, 0.0], variance=[1.0, 2.0, 3.0, 4.0], invert=True, name="data_inverse")
    yield layers.Normalization(axis=-1, name="data_weights")
    yield layers.Normalization(axis=(1, 3), name="data_weights_two")
    yield layers.Rescaling(0.5, offset=-1.0, name="rescaling")
    if kit.generation == "keras3":
        yield layers.LayerNormalization(rms_scaling=True, name="layer_scaled")
        yield layers.RMSNormalization(name="root_mean_square")
        yield layers.RMSNormalization(axis=[2, 3], epsilon=0.1, name="root_mean_square_two")


def pooling(rank: int) -> Callable[[Kit], Iterator[Any]]:
    def layers(kit: Kit) -> Iterator[Any]:
        for word in ("Max", "Average"):
            layer = getattr(kit.layers, f"{word}Pooling{rank}D")
            yield layer(2, name=f"{word}_valid")
            yield layer(3, strides=2, padding="same", name=f"{word}_same")
            yield layer(2, strides=1, padding="same", name=f"{word}_same_stride1")
            layer = getattr(kit.layers, f"Global{word}Pooling{rank}D")
            yield layer(name=f"{word}_global")
            yield layer(keepdims=True, name=f"{word}_global_keeps")
            yield layer(data_format="channels_first", name=f"{word}_global_first")

    return layers


def spacing(kit: Kit) -> Iterator[Any]:
    layers = kit.layers
    yield layers.ZeroPadding2D(2, name="padding")
    yield layers.ZeroPadding2D(((1, 0), (2, 3)), name="padding_each")
    yield layers.ZeroPadding2D((1, 2), data_format="channels_first", name="padding_first")
    yield layers.Cropping2D(1, name="cropping")
    yield layers.Cropping2D(((0, 2), (1, 0)), name="cropping_each")
    yield layers.UpSampling2D((2, 3), name="nearest")
    yield layers.Flatten(name="flatten")
    yield layers.Reshape((5, -1), name="reshape")
    yield layers.Permute((3, 1, 2), name="permute")
    yield layers.Resizing(3, 7, interpolation="nearest", name="resizing_nearest")


def interpolations(kit: Kit) -> Iterator[Any]:
    layers = kit.layers
    yield layers.UpSampling2D((2, 3), interpolation="bilinear", name="bilinear")
    yield layers.Resizing(3, 9, name="resizing")
    yield layers.Resizing(11, 2, name="resizing_other")


def sequences(kit: Kit) -> Iterator[Any]:
    layers = kit.layers
    yield layers.ZeroPadding1D((2, 1), name="padding")
    yield layers.Cropping1D((1, 2), name="cropping")
    yield layers.UpSampling1D(3, name="up_sampling")
    yield layers.Flatten(name="flatten")
    yield layers.Dropout(0.5, name="dropout")
    yield layers.GaussianNoise(0.5, name="noise")
    yield layers.SpatialDropout1D(0.5, name="spatial_dropout")
    yield layers.EinsumDense("abc,cd->abd", output_shape=(None, 6), bias_axes="d", name="einsum")
    yield layers.EinsumDense("...c,cd->...d", output_shape=6, activation="relu", name="einsum_dots")
    yield layers.SeparableConv1D(4, 3, dilation_rate=2, depth_multiplier=2, name="separable")
    yield layers.Conv1D(6, 3, padding="causal", groups=3, name="causal")
    yield layers.DepthwiseConv1D(3, strides=2, padding="same", name="depthwise")


def volumes(kit: Kit) -> Iterator[Any]:
    layers = kit.layers
    yield layers.ZeroPadding3D(((1, 0), (0, 2), (1, 1)), name="padding")
    yield layers.Cropping3D(((1, 0), (0, 1), (1, 1)), name="cropping")
    yield layers.UpSampling3D((2, 1, 3), name="up_sampling")
    yield layers.Conv3D(4, 2, dilation_rate=2, name="dilated")
    yield layers.Conv3D(4, 2, groups=2, padding="same", strides=2, name="groups")


def augmentation(kit: Kit) -> Iterator[Any]:
    layers = kit.layers
    yield layers.RandomFlip(name="flip")
    yield layers.RandomRotation(0.2, name="rotation")
    yield layers.RandomZoom(0.2, name="zoom")
    yield layers.RandomTranslation(0.2, 0.2, name="translation")
    yield layers.RandomContrast(0.2, name="contrast")
    yield layers.RandomBrightness(0.2, value_range=(0, 1), name="brightness")


def merges(kit: Kit) -> Iterator[Branch]:
    layers = kit.layers
    for name in ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum"):
        yield name, lambda inputs, name=name: getattr(layers, name)(name=name)(inputs[:2])
    yield "add_three", lambda inputs: layers.Add(name="add_three")([inputs[0], inputs[1], inputs[0]])
    # A tensor of lower rank gets axes of size 1 behind the batch.
    yield "add_ranks", lambda inputs: layers.Add(name="add_ranks")([inputs[0], inputs[2]])
    yield "concatenate", lambda inputs: layers.Concatenate(name="concatenate")(inputs[:2])
    yield "concatenate_first", lambda inputs: layers.Concatenate(axis=1, name="concatenate_first")(inputs[:2])
    yield "dot", lambda inputs: layers.Dot(axes=2, name="dot")(inputs[:2])
    yield "dot_first", lambda inputs: layers.Dot(axes=(1, 1), name="dot_first")(inputs[:2])
    yield "dot_ranks", lambda inputs: layers.Dot(axes=(2, 1), normalize=True, name="dot_ranks")([inputs[0], inputs[2]])
    yield "dot_vectors", lambda inputs: layers.Dot(axes=1, name="dot_vectors")([inputs[2], inputs[2]])
    yield "repeat", lambda inputs: layers.RepeatVector(3, name="repeat")(inputs[2])


def recurrent(kit: Kit) -> Iterator[Branch]:
    layers = kit.layers
    lstm, gru, simple = layers.LSTM, layers.GRU, layers.SimpleRNN
    yield "simple", simple(4, name="simple")
    yield "simple_no_bias", simple(4, use_bias=False, return_sequences=True, activation="relu", name="simple_no_bias")
    yield "gru", gru(4, return_sequences=True, name="gru")
    yield "gru_before", gru(4, reset_after=False, return_sequences=True, name="gru_before")
    yield "gru_no_bias", gru(4, use_bias=False, recurrent_activation="hard_sigmoid", name="gru_no_bias")
    yield "lstm", lstm(4, return_sequences=True, dropout=0.2, recurrent_dropout=0.2, name="lstm")
    yield "lstm_backwards", lstm(4, go_backwards=True, return_sequences=True, name="lstm_backwards")
    yield "lstm_states", lambda tensor: layers.Concatenate(name="lstm_states")(lstm(4, return_state=True, name="states")(tensor))
    for mode in ("concat", "sum", "mul", "ave"):
        yield mode, layers.Bidirectional(gru(3, return_sequences=True), merge_mode=mode, name=f"both_{mode}")
    yield "both_last", layers.Bidirectional(lstm(3), name="both_last")
    yield "both_other", layers.Bidirectional(lstm(3), backward_layer=lstm(2, go_backwards=True), name="both_other")
    yield (
        "both_states",
        lambda tensor: layers.Concatenate(name="both_states")(
            layers.Bidirectional(lstm(3, return_state=True), merge_mode=None)(tensor)
        ),
    )
    yield "over_time", layers.TimeDistributed(layers.Dense(3), name="over_time")


def attention(kit: Kit) -> Iterator[Branch]:
    # Keras 3 has one over the root of the key's dimension as float32, also in float64; that of 4 is exact.
    layer = kit.layers.MultiHeadAttention
    yield "plain", lambda t: layer(2, 4, name="plain")(t[0], t[1])
    yield "self", lambda t: layer(2, 4, name="self")(t[0], t[0])
    yield "key", lambda t: layer(2, 4, value_dim=5, output_shape=6, name="key")(t[0], t[1], key=t[2])
    yield "positional", lambda t: layer(1, 4, name="positional")(t[0], t[1], t[2])
    yield "causal", lambda t: layer(2, 4, use_bias=False, name="causal")(t[0], t[0], use_causal_mask=True)
    yield "scores", lambda t: layer(2, 4, name="scores")(t[0], t[1], return_attention_scores=True)[1]


def functions(kit: Kit) -> Iterator[Branch]:
    if kit.generation == "keras3":
        yield from functions_of_keras3(kit)
    else:
        yield from functions_of_tensorflow()


def functions_of_keras3(kit: Kit) -> Iterator[Branch]:
    ops = kit.keras.ops
    yield "arithmetic", lambda t: (t[0] + 1) * 2.0 - t[1] / 4 + (1 - t[0]) ** 2
    yield "divide", lambda t: 1 / (t[0] ** 2 + 1)
    yield "broadcast", lambda t: t[0] * t[2][:, None] + t[0][:, :1, :1]
    yield "extremes", lambda t: ops.maximum(t[0], 0.125) + ops.minimum(t[1], 0.25)
    yield "signs", lambda t: abs(-t[0]) + ops.sign(t[1]) + ops.floor(t[0]) + ops.ceil(t[1])
    yield "roots", lambda t: ops.sqrt(ops.square(t[0]) + 1) + ops.rsqrt(ops.square(t[1]) + 1) + ops.reciprocal(t[0])
    yield "exponentials", lambda t: ops.exp(t[0]) + ops.expm1(t[1]) + ops.log(abs(t[0])) + ops.log1p(abs(t[1]))
    yield "waves", lambda t: ops.sin(t[0]) + ops.cos(t[1]) + ops.tanh(t[0])
    yield "clip", lambda t: ops.clip(t[0], -0.5, 0.75)
    yield "rectifiers", lambda t: ops.relu(t[0]) + ops.relu6(t[1]) + ops.leaky_relu(t[0], 0.125) + ops.elu(t[1])
    yield "sigmoids", lambda t: ops.sigmoid(t[0]) + ops.hard_sigmoid(t[1]) + ops.silu(t[0]) + ops.hard_silu(t[1])
    yield "gelu", lambda t: ops.gelu(t[0])
    yield "gelu_exact", lambda t: ops.gelu(t[1], approximate=False)
    yield "softmax", lambda t: ops.softmax(t[0], axis=1)
    yield "log_softmax", lambda t: ops.log_softmax(t[0])
    for name in ("sum", "mean", "max", "min", "prod", "var", "std"):
        yield name, lambda t, name=name: getattr(ops, name)(t[0], axis=-1)
        yield f"{name}_keeps", lambda t, name=name: getattr(ops, name)(t[0], axis=[1, 2], keepdims=True)
    yield "slice", lambda t: t[0][:, 1:, ::2]
    yield "index", lambda t: t[0][..., -1]
    yield "new_axis", lambda t: t[0][:, None, :-1]
    yield "reshape", lambda t: ops.reshape(t[0], (-1, 2, 6))
    yield "transpose", lambda t: ops.transpose(t[0], (0, 2, 1))
    yield "expand", lambda t: ops.expand_dims(t[0], -1)
    yield "squeeze", lambda t: ops.squeeze(t[0][:, :1], axis=1)
    yield "concatenate", lambda t: ops.concatenate([t[0], t[1]], axis=-1)
    yield "stack", lambda t: ops.stack([t[0], t[1]], axis=1)
    yield "matmul", lambda t: ops.matmul(t[0], ops.transpose(t[1], (0, 2, 1)))
    yield "pad", lambda t: ops.pad(t[0], ((0, 0), (1, 0), (0, 2)))


def functions_of_tensorflow() -> Iterator[Branch]:
    import tensorflow as tf

    yield "arithmetic", lambda t: (t[0] + 1) * 2.0 - t[1] / 4
    yield "two", lambda t: t[0] * t[1] - tf.expand_dims(t[2], 1)
    yield "extremes", lambda t: tf.maximum(t[0], 0.125) + tf.minimum(t[1], 0.25)
    yield "roots", lambda t: tf.sqrt(tf.square(t[0]) + 1.0) + tf.math.rsqrt(tf.square(t[1]) + 1.0)
    yield "signs", lambda t: tf.abs(-t[0]) + tf.exp(t[1])
    yield "rectifiers", lambda t: tf.nn.relu(t[0]) + tf.nn.relu6(t[1])
    yield "sigmoids", lambda t: tf.sigmoid(t[0]) + tf.tanh(t[1])
    yield "mean", lambda t: tf.reduce_mean(t[0], axis=1)
    yield "mean_keeps", lambda t: tf.reduce_mean(t[0], axis=[1, 2], keepdims=True)
    yield "max", lambda t: tf.reduce_max(t[0], axis=-1)
    yield "concat", lambda t: tf.concat([t[0], t[1]], axis=-1)
    yield "stack", lambda t: tf.stack([t[0], t[1]], axis=1)
    yield "reshape", lambda t: tf.reshape(t[0], (-1, 2, 6))
    yield "transpose", lambda t: tf.transpose(t[0], (0, 2, 1))
    yield "expand", lambda t: tf.expand_dims(t[0], -1)


of_layers("activations", "Every built-in activation by its name.", (3, 5), activations)
of_layers(
    "activation_layers",
    "Activations that are layers, with their attributes.",
    (4, 3, 2),
    activation_layers,
    archive_only_of="keras3",
)
of_layers(
    "normalizations",
    "Layer, group, unit, root mean square and data normalization.",
    (3, 5, 4),
    normalizations,
    archive_only_of="keras3",
)
of_layers("pooling1d", "Pooling of sequences.", (7, 3), pooling(1))
of_layers("pooling2d", "Pooling of images.", (7, 6, 3), pooling(2))
of_layers("pooling3d", "Pooling of volumes.", (5, 4, 6, 2), pooling(3), in_float64=False)
of_layers("spacing", "Padding, cropping, nearest neighbours and new shapes of images.", (5, 6, 4), spacing)
of_layers("interpolations", "Bilinear sampling, which TensorFlow computes in float32 in any case.", (5, 6, 3), interpolations, in_float64=False)
of_layers("sequences", "Layers of sequences.", (8, 6), sequences)
of_layers("volumes", "Layers of volumes.", (4, 5, 6, 4), volumes)
of_layers("augmentation", "Random changes of images, which do nothing at inference.", (6, 5, 3), augmentation, in_float64=False, archive_only_of="keras3")
family("merges", "Layers with several inputs.", {"a": (4, 3), "b": (4, 3), "c": (3,)}, merges)
family("recurrent", "Recurrent layers, alone and in both directions.", {"input": (5, 3)}, recurrent)
family("attention", "Attention with several heads.", {"a": (4, 3), "b": (5, 3), "c": (5, 2)}, attention)
family(
    "functions",
    "Functions in the graph: keras.ops, or TensorFlow's.",
    {"a": (4, 3), "b": (4, 3), "c": (3,)},
    functions,
    archive_only_of="keras3",
)

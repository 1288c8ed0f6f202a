"""One fixture per kind of layer that a batch normalization may stand behind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .building_blocks import bn, chain, conv, relu
from .kit import Kit
from .registry import fixture


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

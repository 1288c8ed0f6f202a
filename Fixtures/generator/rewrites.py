"""Batch normalizations that the layer before them cannot take, and that go elsewhere, or nowhere."""

from __future__ import annotations

from typing import Any

from .building_blocks import bn, chain, conv, dense, relu, same
from .kit import Kit
from .registry import fixture


def tanh(kit: Kit, name: str = "tanh") -> Any:
    return kit.layers.Activation("tanh", name=name)


@fixture("rewrite_bn_gains_weights", "A BN without weights takes in the next one.", ["bn_2"], {"bn_1": "activation"})
def _(kit: Kit) -> Any:
    first = bn(kit, "bn_1", scale=False, center=False)
    return chain(kit, (4, 3), tanh(kit, "before"), first, bn(kit, "bn_2"), tanh(kit, "after"))


@fixture("rewrite_two_into_the_next", "Two BNs in a row behind an activation, a Dense behind.", ["bn_1", "bn_2"])
def _(kit: Kit) -> Any:
    return chain(kit, (4, 3), tanh(kit), bn(kit, "bn_1"), bn(kit, "bn_2"), dense(kit))


@fixture("rewrite_valid_convolution", "A BN before a convolution without padding.", ["bn"])
def _(kit: Kit) -> Any:
    return chain(kit, (6, 6, 3), bn(kit), conv(kit), relu(kit))


@fixture("rewrite_same_convolution", "A BN before a convolution whose padding sees it.", kept={"bn": "no-producer"})
def _(kit: Kit) -> Any:
    return chain(kit, (6, 6, 3), bn(kit), same(kit, "conv"), relu(kit))


@fixture("rewrite_concatenation", "Two convolutions put side by side, as in NASNet.", ["bn"])
def _(kit: Kit) -> Any:
    start = kit.input(6, 6, 3)
    parts = [same(kit, "conv_1", 2)(start), conv(kit, "conv_2", 3, 1)(start)]
    return kit.model(start, relu(kit)(bn(kit)(kit.layers.Concatenate(name="concatenate")(parts))))


@fixture("rewrite_sum", "The sum of two convolutions.", ["bn"])
def _(kit: Kit) -> Any:
    start = kit.input(6, 6, 3)
    terms = [same(kit, "conv_1", 4)(start), conv(kit, "conv_2", 4, 1)(start)]
    return kit.model(start, relu(kit)(bn(kit)(kit.layers.Add(name="add")(terms))))


@fixture("rewrite_pooling_and_flatten", "Average pooling and Flatten between the BN and a Dense.", ["bn"])
def _(kit: Kit) -> Any:
    pool = kit.layers.AveragePooling2D(2, name="pool")
    return chain(kit, (6, 6, 3), tanh(kit), bn(kit), pool, kit.layers.Flatten(name="flatten"), dense(kit))


@fixture(
    "rewrite_residual_stream",
    "As in ResNetV2: one BN goes into all that feeds the stream, and the other one after it, as both have gammas of one sign.",
    ["bn_1", "bn_2"],
)
def _(kit: Kit) -> Any:
    # Two channels: with more, one gamma is zero and has no inverse.
    start = kit.input(6, 6, 3)
    stream = conv(kit, "conv_0", 2, 1)(start)
    branch = same(kit, "conv_1", 2)(relu(kit, "relu_1")(bn(kit, "bn_1")(stream)))
    stream = kit.layers.Add(name="add")([stream, branch])
    return kit.model(start, relu(kit, "relu_2")(bn(kit, "bn_2")(stream)))


@fixture("rewrite_across_the_border", "A convolution at the end of an inner model, the BN behind it.", ["bn"])
def _(kit: Kit) -> Any:
    inner = kit.input(6, 6, 3, name="inner_input")
    body = kit.model(inner, conv(kit, "conv_2")(relu(kit, "relu_1")(conv(kit, "conv_1")(inner))), name="body")
    return chain(kit, (6, 6, 3), body, kit.layers.GlobalAveragePooling2D(name="pool"), bn(kit), relu(kit))


@fixture("rewrite_shared_at_two_ranks", "A Dense called on a vector and on a sequence.", kept={"bn": "shared-layer"})
def _(kit: Kit) -> Any:
    vector, sequence = kit.input(6, name="vector"), kit.input(4, 6, name="sequence")
    shared = dense(kit, "shared", 4)
    first = tanh(kit)(bn(kit)(shared(vector)))
    second = dense(kit, "last", 3)(kit.layers.Permute((2, 1), name="permute")(shared(sequence)))
    return kit.model([vector, sequence], [first, second])


@fixture("rewrite_other_axis", "A BN over one axis, numbers of a Rescaling over another.", kept={"bn": "activation"})
def _(kit: Kit) -> Any:
    rescaling = kit.layers.Rescaling([1.0, 2.0, 3.0, 4.0], offset=[0.5, 0.0, -0.5, 1.0], name="rescaling")
    layers = (tanh(kit), bn(kit, axis=1), rescaling, kit.layers.Permute((2, 1), name="permute"), dense(kit))
    return chain(kit, (4, 4), *layers)

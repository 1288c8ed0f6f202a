"""Models that are not one functional graph: Sequential models, and models inside models."""

from __future__ import annotations

from typing import Any

from .building_blocks import bn, chain, conv, dense, relu, same
from .kit import Kit
from .registry import fixture


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


@fixture("nested_siamese", "A submodel called on two inputs; the second call moves its statistics last.", ["sub/sub_bn"])
def _(kit: Kit) -> Any:
    starts = [kit.input(6, 6, 3, name="left"), kit.input(6, 6, 3, name="right")]
    sub = inner(kit, filters=3)
    pool = kit.layers.GlobalAveragePooling2D(name="pool")
    return kit.model(starts, kit.layers.Subtract(name="difference")([pool(sub(start)) for start in starts]))


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


def backbone_with_unfrozen_tail(kit: Kit) -> Any:
    """What transfer learning does: everything frozen, then the last layers trained again."""
    sub = backbone(kit, 2)
    sub.trainable = False
    for name in ("conv_2", "bn_2"):
        sub.get_layer(name).trainable = True
    return sub


@fixture(
    "nested_unfrozen_tail",
    "A frozen backbone whose last layers are trained again; each Keras stores that in its own order.",
    ["sub/bn_1", "sub/bn_2"],
)
def _(kit: Kit) -> Any:
    pool = kit.layers.GlobalAveragePooling2D(name="pool")
    return chain(kit, (6, 6, 3), backbone_with_unfrozen_tail(kit), pool, dense(kit))


@fixture(
    "nested_time_distributed_unfrozen_tail",
    "The same inside TimeDistributed.",
    ["steps/bn_1", "steps/bn_2"],
)
def _(kit: Kit) -> Any:
    steps = kit.layers.TimeDistributed(backbone_with_unfrozen_tail(kit), name="steps")
    return chain(kit, (2, 6, 6, 3), steps)


@fixture("nested_time_distributed_twice", "TimeDistributed in TimeDistributed, which is carried as it is.", ["bn"])
def _(kit: Kit) -> Any:
    wrapped = kit.layers.TimeDistributed(kit.layers.TimeDistributed(dense(kit, "inner")), name="twice")
    return chain(kit, (2, 3, 4), dense(kit), bn(kit), wrapped)


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

"""What stands around a batch normalization in the graph."""

from __future__ import annotations

from typing import Any

from .building_blocks import bn, chain, conv, dense, doubling, relu, same
from .kit import Kit
from .registry import fixture


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
    "pattern_conv_two_readers", "The convolution is also read by the Add behind its BN.", kept={"bn": "model-output"}
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


@fixture("pattern_shared_conv", "A convolution called twice, a BN behind one call.", kept={"bn": "conflict"})
def _(kit: Kit) -> Any:
    start = kit.input(6, 6, 3)
    shared = same(kit, "conv")
    return kit.model(start, kit.layers.Add(name="add")([bn(kit)(shared(start)), shared(relu(kit)(start))]))


@fixture("pattern_shared_bn", "One BN called on two convolutions.", ["bn"])
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


@fixture("pattern_zero_padding_between", "Zero padding between: the border differs.", kept={"bn": "shift"})
def _(kit: Kit) -> Any:
    return chain(kit, (6, 6, 3), conv(kit), kit.layers.ZeroPadding2D(1, name="pad"), bn(kit), relu(kit))


@fixture("pattern_max_pool_between", "Max pooling between, gammas of both signs.", kept={"bn": "negative-scale"})
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

"""Nodes that ask for results without end, or whose attributes and shapes make no sense."""

from __future__ import annotations

from .onnx_hostile_kit import (
    FLOAT,
    INT64,
    SLOWLY,
    Hostile,
    field,
    floats,
    integers,
    network,
    node,
    number,
    tensor,
    text,
)

LOWEST = -(2**63)
HIGHEST = 2**63 - 1


def one(
    about: str,
    words: str,
    kind: str,
    inputs: str,
    *constants: bytes,
    opset: int = 17,
    code: int = 65,
    **attributes: object,
) -> Hostile:
    """A node of x that is run, or refused when it would be."""
    return Hostile(about, network([node(kind, inputs, "y", **attributes)], *constants, opset=opset), words, code, "run")


def chain(count: int, kind: str, inputs: str, *constants: bytes, **attributes: object) -> bytes:
    """Nodes that each read the result of the one before, which is called `-` in their inputs."""
    names = ["x", *(f"t{index}" for index in range(count - 1)), "y"]
    nodes = [node(kind, inputs.replace("-", before), after, **attributes) for before, after in zip(names, names[1:])]
    return network(nodes, *constants)


def filled(name: str, size: str) -> bytes:
    """A node whose result is 1 again and again."""
    one_ = text(1, "value") + field(5, tensor("", FLOAT, [1], field(4, b"\0\0\x80?"))) + number(20, 4)
    return node("ConstantOfShape", size, name) + field(5, one_)


def many_constants(count: int) -> bytes:
    """Results of a million elements each that no input changes."""
    nodes = [filled("c0", "size")]
    nodes += [node("Sin", f"c{index}", f"c{index + 1}") for index in range(count)]
    return network([*nodes, node("Add", f"x c{count}", "y")], integers("size", 1 << 20))


def costly_constants() -> bytes:
    """A convolution of constants that needs 10^12 products for a million results."""
    nodes = [filled("c", "size"), filled("k", "size"), node("Conv", "c k", "r", pads=[511, 511, 512, 512])]
    return network([*nodes, node("Add", "x r", "y")], integers("size", 1, 1, 1024, 1024))


LARGE = {
    "expand": one(
        "An Expand to 2^60 elements.",
        "elements, more than 268,435,456",
        "Expand",
        "x s",
        integers("s", 2**20, 4, 2**20, 2**18),
    ),
    "expand_both": one(
        "An Expand whose operands are each broadcast.",
        "elements, more than 268,435,456",
        "Expand",
        "x s",
        integers("s", 2**27, 1, 1, 1),
    ),
    "tile": one(
        "A Tile to 2^62 elements.", "elements, more than 268,435,456", "Tile", "x s", integers("s", 2**31, 1, 1, 2**31)
    ),
    "tile_list": one(
        "A Tile by a list of ten thousand numbers.",
        "its repeats are",
        "Tile",
        "x s",
        tensor("s", INT64, [10_000], field(7, b"\1" * 10_000)),
    ),
    "tile_overflow": one(
        "A Tile whose sizes overflow.",
        "its repeats are [9223372036854775807, 9223372036854775807,",
        "Tile",
        "x s",
        integers("s", HIGHEST, HIGHEST, HIGHEST, 2),
    ),
    "fill": Hostile(
        "A ConstantOfShape of 2^62 elements that is added.",
        network([filled("c", "s"), node("Add", "x c", "y")], integers("s", 2**31, 1, 1, 2**31)),
        "elements, more than 268,435,456",
        command="run",
    ),
    "fill_overflow": Hostile(
        "A ConstantOfShape whose size overflows.",
        network([filled("c", "s"), node("Add", "x c", "y")], integers("s", 2**40, 2**40)),
        "elements, more than 268,435,456",
        command="run",
    ),
    "fill_computed": Hostile(
        "A ConstantOfShape of a shape that is computed.",
        network([node("Shape", "x", "a"), node("Mul", "a b", "s"), filled("y", "s")], integers("b", 2**30)),
        "elements, more than 268,435,456",
        command="run",
    ),
    "range": one(
        "A Range of 2^62 numbers.",
        "elements, more than 268,435,456",
        "Range",
        "a b c",
        *(integers(name, value, axes=[]) for name, value in [("a", 0), ("b", 2**62), ("c", 1)]),
    ),
    "range_lowest": one(
        "A Range to the lowest number.",
        "elements, more than 268,435,456",
        "Range",
        "a b c",
        *(integers(name, value, axes=[]) for name, value in [("a", 0), ("b", LOWEST), ("c", -1)]),
    ),
    "range_no_step": one(
        "A Range without a step.",
        "its step is 0",
        "Range",
        "a b c",
        *(integers(name, value, axes=[]) for name, value in [("a", 0), ("b", 9), ("c", 0)]),
    ),
    "range_not_finite": one(
        "A Range to infinity.",
        "its limits are [0.0, inf, 1.0]",
        "Range",
        "a b c",
        *(floats(name, value, axes=[]) for name, value in [("a", 0), ("b", float("inf")), ("c", 1)]),
    ),
    "pad": one(
        "A Pad by 2^40 on each side.",
        "do not fit the shape (1, 4, 6, 6)",
        "Pad",
        "x p",
        integers("p", 0, 0, 2**40, 2**40, 0, 0, 2**40, 2**40),
    ),
    "pad_large": one(
        "A Pad by 2^29 on each side.",
        "elements, more than 268,435,456",
        "Pad",
        "x p",
        integers("p", 0, 0, 2**29, 2**29, 0, 0, 2**29, 2**29),
    ),
    "pad_overflow": one(
        "A Pad whose sizes overflow.", "do not fit the shape (1, 4, 6, 6)", "Pad", "x p", integers("p", *[HIGHEST] * 8)
    ),
    "pad_lowest": one(
        "A Pad that takes away more than there is.",
        "do not fit the shape (1, 4, 6, 6)",
        "Pad",
        "x p",
        integers("p", *[LOWEST] * 8),
    ),
    "pad_reflect": one(
        "A reflection that is longer than its input.",
        "(1, 4, 131078, 6)",
        "Pad",
        "x p",
        integers("p", 0, 0, 2**16, 0, 0, 0, 2**16, 0),
        mode="reflect",
        code=0,
    ),
    "resize": one(
        "A Resize to 2^60 elements.",
        "elements, more than 268,435,456",
        "Resize",
        "x - - s",
        integers("s", 1, 4, 2**29, 2**29),
    ),
    "resize_scales": one(
        "A Resize by infinity.",
        "its scales or sizes do not fit 4 axes of (1, 4, 6, 6)",
        "Resize",
        "x - s",
        floats("s", 1, 1, float("inf"), 1),
    ),
    "resize_no_number": one(
        "A Resize by NaN.",
        "its scales or sizes do not fit 4 axes of (1, 4, 6, 6)",
        "Resize",
        "x - s",
        floats("s", 1, 1, float("nan"), 1),
    ),
    "resize_negative": one(
        "A Resize to a negative size.",
        "its scales or sizes do not fit 4 axes of (1, 4, 6, 6)",
        "Resize",
        "x - - s",
        integers("s", 1, 4, -3, 2),
    ),
    "upsample": one(
        "An Upsample by 10^30.",
        "its scales or sizes do not fit 4 axes of (1, 4, 6, 6)",
        "Upsample",
        "x s",
        floats("s", 1, 1, 1e15, 1e15),
        opset=9,
    ),
    "one_hot": one(
        "A OneHot of a depth of 2^50.",
        "elements, more than 268,435,456",
        "OneHot",
        "x d v",
        integers("d", 2**50, axes=[]),
        floats("v", 0, 1),
    ),
    "growing": Hostile(
        "Results that are each 1,500 times beside themselves.",
        chain(4, "Concat", " ".join("-" * 1500), axis=0),
        "elements, more than 268,435,456",
        command="run",
    ),
    "gathering": Hostile(
        "Gathers that each take everything 1,500 times.",
        chain(4, "Gather", "- i", integers("i", *[0] * 1500, axes=[1, 1500]), axis=0),
        "elements, more than 268,435,456",
        command="run",
    ),
    "padding_of_windows": one(
        "A pooling whose padding is 2^40.",
        "the attribute pads does not have a value that is known",
        "MaxPool",
        "x",
        kernel_shape=[2, 2],
        pads=[2**40] * 4,
    ),
    "convolution_padding": one(
        "A convolution whose padding is the largest number.",
        "the attribute pads does not have a value that is known",
        "Conv",
        "x k",
        floats("k", *[1] * 4, axes=[1, 4, 1, 1]),
        pads=[HIGHEST] * 4,
    ),
    "dilation": one(
        "A dilation of the largest number.",
        "the attribute dilations does not have a value that is known",
        "Conv",
        "x k",
        floats("k", *[1] * 16, axes=[1, 4, 2, 2]),
        dilations=[HIGHEST, HIGHEST],
    ),
    "transposed_stride": one(
        "A transposed convolution with a stride of 2^40.",
        "the attribute strides does not have a value that is known",
        "ConvTranspose",
        "x k",
        floats("k", *[1] * 4, axes=[4, 1, 1, 1]),
        strides=[2**40, 2**40],
    ),
    "transposed_output": one(
        "A transposed convolution with an output padding of the largest number.",
        "the attribute output_padding does not have a value that is known",
        "ConvTranspose",
        "x k",
        floats("k", *[1] * 4, axes=[4, 1, 1, 1]),
        output_padding=[HIGHEST, HIGHEST],
    ),
    "transposed_shape": one(
        "A transposed convolution with a given shape of 2^60.",
        "the attribute output_shape does not have a value that is known",
        "ConvTranspose",
        "x k",
        floats("k", *[1] * 4, axes=[4, 1, 1, 1]),
        output_shape=[2**30, 2**30],
    ),
    "many_constants": Hostile(
        "A thousand constants that follow from each other.", many_constants(1000), "1,003 layers", 0, arguments=SLOWLY
    ),
    "costly_constants": Hostile("A product of constants that takes minutes.", costly_constants(), "5 layers", 0),
}
SENSELESS = {
    "reshape_twice_unknown": one(
        "A shape with two unknown sizes.",
        "its input of shape (1, 4, 6, 6) has no shape [-1, -1]",
        "Reshape",
        "x s",
        integers("s", -1, -1),
    ),
    "reshape_overflow": one(
        "A shape whose size overflows.",
        "its input's shape or its axes do not fit",
        "Reshape",
        "x s",
        integers("s", 2**40, 2**40, 2**40),
    ),
    "reshape_negative": one(
        "A shape with the lowest number.",
        "its input of shape (1, 4, 6, 6) has no shape [-9223372036854775808, 4]",
        "Reshape",
        "x s",
        integers("s", LOWEST, 4),
    ),
    "reshape_rank": one(
        "A shape of a thousand axes.",
        "its input's shape or its axes do not fit",
        "Reshape",
        "x s",
        tensor("s", INT64, [1000], field(7, b"\1" * 1000)),
    ),
    "unsqueeze": one(
        "Two hundred axes more.", "(1, 1, 1, 1, 1, 1", "Unsqueeze", "x a", integers("a", *range(200)), code=0
    ),
    "squeeze": one(
        "An axis that is not there.",
        "its input's shape or its axes do not fit",
        "Squeeze",
        "x a",
        integers("a", LOWEST),
    ),
    "transpose": one("An axis twice.", "its input's shape or its axes do not fit", "Transpose", "x", perm=[0, 0, 1, 2]),
    "transpose_far": one(
        "An axis that is not there.",
        "the attribute perm does not have a value that is known",
        "Transpose",
        "x",
        perm=[0, 1, 2, HIGHEST],
    ),
    "flatten": one(
        "An axis that is not there.",
        "the attribute axis does not have a value that is known",
        "Flatten",
        "x",
        axis=HIGHEST,
    ),
    "concat": one(
        "An axis that is not there.", "the attribute axis does not have a value", "Concat", "x x", axis=LOWEST
    ),
    "softmax": one(
        "An axis that is not there.", "the attribute axis does not have a value", "Softmax", "x", axis=LOWEST
    ),
    "gather": one(
        "An index that is not there.",
        "its index 5 is outside an axis of size 4",
        "Gather",
        "x i",
        integers("i", 5),
        axis=1,
    ),
    "gather_lowest": one(
        "The lowest number as an index.",
        "its index -9223372036854775808 is outside an axis of size 4",
        "Gather",
        "x i",
        integers("i", LOWEST),
        axis=1,
    ),
    "slopes": Hostile(
        "Slopes of a PRelu that would make the tensor larger.",
        network([node("PRelu", "x s", "y")], floats("s", 0.5, 0.25, 2, axes=[1, 1, 3])),
        "its input's shape or its axes do not fit",
        65,
        "run",
        given=(1, 4, 1, 1),
    ),
    "gather_without_places": Hostile(
        "A gather of a shape that has no indices.",
        network([node("Shape", "x", "s"), node("Gather", "s", "y")]),
        "its operand 1 is missing",
        65,
        "run",
    ),
    "gather_elements": one(
        "Indices of other axes.",
        "it does not fit inputs of the shapes (1, 4, 6, 6), (1)",
        "GatherElements",
        "x i",
        integers("i", 0),
    ),
    "gather_nd": one(
        "More batch axes than there are.",
        "the attribute batch_dims does not have a value that is known",
        "GatherND",
        "x i",
        integers("i", 0),
        batch_dims=HIGHEST,
    ),
    "scatter_nd": one(
        "A place that is not there.",
        "it does not fit inputs of the shapes (1, 4, 6, 6), (1, 1), (1)",
        "ScatterND",
        "x i u",
        integers("i", 7, axes=[1, 1]),
        floats("u", 1),
    ),
    "slice_no_step": one(
        "A slice without a step.",
        "its steps are [0]",
        "Slice",
        "x a b c d",
        integers("a", 0),
        integers("b", 9),
        integers("c", 0),
        integers("d", 0),
    ),
    "slice_lowest": one(
        "A slice with the lowest step.",
        "its steps are [-9223372036854775808]",
        "Slice",
        "x a b c d",
        integers("a", 0),
        integers("b", LOWEST),
        integers("c", 0),
        integers("d", LOWEST),
    ),
    "split": one(
        "Parts of a negative size.", "its axis of 1 is not cut into 1 parts of [-1]", "Split", "x s", integers("s", -1)
    ),
    "split_overflow": one(
        "Parts whose sum overflows.",
        "its axis of 1 is not cut into 1 parts of [9223372036854775807]",
        "Split",
        "x s",
        integers("s", HIGHEST),
    ),
    "no_groups": one(
        "No groups.",
        "the attribute group does not have a value that is known",
        "Conv",
        "x k",
        floats("k", *[1] * 4, axes=[1, 4, 1, 1]),
        group=0,
    ),
    "negative_groups": one(
        "Negative groups.",
        "the attribute group does not have a value that is known",
        "Conv",
        "x k",
        floats("k", *[1] * 4, axes=[1, 4, 1, 1]),
        group=-1,
    ),
    "other_channels": one(
        "A kernel for other channels.",
        "its kernel has the shape [1, 3, 1, 1] for 4 channels",
        "Conv",
        "x k",
        floats("k", *[1] * 3, axes=[1, 3, 1, 1]),
    ),
    "empty_kernel": one(
        "A kernel without elements.",
        "the attribute kernel_shape does not have a value that is known",
        "Conv",
        "x k",
        tensor("k", FLOAT, [1, 4, 0, 2]),
    ),
    "no_stride": one(
        "A stride of 0.",
        "the attribute strides does not have a value that is known",
        "Conv",
        "x k",
        floats("k", *[1] * 4, axes=[1, 4, 1, 1]),
        strides=[0, 0],
    ),
    "negative_padding": one(
        "A padding that is the lowest number.",
        "the attribute pads does not have a value",
        "Conv",
        "x k",
        floats("k", *[1] * 4, axes=[1, 4, 1, 1]),
        pads=[LOWEST] * 4,
    ),
    "no_window": one(
        "A window of no size.",
        "the attribute kernel_shape does not have a value that is known",
        "AveragePool",
        "x",
        kernel_shape=[0, 0],
    ),
    "huge_window": one(
        "A window of the largest size.",
        "the attribute kernel_shape does not have a value that is known",
        "MaxPool",
        "x",
        kernel_shape=[HIGHEST, HIGHEST],
    ),
    "window_of_one_axis": one(
        "A window of one axis for two.", "its input has 4 axes", "MaxPool", "x", kernel_shape=[2]
    ),
    "depth_to_space": one(
        "Blocks of no size.",
        "the attribute blocksize does not have a value that is known",
        "DepthToSpace",
        "x",
        blocksize=0,
    ),
    "depth_to_space_huge": one(
        "Blocks of the largest size.",
        "the attribute blocksize does not have a value that is known",
        "DepthToSpace",
        "x",
        blocksize=HIGHEST,
    ),
    "space_to_depth": one(
        "Blocks of no size.",
        "the attribute blocksize does not have a value that is known",
        "SpaceToDepth",
        "x",
        blocksize=0,
    ),
    "group_normalization": one(
        "No groups.",
        "the attribute num_groups does not have a value that is known",
        "GroupNormalization",
        "x a b",
        floats("a", *[1] * 4),
        floats("b", *[1] * 4),
        opset=21,
        num_groups=0,
    ),
    "batch_normalization": one(
        "Statistics of other channels.",
        "it has statistics of 3 channels for 4",
        "BatchNormalization",
        "x a a a a",
        floats("a", *[1] * 3),
    ),
    "instance_normalization": one(
        "Scales of other channels.",
        "4 groups and 2 scales do not fit the shape (1, 4, 6, 6)",
        "InstanceNormalization",
        "x a a",
        floats("a", 1, 1),
    ),
    "local_normalization": one(
        "A window of no channels.", "the attribute size does not have a value that is known", "LRN", "x", size=0
    ),
    "local_normalization_huge": one(
        "A window of the most channels.",
        "the attribute size does not have a value that is known",
        "LRN",
        "x",
        size=HIGHEST,
    ),
    "einsum": one(
        "An equation without sense.",
        "its equation a,b->-> does not fit operands of [4] axes",
        "Einsum",
        "x",
        equation="a,b->->",
    ),
    "einsum_sizes": one(
        "Labels of two sizes.", "it does not fit inputs of the shapes (1, 4, 6, 6)", "Einsum", "x", equation="abcb->ac"
    ),
    "gemm": one(
        "A product of other sizes.",
        "the number of axes of its input is not known",
        "Gemm",
        "x k",
        floats("k", 1, 1, axes=[2, 1]),
    ),
    "recurrence": one(
        "A recurrence with other weights than it says.",
        "the attribute hidden_size does not have a value that is known",
        "LSTM",
        "x w r",
        floats("w", *[1] * 8, axes=[1, 4, 2]),
        floats("r", *[1] * 4, axes=[1, 4, 1]),
        hidden_size=2**40,
    ),
    "top_k": one(
        "More elements than there are.", "it wants [1099511627776] of 6 elements", "TopK", "x k", integers("k", 2**40)
    ),
    "top_k_negative": one(
        "A negative number of elements.",
        "it wants [-9223372036854775808] of 6 elements",
        "TopK",
        "x k",
        integers("k", LOWEST),
    ),
    "division": Hostile(
        "The lowest number divided by -1, and a division by 0.",
        network(
            [node("Div", "a b", "c"), node("Cast", "c", "d", to=1), node("Add", "x d", "y")],
            integers("a", LOWEST),
            integers("b", -1),
        ),
        "(1, 4, 6, 6)",
        0,
        "run",
    ),
    "division_by_zero": Hostile(
        "A whole number divided by 0.",
        network(
            [node("Div", "a b", "c"), node("Cast", "c", "d", to=1), node("Add", "x d", "y")],
            integers("a", 1),
            integers("b", 0),
        ),
        "an integer is divided by 0",
        command="run",
    ),
    "remainder": Hostile(
        "The remainder of a division by 0.",
        network(
            [node("Mod", "a b", "c"), node("Cast", "c", "d", to=1), node("Add", "x d", "y")],
            integers("a", LOWEST),
            integers("b", 0),
        ),
        "an integer is divided by 0",
        command="run",
    ),
    "power": Hostile(
        "A power that overflows.",
        network(
            [node("Pow", "a b", "c"), node("Cast", "c", "d", to=1), node("Add", "x d", "y")],
            integers("a", 3),
            integers("b", HIGHEST),
        ),
        "(1, 4, 6, 6)",
        0,
        "run",
    ),
    "cast": Hostile(
        "Numbers that no integer holds.",
        network(
            [node("Cast", "a", "c", to=7), node("Cast", "c", "d", to=1), node("Add", "x d", "y")],
            floats("a", float("nan"), float("inf"), float("-inf"), 1e30, -1e30, 0.5),
        ),
        "(1, 4, 6, 6)",
        0,
        "run",
    ),
    "shape_ends": one(
        "The shape from the lowest to the highest axis.",
        "the attribute start does not have a value",
        "Shape",
        "x",
        start=LOWEST,
        end=HIGHEST,
    ),
    "cumulative_sum": one(
        "An axis that is not there.",
        "there is no axis 9223372036854775807 of 4",
        "CumSum",
        "x a",
        integers("a", HIGHEST, axes=[]),
    ),
    "triangle": one(
        "A diagonal at the lowest number.", "(1, 4, 6, 6)", "Trilu", "x k", integers("k", LOWEST, axes=[]), code=0
    ),
    "reduction": one(
        "Axes that are not there.",
        "the attribute axes does not have a value",
        "ReduceMean",
        "x",
        axes=[LOWEST, HIGHEST],
    ),
    "arg_max": one(
        "An axis that is not there.", "the attribute axis does not have a value", "ArgMax", "x", axis=LOWEST
    ),
    "clip": one(
        "Limits in the wrong order.",
        "(1, 4, 6, 6)",
        "Clip",
        "x a b",
        floats("a", 9, axes=[]),
        floats("b", 1, axes=[]),
        code=0,
    ),
}
OPERATORS = LARGE | SENSELESS

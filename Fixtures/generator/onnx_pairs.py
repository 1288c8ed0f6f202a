"""Pairs of ONNX models that compute the same in other words: `<name>.original.onnx` and `<name>.other.onnx`."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from .onnx_models import OUTPUT, floats

PAIRS = OUTPUT / "pairs"
Arrays = dict[str, np.ndarray]
EPSILON = 1e-3


def model(
    nodes: list[onnx.NodeProto], weights: Arrays, given: list[int | None], gives: list[int | None], opset: int = 17
) -> onnx.ModelProto:
    """A model with one input and one output."""
    graph = helper.make_graph(
        nodes, "graph", [helper.make_tensor_value_info("x", TensorProto.FLOAT, given)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, gives)],
        [numpy_helper.from_array(array, name) for name, array in weights.items()])
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)
    onnx.checker.check_model(made, full_check=True)
    return made


def node(kind: str, inputs: str, output: str, **attributes: object) -> onnx.NodeProto:
    return helper.make_node(kind, inputs.split(), [output], f"{kind}_{output}", **attributes)


def convolution(kind: str = "Conv") -> Arrays:
    return {"kernel": floats(11, 4, 3, 3, 3), "bias": floats(12, 4)} if kind == "Conv" else {"kernel": floats(11, 3, 4)}


def statistics() -> Arrays:
    return {"scale": floats(13, 4), "shift": floats(14, 4), "mean": floats(15, 4), "variance": np.abs(floats(16, 4)) + 1}


def affine(bn: Arrays) -> tuple[np.ndarray, np.ndarray]:
    """Scale and shift of a batch normalization in float64."""
    exact = {name: array.astype(np.float64) for name, array in bn.items()}
    scale = exact["scale"] / np.sqrt(exact["variance"] + EPSILON_STORED)
    return scale, exact["shift"] - exact["mean"] * scale


EPSILON_STORED = float(np.float32(EPSILON))
BN = "scale shift mean variance"


def folded(layer: Arrays, bn: Arrays) -> Arrays:
    """The kernel and the bias with a batch normalization in them, each rounded once."""
    scale, shift = affine(bn)
    kernel = layer["kernel"].astype(np.float64)
    shape = (-1,) + (1,) * (kernel.ndim - 1) if kernel.ndim > 2 else (1, -1)
    bias = layer.get("bias", np.zeros(4)).astype(np.float64) * scale + shift
    return {"kernel": (kernel * scale.reshape(shape)).astype(np.float32), "bias": bias.astype(np.float32)}


def convolved(**attributes: object) -> tuple[list[onnx.NodeProto], Arrays]:
    nodes = [node("Conv", "x kernel bias", "c", **attributes), node("BatchNormalization", f"c {BN}", "y", epsilon=EPSILON)]
    return nodes, convolution() | statistics()


Pair = tuple[onnx.ModelProto, onnx.ModelProto]
IMAGE, FEATURES, SMALL = ["n", 3, 8, 8], ["n", 4, 8, 8], ["n", 4, 6, 6]


def folded_convolution() -> Pair:
    nodes, weights = convolved()
    new = folded(convolution(), statistics())
    return model(nodes, weights, IMAGE, SMALL), model([node("Conv", "x kernel bias", "y")], new, IMAGE, SMALL)


def product_and_sum() -> Pair:
    """As tf2onnx and Paddle write a batch normalization."""
    scale, shift = affine(statistics())
    weights = convolution() | {
        "factor": scale.astype(np.float32).reshape(1, 4, 1, 1), "addend": shift.astype(np.float32).reshape(4, 1, 1)}
    nodes = [node("Conv", "x kernel bias", "c"), node("Mul", "factor c", "m"), node("Add", "m addend", "y")]
    exact = convolution()["kernel"].astype(np.float64) * weights["factor"].astype(np.float64).reshape(4, 1, 1, 1)
    bias = convolution()["bias"].astype(np.float64) * weights["factor"].reshape(4) + weights["addend"].reshape(4)
    new = {"kernel": exact.astype(np.float32), "bias": bias.astype(np.float32)}
    return model(nodes, weights, IMAGE, SMALL), model([node("Conv", "x kernel bias", "y")], new, IMAGE, SMALL)


def chain() -> Pair:
    """Sub, Div, Neg and Sub from a constant, which are one scale and shift."""
    weights = convolution() | {
        "mean": floats(15, 4, 1, 1), "deviation": np.abs(floats(16, 1, 4, 1, 1)) + 1, "one": np.float32([2.5])}
    nodes = [
        node("Conv", "x kernel bias", "c"), node("Sub", "c mean", "s"), node("Div", "s deviation", "d"),
        node("Neg", "d", "n"), node("Sub", "one n", "y")]
    deviation = weights["deviation"].astype(np.float64).reshape(4)
    kernel = convolution()["kernel"].astype(np.float64) / deviation.reshape(4, 1, 1, 1)
    bias = 2.5 + (convolution()["bias"].astype(np.float64) - weights["mean"].reshape(4)) / deviation
    new = {"kernel": kernel.astype(np.float32), "bias": bias.astype(np.float32)}
    return model(nodes, weights, IMAGE, SMALL), model([node("Conv", "x kernel bias", "y")], new, IMAGE, SMALL)


def bias_as_sum() -> Pair:
    weights = convolution()
    other = {"kernel": weights["kernel"], "addend": weights["bias"].reshape(1, 4, 1, 1)}
    return (
        model([node("Conv", "x kernel bias", "y")], weights, IMAGE, SMALL),
        model([node("Conv", "x kernel", "c"), node("Add", "addend c", "y")], other, IMAGE, SMALL))


def product_of_matrices() -> Pair:
    weights = convolution("MatMul") | {"addend": floats(12, 4)}
    other = {"turned": np.ascontiguousarray(weights["kernel"].T), "addend": weights["addend"]}
    nodes = [node("MatMul", "x kernel", "m"), node("Add", "m addend", "y")]
    return model(nodes, weights, ["n", 3], ["n", 4]), model(
        [node("Gemm", "x turned addend", "y", transB=1)], other, ["n", 3], ["n", 4])


def general_product() -> Pair:
    """alpha and beta, and one number for all columns."""
    weights = convolution("Gemm") | {"bias": np.float32(0.75)} | statistics()
    nodes = [
        node("Gemm", "x kernel bias", "g", alpha=0.5, beta=3.0),
        node("BatchNormalization", f"g {BN}", "y", epsilon=EPSILON)]
    layer = {"kernel": weights["kernel"] * np.float32(0.5), "bias": np.full(4, 2.25, np.float32)}
    new = folded(layer, statistics())
    return model(nodes, weights, ["n", 3], ["n", 4]), model(
        [node("Gemm", "x kernel bias", "y")], new, ["n", 3], ["n", 4])


def product_of_three_axes() -> Pair:
    weights = convolution("MatMul") | {"addend": floats(12, 4)}
    other = weights | {"flat": np.int64([-1, 3]), "back": np.int64([2, 5, 4])}
    nodes = [node("MatMul", "x kernel", "m"), node("Add", "m addend", "y")]
    others = [node("Reshape", "x flat", "f"), node("Gemm", "f kernel addend", "g"), node("Reshape", "g back", "y")]
    return model(nodes, weights, [2, 5, 3], [2, 5, 4]), model(others, other, [2, 5, 3], [2, 5, 4])


def shapes() -> Pair:
    """Flatten, Squeeze, a sum over one element, and a product with the axes in another order, by one Reshape."""
    weights = {"kernel": floats(11, 4, 3, 8, 8), "axes": np.int64([2])}
    nodes = [
        node("Conv", "x kernel", "c"), node("ReduceSum", "c axes", "r", keepdims=1),
        node("Transpose", "r", "t", perm=[0, 2, 3, 1]), node("Flatten", "t", "y")]
    other = {"kernel": weights["kernel"], "shape": np.int64([-1, 4])}
    others = [node("Conv", "x kernel", "c"), node("Reshape", "c shape", "y")]
    return model(nodes, weights, IMAGE, ["n", 4]), model(others, other, IMAGE, ["n", 4])


def padding() -> Pair:
    weights = convolution() | {"pads": np.int64([0, 0, 1, 0, 0, 0, 2, 1])}
    nodes = [node("Pad", "x pads", "p"), node("Conv", "p kernel bias", "y", pads=[0, 1, 0, 0])]
    others = [node("Conv", "x kernel bias", "y", pads=[1, 1, 2, 1])]
    return model(nodes, weights, IMAGE, ["n", 4, 9, 8]), model(others, convolution(), IMAGE, ["n", 4, 9, 8])


def same_padding() -> Pair:
    nodes = [node("Conv", "x kernel bias", "y", auto_pad="SAME_UPPER", strides=[2, 2])]
    others = [node("Conv", "x kernel bias", "y", pads=[0, 0, 1, 1], strides=[2, 2])]
    ends = (IMAGE, ["n", 4, 4, 4])
    return model(nodes, convolution(), *ends), model(others, convolution(), *ends)


def silent_nodes() -> Pair:
    """Nodes that do nothing, constants as nodes, and operands in another order."""
    weights = convolution()
    nodes = [
        node("Identity", "x", "i"), node("Conv", "i kernel bias", "c"), node("Dropout", "c", "d"), node("Relu", "d", "r"),
        node("Sigmoid", "c", "s"), node("Cast", "s", "f", to=TensorProto.FLOAT),
        node("Transpose", "r", "t", perm=[0, 2, 3, 1]), node("Transpose", "t", "u", perm=[0, 3, 1, 2]),
        node("Mul", "u f", "y")]
    constants = [
        helper.make_node("Constant", [], [name], f"made_{name}", value=numpy_helper.from_array(array, name))
        for name, array in weights.items()]
    others = [
        *constants, node("Conv", "x kernel bias", "c"), node("Sigmoid", "c", "gate"), node("Relu", "c", "open"),
        node("Mul", "gate open", "y")]
    return model(nodes, weights, IMAGE, SMALL), model(others, {}, IMAGE, SMALL)


def computed_constants() -> Pair:
    """A batch normalization as its formula, whose constants are computed in the graph."""
    weights = {
        "kernel": convolution()["kernel"], "variance": np.float32([4, 1, 0.25, 16]).reshape(4, 1, 1), "mean": floats(15, 4, 1, 1),
        "gamma": floats(13, 4, 1, 1)}
    nodes = [
        node("Conv", "x kernel", "c"), node("Sqrt", "variance", "deviation"), node("Div", "gamma deviation", "factor"),
        node("Sub", "c mean", "s"), node("Mul", "s factor", "y")]
    factor = (weights["gamma"] / np.sqrt(weights["variance"])).reshape(4)
    new = {
        "kernel": (weights["kernel"].astype(np.float64) * factor.reshape(4, 1, 1, 1)).astype(np.float32),
        "bias": (-weights["mean"].reshape(4).astype(np.float64) * factor).astype(np.float32)}
    return model(nodes, weights, IMAGE, SMALL), model([node("Conv", "x kernel bias", "y")], new, IMAGE, SMALL)


def groups() -> Pair:
    layer = {"kernel": floats(11, 4, 1, 3, 3), "bias": floats(12, 4)}
    nodes = [
        node("Conv", "x kernel bias", "c", group=2, pads=[1, 1, 1, 1]),
        node("BatchNormalization", f"c {BN}", "y", epsilon=EPSILON)]
    other = [node("Conv", "x kernel bias", "y", group=2, pads=[1, 1, 1, 1])]
    ends = (["n", 2, 8, 8], FEATURES)
    return model(nodes, layer | statistics(), *ends), model(other, folded(layer, statistics()), *ends)


def transposed_convolution() -> Pair:
    layer = {"kernel": floats(11, 6, 2, 3, 3), "bias": floats(12, 4)}
    nodes = [
        node("ConvTranspose", "x kernel bias", "c", group=2, strides=[2, 2]),
        node("BatchNormalization", f"c {BN}", "y", epsilon=EPSILON)]
    scale, shift = affine(statistics())
    kernel = layer["kernel"].astype(np.float64).reshape(2, 3, 2, 3, 3) * scale.reshape(2, 1, 2, 1, 1)
    new = {
        "kernel": kernel.reshape(6, 2, 3, 3).astype(np.float32),
        "bias": (layer["bias"] * scale + shift).astype(np.float32)}
    ends = (["n", 6, 3, 3], ["n", 4, 7, 7])
    other = [node("ConvTranspose", "x kernel bias", "y", group=2, strides=[2, 2])]
    return model(nodes, layer | statistics(), *ends), model(other, new, *ends)


MADE: list[Callable[[], Pair]] = [
    folded_convolution, product_and_sum, chain, bias_as_sum, product_of_matrices, general_product, product_of_three_axes,
    shapes, padding, same_padding, silent_nodes, computed_constants, groups, transposed_convolution]


def generate_pairs() -> None:
    PAIRS.mkdir(parents=True, exist_ok=True)
    for make in MADE:
        for which, made in zip(("original", "other"), make(), strict=True):
            (PAIRS / f"{make.__name__}.{which}.onnx").write_bytes(made.SerializeToString(deterministic=True))

"""Models of ONNX: one of each thing that its messages can have, and of each way in which they can be encoded."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

from .manifest import FOLDER

OUTPUT = FOLDER / "onnx"


def varint(value: int) -> bytes:
    """The shortest encoding of a number."""
    encoded = bytearray()
    while value >= 0x80:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*encoded, value])


def overlong(value: int) -> bytes:
    """An encoding of a number below 128 with a byte too many."""
    return bytes([value | 0x80, 0])


def field(number: int, content: bytes) -> bytes:
    """A field with a length."""
    return varint(number << 3 | 2) + varint(len(content)) + content


def number(number: int, value: int) -> bytes:
    """A field with a varint."""
    return varint(number << 3) + varint(value)


def floats(seed: int, *shape: int) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


def convolution_and_normalization() -> onnx.ModelProto:
    """A convolution, its batch normalization and an activation, as most models have them."""
    weights = {
        "kernel": floats(1, 4, 3, 3, 3),
        "scale": floats(2, 4),
        "shift": floats(3, 4),
        "mean": floats(4, 4),
        "variance": np.abs(floats(5, 4)) + 0.5,
    }
    nodes = [
        helper.make_node("Conv", ["image", "kernel"], ["features"], "conv", pads=[1, 1, 1, 1], strides=[2, 2]),
        helper.make_node(
            "BatchNormalization", ["features", "scale", "shift", "mean", "variance"], ["normal"], "bn", epsilon=1e-3
        ),
        helper.make_node("Relu", ["normal"], ["output"], "relu", doc_string="the last node"),
    ]
    graph = helper.make_graph(
        nodes,
        "net",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["batch", 3, 8, None])],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(value, name) for name, value in weights.items()],
        value_info=[helper.make_tensor_value_info("features", TensorProto.FLOAT, ["batch", 4, 4, None])],
    )
    graph.quantization_annotation.add(tensor_name="features").quant_parameter_tensor_names.add(
        key="SCALE_TENSOR", value="scale"
    )
    return model_of(graph)


def model_of(graph: onnx.GraphProto, **fields) -> onnx.ModelProto:
    operator_sets = [helper.make_opsetid("ai.onnx", 17), helper.make_opsetid("own", 1)]
    model = helper.make_model(graph, producer_name="fixtures", opset_imports=operator_sets, ir_version=10, **fields)
    helper.set_model_props(model, {"author": "fixtures"})
    return model


def every_type() -> onnx.ModelProto:
    """Each element type twice: in the field for its numbers, and raw."""
    initializers = []
    for type_, name in sorted((number, name) for name, number in TensorProto.DataType.items()):
        if type_ in (TensorProto.UNDEFINED, TensorProto.STRING):
            continue
        values = np.array([[0, 1, 1], [1, 0, 1]], np.float64)
        if type_ in (1, 10, 11, 16):
            values = np.array([[0.5, -2, 1e-3], [3e4, -0.0, np.inf]])
        elif type_ in (3, 5, 6, 7):
            values = np.array([[-128, 127, 1], [-1, 0, 5]], np.float64)
        elif type_ in (2, 4, 12, 13):
            values = np.array([[255, 127, 1], [128, 0, 5]], np.float64)
        array = values.astype(helper.tensor_dtype_to_np_dtype(type_))
        raw = numpy_helper.from_array(array, f"{name}_raw")
        assert raw.data_type == type_
        initializers += [helper.make_tensor(f"{name}_typed", type_, [2, 3], array.flatten()), raw]
    initializers.append(helper.make_tensor("STRING_typed", TensorProto.STRING, [2], [b"a", b"bc"]))
    initializers.append(numpy_helper.from_array(np.zeros((0, 3), np.float32), "empty"))
    return model_of(helper.make_graph([], "types", [], [], initializers))


def inner_graphs() -> onnx.ModelProto:
    """Graphs, sparse tensors, references and lists as attributes; a function with a constant."""

    def branch(value: float) -> onnx.GraphProto:
        constant = helper.make_node("Constant", [], ["y"], value=numpy_helper.from_array(np.float32([value]), "c"))
        return helper.make_graph([constant], "branch", [], [helper.make_tensor_value_info("y", 1, [1])])

    sparse = helper.make_sparse_tensor(
        helper.make_tensor("sparse", 1, [1], [2.0]), helper.make_tensor("indices", 7, [1], [1]), [3]
    )
    reference = helper.make_node("Elu", ["x"], ["y"], "elu")
    reference.attribute.add(name="alpha", ref_attr_name="alpha", type=onnx.AttributeProto.FLOAT)
    function = helper.make_function(
        "own",
        "Function",
        ["x"],
        ["z"],
        [
            reference,
            helper.make_node("Constant", [], ["one"], value=numpy_helper.from_array(np.float32([1]), "one")),
            helper.make_node("Add", ["y", "one"], ["z"]),
        ],
        [helper.make_opsetid("", 17)],
        ["alpha"],
        [helper.make_attribute("beta", 2)],
    )
    nodes = [
        helper.make_node("If", ["which"], ["chosen"], "if", then_branch=branch(1), else_branch=branch(2)),
        helper.make_node("Function", ["chosen"], ["called"], "call", domain="own", alpha=0.5),
        helper.make_node("Constant", [], ["s"], sparse_value=sparse),
        helper.make_node(
            "Other", ["", "called"], ["output"], domain="own", text="t", texts=["a", "b"], reals=[0.5, 2.0], whole=-3
        ),
    ]
    graph = helper.make_graph(
        nodes,
        "outer",
        [helper.make_tensor_value_info("which", TensorProto.BOOL, [])],
        [helper.make_tensor_sequence_value_info("output", 1, None)],
        sparse_initializer=[sparse],
    )
    return model_of(graph, functions=[function])


def inner_networks() -> onnx.ModelProto:
    """Batch normalizations in both branches of an If, in a function that is called once, and in one that is called twice."""
    weights: dict[str, np.ndarray] = {}

    def parameters(name: str, inputs: int, size: int) -> list[str]:
        seed = 100 + 10 * len(weights)
        weights[f"{name}.kernel"] = floats(seed, 4, inputs, size, size)
        for offset, word in enumerate(["scale", "shift", "mean"], 1):
            weights[f"{name}.{word}"] = floats(seed + offset, 4)
        weights[f"{name}.variance"] = np.abs(floats(seed + 4, 4)) + 0.5
        return [f"{name}.{word}" for word in ("kernel", "scale", "shift", "mean", "variance")]

    def block(source: str, names: list[str], output: str) -> list[onnx.NodeProto]:
        return [
            helper.make_node("Conv", [source, names[0]], [f"{output}.conv"], "conv"),
            helper.make_node("BatchNormalization", [f"{output}.conv", *names[1:]], [output], "bn"),
        ]

    def branch(name: str) -> onnx.GraphProto:
        output = helper.make_tensor_value_info(f"{name}.out", 1, [None, 4, None, None])
        return helper.make_graph(block("x", parameters(name, 3, 3), output.name), name, [], [output])

    formal = ["input", "kernel", "scale", "shift", "mean", "variance"]
    functions = [
        helper.make_function("own", name, formal, ["output"], block("input", formal[1:], "output"), [helper.make_opsetid("", 17)])
        for name in ("Once", "Twice")
    ]
    nodes = [
        helper.make_node("ReduceSum", ["x"], ["total"], "total", keepdims=0),
        helper.make_node("Greater", ["total", "zero"], ["which"], "which"),
        helper.make_node("If", ["which"], ["chosen"], "if", then_branch=branch("first"), else_branch=branch("second")),
        helper.make_node("Once", ["chosen", *parameters("once", 4, 1)], ["a"], "once", domain="own"),
        helper.make_node("Twice", ["a", *parameters("twice", 4, 1)], ["b"], "one", domain="own"),
        helper.make_node("Twice", ["b", *parameters("other", 4, 1)], ["y"], "two", domain="own"),
    ]
    weights["zero"] = np.float32(0)
    graph = helper.make_graph(
        nodes,
        "networks",
        [helper.make_tensor_value_info("x", 1, ["n", 3, 6, 6])],
        [helper.make_tensor_value_info("y", 1, ["n", 4, 4, 4])],
        [numpy_helper.from_array(np.asarray(values), name) for name, values in weights.items()],
    )
    return model_of(graph, functions=functions)


def unusual_encoding() -> bytes:
    """One graph in two places, an order of its own, unknown fields, and numbers encoded in ways that no library writes."""
    kernel = (
        number(2, 1)  # float32
        + b"".join(varint(4 << 3 | 5) + np.float32(value).tobytes() for value in (1, 2))
        + field(4, np.float32([3, 4]).tobytes())
        + field(1, varint(2) + overlong(2))  # packed, which ONNX does not say
        + field(99, b"unknown")
        + field(8, b"first name")
        + field(8, b"kernel")  # the last one counts
    )
    node = field(4, b"Identity") + field(1, b"kernel") + field(2, b"output") + number(500, 7)
    first = field(5, kernel) + field(2, b"half")
    second = field(1, node) + field(2, b"whole") + varint(77 << 3 | 1) + bytes(8)
    operators = field(8, number(2, 13))
    return (
        field(7, first)
        + field(101, b"\xff" * 5)
        + operators
        + varint(7 << 3 | 2)
        + overlong(len(second))
        + second
        + overlong(1 << 3)
        + overlong(9)
    )


def with_other_file() -> onnx.ModelProto:
    """Two large tensors in another file, which end differently, and a small one."""
    values = {"large": floats(6, 20, 20), "second": floats(7, 300), "small": floats(8, 4)}
    graph = helper.make_graph([], "net", [], [], [numpy_helper.from_array(value, name) for name, value in values.items()])
    return model_of(graph)


def network() -> dict[str, np.ndarray]:
    """The weights of a convolution, its batch normalization, pooling and a dense layer."""
    return {
        "kernel": floats(9, 16, 3, 3, 3),
        "bias": floats(10, 16),
        "gamma": floats(11, 16),
        "beta": floats(12, 16),
        "mean": floats(13, 16),
        "variance": np.abs(floats(14, 16)) + np.float32(0.5),
        "dense": floats(15, 16, 5),
    }


def network_model(weights: dict[str, np.ndarray]) -> onnx.ModelProto:
    """The network with these weights, of which a folded one has no batch normalization."""
    type_ = helper.np_dtype_to_tensor_dtype(weights["kernel"].dtype)
    features = "features" if "gamma" in weights else "normal"
    nodes = [helper.make_node("Conv", ["image", "kernel", "bias"], [features], "conv", pads=[1, 1, 1, 1])]
    if "gamma" in weights:
        statistics = ["features", "gamma", "beta", "mean", "variance"]
        nodes.append(helper.make_node("BatchNormalization", statistics, ["normal"], "bn", epsilon=1e-3))
    nodes += [
        helper.make_node("Relu", ["normal"], ["positive"], "relu"),
        helper.make_node("GlobalAveragePool", ["positive"], ["pooled"], "pool"),
        helper.make_node("Flatten", ["pooled"], ["flat"], "flatten"),
        helper.make_node("MatMul", ["flat", "dense"], ["scores"], "product"),
    ]
    graph = helper.make_graph(
        nodes,
        "network",
        [helper.make_tensor_value_info("image", type_, ["batch", 3, 6, 6])],
        [helper.make_tensor_value_info("scores", type_, ["batch", 5])],
        [numpy_helper.from_array(value, name) for name, value in weights.items()],
    )
    return model_of(graph)


def folded(weights: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The same in float64, the batch normalization being in the convolution, rounded once."""
    wide = {name: value.astype(np.float64) for name, value in weights.items()}
    scale = wide["gamma"] / np.sqrt(wide["variance"] + np.float64(np.float32(1e-3)))
    return {
        "kernel": (wide["kernel"] * scale[:, None, None, None]).astype(np.float32),
        "bias": ((wide["bias"] - wide["mean"]) * scale + wide["beta"]).astype(np.float32),
        "dense": weights["dense"],
    }


def generate_network() -> dict[str, onnx.ModelProto]:
    """Write an input of the network and what it computes of it in float64; give it and the folded one."""
    weights = network()
    image = floats(16, 2, 3, 6, 6)
    wide = network_model({name: value.astype(np.float64) for name, value in weights.items()})
    wide.opset_import[0].domain = ""  # the only name that the evaluator knows
    (scores,) = ReferenceEvaluator(wide).run(None, {"image": image.astype(np.float64)})
    np.savez(OUTPUT / "network.image.npz", image=image)
    np.save(OUTPUT / "network.scores.npy", scores)
    return {"network": network_model(weights), "network.folded": network_model(folded(weights))}


def integers() -> onnx.ModelProto:
    """Integers that no floating-point number holds, and truth values."""
    nodes = [
        helper.make_node("Add", ["count", "one"], ["next"], "add"),
        helper.make_node("Greater", ["next", "one"], ["several"], "compare"),
    ]
    graph = helper.make_graph(
        nodes,
        "integers",
        [helper.make_tensor_value_info("count", TensorProto.INT64, ["n"])],
        [
            helper.make_tensor_value_info("next", TensorProto.INT64, ["n"]),
            helper.make_tensor_value_info("several", TensorProto.BOOL, ["n"]),
        ],
        [numpy_helper.from_array(np.int64([1]), "one")],
    )
    return model_of(graph)


def double() -> onnx.ModelProto:
    """A sum in float64 that is another one in float32."""
    graph = helper.make_graph(
        [helper.make_node("Add", ["x", "small"], ["y"], "add")],
        "double",
        [helper.make_tensor_value_info("x", TensorProto.DOUBLE, ["n"])],
        [helper.make_tensor_value_info("y", TensorProto.DOUBLE, ["n"])],
        [numpy_helper.from_array(np.float64([2.0**-40]), "small")],
    )
    return model_of(graph)


def half() -> onnx.ModelProto:
    """A sum in float16 whose first result is rounded there: 2048 + 1 is 2048, and 2047 after it."""
    graph = helper.make_graph(
        [helper.make_node("Add", ["x", "one"], ["sum"], "add"), helper.make_node("Sub", ["sum", "one"], ["y"], "sub")],
        "half",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT16, ["n"])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT16, ["n"])],
        [numpy_helper.from_array(np.float16([1]), "one")],
    )
    return model_of(graph)


def generate_onnx() -> None:
    """Write all of them."""
    OUTPUT.mkdir(exist_ok=True)
    models = {
        "convolution": convolution_and_normalization(),
        "types": every_type(),
        "inner_graphs": inner_graphs(),
        "inner_networks": inner_networks(),
        "integers": integers(),
        "double": double(),
        "half": half(),
        **generate_network(),
    }
    for name, model in models.items():
        (OUTPUT / f"{name}.onnx").write_bytes(model.SerializeToString(deterministic=True))
    (OUTPUT / "encoding.onnx").write_bytes(unusual_encoding())
    (OUTPUT / "external.data").unlink(missing_ok=True)
    onnx.save_model(
        with_other_file(),
        str(OUTPUT / "external.onnx"),
        save_as_external_data=True,
        location="external.data",
        size_threshold=1024,
    )
    for path in sorted(Path(OUTPUT).iterdir()):
        print(path.name, path.stat().st_size)

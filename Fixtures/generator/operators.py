"""What single operators compute: the node tests of the onnx package, as far as they are small and of types that bnfold has.

`cases.json` has a list of cases: `name`, `operator`, `attributes`, and `operands` and `results`, each null for one that is absent or
`{"type", "shape", "values"}`, with values in row-major order and `"nan"`, `"inf"` and `"-inf"` as text.
"""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np

from .manifest import FOLDER

OPERATORS = """
Abs Add And ArgMax ArgMin CastLike Ceil Clip Concat ConstantOfShape CumSum DepthToSpace Div Einsum Equal Exp Expand
EyeLike Floor GRU Gather GatherElements GatherND Gemm Greater GreaterOrEqual GroupNormalization InstanceNormalization IsInf IsNaN
LRN LSTM LayerNormalization Less LessOrEqual LpNormalization MatMul Max Mean MeanVarianceNormalization Min Mod Mul Neg NonZero
Not OneHot Or PRelu Pad Pow RMSNormalization RNN Range ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean
ReduceMin ReduceProd ReduceSum ReduceSumSquare Reshape Resize Round ScatterElements ScatterND Shape Sign Size Slice SpaceToDepth
Split Squeeze Sub Sum Tile TopK Trilu Unsqueeze Where Xor
""".split()

# Elements of an array; larger cases would only make the file larger.
LARGEST = 2048
TYPES = {"float16", "float32", "float64", "bool"} | {
    f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)
}


def generate_operators() -> None:
    """Write `operators/cases.json`."""
    from onnx.backend.test.case.node import collect_testcases

    cases = [case for case in map(described, collect_testcases(None)) if case]
    cases.sort(key=lambda case: case["name"])
    folder = FOLDER / "operators"
    folder.mkdir(exist_ok=True)
    lines = ",\n".join(json.dumps(case, separators=(",", ":"), sort_keys=True) for case in cases)
    (folder / "cases.json").write_text(f"[\n{lines}\n]\n")
    print(f"{len(cases)} cases of operators")


def described(test: Any) -> dict[str, Any] | None:
    """A test of one node as a case; None for one that is left out."""
    from onnx import helper

    graph = test.model.graph
    if len(graph.node) != 1 or graph.node[0].op_type not in OPERATORS or graph.node[0].domain:
        return None
    if test.name.endswith("_expanded") or len(graph.initializer) > 0:
        return None
    node = graph.node[0]
    inputs, outputs = test.data_sets[0]
    operands = dict(zip([value.name for value in graph.input], inputs))
    results = dict(zip([value.name for value in graph.output], outputs))
    arrays = [*inputs, *outputs]
    if any(not isinstance(array, np.ndarray) or array.dtype.name not in TYPES for array in map(np.asarray, arrays)):
        return None
    if any(np.asarray(array).size > LARGEST for array in arrays):
        return None
    attributes = {}
    for attribute in node.attribute:
        value = helper.get_attribute_value(attribute)
        if attribute.name == "value":
            from onnx import numpy_helper

            value = {"type": numpy_helper.to_array(value).dtype.name, "values": numbers(numpy_helper.to_array(value))}
        elif isinstance(value, bytes):
            value = value.decode()
        elif not isinstance(value, (int, float)):
            value = [item.decode() if isinstance(item, bytes) else item for item in value]
        attributes[attribute.name] = value
    return {
        "name": test.name.removeprefix("test_"),
        "operator": node.op_type,
        "attributes": attributes,
        "operands": [described_array(operands.get(name)) for name in node.input],
        "results": [described_array(results.get(name)) for name in node.output],
    }


def described_array(array: Any) -> dict[str, Any] | None:
    """An array as JSON."""
    if array is None:
        return None
    array = np.asarray(array)
    return {"type": array.dtype.name, "shape": list(array.shape), "values": numbers(array)}


def numbers(array: np.ndarray) -> list[Any]:
    """Elements in row-major order, with as few digits as tell them from others of their type."""
    if array.dtype.kind != "f":
        return [int(value) for value in array.flatten()]
    return [
        float(str(value)) if math.isfinite(value) else ("nan" if math.isnan(value) else "inf" if value > 0 else "-inf")
        for value in array.flatten()
    ]

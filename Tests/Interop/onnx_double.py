"""What an ONNX model computes in float64, by onnx.reference, from the weights as they are in the file.

ONNX Runtime has no convolution in float64. onnx.reference has faults of its own: batch normalization of opset 9 to 13,
grouped transposed convolution. It is slow: seconds to minutes for a network on small images.
"""

from __future__ import annotations

import numpy as np
import onnx
from onnx import AttributeProto, TensorProto, numpy_helper
from onnx.reference import ReferenceEvaluator
from onnx_cases import Arrays, nodes

ELEMENT_TYPES = {"to", "dtype"}


def widen(tensor: TensorProto) -> None:
    if tensor.data_type == TensorProto.FLOAT:
        tensor.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(tensor).astype("float64"), tensor.name))


def widen_attribute(attribute: AttributeProto) -> None:
    if attribute.type == AttributeProto.TENSOR:
        widen(attribute.t)
    elif attribute.name in ELEMENT_TYPES and attribute.i == TensorProto.FLOAT:
        attribute.i = TensorProto.DOUBLE
    elif attribute.name in ("value_float", "value_floats"):
        # A Constant of these is in float32, whatever reads it.
        value = attribute.f if attribute.name == "value_float" else list(attribute.floats)
        tensor = numpy_helper.from_array(np.asarray(value, "float64"))
        attribute.CopyFrom(onnx.helper.make_attribute("value", tensor))


def in_double(model: onnx.ModelProto) -> onnx.ModelProto:
    """The model with every float32 widened; attributes of nodes that are single numbers stay as they are."""
    twin = onnx.ModelProto()
    twin.CopyFrom(model)
    every = [*nodes(twin.graph), *(node for function in twin.functions for node in function.node)]
    graphs = [twin.graph, *(attribute.g for node in every for attribute in node.attribute if attribute.HasField("g"))]
    for graph in graphs:
        for tensor in graph.initializer:
            widen(tensor)
    for node in every:
        for attribute in node.attribute:
            widen_attribute(attribute)
    return twin


def double_outputs(model: onnx.ModelProto, inputs: Arrays) -> Arrays:
    """The outputs by name."""
    wide = {name: value.astype("float64") if value.dtype == np.float32 else value for name, value in inputs.items()}
    names = [value.name for value in model.graph.output]
    with np.errstate(all="ignore"):
        outputs = ReferenceEvaluator(in_double(model)).run(names, wide)
    return dict(zip(names, outputs, strict=True))

"""ONNX models with all their batch normalizations, as exports in training mode have them, with random weights.

ResNet50 and MobileNetV2 have the nodes that torch writes for those of torchvision; a chain of convolutions has any size.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

CHAIN_CHANNELS = 1024


class Network:
    """A graph that grows node by node; every method gives the name of the tensor that it adds."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.random = np.random.default_rng(0)
        self.nodes: list[onnx.NodeProto] = []
        self.tensors: list[onnx.TensorProto] = []
        self.shape = shape

    def constant(self, array: np.ndarray) -> str:
        name = f"weight_{len(self.tensors)}"
        self.tensors.append(numpy_helper.from_array(array.astype("float32"), name))
        return name

    def node(self, operator: str, *inputs: str, **attributes: object) -> str:
        output = f"{operator.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [output], name=output, **attributes))
        return output

    def normalized(self, data: str, kernel: str, outputs: int, size: int, stride: int = 1, group: int = 1) -> str:
        """A convolution without a bias, and its batch normalization."""
        form = {"kernel_shape": [size] * 2, "strides": [stride] * 2, "pads": [size // 2] * 4, "group": group}
        convolved = self.node("Conv", data, kernel, **form)
        scale, shift, mean = (self.random.normal(start, 0.1, outputs) for start in (1, 0, 0))
        statistics = (scale, shift, mean, self.random.uniform(0.5, 1.5, outputs))
        return self.node("BatchNormalization", convolved, *map(self.constant, statistics), epsilon=1e-5)

    def convolution(self, data: str, inputs: int, outputs: int, size: int, stride: int = 1, group: int = 1) -> str:
        inner = inputs // group
        kernel = self.random.normal(0, (2 / (inner * size * size)) ** 0.5, (outputs, inner, size, size))
        return self.normalized(data, self.constant(kernel), outputs, size, stride, group)

    def classifier(self, data: str, channels: int) -> str:
        pooled = self.node("Flatten", self.node("GlobalAveragePool", data), axis=1)
        kernel, bias = self.random.normal(0, 0.01, (1000, channels)), self.random.normal(0, 0.01, 1000)
        return self.node("Gemm", pooled, self.constant(kernel), self.constant(bias), transB=1)

    def model(self, output: str) -> onnx.ModelProto:
        values = [helper.make_tensor_value_info("images", TensorProto.FLOAT, self.shape)]
        # Some peers want a shape, of which it is enough that there is one.
        results = [helper.make_tensor_value_info(output, TensorProto.FLOAT, ["n", "classes"])]
        graph = helper.make_graph(self.nodes, "network", values, results, self.tensors)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def resnet50() -> onnx.ModelProto:
    network = Network((1, 3, 224, 224))
    data = network.node("Relu", network.convolution("images", 3, 64, 7, 2))
    data = network.node("MaxPool", data, kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1])
    channels = 64
    for width, count in ((64, 3), (128, 4), (256, 6), (512, 3)):
        for index in range(count):
            stride = 2 if index == 0 and width > 64 else 1
            inner = network.node("Relu", network.convolution(data, channels, width, 1))
            inner = network.node("Relu", network.convolution(inner, width, width, 3, stride))
            inner = network.convolution(inner, width, 4 * width, 1)
            if index == 0:
                data = network.convolution(data, channels, 4 * width, 1, stride)
            channels = 4 * width
            data = network.node("Relu", network.node("Add", inner, data))
    return network.model(network.classifier(data, channels))


def mobilenet_v2() -> onnx.ModelProto:
    network = Network((1, 3, 224, 224))
    limits = [network.constant(np.array(value)) for value in (0, 6)]

    def clipped(*arguments: object) -> str:
        return network.node("Clip", network.convolution(*arguments), *limits)

    data, channels = clipped("images", 3, 32, 3, 2), 32
    stages = ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1))
    for factor, outputs, count, first in stages:
        for index in range(count):
            stride, width = first if index == 0 else 1, factor * channels
            inner = clipped(data, channels, width, 1) if factor > 1 else data
            inner = clipped(inner, width, width, 3, stride, width)
            inner = network.convolution(inner, width, outputs, 1)
            data = network.node("Add", inner, data) if stride == 1 and channels == outputs else inner
            channels = outputs
    return network.model(network.classifier(clipped(data, channels, 1280, 1), 1280))


NETWORKS: dict[str, Callable[[], onnx.ModelProto]] = {"ResNet50": resnet50, "MobileNetV2": mobilenet_v2}


def write_chain(path: Path, count: int, *, external: bool) -> None:
    """Write convolutions of 38 MB each, with their batch normalizations; their kernels beside the model if `external`."""
    shape = (CHAIN_CHANNELS, CHAIN_CHANNELS, 3, 3)
    kernel = np.random.default_rng(1).standard_normal(shape, dtype="float32") / 68
    network, data = Network((1, CHAIN_CHANNELS, 8, 8)), "images"
    for index in range(count):
        if external:
            name = f"kernel_{index}"
            place = {"location": f"{path.name}.data", "offset": str(index * kernel.nbytes), "length": str(kernel.nbytes)}
            tensor = onnx.TensorProto(name=name, data_type=TensorProto.FLOAT, dims=shape)
            tensor.data_location = TensorProto.EXTERNAL
            tensor.external_data.extend(onnx.StringStringEntryProto(key=key, value=text) for key, text in place.items())
            network.tensors.append(tensor)
        else:
            name = network.constant(kernel)
        data = network.node("Relu", network.normalized(data, name, CHAIN_CHANNELS, 3))
    path.write_bytes(network.model(data).SerializeToString())
    if external:
        with path.with_name(f"{path.name}.data").open("wb") as file:
            for _ in range(count):
                file.write(kernel.data.cast("B"))

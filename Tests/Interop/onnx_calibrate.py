#!/usr/bin/env python
"""Hold what `bnfold calibrate` measures of ONNX models against the reference evaluator of the onnx package.

    python Tests/Interop/onnx_calibrate.py --bnfold PATH [--timeout SECONDS]

Small networks that have their statistics in each way that ONNX has. The reference trains each batch normalization on the
same batch, with momentum 0: its running mean and variance are those of the batch. Everything else has to stay.
Ends with a line for each network, and status 1 on a failure.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnx
from bnfold import run
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

STATISTICS = ("scale", "bias", "mean", "variance")
SAMPLES = 16
# The batch of 4,608 numbers a channel, in float32.
TOLERANCE = 2e-6


@dataclass
class Network:
    """Two convolutions, each with a batch normalization."""

    nodes: list[onnx.NodeProto]
    constants: dict[str, np.ndarray]
    saving: dict[str, object] = field(default_factory=dict)

    def save(self, path: Path) -> None:
        values = [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", channels, 8, 8])
            for name, channels in (("x", 3), ("y", 6))
        ]
        tensors = [numpy_helper.from_array(array, name) for name, array in self.constants.items()]
        graph = helper.make_graph(self.nodes, "network", values[:1], values[1:], tensors)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
        onnx.save(model, path, **self.saving)


def normalization(name: str, reads: str, gives: str, **others: str) -> onnx.NodeProto:
    inputs = [others.get(part, f"{name}_{part}") for part in STATISTICS]
    return helper.make_node("BatchNormalization", [reads, *inputs], [gives], name=name, epsilon=1e-3)


def plain() -> Network:
    random = np.random.default_rng(3)
    constants = {"k1": random.normal(0, 0.4, (6, 3, 3, 3)), "k2": random.normal(0, 0.4, (6, 6, 3, 3))}
    for name in ("first", "second"):
        for part in STATISTICS:
            is_positive = part in ("scale", "variance")
            constants[f"{name}_{part}"] = random.uniform(0.5, 1.5, 6) if is_positive else random.normal(0, 0.4, 6)
    nodes = [
        helper.make_node("Conv", ["x", "k1"], ["c1"], name="conv1", pads=[1] * 4),
        normalization("first", "c1", "n1"),
        helper.make_node("Relu", ["n1"], ["r1"], name="relu"),
        helper.make_node("Conv", ["r1", "k2"], ["c2"], name="conv2", pads=[1] * 4),
        normalization("second", "c2", "y"),
    ]
    return Network(nodes, {name: array.astype("float32") for name, array in constants.items()})


def outside() -> Network:
    """Weights in a file beside the model."""
    network = plain()
    network.saving = {"save_as_external_data": True, "location": "weights", "size_threshold": 0}
    return network


def shared() -> Network:
    """Two batch normalizations with the same statistics, which will be others for each."""
    network = plain()
    network.nodes[4] = normalization("second", "c2", "y", mean="first_mean", variance="first_variance")
    return network


def constant_nodes() -> Network:
    network = plain()
    tensors = [numpy_helper.from_array(network.constants.pop(f"first_{part}"), part) for part in STATISTICS]
    made = [
        helper.make_node("Constant", [], [f"first_{part}"], value=tensor)
        for part, tensor in zip(STATISTICS, tensors, strict=True)
    ]
    network.nodes = made + network.nodes
    return network


def through_identity() -> Network:
    network = plain()
    network.nodes[4] = normalization("second", "c2", "y", mean="same")
    network.nodes.insert(0, helper.make_node("Identity", ["second_mean"], ["same"]))
    return network


def read_elsewhere() -> Network:
    """A running mean that something else adds as well, which has to keep it."""
    network = plain()
    network.nodes[4].output[0] = "n2"
    network.constants["shape"] = np.array([1, 6, 1, 1])
    network.nodes.insert(0, helper.make_node("Reshape", ["first_mean", "shape"], ["mean"]))
    network.nodes.append(helper.make_node("Add", ["n2", "mean"], ["y"]))
    return network


NETWORKS: list[Callable[[], Network]] = [plain, outside, shared, constant_nodes, through_identity, read_elsewhere]


def expected(model: onnx.ModelProto, batch: np.ndarray) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """The mean and variance of what goes into each batch normalization, where all of them train."""
    training = onnx.ModelProto()
    training.CopyFrom(model)
    del training.graph.output[:]
    names = []
    for node in training.graph.node:
        if node.op_type == "BatchNormalization":
            node.attribute.extend([helper.make_attribute("training_mode", 1), helper.make_attribute("momentum", 0.0)])
            node.output.extend([f"{node.name}:mean", f"{node.name}:variance"])
            names.append(node.name)
    outputs = [f"{name}:{part}" for name in names for part in ("mean", "variance")]
    training.graph.output.extend(helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs)
    found = ReferenceEvaluator(training).run(None, {"x": batch})
    return {name: (found[2 * place], found[2 * place + 1]) for place, name in enumerate(names)}


def values(model: onnx.ModelProto, name: str) -> np.ndarray:
    """The elements of a constant, wherever it is."""
    for tensor in model.graph.initializer:
        if tensor.name == name:
            return numpy_helper.to_array(tensor)
    node = next(node for node in model.graph.node if name in node.output)
    if node.op_type == "Identity":
        return values(model, node.input[0])
    return numpy_helper.to_array(node.attribute[0].t)


def problems(before: onnx.ModelProto, after: onnx.ModelProto, batch: np.ndarray) -> Iterator[str]:
    normalizations = {node.name: node for node in after.graph.node if node.op_type == "BatchNormalization"}
    for name, pair in expected(before, batch).items():
        for part, right in zip((3, 4), pair, strict=True):
            wrong = np.abs(values(after, normalizations[name].input[part]) - right).max()
            if not wrong <= TOLERANCE * max(1, np.abs(right).max()):
                yield f"{name}: {('mean', 'variance')[part - 3]} off by {wrong}"
    # What gave a constant that nobody reads any more may be gone.
    kept = {node.output[0]: node for node in after.graph.node}
    for old in before.graph.node:
        new = kept.get(old.output[0])
        if new is None and old.op_type not in ("Constant", "Identity"):
            yield f"{old.name} is gone"
        if new is not None and list(old.input)[:3] != list(new.input)[:3]:
            yield f"{old.name} reads {list(new.input)}"
    read = {name for node in after.graph.node for name in node.input}
    for tensor in before.graph.initializer:
        is_changed = any(tensor.name in list(node.input)[3:] for node in normalizations.values())
        if not is_changed and tensor.name in read and not np.array_equal(
            values(after, tensor.name), numpy_helper.to_array(tensor)
        ):
            yield f"{tensor.name} has changed"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bnfold", type=Path, required=True, help="the binary to test")
    parser.add_argument("--timeout", type=float, default=60, help="seconds for each network")
    options = parser.parse_args(arguments)
    batch = np.random.default_rng(5).normal(size=(SAMPLES, 3, 8, 8)).astype("float32")
    failed = 0
    for make in NETWORKS:
        with TemporaryDirectory() as folder:
            source, target, data = (Path(folder) / name for name in ("model.onnx", "calibrated.onnx", "data.npy"))
            make().save(source)
            np.save(data, batch)
            command = ["calibrate", str(source), "--data", str(data), "--batch-size", str(SAMPLES), "-o", str(target)]
            run(options.bnfold.resolve(strict=True), *command, timeout=options.timeout)
            found = list(problems(onnx.load(source), onnx.load(target), batch))
        print(f"{make.__name__}: {'; '.join(found) or 'right'}")
        failed += bool(found)
    print(f"{len(NETWORKS) - failed} passed, {failed} failed")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

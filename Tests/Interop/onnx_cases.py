"""Cases with which an ONNX model is judged: a folder each, with the model, its inputs and the expected outputs.

`model.onnx`, and for every set of inputs `inputs.npz` and `expected.npz` (then `inputs-2.npz` and so on), whose names
are those of the graph; `case.json` has the tolerance and the operators.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import onnx

Arrays = dict[str, np.ndarray]
NUMPY_KINDS = "fiub"


@dataclass(frozen=True)
class Case:
    """A model with inputs; a value is right within `atol + rtol * |expected|`, or `relative` of the largest one."""

    name: str
    source: str
    operators: list[str]
    rtol: float = 1e-3
    atol: float = 1e-7
    relative: float | None = None
    sets: int = 1
    folder: Path = field(default=Path(), compare=False)

    @property
    def model(self) -> Path:
        return self.folder / "model.onnx"

    def inputs(self, index: int) -> Path:
        return self.folder / numbered("inputs", index)

    def expected(self, index: int) -> Arrays:
        return read_arrays(self.folder / numbered("expected", index))


def numbered(stem: str, index: int) -> str:
    return f"{stem}.npz" if index == 0 else f"{stem}-{index + 1}.npz"


def read_arrays(path: Path) -> Arrays:
    with np.load(path) as archive:
        return dict(archive)


def write_arrays(path: Path, arrays: Arrays) -> None:
    """An .npz; not by numpy.savez, which takes some names for its own arguments."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w") as file:
                np.lib.format.write_array(file, np.asarray(array), allow_pickle=False)


def write_case(folder: Path, case: Case, model: onnx.ModelProto | Path, sets: list[tuple[Arrays, Arrays]]) -> None:
    """Write a case into a folder of its own below `folder`."""
    place = folder / case.source / case.name
    place.mkdir(parents=True, exist_ok=True)
    data = model.read_bytes() if isinstance(model, Path) else model.SerializeToString()
    (place / "model.onnx").write_bytes(data)
    for index, (inputs, outputs) in enumerate(sets):
        write_arrays(place / numbered("inputs", index), inputs)
        write_arrays(place / numbered("expected", index), outputs)
    values = {key: value for key, value in asdict(case).items() if key != "folder"} | {"sets": len(sets)}
    (place / "case.json").write_text(json.dumps(values, indent=1) + "\n")


def read_cases(root: Path) -> list[Case]:
    """All cases anywhere below a folder."""
    return [Case(**json.loads(path.read_text()), folder=path.parent) for path in sorted(root.rglob("case.json"))]


def nodes(graph: onnx.GraphProto) -> Iterator[onnx.NodeProto]:
    """The nodes of a graph and of all graphs inside."""
    for node in graph.node:
        yield node
        for attribute in node.attribute:
            for inner in [*([attribute.g] if attribute.HasField("g") else []), *attribute.graphs]:
                yield from nodes(inner)


def operators(model: onnx.ModelProto) -> list[str]:
    """The operators of a model, with their domains where those are not ONNX's own."""
    every = [*nodes(model.graph), *(node for function in model.functions for node in function.node)]
    return sorted(
        {node.op_type if node.domain in ("", "ai.onnx") else f"{node.domain}.{node.op_type}" for node in every}
    )


def input_names(model: onnx.ModelProto) -> list[str]:
    """The inputs that the caller has to give: those without an initializer."""
    given = {tensor.name for tensor in model.graph.initializer} | {
        t.values.name for t in model.graph.sparse_initializer
    }
    return [value.name for value in model.graph.input if value.name not in given]


def named(names: Iterable[str], values: Iterable[object]) -> Arrays | str:
    """Values by name, or why .npz cannot hold one of them."""
    arrays: Arrays = {}
    for name, value in zip(names, values, strict=False):
        if isinstance(value, onnx.TensorProto):
            value = onnx.numpy_helper.to_array(value)
        if value is None or isinstance(value, list | tuple):
            return "an optional value or a sequence"
        array = np.asarray(value)
        if array.dtype.kind not in NUMPY_KINDS or array.dtype.isbuiltin != 1:
            return f"elements of type {array.dtype}"
        arrays[name] = array
    return arrays

"""The cases that come with the `onnx` package, and a folder of traps, as folders of cases."""

from __future__ import annotations

import json
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
from onnx.backend.test.case.node import collect_testcases
from onnx_cases import Arrays, Case, input_names, named, operators, read_arrays, write_case

# What these expect are the random numbers of numpy.
RANDOM = {f"test_training_dropout{ending}" for ending in ("", "_default", "_default_mask", "_mask")}
DATA = Path(onnx.__file__).parent / "backend" / "test" / "data"
Made = tuple[Case, onnx.ModelProto | Path, list[tuple[Arrays | str, Arrays | str]]]


def node_cases() -> Iterator[Made]:
    """One operator each, with outputs by numpy; also the same operator written as its function."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        found = collect_testcases(None)
    for case in found:
        if case.name in RANDOM:
            continue
        graph = case.model.graph
        sets = [
            (named(input_names(case.model), inputs), named([value.name for value in graph.output], outputs))
            for inputs, outputs in case.data_sets
        ]
        yield Case(case.name, "node", operators(case.model), case.rtol, case.atol), case.model, sets


def read_tensor(path: Path) -> onnx.TensorProto:
    tensor = onnx.TensorProto()
    tensor.ParseFromString(path.read_bytes())
    return tensor


def file_cases(source: str) -> Iterator[Made]:
    """The cases that are files: `pytorch-converted`, `pytorch-operator`, `simple`."""
    for path in sorted((DATA / source).glob("*/model.onnx")):
        model = onnx.load(path)
        sets = []
        for data in sorted(path.parent.glob("test_data_set_*")):
            given, expected = (
                [read_tensor(file) for file in sorted(data.glob(f"{stem}_*.pb"))] for stem in ("input", "output")
            )
            tensors = all(value.type.HasField("tensor_type") for value in [*model.graph.input, *model.graph.output])
            names = [value.name for value in model.graph.input], [value.name for value in model.graph.output]
            sets.append(
                (named(names[0], given), named(names[1], expected)) if tensors else ("a sequence", "a sequence")
            )
        yield Case(path.parent.name, source, operators(model)), path, sets


def light_cases() -> Iterator[Made]:
    """Nine networks whose weights are constants, with ONNX's own ramp as the input."""
    for path in sorted((DATA / "light").glob("*.onnx")):
        model = onnx.load(path)
        inputs = {}
        for value in model.graph.input:
            if value.name in input_names(model):
                shape = [dim.dim_value or 1 for dim in value.type.tensor_type.shape.dim]
                inputs[value.name] = (np.arange(np.prod(shape)).reshape(shape) / np.prod(shape)).astype("float32")
        files = [path.with_name(f"{path.stem}_output_{index}.pb") for index in range(len(model.graph.output))]
        outputs = named([value.name for value in model.graph.output], map(read_tensor, files))
        yield Case(path.stem, "light", operators(model)), path, [(inputs, outputs)]


def trap_cases(root: Path) -> Iterator[Made]:
    """Small graphs at which other tools fail; the expected outputs are in float64."""
    for entry in json.loads((root / "manifest.json").read_text()):
        folder = root / entry["name"]
        sets: list[tuple[Arrays | str, Arrays | str]] = []
        for index in range(entry["feeds"]):
            pair = (read_arrays(folder / f"{stem}_{index}.npz") for stem in ("feeds", "expected"))
            # The keys are number|name|type.
            feeds, expected = ({key.split("|")[1]: value for key, value in arrays.items()} for arrays in pair)
            sets.append((feeds, expected))
        case = Case(entry["name"], "traps", operators(onnx.load(folder / "model.onnx")), relative=entry["tol"])
        yield case, folder / "model.onnx", sets


def collect(folder: Path, traps: Path | None) -> Counter[str]:
    """Write every case that .npz can hold; what cannot be, by its reason."""
    skipped: Counter[str] = Counter()
    sources = [node_cases(), light_cases(), *map(file_cases, ("pytorch-converted", "pytorch-operator", "simple"))]
    for source in [*sources, *([trap_cases(traps)] if traps else [])]:
        for case, model, sets in source:
            reasons = [part for pair in sets for part in pair if isinstance(part, str)]
            if reasons:
                skipped[reasons[0]] += 1
            else:
                write_case(folder, case, model, sets)
    return skipped

#!/usr/bin/env python
"""Networks as exporters write them, with random weights: a folder of cases each, to judge by.

    python Tests/Interop/onnx_exports.py torch|keras FOLDER [--only PATTERN] [--images 64]

`torch` needs torch, torchvision, timm, onnx, onnxscript and onnxruntime; `keras` needs TensorFlow, Keras and tf2onnx.
`expected.npz` is what ONNX Runtime computes without optimization, `exact.npz` what the file computes in float64, and
`framework.npz` what torch or Keras computes in float64 from weights that no exporter has folded. Writes OPERATORS.md
over all cases below FOLDER.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Protocol

import onnx
from onnx_cases import Arrays, Case, operators, read_cases, write_arrays, write_case
from onnx_double import double_outputs
from onnx_judge import worst
from onnx_operators import table
from onnx_runtime import unoptimized

# Of the largest value. A case allows at least the first, and some times what ONNX Runtime is off by, for a network of
# random weights may amplify the rounding of float32; one that is beyond the second proves nothing.
TOLERANCE = 1e-5
ROUNDING_FACTOR = 4
LARGEST_TOLERANCE = 1e-4


class Export(Protocol):
    """A network in one exporter's words."""

    name: str

    def write(self, folder: Path) -> tuple[Path, Arrays, list[object]]:
        """Write `model.onnx` and what belongs to it; gives its path, the inputs, and the framework's outputs."""


def exports(framework: str, images: int) -> Iterator[Export]:
    if framework == "torch":
        from onnx_exports_torch import torch_exports

        return torch_exports(images)
    from onnx_exports_keras import keras_exports

    return keras_exports()


def make(export: Export, framework: str, folder: Path) -> str:
    """Write one case; gives a line about it."""
    place = folder / framework / export.name
    place.mkdir(parents=True, exist_ok=True)
    path, inputs, outputs = export.write(place)
    model = onnx.load(path)
    expected = unoptimized(path, inputs)
    unfolded = dict(zip(expected, outputs, strict=True))
    write_arrays(place / "framework.npz", unfolded)
    try:
        exact = double_outputs(model, inputs)
        write_arrays(place / "exact.npz", exact)
    except Exception:  # onnx.reference has faults, such as the shapes of pooling with ceil_mode
        exact = unfolded
    rounding, folding = worst(expected, exact), worst(unfolded, exact)
    allowed = max(TOLERANCE, ROUNDING_FACTOR * rounding)
    if not max(allowed, folding) <= LARGEST_TOLERANCE:
        raise ValueError(
            f"the file in float64 differs from ONNX Runtime by {rounding:.2g}, {framework} by {folding:.2g}"
        )
    case = Case(export.name, framework, operators(model), relative=allowed)
    write_case(folder, case, path, [(inputs, expected)])
    left = sum(node.op_type == "BatchNormalization" for node in model.graph.node)
    spread = max(float(abs(value).max()) for value in expected.values())
    counts = f"{len(model.graph.node):4} nodes, {left:3} batch normalizations"
    errors = f"ONNX Runtime {rounding:.1e}, {framework} {folding:.1e}"
    return f"{path.stat().st_size / 1e6:7.1f} MB, {counts}, largest value {spread:.2g}; {errors}"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("framework", choices=("torch", "keras"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="*", help="a pattern for names")
    parser.add_argument("--images", type=int, default=64, help="the height and width of torch's images")
    options = parser.parse_args(arguments)
    failed = 0
    for export in exports(options.framework, options.images):
        if not fnmatch(export.name, options.only):
            continue
        start = time.monotonic()
        try:
            line = make(export, options.framework, options.folder)
        except Exception as error:  # whatever the exporter raises is the finding
            failed += 1
            line = f"failed: {type(error).__name__}: {str(error).strip()[:300]}"
        print(f"{export.name:40} {time.monotonic() - start:5.1f} s {line}", flush=True)
    (options.folder / "OPERATORS.md").write_text(table(read_cases(options.folder)))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""ONNX Runtime as a judge: without optimization, so that it computes the nodes of the file."""

from __future__ import annotations

from pathlib import Path

import onnxruntime
from onnx_cases import Arrays


def unoptimized(path: Path, inputs: Arrays) -> Arrays:
    """The outputs of a model, by name; one thread, so that they are the same from run to run."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    names = [value.name for value in session.get_outputs()]
    return dict(zip(names, session.run(names, inputs), strict=True))

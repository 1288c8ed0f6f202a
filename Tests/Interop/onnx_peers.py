#!/usr/bin/env python
"""Optimize an ONNX model with another tool, in a process of its own: some of them crash or never end.

    python Tests/Interop/onnx_peers.py PEER IN OUT
"""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

PEERS = ("onnxsim", "onnxslim", "onnxoptimizer", "onnxruntime", "onnxscript")


def versions() -> dict[str, str]:
    """The release of each peer that is installed."""
    return {peer: version(peer) for peer in PEERS}


def optimize(peer: str, source: Path, target: Path, seconds: float) -> str | None:
    """Let a peer write `target`; what went wrong, or None."""
    command = [sys.executable, __file__, peer, source, target]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        return f"no answer in {seconds:.0f} s"
    if done.returncode == 0 and target.exists():
        return None
    lines = done.stderr.strip().splitlines()
    return f"status {done.returncode}: {lines[-1] if lines else 'without a word'}"


def run(peer: str, source: str, target: str) -> None:
    """What each peer does by default."""
    import onnx

    if peer == "onnxruntime":
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
        options.optimized_model_filepath = target
        onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])
        return
    model = onnx.load(source)
    if peer == "onnxsim":
        import onnxsim

        model, is_right = onnxsim.simplify(model)
        if not is_right:
            raise SystemExit("onnxsim's own check failed")
    elif peer == "onnxslim":
        import onnxslim

        model = onnxslim.slim(model)
    elif peer == "onnxoptimizer":
        import onnxoptimizer

        model = onnxoptimizer.optimize(model, onnxoptimizer.get_fuse_and_elimination_passes())
    else:
        import onnxscript.optimizer
        import onnxscript.rewriter

        model = onnxscript.rewriter.rewrite(onnxscript.optimizer.optimize(model))
    onnx.save(model, target)


if __name__ == "__main__":
    run(*sys.argv[1:])

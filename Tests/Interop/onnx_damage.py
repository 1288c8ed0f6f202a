#!/usr/bin/env python
"""Damage ONNX models in one place each, and let bnfold verify them: each has to be different, with the name of the node.

    python Tests/Interop/onnx_damage.py --bnfold PATH --models FOLDER [--count 50] [--largest MEGABYTES] [--seed 1]
        [--original NAME]

A weight of a node, a channel or an element of it, becomes larger by a factor between 1e-4 and 1; or an attribute of a node
becomes another number. `--models` has exported models anywhere below it. With `--original model.keras` they are verified
against that file beside each of them, from which they were exported.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnx
from onnx import numpy_helper

# What a change of these cannot show.
IDLE = {"momentum", "noop_with_empty_axes", "training_mode", "axis", "to", "keepdims", "perm", "group", "kernel_shape", "mode", "direction"}


def weights(graph: onnx.GraphProto) -> dict[str, onnx.TensorProto]:
    """The constants of a graph by name, whichever way they are stored."""
    found = {tensor.name: tensor for tensor in graph.initializer}
    for node in graph.node:
        if node.op_type == "Constant" and node.attribute[0].name == "value":
            found[node.output[0]] = node.attribute[0].t
    return found


def damage_weight(model: onnx.ModelProto, rng: np.random.Generator) -> tuple[set[str], str] | None:
    """Make a part of a weight larger; the nodes that read it, and what was done."""
    tensors = weights(model.graph)
    readers = [node for node in model.graph.node if any(name in tensors for name in node.input)]
    if not readers:
        return None
    node = readers[rng.integers(len(readers))]
    name = rng.choice([name for name in node.input if name in tensors])
    array = numpy_helper.to_array(tensors[name]).copy()
    if array.dtype.kind != "f" or not array.size or not np.abs(array).max() > 0:
        return None
    factor = array.dtype.type(1 + 10.0 ** rng.uniform(-4, 0))
    flat = array.reshape(-1)
    where = slice(None) if rng.random() < 0.3 else rng.choice(np.flatnonzero(np.abs(flat) > 1e-3 * np.abs(flat).max()))
    before = flat.copy()
    flat[where] = flat[where] * factor
    if np.array_equal(before, flat):
        return None
    tensors[name].CopyFrom(numpy_helper.from_array(array, tensors[name].name))
    return {label(n) for n in model.graph.node if name in n.input}, f"{name} times {factor}"


def damage_attribute(model: onnx.ModelProto, rng: np.random.Generator) -> tuple[set[str], str] | None:
    """Make an attribute another number; the node, and what was done."""
    places = [(n, a) for n in model.graph.node for a in n.attribute if a.name not in IDLE and a.type in (1, 2, 7)]
    if not places:
        return None
    node, attribute = places[rng.integers(len(places))]
    if attribute.type == onnx.AttributeProto.FLOAT:
        attribute.f = attribute.f * 2 + 0.125
    elif attribute.type == onnx.AttributeProto.INT:
        attribute.i += 1
    elif attribute.ints:
        attribute.ints[int(rng.integers(len(attribute.ints)))] += 1
    return {label(node)}, f"{attribute.name} of {label(node)} ({node.op_type})"


def label(node: onnx.NodeProto) -> str:
    return node.name or next(name for name in node.output if name)


def verify(binary: Path, original: Path, damaged: Path) -> dict:
    command = [binary, "verify", original, damaged, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode not in (0, 1) or not done.stdout:
        return {"verdict": f"error {done.returncode}", "differences": [{"layer": done.stderr.strip()[:160]}]}
    return json.loads(done.stdout)["check"]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bnfold", type=Path, required=True, help="the binary to test")
    parser.add_argument("--models", type=Path, required=True, help="a folder with model.onnx files anywhere below it")
    parser.add_argument("--count", type=int, default=50, help="how many damages")
    parser.add_argument("--largest", type=float, default=40, help="megabytes of a model at most")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--original", help="the file beside each model that it is verified against; itself if absent")
    options = parser.parse_args(arguments)
    binary = options.bnfold.resolve(strict=True)
    sources = [p for p in sorted(options.models.rglob("*.onnx")) if p.stat().st_size <= options.largest * 1e6]
    rng = np.random.default_rng(options.seed)
    counts: Counter[str] = Counter()
    with TemporaryDirectory() as scratch:
        target = Path(scratch) / "damaged.onnx"
        while counts.total() < options.count:
            source = sources[rng.integers(len(sources))]
            model = onnx.load(source)
            done = (damage_attribute if rng.random() < 0.25 else damage_weight)(model, rng)
            if done is None:
                continue
            nodes, what = done
            onnx.save(model, target)
            original = source.with_name(options.original) if options.original else source
            check = verify(binary, original, target)
            first = next((d["layer"] for d in check.get("differences", [])), "")
            outcome = check["verdict"] if check["verdict"] != "different" else "named" if first in nodes else "not named"
            counts[outcome] += 1
            if outcome != "named":
                print(f"{outcome}: {source.parent.name}: {what}: {first!r} instead of {sorted(nodes)}", flush=True)
    print(", ".join(f"{count} {outcome}" for outcome, count in counts.most_common()))
    return 0 if set(counts) <= {"named", "not named"} else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Measures how the search for rewrites grows with the number of layers.

    python Benchmarks/search.py --bnfold PATH [--rounds N]

The models are chains of residual blocks (batch normalization, ReLU, convolution, Add) behind a convolution, written by hand
as Keras 3 writes HDF5: one long stream, on which every batch normalization could go into every convolution. `inspect` with
all rules and with `--rules direct` take turns; the difference is the search.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import h5py
import numpy

from bench import machine

SIZES = (1_000, 2_000, 5_000, 10_000)
CHANNELS = 8


def tensor(layer: str) -> dict:
    shape = [None, 4, 4, CHANNELS]
    config = {"shape": shape, "dtype": "float32", "keras_history": [layer, 0, 0]}
    return {"class_name": "__keras_tensor__", "config": config}


def layer(name: str, kind: str, config: dict, *inputs: str) -> dict:
    arguments = [tensor(one) for one in inputs]
    nodes = [{"args": [arguments] if kind == "Add" else arguments, "kwargs": {}}] if inputs else []
    return {"class_name": kind, "name": name, "config": {"name": name} | config, "inbound_nodes": nodes}


def convolution(name: str, source: str) -> dict:
    config = {"filters": CHANNELS, "kernel_size": [1, 1], "strides": [1, 1], "padding": "valid", "use_bias": True,
              "data_format": "channels_last", "dilation_rate": [1, 1], "groups": 1, "activation": "linear"}
    return layer(name, "Conv2D", config, source)


def write(path: Path, count: int, lowest: float) -> None:
    """Write a model of about `count` layers, with gammas between `lowest` and 1."""
    random = numpy.random.default_rng(0)
    layers = [layer("input", "InputLayer", {"batch_shape": [None, 4, 4, CHANNELS], "dtype": "float32"}),
              convolution("conv", "input")]
    stream = "conv"
    for block in range(count // 4):
        normalization = {"axis": -1, "epsilon": 0.001, "center": True, "scale": True, "momentum": 0.99}
        layers += [layer(f"bn{block}", "BatchNormalization", normalization, stream),
                   layer(f"relu{block}", "Activation", {"activation": "relu"}, f"bn{block}"),
                   convolution(f"conv{block}", f"relu{block}"),
                   layer(f"add{block}", "Add", {}, stream, f"conv{block}")]
        stream = f"add{block}"
    config = {"name": "chain", "layers": layers, "input_layers": ["input", 0, 0], "output_layers": [stream, 0, 0]}
    with h5py.File(path, "w") as file:
        file.attrs["keras_version"], file.attrs["backend"] = "3.15.1", "tensorflow"
        file.attrs["model_config"] = json.dumps({"class_name": "Functional", "config": config})
        weights = file.create_group("model_weights")
        # An attribute has at most 64 KB; Keras splits longer lists in the same way.
        parts = numpy.array_split([one["name"].encode() for one in layers], 1 + count // 2000)
        for number, part in enumerate(parts):
            weights.attrs[f"layer_names{number}" if len(parts) > 1 else "layer_names"] = list(part)
        for one in layers:
            names = {"Conv2D": ("kernel", "bias"), "BatchNormalization": ("gamma", "beta", "moving_mean", "moving_variance")}
            group = weights.create_group(one["name"])
            own = [f"{one['name']}/{name}" for name in names.get(one["class_name"], ())]
            group.attrs["weight_names"] = [name.encode() for name in own]
            for name in own:
                shape = (1, 1, CHANNELS, CHANNELS) if name.endswith("kernel") else (CHANNELS,)
                low = 0.5 if name.endswith("variance") else lowest if name.endswith("gamma") else -1
                group.create_dataset(name, data=random.uniform(low, 1, shape).astype("float32"))


def seconds(command: list[str]) -> float:
    start = perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return perf_counter() - start


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bnfold", type=Path, required=True, help="the binary to measure")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args(arguments)
    print(machine())
    with TemporaryDirectory() as folder:
        # A negative scale anywhere stops every rewrite through a ReLU; with none, all go.
        for lowest, title in ((-1, "gammas of both signs"), (0.5, "positive gammas")):
            print(f"\n{title}\n{'layers':>8}{'inspect':>12}{'direct':>12}{'the search':>12}{'a layer':>12}")
            for size in SIZES:
                path = Path(folder) / f"{size}.h5"
                write(path, size, lowest)
                command = [str(options.bnfold.resolve(strict=True)), "inspect", str(path)]
                pairs = [(seconds(command), seconds([*command, "--rules", "direct"])) for _ in range(options.rounds)]
                whole, direct = (median(pair[side] for pair in pairs) for side in (0, 1))
                search = median(pair[0] - pair[1] for pair in pairs)
                print(f"{size:8}{1000 * whole:9.1f} ms{1000 * direct:9.1f} ms{1000 * search:9.1f} ms{1e6 * search / size:9.1f} us")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

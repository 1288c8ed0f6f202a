"""Runs the examples of pages as a reader would type them, and holds what they print against the page.

    python Tests/Distribution/python/examples.py [--first] PAGE...

Each page has a folder of its own with the models that the pages name. `--first` runs the first block alone.
"""

from __future__ import annotations

import doctest
import json
import os
import random
import re
import shutil
import struct
import sys
import tempfile
from pathlib import Path

FIXTURES = Path(__file__).resolve().parents[3] / "Fixtures"
MODELS = {
    "model.keras": "keras3/pattern_densenet_block.keras",
    "original.h5": "verdict/dead_direct.h5",
    "other.h5": "verdict/dead_direct.bad.h5",
}
LAYERS = {"conv1": (8, 3, 7, 7), "layer1.0.conv1": (8, 8, 3, 3), "layer1.0.conv2": (8, 8, 3, 3)}
BLOCK = re.compile(r"^```pycon\n(.*?)^```$", re.DOTALL | re.MULTILINE)
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def small_resnet() -> bytes:
    """A state dictionary with the names of a ResNet, in safetensors, made without numpy."""
    drawn = random.Random(0)
    header, data = {}, b""
    shapes = {f"{name}.weight": shape for name, shape in LAYERS.items()}
    for name in LAYERS:
        parts = ("weight", "bias", "running_mean", "running_var")
        shapes |= {f"{name.replace('conv', 'bn')}.{part}": (8,) for part in parts}
    for name, shape in shapes.items():
        count = 1
        for size in shape:
            count *= size
        values = struct.pack(f"<{count}f", *(drawn.uniform(0.5, 2) for _ in range(count)))
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [len(data), len(data) + len(values)]}
        data += values
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def prepare(folder: Path) -> None:
    """Put the models there that the pages name."""
    for name, source in MODELS.items():
        shutil.copy(FIXTURES / source, folder / name)
    (folder / "weights.safetensors").write_bytes(small_resnet())


def run(page: Path, only_first: bool) -> tuple[int, int]:
    """How many examples of a page were run, and how many of them failed."""
    text = page.read_text()
    blocks = list(BLOCK.finditer(text))[: 1 if only_first else None]
    runner, variables = doctest.DocTestRunner(optionflags=FLAGS), {}
    home = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        prepare(Path(folder))
        os.chdir(folder)
        try:
            for block in blocks:
                line = text.count("\n", 0, block.start(1))
                test = doctest.DocTestParser().get_doctest(block[1], variables, page.name, str(page), line)
                runner.run(test, clear_globs=False)
                # The parser copies what it is given.
                variables = test.globs
        finally:
            os.chdir(home)
    return runner.summarize(verbose=False).attempted, runner.failures


def main(arguments: list[str]) -> int:
    only_first = "--first" in arguments
    status = 0
    for name in arguments:
        if name == "--first":
            continue
        attempted, failed = run(Path(name), only_first)
        print(f"{Path(name).name}: {attempted - failed} of {attempted} examples print what the page says")
        status |= failed > 0 or attempted == 0
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

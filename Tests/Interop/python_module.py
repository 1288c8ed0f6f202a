#!/usr/bin/env python
"""Models of Keras in memory, folded by the Python module of the wheel: what they predict has to stay.

    python Tests/Interop/python_module.py --bnfold PATH [--only PATTERN]

`interop.py` runs it as one of its suites. Each case runs in a process of its own, which sees the module as a user does,
by the name `bnfold`, with the Keras that it has imported itself.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from fnmatch import fnmatch
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Fixtures"))

from checks import Result

Wanted = Callable[[str, str], bool]
TIMEOUT_SECONDS = 300

MODEL = """
import os
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import {framework} as keras
import bnfold.keras

keras.utils.set_random_seed(0)
layers = keras.layers


def statistics(model):
    random = np.random.default_rng(0)
    for layer in model.layers:
        if isinstance(layer, layers.BatchNormalization):
            layer.set_weights([random.uniform(0.5, 2, w.shape) for w in layer.get_weights()])


def same(model, folded):
    expected, found = model.predict(images, verbose=0), folded.predict(images, verbose=0)
    error = np.abs(found - expected).max() / np.abs(expected).max()
    assert error < 1e-5, f"predictions are off by {{error}}"
    assert np.abs(expected).max() > 0, "predictions show nothing"


def normalizations(model):
    return sum(isinstance(layer, layers.BatchNormalization) for layer in model.layers)


images = np.random.default_rng(1).normal(size=(8, 16, 16, 3)).astype("float32")
inputs = layers.Input((16, 16, 3))
"""

BLOCK = """
x = layers.Conv2D(8, 3)(inputs)
x = layers.BatchNormalization()(x)
x = layers.ReLU()(x)
x = layers.SeparableConv2D(8, 3)(x)
x = layers.BatchNormalization()(x)
x = layers.GlobalAveragePooling2D()(x)
model = keras.Model(inputs, layers.Dense(4, activation="softmax")(x))
statistics(model)
"""

CASES = {
    "functional": BLOCK
    + """
weights = [w.copy() for w in model.get_weights()]
folded, report = bnfold.keras.fold(model)
same(model, folded)
assert (report.counts.folded, normalizations(folded), normalizations(model)) == (2, 0, 2)
assert type(folded) is type(model)
assert all(np.array_equal(a, b) for a, b in zip(weights, model.get_weights())), "the model has changed"
""",
    "compiled": BLOCK
    + """
model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
labels = np.eye(4, dtype="float32")[np.arange(8) % 4]
folded = bnfold.keras.fold(model).model
expected, found = model.evaluate(images, labels, verbose=0), folded.evaluate(images, labels, verbose=0)
assert np.allclose(expected, found, rtol=1e-4), (expected, found)
folded.fit(images, labels, epochs=1, verbose=0)
assert not getattr(bnfold.keras.fold(model, compile=False).model, "optimizer", None)
""",
    "sequential": """
model = keras.Sequential(
    [layers.InputLayer((16, 16, 3)), layers.Conv2D(4, 3), layers.BatchNormalization(), layers.Flatten(), layers.Dense(2)]
)
statistics(model)
told = []
folded, report = bnfold.keras.fold(model, rules="direct", progress=told.append)
same(model, folded)
assert report.counts.folded == 1 and [one.activity for one in told] == ["folding", "checking"]
""",
    "custom": """
class Doubling(layers.Layer):
    def call(self, inputs):
        return 2 * inputs

x = layers.Conv2D(4, 3)(inputs)
x = layers.BatchNormalization()(x)
model = keras.Model(inputs, Doubling()(x))
statistics(model)
folded, report = bnfold.keras.fold(model, custom_objects={{"Doubling": Doubling}})
same(model, folded)
assert report.counts.folded == 1
try:
    bnfold.keras.fold(model, custom_objects={{"Doubling": Doubling}}, require_full_check=True)
except bnfold.CheckFailed as error:
    assert error.report.counts.folded == 1
else:
    raise AssertionError("a custom layer cannot be run")
""",
    "lambda": """
x = layers.Conv2D(4, 3)(inputs)
x = layers.BatchNormalization()(x)
model = keras.Model(inputs, layers.Lambda(lambda x: x + 1, output_shape=(14, 14, 4))(x))
statistics(model)
folded, report = bnfold.keras.fold(model)
same(model, folded)
assert report.counts.folded == 1
""",
    "not-a-model": """
for value in (3, "model.keras", layers.Dense(3)):
    try:
        bnfold.keras.fold(value)
    except TypeError as error:
        assert "not a model" in str(error)
    else:
        raise AssertionError(f"{{value!r}} is not a model")
""",
    "documented": BLOCK + "{example}",
}


def example() -> str:
    """The example of docs/python.md, as it is."""
    page = (ROOT / "docs" / "python.md").read_text().partition("## A model of Keras in memory")[2]
    match = re.search(r"^```python\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    if not match:
        raise ValueError("docs/python.md has no example of a model in memory")
    return match[1]


def problems(binary: Path, program: str) -> list[str]:
    """What is wrong with what a program finds: the end of what it says, or what it leaves."""
    with TemporaryDirectory() as home:
        (Path(home) / "program.py").write_text(program)
        (Path(home) / "temporary").mkdir()
        environment = os.environ | {
            "BNFOLD_BINARY": str(binary),
            "PYTHONPATH": str(ROOT / "packaging" / "python" / "src"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "TMPDIR": str(Path(home) / "temporary"),
        }
        done = subprocess.run(
            [sys.executable, "program.py"],
            cwd=home,
            env=environment,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
        left = [path.name for path in (Path(home) / "temporary").glob("bnfold-*")]
    found = [f"left behind: {', '.join(left)}"] if left else []
    if done.returncode:
        found += done.stderr.strip().splitlines()[-3:] or [f"exit {done.returncode}"]
    return found


def python_module(binary: Path, wanted: Wanted) -> Iterator[Result]:
    """Fold each model in memory with both releases of Keras."""
    for framework in ("keras", "tf_keras"):
        for name, case in CASES.items():
            result = Result(f"python/{framework}", name)
            if wanted(result.family, name):
                program = (MODEL + case).format(framework=framework, example=example())
                result.problems += problems(binary, program)
                result.loadable = not result.problems
                yield result


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bnfold", type=Path, required=True, help="the binary to test")
    parser.add_argument("--only", default="*", help="a pattern for NAME or FAMILY/NAME")
    options = parser.parse_args(arguments)

    def wanted(family: str, name: str) -> bool:
        return fnmatch(name, options.only) or fnmatch(f"{family}/{name}", options.only)

    failed = 0
    for result in python_module(options.bnfold.resolve(strict=True), wanted):
        print(f"{result.status:8}{result.family}/{result.name}", *result.problems, sep="\n        ")
        failed += bool(result.problems)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

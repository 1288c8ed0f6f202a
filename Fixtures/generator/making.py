"""Making a fixture: its model file and its golden outputs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import save_file

from .catalogue import FIXTURES
from .kit import Kit
from .manifest import FOLDER, write_manifest
from .registry import Fixture
from .seeding import make_inputs, randomize, set_weights, train_one_step


def generate(generation: str, names: list[str]) -> None:
    """Make the named fixtures of one generation, or all of them, and update the manifest."""
    kit = Kit.of(generation)
    folder = FOLDER / generation
    folder.mkdir(exist_ok=True)
    for name in names or FIXTURES:
        make(kit, FIXTURES[name], folder)
        print(f"{generation}/{name}")
    write_manifest(generation, {name: manifest_entry(fixture, generation) for name, fixture in FIXTURES.items()})


def manifest_entry(fixture: Fixture, generation: str) -> dict[str, Any]:
    """What the manifest says of a fixture; the ending of its name only where that is not `.h5`."""
    ending = fixture.ending(generation)
    return fixture.expectation() | ({} if ending == ".h5" else {"ending": ending})


def make(kit: Kit, fixture: Fixture, folder: Path) -> None:
    """Write the model file and the golden file of one fixture."""
    key = fixture.name
    kit.keras.backend.clear_session()
    with kit.precision(fixture.policy):
        model = fixture.build(kit)
        if fixture.trained:
            randomize(model, key)
            train_one_step(kit, model, key)
        randomize(model, key)
        stored_weights = model.get_weights()
        path = folder / f"{key}{fixture.ending(kit.generation)}"
        kit.save(model, path)
        inputs = make_inputs(model, key)
        outputs = kit.run(model, [value.astype(tensor_type(model)) for value in inputs], fixture.xla)
    if fixture.rewrite:
        fixture.rewrite(path)
    golden = {f"input_{index}": value for index, value in enumerate(inputs)}
    golden |= {f"output_{index}": value.astype("float32") for index, value in enumerate(outputs)}
    exact = run_in_float64(kit, fixture, stored_weights, inputs) if fixture.in_float64 else []
    golden |= {f"output64_{index}": value for index, value in enumerate(exact)}
    save_file(
        {name: np.ascontiguousarray(value) for name, value in golden.items()}, folder / f"{key}.golden.safetensors"
    )


def tensor_type(model: Any) -> str:
    """The element type of the model's inputs."""
    dtype = model.inputs[0].dtype
    return str(getattr(dtype, "name", dtype))


def run_in_float64(kit: Kit, fixture: Fixture, weights: list[np.ndarray], inputs: list[np.ndarray]) -> list[np.ndarray]:
    """The outputs of the same architecture in float64, with the stored weights cast up."""
    kit.keras.backend.clear_session()
    with kit.precision("float64"):
        model = fixture.build(kit)
        set_weights(model, [value.astype("float64") if value.dtype.kind == "f" else value for value in weights])
        outputs = kit.run(model, [value.astype("float64") for value in inputs], fixture.xla)
    if any(value.dtype != np.float64 for value in outputs):
        raise TypeError(f"{fixture.name}: not computed in float64")
    return outputs

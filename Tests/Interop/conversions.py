"""Converted files: Keras loads each and computes the same to the last bit, and safetensors reads the same arrays."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import h5py
import numpy as np
from bnfold import TIMEOUT_SECONDS
from checks import Result, first_line, load, relative_error, run
from generator.building_blocks import doubling
from generator.kit import Kit
from generator.manifest import FOLDER as FIXTURES
from generator.manifest import MANIFEST
from modelfile import ModelFile
from safetensors import safe_open
from safetensors.numpy import load_file
from suites import Wanted, numbered

# What each format is called, and whether its architecture is a file of its own.
FORMATS = {"h5": False, "keras": False, "weights": True, "named-weights": True, "safetensors": False}
ENDINGS = {"weights": ".weights.h5", "named-weights": ".names.h5"}
# A wrapper in a wrapper: the lists of weights by name do not tell what belongs where.
REFUSED = {("nested_time_distributed_twice", "keras"), ("nested_time_distributed_twice", "weights")}
# Keras 3 cannot load a function, a layer of augmentation, or some lists of axes from HDF5, whoever wrote it.
ARCHIVE_ONLY = ".keras"


def conversions(binary: Path, wanted: Wanted) -> Iterator[Result]:
    """Convert every fixture to every format."""
    manifest = json.loads(MANIFEST.read_text())
    for generation in ("keras3", "keras2"):
        family = f"convert/{generation}"
        names = [name for name in manifest[generation] if wanted(family, name)]
        if not names:
            continue
        kit = Kit.of(generation)
        doubling(kit.keras)
        for name in names:
            source = ModelFile(FIXTURES / generation / (name + manifest[generation][name].get("ending", ".h5")))
            inputs = numbered(load_file(FIXTURES / generation / f"{name}.golden.safetensors"), "input_")
            expected = run(kit, load(kit, source), inputs)
            for form in FORMATS:
                result = Result(family, f"{name} to {form}")
                with TemporaryDirectory() as folder:
                    check(kit, binary, source, form, Path(folder), inputs, expected, result)
                yield result


def check(
    kit: Kit, binary: Path, source: ModelFile, form: str, folder: Path, inputs: list, expected: list, result: Result
) -> None:
    """Convert one file and let others read it."""
    target = folder / f"model{ENDINGS.get(form, '.' + form)}"
    architecture = folder / "architecture.json" if FORMATS[form] else None
    command = [str(binary), "convert", str(source.path), str(target), "--to", form]
    if architecture:
        command += ["--output-architecture", str(architecture)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_SECONDS, check=False)
    is_refused = (source.path.stem, form) in REFUSED
    if is_refused or (source.path.name, form) == ("layers_functions.keras", "h5"):
        if done.returncode != 65:
            result.problems.append(f"exit {done.returncode} where 65 was expected")
        return
    if done.returncode != 0:
        result.problems.append(f"exit {done.returncode}: {done.stderr.strip()[:400]}")
        return
    result.loadable = True
    if form == "safetensors":
        result.problems += tensor_problems(source, target)
        return
    if source.path.suffix == ARCHIVE_ONLY and form == "h5":
        return
    try:
        outputs = run(kit, load(kit, ModelFile(target, architecture)), inputs)
    except Exception as error:  # whatever Keras raises is the finding
        result.problems.append(f"Keras cannot use the converted file: {first_line(error)}")
        return
    result.error = relative_error(outputs, expected)
    if result.error != 0:
        result.problems.append(f"outputs differ by {result.error:.2g} of the largest value")


def tensor_problems(source: ModelFile, target: Path) -> list[str]:
    """Arrays of the HDF5 file that are not the same in the safetensors file, by the map in its header."""
    problems = []
    with source.weights() as file, safe_open(target, "numpy") as tensors:
        places = json.loads(tensors.metadata()["tree"])["arrays"]
        found: set[str] = set()
        file.visititems(lambda path, item: found.add(f"/{path}") if isinstance(item, h5py.Dataset) else None)
        if found != set(places):
            problems.append(f"other arrays: {sorted(found ^ set(places))[:3]}")
        for path, name in places.items():
            value, copy = np.asarray(file[path]), tensors.get_tensor(name)
            if value.shape != copy.shape or value.dtype != copy.dtype or value.tobytes() != copy.tobytes():
                problems.append(f"the tensor {name} is another one than {path}")
    return problems

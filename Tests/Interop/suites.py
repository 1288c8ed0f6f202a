"""The files to fold: the fixtures of this repository, and a zoo of further models."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from checks import Case, Result, check, first_line, load, relative_error, run, tolerance
from generator.building_blocks import doubling
from generator.kit import Kit
from generator.manifest import FOLDER as FIXTURES
from generator.manifest import MANIFEST
from safetensors.numpy import load_file

Wanted = Callable[[str, str], bool]
ZOO_FAMILIES = {"k3": "keras3", "tfk": "keras2", "k224": "keras2"}
NOT_WHOLE_MODELS = (".weights.h5", ".legacyw.h5")


def numbered(tensors: dict[str, np.ndarray], prefix: str) -> list[np.ndarray]:
    """The tensors `prefix<key>` in flattened order: by number, or by name for outputs from a dictionary."""
    keys = [name.removeprefix(prefix) for name in tensors if name.startswith(prefix)]
    return [tensors[prefix + key] for key in sorted(keys, key=lambda key: (int(key) if key.isdigit() else 0, key))]


def fixtures(binary: Path, wanted: Wanted) -> Iterator[Result]:
    """Fold every fixture and hold the outcome against the manifest and the golden outputs."""
    manifest = json.loads(MANIFEST.read_text())
    for generation in ("keras3", "keras2"):
        names = [name for name in manifest[generation] if wanted(generation, name)]
        if not names:
            continue
        kit = Kit.of(generation)
        doubling(kit.keras)
        for name in names:
            expected = manifest[generation][name]
            source = FIXTURES / generation / f"{name}.h5"
            golden = load_file(source.with_suffix(".golden.safetensors"))
            result = Result(generation, name)
            case = Case(kit, source, load(kit, source), numbered(golden, "input_"), numbered(golden, "output_"))
            report = check(case, binary, result)
            if report and set(report.folded) != set(expected["expect_folded"]):
                result.problems.append(f"folded {sorted(report.folded)}, expected {sorted(expected['expect_folded'])}")
            if report and report.kept != expected["expect_kept"]:
                result.problems.append(f"kept {report.kept}, expected {expected['expect_kept']}")
            yield result


@contextmanager
def unpacked(zoo: Path) -> Iterator[Path]:
    """The zoo's directory, unpacked to a temporary place if it is an archive."""
    if zoo.is_dir():
        yield zoo
        return
    with TemporaryDirectory() as folder, tarfile.open(zoo) as archive:
        archive.extractall(folder, filter="data")
        yield Path(folder)


def zoo(root: Path, binary: Path, wanted: Wanted) -> Iterator[Result]:
    """Fold every whole-model .h5 of the zoo whose original its own Keras can load and run."""
    tiny = root if root.name == "tiny" else root / "tiny"
    for family, generation in ZOO_FAMILIES.items():
        paths = [path for path in sorted((tiny / family).glob("*.h5")) if not path.name.endswith(NOT_WHOLE_MODELS)]
        paths = [path for path in paths if wanted(f"zoo/{family}", path.stem)]
        for path in paths:
            yield zoo_file(Kit.of(generation), binary, path, f"zoo/{family}")


def zoo_file(kit: Kit, binary: Path, path: Path, family: str) -> Result:
    """Fold one file of the zoo; what the original computes here is the reference if its golden disagrees."""
    result = Result(family, path.stem)
    tensors = load_file(path.with_suffix(".io.safetensors"))
    inputs, golden = numbered(tensors, "input_"), numbered(tensors, "output_")
    try:
        original = load(kit, path)
        outputs = run(kit, original, inputs)
    except Exception as error:  # whatever Keras raises is the finding
        result.skipped = f"original not loadable: {first_line(error)}"
        return result
    difference = relative_error(outputs, golden) if golden else None
    if difference is None or not difference <= tolerance(path):
        why = "has no golden" if difference is None else f"differs from its golden by {difference:.2g}"
        result.remarks.append(f"the original {why}, so it is its own reference")
        golden = outputs
    check(Case(kit, path, original, inputs, golden), binary, result)
    return result

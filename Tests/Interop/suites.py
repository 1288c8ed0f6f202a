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
from generator.seeding import make_inputs
from modelfile import ModelFile
from safetensors.numpy import load_file

Wanted = Callable[[str, str], bool]
ZOO_FAMILIES = {"k3": "keras3", "tfk": "keras2", "k224": "keras2"}
# By what their names end with; those whose architecture is a file of its own come with a .json.
ZOO_FORMATS = {".h5": False, ".keras": False, ".weights.h5": True, ".legacyw.h5": True}


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
            source = ModelFile(FIXTURES / generation / (name + expected.get("ending", ".h5")))
            golden = load_file(FIXTURES / generation / f"{name}.golden.safetensors")
            result = Result(generation, name)
            case = Case(kit, source, load(kit, source), numbered(golden, "input_"), numbered(golden, "output_"))
            report = check(case, binary, result)
            if report and set(report.folded) != set(expected["expect_folded"]):
                result.problems.append(f"folded {sorted(report.folded)}, expected {sorted(expected['expect_folded'])}")
            if report and report.kept != expected["expect_kept"]:
                result.problems.append(f"kept {report.kept}, expected {expected['expect_kept']}")
            yield result


def unusual(binary: Path, wanted: Wanted) -> Iterator[Result]:
    """Fold the unusual files that their own Keras loads today; what it computes from them is the reference."""
    for path in sorted((FIXTURES / "unusual").iterdir()):
        result = Result("unusual", path.name)
        if not wanted("unusual", path.name):
            continue
        file = ModelFile(path)
        kit = Kit.of("keras3" if file.keras_version().startswith("3.") else "keras2")
        try:
            original = load(kit, file)
            inputs = make_inputs(original, path.name)
            outputs = run(kit, original, inputs)
        except Exception as error:  # whatever Keras raises is the finding
            result.skipped = f"original not loadable: {first_line(error)}"
        else:
            check(Case(kit, file, original, inputs, outputs), binary, result)
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
    """Fold every model of the zoo, in every format, whose original its own Keras can load and run."""
    tiny = root if root.name == "tiny" else root / "tiny"
    for family, generation in ZOO_FAMILIES.items():
        folder = tiny / family
        names = [path.name.removesuffix(".io.safetensors") for path in sorted(folder.glob("*.io.safetensors"))]
        for ending, is_separate in ZOO_FORMATS.items():
            for name in names:
                file = ModelFile(folder / (name + ending), folder / f"{name}.json" if is_separate else None)
                if wanted(f"zoo/{family}{ending}", name) and file.path.exists():
                    yield zoo_file(Kit.of(generation), binary, file, f"zoo/{family}{ending}", name)


def zoo_file(kit: Kit, binary: Path, file: ModelFile, family: str, name: str) -> Result:
    """Fold one file of the zoo; what the original computes here is the reference if its golden disagrees."""
    result = Result(family, name)
    tensors = load_file(file.path.parent / f"{name}.io.safetensors")
    inputs, golden = numbered(tensors, "input_"), numbered(tensors, "output_")
    try:
        original = load(kit, file)
        outputs = run(kit, original, inputs)
    except Exception as error:  # whatever Keras raises is the finding
        result.skipped = f"original not loadable: {first_line(error)}"
        return result
    difference = relative_error(outputs, golden) if golden else None
    if difference is None or not difference <= tolerance(file):
        why = "has no golden" if difference is None else f"differs from its golden by {difference:.2g}"
        result.remarks.append(f"the original {why}, so it is its own reference")
        golden = outputs
    check(Case(kit, file, original, inputs, golden), binary, result)
    return result

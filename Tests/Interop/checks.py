"""The checks that every folded file must pass, and how their results are told."""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from bnfold import BnfoldError, Report, fold
from generator.kit import Kit
from modelfile import ModelFile

TOLERANCE = 1e-4
HALF_TOLERANCE = 2e-2


def tolerance(file: ModelFile) -> float:
    """How far the outputs of a folded model may be off, as a part of the largest output."""
    return HALF_TOLERANCE if file.uses_half_precision() else TOLERANCE


@dataclass
class Result:
    """The outcome of one file: problems make it a failure, a reason to skip makes it skipped."""

    family: str
    name: str
    problems: list[str] = field(default_factory=list)
    skipped: str | None = None
    remarks: list[str] = field(default_factory=list)
    folded: int = 0
    kept: Counter[str] = field(default_factory=Counter)
    loadable: bool = False
    error: float = float("nan")

    @property
    def status(self) -> str:
        if self.skipped:
            return "skipped"
        return "failed" if self.problems else "passed"


def load(kit: Kit, file: ModelFile) -> Any:
    """The model in a file, loaded by its own Keras and not compiled."""
    kit.keras.backend.clear_session()
    if file.architecture:
        if kit.generation == "keras3":
            kit.keras.config.enable_unsafe_deserialization()
        model = kit.keras.models.model_from_json(file.architecture.read_text())
        model.load_weights(str(file.path))
        return model
    options = {"safe_mode": False} if kit.generation == "keras3" or file.path.suffix == ".keras" else {}
    return kit.keras.models.load_model(file.path, compile=False, **options)


def run(kit: Kit, model: Any, inputs: list[np.ndarray]) -> list[np.ndarray]:
    """Inference; channels-first convolutions, which eager TensorFlow cannot run on a CPU, go through XLA."""
    try:
        outputs = kit.run(model, inputs)
    except Exception:  # which error it is depends on the layer
        outputs = kit.run(model, inputs, xla=True)
    return [value.astype("float32") if value.dtype.itemsize < 4 else value for value in outputs]


def first_line(error: Exception) -> str:
    """An exception in one short line."""
    text = next(iter(str(error).strip().splitlines()), "")
    return f"{type(error).__name__}: {text[:200]}"


def relative_error(actual: list[np.ndarray], expected: list[np.ndarray]) -> float:
    """The largest difference over all outputs, each relative to its largest expected value."""
    if [value.shape for value in actual] != [value.shape for value in expected]:
        return float("inf")
    worst = 0.0
    for value, reference in zip(actual, expected, strict=True):
        scale = float(np.abs(reference).max(initial=0)) or 1.0
        difference = float(np.abs(value.astype("float64") - reference).max(initial=0))
        worst = max(worst, difference / scale if np.isfinite(difference) else float("inf"))
    return worst


def interface(kit: Kit, model: Any) -> tuple[list[str], Any]:
    """What callers see of a model: the names of its inputs, and the structure of its outputs."""
    structure = getattr(model, "output", model.outputs[0])
    return [tensor.name for tensor in model.inputs], kit.pack(structure, [0] * len(kit.flatten(structure)))


def ledger_problems(report: Report, source: ModelFile, target: ModelFile) -> list[str]:
    """Every BN must be in the report, and the folded file must hold the kept ones and no trace of the others."""
    before = source.layers()
    after = target.layers()
    listed = set(report.folded) | set(report.kept)
    had = {layer.path for layer in before if layer.is_batch_normalization}
    has = {layer.path for layer in after if layer.is_batch_normalization}
    problems = [f"{path} is not in the report" for path in sorted(had - listed)]
    if has != had - set(report.folded):
        problems.append(f"batch normalizations left in the file: {sorted(has)}, in the report: {sorted(report.kept)}")
    gone = {name for layer in before if layer.path in report.folded for name in layer.names}
    stay = {name for layer in before if layer.path not in report.folded for name in layer.names}
    problems += target.traces(gone - stay)
    if report.folded and target.has_optimizer_state():
        problems.append("optimizer weights of the unfolded model are left")
    return problems


@dataclass(frozen=True)
class Case:
    """A model file, loaded by its own Keras, with inputs and what it must compute from them before and after."""

    kit: Kit
    source: ModelFile
    original: Any
    inputs: list[np.ndarray]
    golden: list[np.ndarray]


def check(case: Case, binary: Path, result: Result) -> Report | None:
    """Fold one file, let Keras load and run it, and note in `result` everything that is not as it must be."""
    with tempfile.TemporaryDirectory() as folder:
        architecture = Path(folder) / "architecture.json" if case.source.architecture else None
        target = ModelFile(Path(folder) / case.source.path.name, architecture)
        try:
            report = fold(binary, case.source, target)
        except BnfoldError as error:
            result.problems.append(f"bnfold: {error}")
            return None
        result.folded, result.kept = len(report.folded), Counter(report.kept.values())
        result.problems += ledger_problems(report, case.source, target)
        expected = interface(case.kit, case.original)
        try:
            model = load(case.kit, target)
            outputs = run(case.kit, model, case.inputs)
        except Exception as error:  # whatever Keras raises is the finding
            result.problems.append(f"Keras cannot use the folded file: {first_line(error)}")
            return report
    result.loadable = True
    actual = interface(case.kit, model)
    if actual != expected:
        result.problems.append(f"interface was {expected}, is {actual}")
    result.error = relative_error(outputs, case.golden)
    if not result.error <= tolerance(case.source):
        result.problems.append(f"outputs differ by {result.error:.2g} of the largest value")
    return report

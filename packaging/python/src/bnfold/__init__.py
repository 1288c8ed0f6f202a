"""Fold batch normalizations of trained models into the layers around them: proven to change nothing else.

    report = bnfold.fold("model.keras")
    print(report.outputs[0].path, report.counts.folded)

Each function calls the command of the same name and returns its report. `python -m bnfold` is the command
itself.
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from .binary import find_bnfold_bin
from .calibrating import calibrate
from .converting import convert, diff, plan
from .errors import (
    BnfoldError,
    CannotCreateError,
    CheckFailed,
    InputOutputError,
    Interrupted,
    MalformedError,
    NoInputError,
    SoftwareError,
    SystemRefusedError,
    UsageError,
)
from .folding import fold, fold_several
from .inspecting import explain, inspect, inspect_several, lint, lint_several
from .progress import Progress
from .running import RunResult, run
from .verifying import verify, verify_certificate

try:
    __version__ = version("bnfold")
except PackageNotFoundError:
    # The module is run from a folder with its source.
    __version__ = "unknown"

__all__ = [
    "BnfoldError",
    "CannotCreateError",
    "CheckFailed",
    "InputOutputError",
    "Interrupted",
    "MalformedError",
    "NoInputError",
    "Progress",
    "RunResult",
    "SoftwareError",
    "SystemRefusedError",
    "UsageError",
    "__version__",
    "calibrate",
    "convert",
    "diff",
    "explain",
    "find_bnfold_bin",
    "fold",
    "fold_several",
    "inspect",
    "inspect_several",
    "lint",
    "lint_several",
    "plan",
    "run",
    "verify",
    "verify_certificate",
]

"""`bnfold.keras.fold`: a model of Keras that is in memory, so that Keras has been imported."""

from __future__ import annotations

import importlib
import os
from collections.abc import Mapping
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple, Optional

from ._arguments import Limits, Names, ReportFiles
from .folding import fold as fold_file
from .progress import OnProgress
from .reports import FoldReport

FRAMEWORKS = ("keras", "tf_keras")


class Folded(NamedTuple):
    """A folded model, and what became of the one that it is made of."""

    model: Any
    report: FoldReport


def fold(
    model: Any,
    *,
    custom_objects: Optional[Mapping[str, Any]] = None,
    compile: bool = True,
    skip_check: bool = False,
    rules: Optional[Names] = None,
    skip: Optional[Names] = None,
    max_growth: Optional[float] = None,
    merge_branches: bool = False,
    accept: Optional[str] = None,
    require_full_check: bool = False,
    max_difference: Optional[float] = None,
    seed: Optional[int] = None,
    fail_on: Optional[Names] = None,
    limits: Optional[Limits] = None,
    trust_class: Optional[Names] = None,
    report: Optional[ReportFiles] = None,
    progress: Optional[OnProgress] = None,
) -> Folded:
    """Fold a model of Keras 3 or tf_keras, which stays as it is: `model, report = bnfold.keras.fold(model)`.

    It is saved to a temporary folder, folded, proven to be equal, and loaded again; the paths in the report
    are of that folder. `custom_objects` and `compile` are those of `load_model`; the other arguments are
    those of `bnfold.fold`.
    """
    framework = _framework(model)
    with TemporaryDirectory(prefix="bnfold-") as folder:
        source, target = os.path.join(folder, "model.keras"), os.path.join(folder, "folded.keras")
        model.save(source)
        done = fold_file(
            source,
            output=target,
            skip_check=skip_check,
            rules=rules,
            skip=skip,
            max_growth=max_growth,
            merge_branches=merge_branches,
            accept=accept,
            require_full_check=require_full_check,
            max_difference=max_difference,
            seed=seed,
            fail_on=fail_on,
            limits=limits,
            trust_class=trust_class,
            report=report,
            progress=progress,
        )
        # The code of a Lambda layer in the file is that of the model, which is already in this process.
        loaded = framework.models.load_model(
            target, custom_objects=dict(custom_objects or {}), compile=compile, safe_mode=False
        )
    return Folded(loaded, done)


def _framework(model: Any) -> Any:
    """The Keras that a model's class comes from."""
    for cls in type(model).__mro__:
        name = cls.__module__.split(".")[0]
        if name in FRAMEWORKS and hasattr(model, "save"):
            return importlib.import_module(name)
    raise TypeError(f"not a model of {' or '.join(FRAMEWORKS)}: {type(model).__name__}")

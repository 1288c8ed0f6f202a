"""`run`: what a model computes, with arrays of numpy in and out."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Optional

from ._arguments import Limits, Names, Path, ReportFiles, each, limits_text, report_texts
from ._arrays import Inputs, files_of, load
from ._calls import one
from .progress import OnProgress
from .reports import RunReport

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class RunResult:
    """What a model computed."""

    outputs: Mapping[str, NDArray[Any]]
    """The results by their names; empty if they were written to a file."""
    report: RunReport

    @property
    def output(self) -> NDArray[Any]:
        """The only result; throws ValueError if there are several, or none."""
        if len(self.outputs) != 1:
            raise ValueError(f"{len(self.outputs)} outputs: {', '.join(self.outputs)}")
        return next(iter(self.outputs.values()))


def run(
    model: Path,
    input: Inputs,
    *,
    output: Optional[Path] = None,
    architecture: Optional[Path] = None,
    dtype: Optional[str] = None,
    layers: bool = False,
    force: bool = False,
    limits: Optional[Limits] = None,
    trust_class: Optional[Names] = None,
    assume_inference: bool = False,
    report: Optional[ReportFiles] = None,
    progress: Optional[OnProgress] = None,
) -> RunResult:
    """Compute what a model computes at inference.

    `input` is an array whose first axis is the samples, or a file of arrays (.npy, .npz, .safetensors); a
    list of them in the order of the model's inputs; or a dictionary by their names. With `layers`, the
    results of all layers.

    The results are arrays of numpy. With `output` they are written to that file, and stay there.
    """
    with files_of(input, "input") as inputs, TemporaryDirectory(prefix="bnfold-") as folder:
        results = os.path.join(folder, "results.npz")
        done = one(
            RunReport,
            "run",
            [model],
            progress,
            True,
            input=inputs,
            output=results if output is None else output,
            architecture=architecture,
            dtype=dtype,
            layers=layers,
            force=force,
            limits=limits_text(limits),
            trust_class=each(trust_class),
            assume_inference=assume_inference,
            report=report_texts(report),
        )
        return RunResult(load(results) if output is None else {}, done)

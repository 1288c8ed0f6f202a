"""`calibrate`: re-estimate the statistics of batch normalizations from data."""

from __future__ import annotations

from typing import Optional

from ._arguments import Limits, Names, Path, ReportFiles, each, limits_text, report_texts, together
from ._arrays import Inputs, files_of
from ._calls import one
from .progress import OnProgress
from .reports import CalibrateReport


def calibrate(
    model: Path,
    data: Inputs,
    *,
    output: Optional[Path] = None,
    in_place: bool = False,
    force: bool = False,
    architecture: Optional[Path] = None,
    output_architecture: Optional[Path] = None,
    method: Optional[str] = None,
    momentum: Optional[float] = None,
    momentum_convention: Optional[str] = None,
    batch_size: Optional[int] = None,
    batches: Optional[int] = None,
    shuffle: bool = True,
    seed: Optional[int] = None,
    layers: Optional[Names] = None,
    sequential: bool = False,
    dtype: Optional[str] = None,
    fold: bool = False,
    rules: Optional[Names] = None,
    skip: Optional[Names] = None,
    max_growth: Optional[float] = None,
    merge_branches: bool = False,
    plot: Optional[Path] = None,
    plot_layer: Optional[str] = None,
    limits: Optional[Limits] = None,
    trust_class: Optional[Names] = None,
    assume_inference: bool = False,
    report: Optional[ReportFiles] = None,
    progress: Optional[OnProgress] = None,
    check: bool = True,
) -> CalibrateReport:
    """Run a model on data and write it with the statistics that the data have.

    `data` is an array whose first axis is the samples, a file of arrays, or a folder of such files; a list of
    them, which follow each other; or a dictionary of these by the names of the model's inputs. `output` or
    `in_place` says where the result goes. `progress` is told how many samples have been seen.

    With `fold`, throws CheckFailed where the folded model is not proven to be equal; `check=False` returns
    the report instead.
    """
    with files_of(data, "data") as files:
        return one(
            CalibrateReport,
            "calibrate",
            [model],
            progress,
            check,
            data=files,
            output=output,
            in_place=in_place,
            force=force,
            architecture=architecture,
            output_architecture=output_architecture,
            method=method,
            momentum=momentum,
            momentum_convention=momentum_convention,
            batch_size=batch_size,
            batches=batches,
            no_shuffle=not shuffle,
            seed=seed,
            layers=together(layers),
            sequential=sequential,
            dtype=dtype,
            fold=fold,
            rules=together(rules),
            skip=each(skip),
            max_growth=max_growth,
            merge_branches=merge_branches,
            plot=plot,
            plot_layer=plot_layer,
            limits=limits_text(limits),
            trust_class=each(trust_class),
            assume_inference=assume_inference,
            report=report_texts(report),
        )

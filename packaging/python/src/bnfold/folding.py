"""`fold`: fold the batch normalizations of models and write the results."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Optional, Union

from ._arguments import Limits, Names, Path, ReportFiles, each, limits_text, only, report_texts, together
from ._calls import one, several
from .progress import OnProgress
from .reports import FoldReport, SeveralReports


def fold(
    model: Path,
    *,
    output: Optional[Path] = None,
    in_place: bool = False,
    dry_run: bool = False,
    force: bool = False,
    architecture: Optional[Path] = None,
    output_architecture: Optional[Path] = None,
    plan: Optional[Path] = None,
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
    baseline: Optional[Path] = None,
    write_baseline: Optional[Path] = None,
    certificate: Optional[Path] = None,
    limits: Optional[Limits] = None,
    trust_class: Optional[Names] = None,
    assume_inference: bool = False,
    report: Optional[ReportFiles] = None,
    progress: Optional[OnProgress] = None,
    check: bool = True,
) -> FoldReport:
    """Fold the batch normalizations of a model, prove that both compute the same, and write the result.

    Without `output`, `NAME.h5` becomes `NAME.folded.h5` beside it; `outputs` of the report has the path.

    Throws CheckFailed where they are not proven to be equal or a gate does not hold; `check=False` returns
    the report instead. In both cases nothing was written. Other errors are thrown in any case.
    """
    return one(
        FoldReport,
        "fold",
        [only(model)],
        progress,
        check,
        output=output,
        in_place=in_place,
        dry_run=dry_run,
        force=force,
        architecture=architecture,
        output_architecture=output_architecture,
        plan=plan,
        skip_check=skip_check,
        rules=together(rules),
        skip=each(skip),
        max_growth=max_growth,
        merge_branches=merge_branches,
        accept=accept,
        require_full_check=require_full_check,
        max_difference=max_difference,
        seed=seed,
        fail_on=each(fail_on),
        baseline=baseline,
        write_baseline=write_baseline,
        certificate=certificate,
        limits=limits_text(limits),
        trust_class=each(trust_class),
        assume_inference=assume_inference,
        report=report_texts(report),
    )


def fold_several(
    models: Union[Path, Sequence[Path]],
    *,
    output_folder: Optional[Path] = None,
    recursive: bool = False,
    fail_fast: bool = False,
    in_place: bool = False,
    dry_run: bool = False,
    force: bool = False,
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
    baseline: Optional[Path] = None,
    write_baseline: Optional[Path] = None,
    limits: Optional[Limits] = None,
    trust_class: Optional[Names] = None,
    assume_inference: bool = False,
    report: Optional[ReportFiles] = None,
    progress: Optional[OnProgress] = None,
    check: bool = True,
) -> SeveralReports[FoldReport]:
    """Fold several models side by side: paths, patterns such as `models/*.keras`, folders with `recursive`.

    A model that fails stops no other one, unless `fail_fast` asks for it. Throws the error with the highest
    exit code at the end; with `check=False` the result has all reports, those of errors too.
    """
    return several(
        FoldReport,
        "fold",
        models,
        progress,
        check,
        output_folder=output_folder,
        recursive=recursive,
        fail_fast=fail_fast,
        in_place=in_place,
        dry_run=dry_run,
        force=force,
        skip_check=skip_check,
        rules=together(rules),
        skip=each(skip),
        max_growth=max_growth,
        merge_branches=merge_branches,
        accept=accept,
        require_full_check=require_full_check,
        max_difference=max_difference,
        seed=seed,
        fail_on=each(fail_on),
        baseline=baseline,
        write_baseline=write_baseline,
        limits=limits_text(limits),
        trust_class=each(trust_class),
        assume_inference=assume_inference,
        report=report_texts(report),
    )

"""`inspect`, `explain` and `lint`: look at models and write nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Optional, Union

from ._arguments import Limits, Names, Path, ReportFiles, each, limits_text, only, report_texts, together
from ._calls import one, several
from .progress import OnProgress
from .reports import ExplainReport, InspectReport, LintReport, SeveralReports


def inspect(
    model: Path,
    *,
    architecture: Optional[Path] = None,
    plan: Optional[Path] = None,
    rules: Optional[Names] = None,
    skip: Optional[Names] = None,
    max_growth: Optional[float] = None,
    merge_branches: bool = False,
    graph: Optional[Path] = None,
    force: bool = False,
    fail_on: Optional[Names] = None,
    baseline: Optional[Path] = None,
    write_baseline: Optional[Path] = None,
    limits: Optional[Limits] = None,
    trust_class: Optional[Names] = None,
    assume_inference: bool = False,
    report: Optional[ReportFiles] = None,
    progress: Optional[OnProgress] = None,
    check: bool = True,
) -> InspectReport:
    """Show the layers of a model and what would become of each batch normalization.

    `graph` draws it to a .svg or .dot file. Throws CheckFailed where a gate (`fail_on`, `baseline`) does not
    hold; `check=False` returns the report instead.
    """
    return one(
        InspectReport,
        "inspect",
        [only(model)],
        progress,
        check,
        architecture=architecture,
        plan=plan,
        rules=together(rules),
        skip=each(skip),
        max_growth=max_growth,
        merge_branches=merge_branches,
        graph=graph,
        force=force,
        fail_on=each(fail_on),
        baseline=baseline,
        write_baseline=write_baseline,
        limits=limits_text(limits),
        trust_class=each(trust_class),
        assume_inference=assume_inference,
        report=report_texts(report),
    )


def inspect_several(
    models: Union[Path, Sequence[Path]],
    *,
    recursive: bool = False,
    fail_fast: bool = False,
    rules: Optional[Names] = None,
    skip: Optional[Names] = None,
    max_growth: Optional[float] = None,
    merge_branches: bool = False,
    fail_on: Optional[Names] = None,
    baseline: Optional[Path] = None,
    write_baseline: Optional[Path] = None,
    limits: Optional[Limits] = None,
    trust_class: Optional[Names] = None,
    assume_inference: bool = False,
    report: Optional[ReportFiles] = None,
    progress: Optional[OnProgress] = None,
    check: bool = True,
) -> SeveralReports[InspectReport]:
    """Inspect several models side by side; see `fold_several` for what may be given and what is thrown."""
    return several(
        InspectReport,
        "inspect",
        models,
        progress,
        check,
        recursive=recursive,
        fail_fast=fail_fast,
        rules=together(rules),
        skip=each(skip),
        max_growth=max_growth,
        merge_branches=merge_branches,
        fail_on=each(fail_on),
        baseline=baseline,
        write_baseline=write_baseline,
        limits=limits_text(limits),
        trust_class=each(trust_class),
        assume_inference=assume_inference,
        report=report_texts(report),
    )


def explain(
    model: Path,
    layer: str,
    *,
    architecture: Optional[Path] = None,
    rules: Optional[Names] = None,
    skip: Optional[Names] = None,
    max_growth: Optional[float] = None,
    merge_branches: bool = False,
    limits: Optional[Limits] = None,
    trust_class: Optional[Names] = None,
    assume_inference: bool = False,
    report: Optional[ReportFiles] = None,
    progress: Optional[OnProgress] = None,
) -> ExplainReport:
    """Tell where one batch normalization goes by which rules, or what is in its way.

    `layer` is its name, with the models around it: `backbone/bn1`.
    """
    return one(
        ExplainReport,
        "explain",
        [model, layer],
        progress,
        True,
        architecture=architecture,
        rules=together(rules),
        skip=each(skip),
        max_growth=max_growth,
        merge_branches=merge_branches,
        limits=limits_text(limits),
        trust_class=each(trust_class),
        assume_inference=assume_inference,
        report=report_texts(report),
    )


def lint(
    model: Path,
    *,
    architecture: Optional[Path] = None,
    fail_on: Optional[Names] = None,
    baseline: Optional[Path] = None,
    write_baseline: Optional[Path] = None,
    limits: Optional[Limits] = None,
    trust_class: Optional[Names] = None,
    assume_inference: bool = False,
    report: Optional[ReportFiles] = None,
    progress: Optional[OnProgress] = None,
    check: bool = True,
) -> LintReport:
    """Say what is wrong, or worth knowing, about the batch normalizations of a model.

    Throws CheckFailed where a gate (`fail_on`, `baseline`) does not hold; `check=False` returns the report
    instead.
    """
    return one(
        LintReport,
        "lint",
        [only(model)],
        progress,
        check,
        architecture=architecture,
        fail_on=each(fail_on),
        baseline=baseline,
        write_baseline=write_baseline,
        limits=limits_text(limits),
        trust_class=each(trust_class),
        assume_inference=assume_inference,
        report=report_texts(report),
    )


def lint_several(
    models: Union[Path, Sequence[Path]],
    *,
    recursive: bool = False,
    fail_fast: bool = False,
    fail_on: Optional[Names] = None,
    baseline: Optional[Path] = None,
    write_baseline: Optional[Path] = None,
    limits: Optional[Limits] = None,
    trust_class: Optional[Names] = None,
    assume_inference: bool = False,
    report: Optional[ReportFiles] = None,
    progress: Optional[OnProgress] = None,
    check: bool = True,
) -> SeveralReports[LintReport]:
    """Lint several models side by side; see `fold_several` for what may be given and what is thrown."""
    return several(
        LintReport,
        "lint",
        models,
        progress,
        check,
        recursive=recursive,
        fail_fast=fail_fast,
        fail_on=each(fail_on),
        baseline=baseline,
        write_baseline=write_baseline,
        limits=limits_text(limits),
        trust_class=each(trust_class),
        assume_inference=assume_inference,
        report=report_texts(report),
    )

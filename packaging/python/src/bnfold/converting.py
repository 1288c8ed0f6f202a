"""`convert`, `diff` and `plan`: other formats, what differs between files, and weights without a graph."""

from __future__ import annotations

from typing import Optional

from ._arguments import Limits, Names, Path, ReportFiles, each, limits_text, report_texts
from ._calls import one
from .progress import OnProgress
from .reports import ConvertReport, DiffReport, PlanReport


def convert(
    input: Path,
    output: Path,
    *,
    to: Optional[str] = None,
    dtype: Optional[str] = None,
    keras_version: Optional[str] = None,
    architecture: Optional[Path] = None,
    output_architecture: Optional[Path] = None,
    external_data: Optional[bool] = None,
    force: bool = False,
    limits: Optional[Limits] = None,
    trust_class: Optional[Names] = None,
    assume_inference: bool = False,
    report: Optional[ReportFiles] = None,
    progress: Optional[OnProgress] = None,
) -> ConvertReport:
    """Write a model in another format, or with weights of another type, and change nothing else.

    The end of the output's name tells the format, or `to`. `external_data` puts the weights of an ONNX model into a file
    beside it, or, where it is false, all of them into the model; as the input has them where it is None.
    """
    return one(
        ConvertReport,
        "convert",
        [input, output],
        progress,
        True,
        to=to,
        dtype=dtype,
        keras_version=keras_version,
        architecture=architecture,
        output_architecture=output_architecture,
        external_data=external_data is True,
        no_external_data=external_data is False,
        force=force,
        limits=limits_text(limits),
        trust_class=each(trust_class),
        assume_inference=assume_inference,
        report=report_texts(report),
    )


def diff(
    first: Path,
    second: Path,
    *,
    architecture: Optional[Path] = None,
    second_architecture: Optional[Path] = None,
    limits: Optional[Limits] = None,
    trust_class: Optional[Names] = None,
    assume_inference: bool = False,
    report: Optional[ReportFiles] = None,
    progress: Optional[OnProgress] = None,
    check: bool = False,
) -> DiffReport:
    """Show what differs between two model files, layer by layer and array by array.

    A difference is an answer, and not an error: `equal` of the report says which it is. With `check`, it is
    thrown as CheckFailed.
    """
    return one(
        DiffReport,
        "diff",
        [first, second],
        progress,
        check,
        architecture=architecture,
        second_architecture=second_architecture,
        limits=limits_text(limits),
        trust_class=each(trust_class),
        assume_inference=assume_inference,
        report=report_texts(report),
    )


def plan(
    weights: Path,
    output: Path,
    *,
    outcome: Optional[str] = None,
    force: bool = False,
    limits: Optional[Limits] = None,
    trust_class: Optional[Names] = None,
    assume_inference: bool = False,
    report: Optional[ReportFiles] = None,
    progress: Optional[OnProgress] = None,
) -> PlanReport:
    """Propose what to fold in weights that come without a graph, as a file to be read and edited."""
    return one(
        PlanReport,
        "plan",
        [weights],
        progress,
        True,
        output=output,
        outcome=outcome,
        force=force,
        limits=limits_text(limits),
        trust_class=each(trust_class),
        assume_inference=assume_inference,
        report=report_texts(report),
    )

"""`verify`: prove that a folded model computes the same as the original."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Optional

from ._arguments import Limits, Names, Path, ReportFiles, each, limits_text, report_texts
from ._arrays import Inputs, files_of
from ._calls import one
from .progress import OnProgress
from .reports import CertificateReport, VerifyReport


def verify(
    original: Path,
    folded: Path,
    *,
    architecture: Optional[Path] = None,
    folded_architecture: Optional[Path] = None,
    plan: Optional[Path] = None,
    input: Optional[Inputs] = None,
    map: Optional[Mapping[str, str]] = None,
    accept: Optional[str] = None,
    require_full_check: bool = False,
    max_difference: Optional[float] = None,
    seed: Optional[int] = None,
    fail_on: Optional[Names] = None,
    baseline: Optional[Path] = None,
    write_baseline: Optional[Path] = None,
    certificate: Optional[Path] = None,
    force: bool = False,
    limits: Optional[Limits] = None,
    trust_class: Optional[Names] = None,
    assume_inference: bool = False,
    report: Optional[ReportFiles] = None,
    progress: Optional[OnProgress] = None,
    check: bool = True,
) -> VerifyReport:
    """Prove that two models compute the same, whichever tool has folded the second one.

    `input` has arrays to run both models on, as `run` takes them. Of a Keras and an ONNX model, `map` has the names
    of inputs and outputs of the original, and what the other one calls them. Throws CheckFailed where the models are
    different or not proven to be equal; `check=False` returns the report instead.
    """
    with files_of(input, "input") as inputs:
        return one(
            VerifyReport,
            "verify",
            [original, folded],
            progress,
            check,
            architecture=architecture,
            folded_architecture=folded_architecture,
            plan=plan,
            input=inputs,
            map=None if map is None else [f"{own}={other}" for own, other in map.items()],
            accept=accept,
            require_full_check=require_full_check,
            max_difference=max_difference,
            seed=seed,
            fail_on=each(fail_on),
            baseline=baseline,
            write_baseline=write_baseline,
            certificate=certificate,
            force=force,
            limits=limits_text(limits),
            trust_class=each(trust_class),
            assume_inference=assume_inference,
            report=report_texts(report),
        )


def verify_certificate(
    certificate: Path,
    *,
    limits: Optional[Limits] = None,
    trust_class: Optional[Names] = None,
    assume_inference: bool = False,
    report: Optional[ReportFiles] = None,
    progress: Optional[OnProgress] = None,
    check: bool = True,
) -> CertificateReport:
    """Check that the files of a certificate are the same, and prove again what it says.

    Throws CheckFailed where that is not so; `check=False` returns the report instead.
    """
    return one(
        CertificateReport,
        "verify",
        [],
        progress,
        check,
        certificate=certificate,
        limits=limits_text(limits),
        trust_class=each(trust_class),
        assume_inference=assume_inference,
        report=report_texts(report),
    )

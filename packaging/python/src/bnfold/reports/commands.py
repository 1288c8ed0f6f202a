"""What each command says beside what all of them do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from .batch_normalizations import BatchNormalization, Counts
from .calibration import CalibratedLayer
from .check import Check
from .common import Report
from .differences import FileDifference
from .kernels import KernelChange
from .lint import Diagnosis
from .models import Layer, Model, ResultArray, Size, Tensor


@dataclass(frozen=True)
class FoldReport(Report):
    """What `fold` did."""

    model: Model
    counts: Counts
    batch_normalizations: tuple[BatchNormalization, ...]
    size: Size
    check: Optional[Check]
    """Whether both models compute the same; None with `skip_check`."""
    trusted_classes: tuple[str, ...]
    kernel_changes: tuple[KernelChange, ...] = ()
    """Empty where they were not measured."""
    dry_run: bool = False


@dataclass(frozen=True)
class VerifyReport(Report):
    """What `verify` found."""

    check: Check
    trusted_classes: tuple[str, ...]
    kernel_changes: tuple[KernelChange, ...] = ()


@dataclass(frozen=True)
class CertificateReport(Report):
    """What `verify_certificate` found."""

    trusted_classes: tuple[str, ...]
    check: Optional[Check] = None
    """None where the files are not those of the certificate."""
    kernel_changes: tuple[KernelChange, ...] = ()


@dataclass(frozen=True)
class InspectReport(Report):
    """What `inspect` shows: layers, or the tensors of weights without an architecture."""

    model: Model
    counts: Counts
    batch_normalizations: tuple[BatchNormalization, ...]
    """What would become of each."""
    layers: tuple[Layer, ...]
    tensors: tuple[Tensor, ...]
    trusted_classes: tuple[str, ...]


@dataclass(frozen=True)
class ExplainReport(Report):
    """The story of one batch normalization."""

    batch_normalization: BatchNormalization
    trusted_classes: tuple[str, ...]


@dataclass(frozen=True)
class LintReport(Report):
    """What `lint` found."""

    model: Model
    diagnosis: Diagnosis
    trusted_classes: tuple[str, ...]


@dataclass(frozen=True)
class PlanReport(Report):
    """What `plan` proposes."""

    model: Model
    family: Optional[str]
    """The family of networks that the plan is made on; None where bnfold knows none."""
    confidence: Optional[str]
    """How sure the family is: `high` or `medium`."""
    needs_epsilon: bool
    """Whether epsilon has to be written into the plan."""
    counts: Counts
    batch_normalizations: tuple[BatchNormalization, ...]
    trusted_classes: tuple[str, ...]


@dataclass(frozen=True)
class ConvertReport(Report):
    """What `convert` did."""

    model: Model
    format: str
    dtype: Optional[str]
    """None where weights keep their own type."""
    equal_arrays: int
    """Arrays that are the same in both files, bit for bit."""
    rounded_arrays: int
    overflows: int
    """Elements that became infinite."""
    largest_error: Optional[float]
    largest_error_in: Optional[str]
    trusted_classes: tuple[str, ...]


@dataclass(frozen=True)
class DiffReport(Report):
    """What differs between two files."""

    equal: bool
    equal_arrays: int
    differences: tuple[FileDifference, ...]
    trusted_classes: tuple[str, ...]


@dataclass(frozen=True)
class RunReport(Report):
    """What `run` computed."""

    model: Model
    dtype: Optional[str]
    arrays: tuple[ResultArray, ...]
    trusted_classes: tuple[str, ...]


@dataclass(frozen=True)
class CalibrateReport(Report):
    """What `calibrate` estimated; the last members are those of `fold`, where it was asked for."""

    model: Model
    method: str
    momentum: Optional[float]
    """For moving averages; None for each layer's own."""
    momentum_convention: Optional[str]
    samples: int
    batches: int
    batch_size: int
    shuffled: bool
    sequential: bool
    passes: int
    """How often the data were read."""
    dtype: Optional[str]
    calibrated_layers: tuple[CalibratedLayer, ...]
    trusted_classes: tuple[str, ...]
    counts: Optional[Counts] = None
    batch_normalizations: tuple[BatchNormalization, ...] = ()
    check: Optional[Check] = None
    kernel_changes: tuple[KernelChange, ...] = ()

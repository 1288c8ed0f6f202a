"""What a command says, as frozen dataclasses: each member of the JSON report, by its name there.

`docs/schema/report-1.json` describes them. Numbers that could not be measured are None. A member that a newer
bnfold has added is in `Report.document` alone.
"""

from __future__ import annotations

from .batch_normalizations import BatchNormalization, Counts, FoldedBatchNormalization, KeptBatchNormalization
from .calibration import CalibratedLayer, CalibratedLayerStatistics, KeptLayerStatistics
from .check import Check, Difference, End, OutputRun, Runs, RunsDone, RunsNotDone
from .commands import (
    CalibrateReport,
    CertificateReport,
    ConvertReport,
    DiffReport,
    ExplainReport,
    FoldReport,
    InspectReport,
    LintReport,
    PlanReport,
    RunReport,
    VerifyReport,
)
from .common import Error, File, Finding, Report
from .differences import (
    ArrayAdded,
    ArrayChanged,
    ArrayNotCompared,
    ArrayRemoved,
    FileDifference,
    LayerAdded,
    LayerChanged,
    LayerRemoved,
)
from .kernels import ChannelRanges, KernelChange
from .lint import Diagnosis, Symptom
from .models import BeforeAndAfter, Layer, Model, ResultArray, Size, Tensor
from .several import ModelCounts, SeveralReports

__all__ = [
    "ArrayAdded",
    "ArrayChanged",
    "ArrayNotCompared",
    "ArrayRemoved",
    "BatchNormalization",
    "BeforeAndAfter",
    "CalibrateReport",
    "CalibratedLayer",
    "CalibratedLayerStatistics",
    "CertificateReport",
    "ChannelRanges",
    "Check",
    "ConvertReport",
    "Counts",
    "Diagnosis",
    "DiffReport",
    "Difference",
    "End",
    "Error",
    "ExplainReport",
    "File",
    "FileDifference",
    "Finding",
    "FoldReport",
    "FoldedBatchNormalization",
    "InspectReport",
    "KernelChange",
    "KeptBatchNormalization",
    "KeptLayerStatistics",
    "Layer",
    "LayerAdded",
    "LayerChanged",
    "LayerRemoved",
    "LintReport",
    "Model",
    "ModelCounts",
    "OutputRun",
    "PlanReport",
    "Report",
    "ResultArray",
    "RunReport",
    "Runs",
    "RunsDone",
    "RunsNotDone",
    "SeveralReports",
    "Size",
    "Symptom",
    "Tensor",
    "VerifyReport",
]

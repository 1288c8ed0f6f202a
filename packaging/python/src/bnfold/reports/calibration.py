"""The new statistics of batch normalizations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Optional, Union


@dataclass(frozen=True)
class CalibratedLayerStatistics:
    """A batch normalization that got new statistics; None where the old ones cannot be compared with."""

    layer: str
    outcome: Literal["calibrated"]
    channels: int
    values_of_a_channel: int
    """Values of a channel that were seen."""
    mean_shift_median: Optional[float]
    """How far means moved, in standard deviations: the median of the channels."""
    mean_shift_largest: Optional[float]
    variance_ratio_median: Optional[float]
    """New variance by old: the median of the channels."""
    variance_ratio_smallest: Optional[float]
    variance_ratio_largest: Optional[float]


@dataclass(frozen=True)
class KeptLayerStatistics:
    """A batch normalization that keeps its own statistics."""

    layer: str
    outcome: Literal["kept"]
    reason: str


CalibratedLayer = Union[CalibratedLayerStatistics, KeptLayerStatistics]
"""A batch normalization and its statistics: its `outcome` says which of the two it is."""

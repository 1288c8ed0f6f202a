"""What folding does to the ranges of kernels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional


@dataclass(frozen=True)
class ChannelRanges:
    """The largest magnitudes of the output channels that are not zero."""

    smallest: Optional[float]
    lower_quartile: Optional[float]
    median: Optional[float]
    upper_quartile: Optional[float]
    largest: Optional[float]
    spread: Optional[float]
    """The largest by the smallest."""


@dataclass(frozen=True)
class KernelChange:
    """What folding did to a kernel."""

    layer: str
    channels: int
    before: ChannelRanges
    after: ChannelRanges
    dead_channels: int
    """Output channels that are zero after folding."""
    largest_error_ulps: Optional[float]
    """The largest distance of a weight from the exact value; rounding alone explains 0.5."""
    widening: Optional[float]
    """The spread after folding by that before."""

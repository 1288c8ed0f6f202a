"""What the proof found that two models compute the same; docs/checking.md has what it means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Optional, Union


@dataclass(frozen=True)
class Difference:
    """Something in which a folded model is not what the original is."""

    layer: str
    """The layer of the folded model; empty for the model itself."""
    subject: str
    """An attribute, a weight, or a scale or shift of what the layer gives."""
    place: Optional[str]
    """Which element or channel; None for the whole."""
    expected: str
    found: str
    ulps: Optional[float]
    """How far apart, in units in the last place."""
    count: int
    """Elements or channels that differ."""
    is_difference: bool
    """Whether it is seen to differ; false for a place where the proof ended."""


@dataclass(frozen=True)
class OutputRun:
    """An output of both models on the same inputs."""

    output: int
    name: str
    inputs: str
    """What the inputs are."""
    before_activation: bool
    """Whether it is taken before the activation that ends the model."""
    difference: Optional[float]
    """The largest difference in float32, as a part of the largest value."""
    own_rounding: Optional[float]
    """How far the original in float32 is from itself in float64."""
    exact_difference: Optional[float]
    """The largest difference in float64."""
    non_finite: int
    """Values of the original that are NaN or infinite, which are at no distance from the same of the folded model."""
    shows_nothing: Optional[str]
    """Why the numbers show nothing; None where they do."""


@dataclass(frozen=True)
class RunsDone:
    """Both models were run on the same inputs."""

    outcome: Literal["run"]
    outputs: tuple[OutputRun, ...]


@dataclass(frozen=True)
class RunsNotDone:
    """The models were not run."""

    outcome: Literal["not-run"]
    reason: str


Runs = Union[RunsDone, RunsNotDone]
"""What running both models shows: its `outcome` says which of the two it is."""


@dataclass(frozen=True)
class End:
    """An input or output of the original, and what it is in the other model."""

    kind: str
    """`input` or `output`."""
    original: str
    folded: str
    found_by: str
    """How both were found to belong together: `given` by `map`, by `name`, or by their `order` and shapes."""
    layout: Optional[str]
    """`channels-first` or `channels-last`, where the other model has its channels; None where the axes have the same order."""
    compared_shape: Optional[tuple[Optional[int], ...]]
    """Of an input, the shape that both are compared for where one of them takes others too; else None."""


@dataclass(frozen=True)
class HiddenDifferences:
    """Weights that need not be the exact values, since no output depends on them."""

    channels: int
    """How many channels have them."""
    layers: tuple[str, ...]
    """The layers of these channels."""


@dataclass(frozen=True)
class Check:
    """Whether both models compute the same."""

    passed: bool
    """Whether they were proven to be equal."""
    complete: bool
    """Whether both were run, too."""
    verdict: str
    """`equal`, `equal-within-float32`, `different`, `not-proven` or `sampled`."""
    reversed: bool
    """Whether the files were given in the wrong order."""
    ends: tuple[End, ...]
    """Which inputs and outputs belong together, for a model of layers and one of operators; else empty."""
    layer_calls: int
    weights: int
    weights_not_compared: int
    """Elements of types that are copied unread."""
    weights_not_read: int
    """Elements of layers that no output depends on."""
    differences: tuple[Difference, ...]
    """What differs, or where the proof ended; the most important first."""
    layers_not_rounded_once: tuple[str, ...]
    """Layers with a weight that is not the exact value, rounded once."""
    runs: Runs
    subnormal_weights: int
    """Weights that many processors compute slowly with."""
    non_finite_weights: int
    """Weights that are infinite or not numbers, as those of the original are."""
    hidden_differences: HiddenDifferences
    unread_differences: tuple[str, ...]
    """Layers of the folded model that no output depends on, and that are not those of the original."""

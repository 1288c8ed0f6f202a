"""What `lint` found, in numbers; the words are in the findings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional


@dataclass(frozen=True)
class Symptom:
    """Something that was found; docs/lint.md has the codes."""

    code: str
    layer: Optional[str]
    """None for the whole model."""
    count: int
    """How many channels, weights or layers have it."""
    all: int
    """How many there are."""
    channel: Optional[int]
    """The first channel, from 0."""
    value: Optional[float]
    reference: Optional[float]
    """What the value is held against."""
    other_layer: Optional[str]


@dataclass(frozen=True)
class Diagnosis:
    """What was looked at, and what was found."""

    batch_normalizations: int
    not_read: int
    """How many are inside layers that bnfold does not understand."""
    symptoms: tuple[Symptom, ...]

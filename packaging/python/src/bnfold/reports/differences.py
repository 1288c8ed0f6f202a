"""What differs between two files: `change` says which of the classes a difference is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Optional, Union


@dataclass(frozen=True)
class LayerRemoved:
    """A layer that only the first file has."""

    name: str
    change: Literal["layer-removed"]
    arrays: int


@dataclass(frozen=True)
class LayerAdded:
    """A layer that only the second file has."""

    name: str
    change: Literal["layer-added"]
    arrays: int


@dataclass(frozen=True)
class LayerChanged:
    """A layer that both have in different ways."""

    name: str
    change: Literal["layer-changed"]
    what: str


@dataclass(frozen=True)
class ArrayRemoved:
    """An array that only the first file has."""

    name: str
    layer: Optional[str]
    """The layer that has it; None in files with arrays only."""
    change: Literal["array-removed"]


@dataclass(frozen=True)
class ArrayAdded:
    """An array that only the second file has."""

    name: str
    layer: Optional[str]
    """The layer that has it; None in files with arrays only."""
    change: Literal["array-added"]


@dataclass(frozen=True)
class ArrayNotCompared:
    """An array of a type that is not compared."""

    name: str
    layer: Optional[str]
    """The layer that has it; None in files with arrays only."""
    change: Literal["array-not-compared"]
    type: str


@dataclass(frozen=True)
class ArrayChanged:
    """An array whose elements differ."""

    name: str
    layer: Optional[str]
    """The layer that has it; None in files with arrays only."""
    change: Literal["array-changed"]
    shapes: Optional[tuple[tuple[int, ...], ...]]
    """Both shapes; None where they are the same."""
    types: Optional[tuple[str, ...]]
    """Both types; None where they are the same."""
    different_elements: int
    elements: int
    largest_difference: Optional[float]
    """None where it means nothing."""
    largest_magnitude: Optional[float]
    """The largest magnitude in the first file."""
    overflows: int
    """Elements that are infinite in the second file only."""


FileDifference = Union[
    LayerRemoved, LayerAdded, LayerChanged, ArrayRemoved, ArrayAdded, ArrayNotCompared, ArrayChanged
]

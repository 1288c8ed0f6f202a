"""Models, their layers and arrays, and their sizes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional


@dataclass(frozen=True)
class Model:
    """A model, or weights without an architecture; one of them has layers, the other tensors."""

    framework: Optional[str]
    """Who made it; None for weights without an architecture."""
    framework_version: Optional[str]
    parameters: int
    """Elements of all weights."""
    layers: Optional[int] = None
    """Layers, those of inner models among them."""
    tensors: Optional[int] = None


@dataclass(frozen=True)
class Layer:
    """A layer."""

    layer: str
    """Its name, with the models around it: `backbone/conv1`."""
    class_: str
    """Its class; `class` in JSON."""
    wrapped_class: Optional[str]
    """The class of the layer in it."""
    output_shape: Optional[tuple[Optional[int], ...]]
    """None for an axis of any size; None where the shape is not known."""
    parameters: int


@dataclass(frozen=True)
class Tensor:
    """A tensor of weights without an architecture."""

    tensor: str
    type: str
    shape: tuple[int, ...]


@dataclass(frozen=True)
class ResultArray:
    """The name, the shape and the type of a result of a model that was run."""

    name: str
    shape: tuple[int, ...]
    dtype: str


@dataclass(frozen=True)
class BeforeAndAfter:
    """A number of the model before, and of the model after."""

    before: int
    after: int


@dataclass(frozen=True)
class Size:
    """What became smaller; a model has layers, weights without an architecture have tensors."""

    parameters: BeforeAndAfter
    bytes: BeforeAndAfter
    layers: Optional[BeforeAndAfter] = None
    tensors: Optional[BeforeAndAfter] = None

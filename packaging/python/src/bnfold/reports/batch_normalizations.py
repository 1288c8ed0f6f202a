"""What becomes of each batch normalization."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Optional, Union


@dataclass(frozen=True)
class Counts:
    """How many batch normalizations fold and stay."""

    batch_normalizations: int
    folded: int
    folded_directly: int
    """Of these, those that fold into the layer right before."""
    kept: int


@dataclass(frozen=True)
class FoldedBatchNormalization:
    """A batch normalization that folds."""

    layer: str
    """Its name, with the models around it: `backbone/bn1`."""
    outcome: Literal["folded"]
    rule: str
    """The rules, with `+` between."""
    into: tuple[str, ...]
    """The layers that take it in."""
    across: tuple[str, ...]
    """The layers without weights in between."""
    compensated: tuple[str, ...]
    """Layers beside them whose weights make up for the change."""


@dataclass(frozen=True)
class KeptBatchNormalization:
    """A batch normalization that stays."""

    layer: str
    """Its name, with the models around it: `backbone/bn1`."""
    outcome: Literal["kept"]
    code: str
    """Why: the first obstacle backwards, towards what it reads; docs/folding.md has the codes."""
    reason: str
    advice: str
    forwards_code: Optional[str]
    """The first obstacle forwards; None where it is the same."""
    forwards_reason: Optional[str]
    forwards_advice: Optional[str]


BatchNormalization = Union[FoldedBatchNormalization, KeptBatchNormalization]
"""What becomes of a batch normalization: its `outcome` says which of the two it is."""

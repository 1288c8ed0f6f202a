"""What is known of one part of the binary: who made it, which release, and under which license."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Optional

TEXTS = Path(__file__).parent / "texts"


@dataclass(frozen=True)
class Component:
    """A part of the binary that other people made, or bnfold itself (`own`)."""

    name: str
    # Absent where a component is a copy inside another one, which has a version.
    version: Optional[str]
    # A license expression of SPDX.
    license: str
    # A package URL, which scanners for known faults look up.
    url: str
    texts: tuple[Path, ...] = ()
    remark: str = ""
    own: bool = False


@dataclass
class Found:
    """A component, and the files of the link map that are from it."""

    component: Component
    files: set[str] = field(default_factory=set)

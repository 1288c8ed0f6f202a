"""What a fixture is, and how a function becomes the builder of one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .kit import Kit

Builder = Callable[[Kit], Any]


@dataclass(frozen=True)
class Fixture:
    """A model, and what folding must do with each of its batch normalizations."""

    name: str
    about: str
    build: Builder
    folded: tuple[str, ...]
    kept: dict[str, str]
    policy: str | None = None
    xla: bool = False
    in_float64: bool = True
    archive_only_of: str | None = None
    trained: bool = False
    rewrite: Callable[[Path], None] | None = None

    def expectation(self) -> dict[str, Any]:
        """The fixture's entry in the manifest."""
        return {"expect_folded": list(self.folded), "expect_kept": self.kept, "about": self.about}

    def ending(self, generation: str) -> str:
        """What the file's name ends with: one generation cannot load some layers from HDF5."""
        return ".keras" if generation == self.archive_only_of else ".h5"


FIXTURES: dict[str, Fixture] = {}


def fixture(
    name: str, about: str, folded: Sequence[str] = (), kept: dict[str, str] | None = None, **options: Any
) -> Callable[[Builder], Builder]:
    """Register the decorated function as the builder of a fixture."""

    def register(build: Builder) -> Builder:
        FIXTURES[name] = Fixture(name, about, build, tuple(folded), kept or {}, **options)
        return build

    return register

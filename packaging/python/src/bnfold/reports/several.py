"""What is said of several models."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Optional, TypeVar

from .common import Report

OneReport = TypeVar("OneReport", bound=Report)


@dataclass(frozen=True)
class ModelCounts:
    """How many models ended in which way."""

    all: int
    done: int
    failed: int
    """What was asked for does not hold."""
    errors: int
    not_begun: int
    """Those after the first that failed, with `fail_fast`."""


@dataclass(frozen=True)
class SeveralReports(Generic[OneReport]):
    """The reports of several models."""

    schema: int
    command: str
    version: str
    exit_code: int
    """The worst of all."""
    seconds: Optional[float]
    models: ModelCounts
    results: tuple[OneReport, ...]
    """The reports of the models that were read, in their order."""
    errors: tuple[Report, ...]
    """The reports of the others, which have no more than every report has."""
    document: Mapping[str, Any] = field(repr=False, compare=False)
    """The reports as JSON."""

    @property
    def reports(self) -> tuple[Report, ...]:
        """All reports: those of the models that were read, then those of the others."""
        return self.results + self.errors

    def __iter__(self) -> Iterator[OneReport]:
        return iter(self.results)

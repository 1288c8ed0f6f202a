"""What every report has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Optional


@dataclass(frozen=True)
class File:
    """A file that was read or written."""

    role: str
    """What it is to the command: `model`, `original`, `plan`, ..."""
    path: str
    """As the call names it."""
    bytes: Optional[int]
    sha256: Optional[str]


@dataclass(frozen=True)
class Error:
    """Why a command did not do what it was asked for."""

    kind: str
    """What decides the exit code: `arguments`, `usage`, `malformed`, `no-input`, `software`, `system`, ..."""
    message: str
    advice: Optional[str]
    """What can be done about it."""


@dataclass(frozen=True)
class Finding:
    """Something that a person should know."""

    level: str
    """`error`: the result is unusable; `warning`: probably wrong, or it costs something; `note`: as it is."""
    code: str
    """A name that does not change, such as `activation`."""
    layer: Optional[str]
    """The layer or array; None for the whole model."""
    message: str
    advice: Optional[str]


@dataclass(frozen=True)
class Report:
    """What every command says; all that there is where the outcome is an error."""

    schema: int
    command: str
    version: str
    """The version of the bnfold that was called."""
    outcome: str
    """`done`; `failed`, where what was asked for does not hold; or `error`."""
    exit_code: int
    objections: tuple[str, ...]
    """What was asked for and does not hold; empty unless failed."""
    error: Optional[Error]
    """Why nothing was done; None unless that is the outcome."""
    inputs: tuple[File, ...]
    outputs: tuple[File, ...]
    """The files that were written."""
    seconds: Optional[float]
    """None where SOURCE_DATE_EPOCH is set."""
    seed: Optional[int]
    """Of the random numbers; None where there are none."""
    findings: tuple[Finding, ...]
    notes: tuple[str, ...]
    document: Mapping[str, Any] = field(repr=False, compare=False)
    """The report as JSON, with everything that this module does not know yet."""

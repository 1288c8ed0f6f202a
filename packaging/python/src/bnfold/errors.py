"""What goes wrong: a class for each exit code of the command, and the report in each."""

from __future__ import annotations

from typing import Optional

from .reports import Report


class BnfoldError(Exception):
    """A command that did not do what it was asked for."""

    def __init__(self, message: str, exit_code: int, reports: tuple[Report, ...] = ()) -> None:
        super().__init__(message, exit_code, reports)
        self.message = message
        self.exit_code = exit_code
        """Of the command; negative for the number of a signal that ended it."""
        self.reports = reports
        """What the command says, of each model; empty where it ended without a report."""

    def __str__(self) -> str:
        return self.message

    @property
    def report(self) -> Optional[Report]:
        """The report; of several models, that of the first one that decided the exit code."""
        for report in self.reports:
            if report.exit_code == self.exit_code:
                return report
        return None

    @property
    def advice(self) -> Optional[str]:
        """What can be done about it."""
        error = self.report.error if self.report else None
        return error.advice if error else None


class CheckFailed(BnfoldError):
    """Exit code 1: models are different or not proven to be equal, or a gate does not hold.

    The report is one of the command's own class, such as FoldReport.
    """

    @property
    def objections(self) -> tuple[str, ...]:
        """What was asked for and does not hold."""
        return tuple(objection for report in self.reports for objection in report.objections)


class UsageError(BnfoldError):
    """Exit code 64: arguments that mean nothing, or do not go together."""


class MalformedError(BnfoldError):
    """Exit code 65: a file is malformed, hostile, exceeds a limit, or is not a model that bnfold reads."""


class NoInputError(BnfoldError):
    """Exit code 66: an input cannot be opened."""


class SoftwareError(BnfoldError):
    """Exit code 70: a fault of bnfold itself; nothing was written."""


class SystemRefusedError(BnfoldError):
    """Exit code 71: the system refused a process, or memory."""


class CannotCreateError(BnfoldError):
    """Exit code 73: the output cannot be created, or exists already."""


class InputOutputError(BnfoldError):
    """Exit code 74: reading or writing failed, for instance because the disk is full."""


class Interrupted(BnfoldError):
    """Exit codes 130 and 143: the command was ended by SIGINT or SIGTERM; nothing half-made is left."""


BY_EXIT_CODE: dict[int, type[BnfoldError]] = {
    1: CheckFailed,
    64: UsageError,
    65: MalformedError,
    66: NoInputError,
    70: SoftwareError,
    71: SystemRefusedError,
    73: CannotCreateError,
    74: InputOutputError,
    130: Interrupted,
    143: Interrupted,
    -2: Interrupted,
    -15: Interrupted,
}

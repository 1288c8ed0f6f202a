"""A call of a command, and the report or the exception that it becomes."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from typing import Any, Optional, TypeVar, Union

from ._arguments import Path, options, paths
from ._decoding import UnknownReport, decode
from ._process import Answer, call
from .errors import BY_EXIT_CODE, BnfoldError
from .progress import OnProgress
from .reports import ModelCounts, Report, SeveralReports

OneReport = TypeVar("OneReport", bound=Report)


def one(
    cls: type[OneReport],
    command: str,
    arguments: Sequence[Path],
    progress: Optional[OnProgress],
    check: bool,
    **values: object,
) -> OneReport:
    """The report of a command; unless `check`, also of one that ended with exit code 1."""
    answer = call([command, "--json", *options(**values), *paths(arguments)], progress)
    report = _decode(cls, _document(answer))
    # They differ where something went wrong after the report was printed, such as another report that cannot be written.
    agrees = report.exit_code == answer.exit_code
    if isinstance(report, cls) and agrees and (report.exit_code == 0 or not check):
        return report
    raise _error(answer, (report,))


def several(
    cls: type[OneReport],
    command: str,
    arguments: Union[Path, Sequence[Path]],
    progress: Optional[OnProgress],
    check: bool,
    **values: object,
) -> SeveralReports[OneReport]:
    """The reports of a command on several models; without `check`, however they ended."""
    # A name is a sequence, too: of letters.
    models = [arguments] if isinstance(arguments, (str, os.PathLike)) else arguments
    answer = call([command, "--json", *options(**values), *paths(models)], progress)
    document = _document(answer)
    # What cannot begin, for instance because of a wrong option, and a single model have a report of one.
    members = document.get("reports", [document])
    shared = {name: document[name] for name in ("schema", "command", "version")}
    found = tuple(_decode(cls, {**shared, **member}) for member in members)
    if "reports" not in document and document["exit_code"] > 1 and not document["inputs"]:
        raise _error(answer, found)
    if answer.exit_code != document["exit_code"] or (check and answer.exit_code != 0):
        raise _error(answer, found)
    results = tuple(report for report in found if isinstance(report, cls))
    errors = tuple(report for report in found if not isinstance(report, cls))
    counts = document.get("models")
    return SeveralReports(
        schema=document["schema"],
        command=document["command"],
        version=document["version"],
        exit_code=document["exit_code"],
        seconds=document["seconds"],
        models=decode(ModelCounts, counts) if counts else _counts(results, errors),
        results=results,
        errors=errors,
        document=document,
    )


def _counts(results: Sequence[Report], errors: Sequence[Report]) -> ModelCounts:
    failed = sum(report.outcome == "failed" for report in results)
    return ModelCounts(len(results) + len(errors), len(results) - failed, failed, len(errors), 0)


def _document(answer: Answer) -> dict[str, Any]:
    """The report as JSON; throws where there is none."""
    try:
        document = json.loads(answer.output.decode("utf-8", "replace"))
        if isinstance(document, dict):
            return document
    except ValueError:
        pass
    raise _error(answer, ())


def _decode(cls: type[OneReport], document: Mapping[str, Any]) -> Union[OneReport, Report]:
    """A report; where it is one of an error, with what all reports have."""
    kind: type[Report] = Report if document.get("outcome") == "error" else cls
    try:
        return decode(kind, document)
    except UnknownReport as error:
        raise BnfoldError(
            f"bnfold {document.get('version')} wrote a report that this module does not know: {error}",
            document.get("exit_code", 0),
        ) from error


def _error(answer: Answer, reports: tuple[Report, ...]) -> BnfoldError:
    """The exception for an exit code, in the words of the report, or else of standard error."""
    cls = BY_EXIT_CODE.get(answer.exit_code, BnfoldError)
    decisive = [report for report in reports if report.exit_code == answer.exit_code]
    if decisive:
        message = _message(decisive[0])
        if len(reports) > 1:
            message = (
                f"{sum(report.exit_code != 0 for report in reports)} of {len(reports)} models: {message}"
            )
    else:
        message = answer.errors.strip().removeprefix("bnfold: ") or f"bnfold ended with {answer.exit_code}"
    return cls(message, answer.exit_code, reports)


def _message(report: Report) -> str:
    if report.error:
        advice = f" ({report.error.advice})" if report.error.advice else ""
        return report.error.message + advice
    return "; ".join(report.objections)

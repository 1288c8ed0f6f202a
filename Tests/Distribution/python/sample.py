"""A user's program, for a strict type checker; an `ignore` that is not needed is an error there."""

from __future__ import annotations

import sys
from pathlib import Path

import bnfold
import bnfold.keras
from bnfold.reports import FoldReport


def tell(progress: bnfold.Progress) -> None:
    """Say how far it is."""
    if progress.done is not None and progress.total is not None:
        print(f"{progress.activity}: {progress.done / progress.total:.0%}")


def fold(model: Path) -> FoldReport:
    """Fold a model, and say what stays."""
    report = bnfold.fold(model, output=model.with_suffix(".folded.h5"), rules=["direct"], progress=tell)
    for one in report.batch_normalizations:
        if one.outcome == "kept":
            print(one.layer, one.code, one.reason)
        else:
            print(one.layer, *one.into)
        one.code  # type: ignore[union-attr]
    if report.check and report.check.runs.outcome == "run":
        print(max(output.difference or 0 for output in report.check.runs.outputs))
    report.seconds + 1  # type: ignore[operator]
    return report


def main(models: list[str]) -> int:
    """Fold models, and say what is wrong with them."""
    bnfold.fold("model.h5", in_plaice=True)  # type: ignore[call-arg]
    try:
        reports = [fold(Path(model)) for model in models]
        several = bnfold.lint_several(models, check=False)
        print([report.diagnosis.symptoms for report in several], several.models.errors)
    except bnfold.CheckFailed as error:
        print(error.objections)
        return error.exit_code
    except bnfold.BnfoldError as error:
        print(error.report.error if error.report else error, error.advice)
        return 1
    folded, _ = bnfold.keras.fold(object())
    print(folded)
    return len(reports)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

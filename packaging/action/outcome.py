"""Prints the outcome and the verdict of a report as outputs of the action: the worst of its models."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable

# From the best to the worst, as docs/schema/report-1.json names them.
OUTCOMES = ("done", "failed", "error")
VERDICTS = ("equal", "equal-within-float32", "sampled", "not-proven", "different")


def worst(values: Iterable[str], order: tuple[str, ...]) -> str:
    """The last in the order; empty where there is no value."""
    return max(values, key=order.index, default="")


def main(path: str) -> None:
    """Of one model the report is itself; of several it has a list of them."""
    with open(path, encoding="utf-8") as file:
        report = json.load(file)
    models = report.get("reports", [report])
    print("outcome=" + worst((model["outcome"] for model in models), OUTCOMES))
    print("verdict=" + worst((model["check"]["verdict"] for model in models if model.get("check")), VERDICTS))


if __name__ == "__main__":
    main(sys.argv[1])

"""Running the bnfold binary and reading its report."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # The judges of ONNX are without the packages that it needs.
    from modelfile import ModelFile

TIMEOUT_SECONDS = 900


class BnfoldError(Exception):
    """bnfold ended with an exit status other than 0, or without a readable report; `kind` is one word about that."""

    def __init__(self, message: str, kind: str = "report") -> None:
        super().__init__(message)
        self.kind = kind


@dataclass(frozen=True)
class Report:
    """What bnfold says it did: the layers it folded, and the reason codes of those it kept."""

    folded: tuple[str, ...]
    kept: dict[str, str]

    @classmethod
    def parse(cls, text: str) -> Report:
        """Read the JSON report and hold its totals against its entries."""
        try:
            document = json.loads(text)
            entries = document["batch_normalizations"]
            folded = tuple(entry["layer"] for entry in entries if entry["outcome"] == "folded")
            kept = {entry["layer"]: entry["code"] for entry in entries if entry["outcome"] == "kept"}
            totals = (document["counts"]["folded"], document["counts"]["kept"])
        except (json.JSONDecodeError, KeyError, TypeError) as error:
            raise BnfoldError(f"report not understood ({error!r}): {text[:200]!r}") from error
        if totals != (len(folded), len(kept)) or len(folded) + len(kept) != len(entries):
            raise BnfoldError(f"report says {totals} folded and kept, but lists {len(folded)} and {len(kept)}")
        return cls(folded, kept)


def run(binary: Path, *arguments: str, timeout: float = TIMEOUT_SECONDS) -> str:
    """What bnfold prints; throws BnfoldError unless it exits with 0."""
    try:
        done = subprocess.run([str(binary), *arguments], capture_output=True, text=True, timeout=timeout, check=False)
    except subprocess.TimeoutExpired as error:
        raise BnfoldError(f"no answer in {timeout:g} s", "timeout") from error
    if done.returncode != 0:
        kind = f"signal {-done.returncode}" if done.returncode < 0 else f"exit {done.returncode}"
        raise BnfoldError(f"exit {done.returncode}: {(done.stderr or done.stdout).strip()[:400]}", kind)
    return done.stdout


def fold(binary: Path, source: ModelFile, target: ModelFile) -> Report:
    """Fold `source` to `target`; throws BnfoldError unless bnfold exits with 0 and a report."""
    arguments = ["fold", str(source.path), "-o", str(target.path), "--json"]
    if source.architecture:
        arguments += ["--architecture", str(source.architecture), "--output-architecture", str(target.architecture)]
    return Report.parse(run(binary, *arguments))

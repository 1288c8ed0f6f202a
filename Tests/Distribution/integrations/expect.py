"""What the checks of the integrations share: models to work on, and a line for each thing that holds."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

ROOT = Path(os.environ["ROOT"])
DIST = Path(os.environ["DIST"])


def workspace(folder: Path) -> Path:
    """Makes a folder with a model, its fold, a damaged fold, and a model with a name like an option."""
    folder.mkdir()
    fixtures = ROOT / "Fixtures/verdict"
    shutil.copy(fixtures / "range.h5", folder / "model.h5")
    shutil.copy(fixtures / "range.f.h5", folder / "model.folded.h5")
    shutil.copy(fixtures / "range.bad.h5", folder / "damaged.h5")
    shutil.copy(fixtures / "range.h5", folder / "-x h5.h5")
    return folder


def expect(holds: bool, what: str, found: object) -> None:
    """Prints what holds; ends the check where it does not."""
    if not holds:
        raise SystemExit(f"expected: {what}\nfound: {found}")
    print(what)


# Each would be a command, were it a part of a script; the file would be there then.
HOSTILE = [
    "$(touch touched)",
    "`touch touched`",
    "'; touch touched; '",
    '"; touch touched; "',
    "a\\\n$(touch touched)",
]
